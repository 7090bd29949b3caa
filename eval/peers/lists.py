"""Peer (a): the word lists alone, beside the whole program.

    python3 eval/peers/lists.py --jiwen target/release/jiwen

Standard library only. First checks that the scorer of all peers agrees with `jiwen eval phrases`.
"""
import argparse, pathlib

import score

if __name__ == "__main__":
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--jiwen", required=True)
    jiwen = str(pathlib.Path(ap.parse_args().jiwen).resolve())
    ours, theirs = score.check(jiwen)
    if ours != theirs:
        raise SystemExit(f"the scorers differ:\n{ours}\n{theirs}")
    command = f"python3 eval/peers/lists.py --jiwen {pathlib.Path(jiwen).name}"
    whole, version = score.jiwen_eval(jiwen, "test")
    score.keep("jiwen", {**whole, "knowledge_version": version, "scorer_checked": True}, command)
    lists, version = score.jiwen_eval(jiwen, "test", ("--without", "encoder"))
    score.keep("lists", {**lists, "knowledge_version": version}, command)
    print(f"jiwen F1 {whole['f1']:.3f}, lists alone {lists['f1']:.3f}")
