"""What each skill of understanding is worth: every set of the test half once with all, then with one left out at a time.

    python3 eval/witnesses.py --jiwen target/release/jiwen [--every 4] [--answers-every 3] [--jobs 2] [--runs all,sound] [--resume]

Writes eval/reports/witnesses.json; `python3 eval/understanding.py` makes the tables of it. `--every N` takes each N-th patient, `--answers-every N`
each N-th answer; `--resume` keeps what earlier runs measured: each figure has its own count of cases. Needs Python 3.11 with
pypinyin and jieba (for eval/speech/noise.py: phrases as a recogniser with 15 % wrong characters writes them, put right before they are read). Keeps
figures alone: no text, no id and no miss of the test half. The skills are those of `jiwen eval --without` (src/nlu/skill.rs).
"""
import argparse, concurrent.futures, json, pathlib, subprocess, sys, tempfile, time

import machine

EVAL = pathlib.Path(__file__).resolve().parent
TEST = EVAL / "test"
LISTS = ["lexicon", "frames", "composition", "sound", "answers"]
# Name of a run → the skills it leaves out.
RUNS = {"all": [], **{skill: [skill] for skill in ["encoder", *LISTS, "arbiter"]}, "all lists": LISTS, "contest": ["contest"],
        **{f"lists - {skill}": ["encoder", skill] for skill in LISTS}}
# Name of a set → its kind, its file, and options.
SETS = {"phrases": ("phrases", TEST / "phrases.jsonl", []), "messages": ("departments", TEST / "departments.jsonl", []),
        "own_words": ("vignettes", TEST / "vignettes.jsonl", ["--answers", "text"])}
# Sets on which only some runs can differ.
WORTH = {"spoken_phrases": ("all", "sound", "encoder", "all lists", "lists - sound")}
REPORT = EVAL / "reports/witnesses.json"
HELD_OUT = {"answers": "answers"}


def run(jiwen, kind, file, extra):
    with tempfile.TemporaryDirectory() as folder:
        report = pathlib.Path(folder, "report.json")
        command = [jiwen, "--knowledge", ".", "eval", kind, str(file), "--report", str(report), *extra]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=EVAL.parent)
        full = json.loads(report.read_text(encoding="utf-8"))
    summary = full["summary"]
    return {key: value for key, value in summary.items() if key not in ("unknown_names", "by_question", "by_department", "by_flag", "speech")}, full


def keep(path, lines):
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return path


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--jiwen", required=True)
    ap.add_argument("--every", type=int, default=1)
    ap.add_argument("--answers-every", type=int, default=1)
    ap.add_argument("--runs", default=",".join(RUNS), help="of these runs alone")
    ap.add_argument("--sets", default="phrases,messages,answers,spoken_phrases,own_words", help="of these sets alone")
    ap.add_argument("--jobs", type=int, default=1, help="so many runs at once")
    ap.add_argument("--resume", action="store_true")
    a = ap.parse_args()
    jiwen = str(pathlib.Path(a.jiwen).resolve())
    command = "python3 eval/witnesses.py " + " ".join(pathlib.Path(w).name if w.startswith("/") else w for w in sys.argv[1:])
    report = {**machine.stamp(command), "runs": {}}
    if a.resume and REPORT.exists():
        old = json.loads(REPORT.read_text(encoding="utf-8"))
        report = {**old, "command": f"{old['command']}; {command}"} if command not in old["command"] else old
    for name, skills in RUNS.items():
        report["runs"].setdefault(name, {"without": skills})
    with tempfile.TemporaryDirectory() as folder:
        sets = dict(SETS)
        for name, kind in HELD_OUT.items():
            path = pathlib.Path(folder, f"{name}.jsonl")
            command = [sys.executable, str(EVAL / "heldout.py"), name.removeprefix("held_out_")]
            lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
            sets[name] = (kind, keep(path, lines[::a.answers_every]), [])
        patients = SETS["own_words"][1].read_text(encoding="utf-8").splitlines()[::a.every]
        sets["own_words"] = ("vignettes", keep(pathlib.Path(folder, "patients.jsonl"), patients), SETS["own_words"][2])
        spoken = pathlib.Path(folder, "spoken.jsonl")
        noise = [sys.executable, str(EVAL / "speech/noise.py"), str(TEST / "phrases.jsonl"), "--rate", "0.15", "--out", str(spoken)]
        subprocess.run(noise, check=True, stdout=subprocess.DEVNULL)
        sets["spoken_phrases"] = ("phrases", spoken, ["--speech", "repaired"])
        # The patients take longest, so they come last.
        order = [*(title for title in sets if title != "own_words"), "own_words"]
        tasks = [(title, name) for title in order if title in a.sets.split(",") for name in a.runs.split(",")
                 if name in WORTH.get(title, RUNS) and title not in report["runs"][name]]

        def do(task):
            title, name = task
            kind, file, extra = sets[title]
            start = time.time()
            figures, full = run(jiwen, kind, file, [*extra, *(word for skill in RUNS[name] for word in ("--without", skill))])
            return title, name, figures, full, time.time() - start

        with concurrent.futures.ThreadPoolExecutor(a.jobs) as pool:
            for done in concurrent.futures.as_completed([pool.submit(do, task) for task in tasks]):
                title, name, figures, full, seconds = done.result()
                report["runs"][name][title] = figures
                report |= {key: full[key] for key in ("knowledge_version", "software_version")}
                print(title, name, f"{seconds:.0f} s", flush=True)
                machine.write(REPORT, report)


if __name__ == "__main__":
    main()
