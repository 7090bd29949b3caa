"""The recogniser's speed, memory and errors beside faster-whisper int8, in the same run.

    python3 benches/speech.py --jiwen target/release/jiwen --clips FOLDER [--peer FOLDER] [--rounds 3]

FOLDER of clips holds 16 kHz mono WAV files and transcripts.tsv (`file<TAB>text`). Clips are joined to 5, 10 and 20 seconds. The peer's
FOLDER holds the same weights as CTranslate2 has them (model.bin, vocabulary.json, tokenizer.json, config.json); it needs `faster-whisper` and
`opencc-python-reimplemented` (both write traditional characters as often as not).
With `--service` each clip is also spoken to the running program over its WebSocket in real time, and the time from the last sound of the clip to
its text is taken, the half second of silence that ends an utterance included; the service's memory with and without the recogniser, too.
Needs `websockets`. Writes benches/reports/speech.json. Each program is one process that recognises each length `rounds` times, the two by turns; a time is the
median from sound in memory to text, memory is the process's peak. `--busy` keeps one core busy meanwhile.
"""
import argparse, asyncio, contextlib, importlib.util, io, json, multiprocessing, os, pathlib, platform, re, statistics, subprocess, sys, tempfile
import time, urllib.request, wave

ROOT = pathlib.Path(__file__).resolve().parents[1]
RATE, LENGTHS = 16000, (5, 10, 20)
PEER = """
import json, resource, sys, time
from faster_whisper import WhisperModel, decode_audio
from opencc import OpenCC
simplify = OpenCC("t2s").convert
model = WhisperModel(sys.argv[1], device="cpu", compute_type="int8", cpu_threads=2)
for path in sys.argv[2:]:
    sound = decode_audio(path)
    start = time.perf_counter()
    parts, _ = model.transcribe(sound, language="zh", beam_size=1, temperature=0, condition_on_previous_text=False, without_timestamps=True)
    text = simplify("".join(p.text for p in parts))
    print(json.dumps(dict(file=path, text=text, elapsed=time.perf_counter() - start)), flush=True)
"""


def samples(path):
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE, 1, 2), path
        return file.readframes(file.getnframes())


def write(path, data):
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes(data)


def run(command):
    """Lines of a program and its peak memory in MiB."""
    with tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL, cwd=ROOT)
        _, status, usage = os.wait4(process.pid, 0)
        if status:
            sys.exit(f"{command[0]} failed with {status}")
        out.seek(0)
        return [json.loads(line) for line in out], usage.ru_maxrss / 1024


def distance(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (x != y))
    return row[-1]


def characters(text):
    return re.sub(r"[^\u4e00-\u9fffA-Za-z0-9]", "", text)


def spin():
    while True:
        pass


@contextlib.contextmanager
def service(jiwen, address, **settings):
    """The running program, ready; gives its process."""
    with tempfile.TemporaryDirectory() as data:
        process = subprocess.Popen([jiwen, "serve", "--listen", address, "--data", data], cwd=ROOT, env=os.environ | settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            for _ in range(200):
                with contextlib.suppress(OSError):
                    ready = urllib.request.urlopen(f"http://{address}/readyz").read().decode()
                    if "voice" in ready and "loading" not in ready:
                        break
                time.sleep(.1)
            else:
                sys.exit("the service did not become ready")
            time.sleep(2)
            yield process
        finally:
            process.terminate()
            process.wait()


def memory(process):
    lines = pathlib.Path(f"/proc/{process.pid}/status").read_text().splitlines()
    return round(next(int(l.split()[1]) for l in lines if l.startswith("VmRSS")) / 1024)


def spoken(jiwen, clips, rounds, address="127.0.0.1:18191"):
    """Seconds from the last sound of each clip to its text, and MiB of the service with and without the recogniser."""
    spec = importlib.util.spec_from_file_location("voice", ROOT / "clients/voice.py")
    voice = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(voice)
    late = {clip.name: [] for clip in clips}
    with service(jiwen, address, JIWEN__SPEECH__WEIGHTS="none") as process:
        without = memory(process)
    with service(jiwen, address) as process:
        for _ in range(rounds):
            for clip in clips:
                arguments = argparse.Namespace(files=[str(clip)], server=address, yes=False, json=False)
                with contextlib.redirect_stdout(io.StringIO()):
                    late[clip.name] += asyncio.run(voice.run(arguments))
        used = memory(process)
    seconds = {name: dict(length=round(len(samples(path)) / 2 / RATE, 1), texts=len(times), median=round(statistics.median(times), 2), worst=round(max(times), 2))
               for path in clips if (times := late[(name := path.name)])}
    return dict(rounds=rounds, last_sound_to_text=seconds, mib_without_recogniser=without, mib_with_recogniser=used)


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--jiwen", required=True)
    ap.add_argument("--clips", required=True, type=pathlib.Path)
    ap.add_argument("--peer")
    ap.add_argument("--python", default=sys.executable, help="the interpreter that has faster-whisper")
    ap.add_argument("--rounds", type=int, default=3)
    ap.add_argument("--busy", action="store_true")
    ap.add_argument("--service", action="store_true")
    a = ap.parse_args()
    lines = (a.clips / "transcripts.tsv").read_text(encoding="utf-8").splitlines()
    texts = dict(line.split("\t") for line in lines if line)
    engines = {"jiwen": lambda files: [str(pathlib.Path(a.jiwen).resolve()), "transcribe", *files]}
    if a.peer:
        engines["faster-whisper int8"] = lambda files: [a.python, "-c", PEER, a.peer, *files]
    other = multiprocessing.Process(target=spin, daemon=True) if a.busy else None
    if other:
        other.start()
    report = dict(machine=platform.processor() or platform.machine(), cores=os.cpu_count(), busy=a.busy, rounds=a.rounds, load=os.getloadavg()[0], engines={})
    with tempfile.TemporaryDirectory() as folder:
        joined = b"".join(samples(a.clips / name) for name in sorted(texts))
        clips = []
        for seconds in LENGTHS:
            clips.append(str(pathlib.Path(folder, f"{seconds}s.wav")))
            write(clips[-1], joined[: seconds * RATE * 2])
        times = {name: {s: [] for s in LENGTHS} for name in engines}
        memory = {}
        for _ in range(a.rounds):
            for name, command in engines.items():
                found, peak = run(command(clips))
                memory[name] = max(memory.get(name, 0), peak)
                for seconds, line in zip(LENGTHS, found):
                    times[name][seconds].append(line["elapsed"])
        for name, command in engines.items():
            found, _ = run(command([str(a.clips / n) for n in sorted(texts)]))
            wrong = sum(distance(characters(texts[pathlib.Path(l["file"]).name]), characters(l["text"])) for l in found)
            total = sum(len(characters(t)) for t in texts.values())
            report["engines"][name] = dict(
                seconds={s: round(statistics.median(t), 3) for s, t in times[name].items()}, spread={s: [round(min(t), 3), round(max(t), 3)] for s, t in times[name].items()},
                peak_mib=round(memory[name]), wrong=wrong, characters=total)
    if a.service:
        report["service"] = spoken(str(pathlib.Path(a.jiwen).resolve()), [a.clips / name for name in sorted(texts)], a.rounds)
    if other:
        other.terminate()
    name = "speech_busy.json" if a.busy else "speech.json"
    (ROOT / "benches/reports" / name).write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(report, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
