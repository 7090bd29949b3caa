"""What each skill of understanding is worth: every set of the test half once with all, then with one left out at a time.

    python3 eval/witnesses.py --jiwen target/release/jiwen

Writes eval/reports/witnesses.json; `python3 eval/understanding.py` makes the table of it. Needs Python 3.11 with
pypinyin and jieba (for eval/speech/noise.py: phrases as a recogniser with 15 % wrong characters writes them, put right before they are read). Keeps
figures alone: no text, no id and no miss of the test half. The skills are those of `jiwen eval --without` (src/nlu/skill.rs).
"""
import argparse, json, pathlib, subprocess, sys, tempfile, time

import machine

EVAL = pathlib.Path(__file__).resolve().parent
TEST = EVAL / "test"
LISTS = ["lexicon", "frames", "composition", "sound", "answers"]
# Name of a run → the skills it leaves out.
RUNS = {"all": [], **{skill: [skill] for skill in [*LISTS, "encoder", "arbiter", "contest"]},
        "all lists": LISTS}
# Name of a set → its kind, its file, and options.
SETS = {"phrases": ("phrases", TEST / "phrases.jsonl", []), "messages": ("departments", TEST / "departments.jsonl", []),
        "own_words": ("vignettes", TEST / "vignettes.jsonl", ["--answers", "text"])}
HELD_OUT = {"answers": "answers", "slots": "answers", "held_out_phrases": "phrases"}


def run(jiwen, kind, file, extra):
    with tempfile.TemporaryDirectory() as folder:
        report = pathlib.Path(folder, "report.json")
        command = [jiwen, "--knowledge", ".", "eval", kind, str(file), "--report", str(report), *extra]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=EVAL.parent)
        full = json.loads(report.read_text(encoding="utf-8"))
    summary = full["summary"]
    return {key: value for key, value in summary.items() if key not in ("unknown_names", "by_question", "by_department", "by_flag", "speech")}, full


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--jiwen", required=True)
    a = ap.parse_args()
    jiwen = str(pathlib.Path(a.jiwen).resolve())
    report = {**machine.stamp(f"python3 eval/witnesses.py --jiwen {pathlib.Path(a.jiwen).name}"), "runs": {}}
    with tempfile.TemporaryDirectory() as folder:
        sets = dict(SETS)
        for name, kind in HELD_OUT.items():
            path = pathlib.Path(folder, f"{name}.jsonl")
            command = [sys.executable, str(EVAL / "heldout.py"), name.removeprefix("held_out_")]
            path.write_text(subprocess.run(command, check=True, capture_output=True, text=True).stdout, encoding="utf-8")
            sets[name] = (kind, path, [])
        spoken = pathlib.Path(folder, "spoken.jsonl")
        noise = [sys.executable, str(EVAL / "speech/noise.py"), str(TEST / "phrases.jsonl"), "--rate", "0.15", "--out", str(spoken)]
        subprocess.run(noise, check=True, stdout=subprocess.DEVNULL)
        sets["spoken_phrases"] = ("phrases", spoken, ["--speech", "repaired"])
        for name, skills in RUNS.items():
            without = [word for skill in skills for word in ("--without", skill)]
            figures = {"without": skills}
            for title, (kind, file, extra) in sets.items():
                start = time.time()
                figures[title], full = run(jiwen, kind, file, [*extra, *without])
                print(name, title, f"{time.time() - start:.0f} s", flush=True)
            report["runs"][name] = figures
            report |= {key: full[key] for key in ("knowledge_version", "software_version")}
            machine.write(EVAL / "reports/witnesses.json", report)


if __name__ == "__main__":
    main()
