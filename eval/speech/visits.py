"""Whole visits by sound: synthetic patients speak to the real service over the real WebSocket.

    python3 eval/speech/visits.py --jiwen target/release/jiwen [--visits 48] [--seed 11]

Writes eval/reports/speech_visits.json. Needs espeak-ng and, from the package registry, `pypinyin`, `websockets` and `numpy`.

Each patient is a vignette of the tune half. What they would type is turned to pinyin, spoken by espeak-ng at a speed and pitch of
their own, put into a room (an exponential reverberation) and into noise (clean, 20, 10 or 5 dB), and sent in frames of 100 ms.
When the service says back what it understood, the patient accepts what sounds much as they said it (three quarters of the syllables) and means
the same to the word lists; otherwise they tap 不对 and try again, and tap the buttons when these come up. A complaint that does
not come through is typed on the screen. A robot's voice is no patient: recognisers mishear more than half of it. So this proves
plumbing and safety (a wrong sign of danger must never be accepted), and says nothing about accuracy for people.
"""
import argparse, asyncio, collections, csv, difflib, json, os, pathlib, random, re, subprocess, tempfile, time, urllib.request

import numpy as np
import websockets
from pypinyin import Style, lazy_pinyin

ROOT = pathlib.Path(__file__).resolve().parents[2]
RATE, FRAME = 16000, 1600
NOISES = ("clean", 20, 10, 5)
HAN = re.compile(r"[\u4e00-\u9fff]")


def syllables(text):
    """Pinyin without tones, sounds that dialects mix up as one; what is no character is left out."""
    near = lambda p: re.sub(r"ng$", "n", re.sub(r"^hu(?=[aeio])", "f", re.sub(r"^[nr]", "l", re.sub(r"^([zcs])h", r"\1", p))))
    return [near(p) for p in lazy_pinyin("".join(HAN.findall(text)))]


def sounds_alike(said, shown):
    return difflib.SequenceMatcher(None, syllables(said), syllables(shown), autojunk=False).ratio() >= .75


def means_the_same(jiwen, slot, said, shown):
    rows = [{"id": "0", "text": text, **({"slot": slot} if slot else {})} for text in (said, shown)]
    one, other = ({(f["concept"], f["assertion"], f.get("side")) for f in found} for found in understand(jiwen, rows, {"JIWEN__MODELS__ENCODER": "none"}))
    return one == other


class Mouth:
    """One patient's voice, room and noise."""

    def __init__(self, rng, noise):
        self.speed, self.pitch = rng.choice((110, 130, 150, 170)), rng.choice((30, 45, 60, 75))
        self.noise, self.echo = noise, rng.choice((0.0, 0.25, 0.5))
        self.random = np.random.default_rng(rng.randrange(2**32))

    def say(self, text):
        text = re.sub(r"[^\u4e00-\u9fff0-9,。,!?!?、]", " ", text)
        pinyin = " ".join(lazy_pinyin(text, style=Style.TONE3, neutral_tone_with_five=True))
        with tempfile.NamedTemporaryFile(suffix=".wav") as file:
            command = ["espeak-ng", "-v", "cmn-latn-pinyin", "-s", str(self.speed), "-p", str(self.pitch), "-w", file.name, pinyin]
            subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
            raw = pathlib.Path(file.name).read_bytes()
        rate = int.from_bytes(raw[24:28], "little")
        sound = np.frombuffer(raw[44:], "<i2").astype(np.float32)
        steps = np.arange(0, len(sound), rate / RATE)
        sound = np.interp(steps, np.arange(len(sound)), sound).astype(np.float32)
        if self.echo:
            tail = np.exp(-np.arange(int(self.echo * RATE)) / (self.echo * RATE / 4)) * self.random.normal(size=int(self.echo * RATE))
            tail[0] = 6.0
            sound = np.convolve(sound, tail / np.abs(tail).max())[: len(sound) + RATE // 5]
        sound *= 9000 / (np.abs(sound).max() + 1)
        pause = np.zeros(RATE * 4 // 5, np.float32)
        sound = np.concatenate([pause[: RATE // 4], sound, pause])
        if self.noise != "clean":
            loud = np.sqrt((sound[RATE // 4 : -len(pause)] ** 2).mean() / 10 ** (self.noise / 10))
            sound = sound + self.random.normal(0, loud, len(sound))
        return np.clip(sound, -32768, 32767).astype("<i2").tobytes()


class Patient:
    def __init__(self, vignette, mouth):
        self.vignette, self.mouth = vignette, mouth

    def fact(self, question):
        if question is None or question["slot"] == "chief_complaint":
            return {"text": self.vignette["opening"]}
        fact = self.vignette["facts"].get(question["slot"], {})
        return fact.get("more", {}).get(question["id"], fact if "choice" in fact or "more" not in fact else {})

    def words(self, question):
        return self.fact(question).get("text") or "不太清楚"

    def tap(self, question):
        """The option that the fact names; otherwise the last one, which is some form of 说不清."""
        options = question["options"]
        named = [o["id"] for o in options if o["label"] == self.fact(question).get("choice")]
        return named[:1] or [o["id"] for o in options[-1:]]


async def visit(jiwen, base, patient, counts):
    """Plays one visit; returns the turns (what was meant, what was taken) and the last assessment."""
    body = {"channel": "kiosk", "for_self": True, "patient": patient.vignette["profile"], "consent": {"version": "1", "scopes": ["triage"]}}
    request = urllib.request.Request(f"http://{base}/v1/sessions", json.dumps(body).encode(), {"content-type": "application/json"})
    opened = json.load(urllib.request.urlopen(request))
    turns, reply, meant, assessment = [], opened["reply"], None, None
    async with websockets.connect(f"ws://{base}/v1/sessions/{opened['session_id']}/voice", max_size=None) as line:
        tell = lambda **message: line.send(json.dumps(message, ensure_ascii=False))
        await tell(type="start", token=opened["token"], mode="auto", end_silence_ms=500, audio=False)

        async def speak():
            nonlocal meant
            meant = patient.words(reply["question"])
            counts["utterances"] += 1
            sound = patient.mouth.say(meant)
            for at in range(0, len(sound) - 2 * FRAME + 1, 2 * FRAME):
                await line.send(sound[at : at + 2 * FRAME])

        async def tap():
            nonlocal meant
            counts["taps"] += 1
            question = reply["question"]
            if question and question["options"]:
                meant = None
                await tell(type="text", choices=patient.tap(question))
            else:
                meant = None
                await tell(type="text", text=patient.vignette["opening"])

        first, waiting = True, False
        until = time.time() + 600
        while not reply["done"] and time.time() < until:
            try:
                message = json.loads(await asyncio.wait_for(line.recv(), 25))
            except asyncio.TimeoutError:
                counts["stalls"] += 1
                await tap()
                continue
            kind = message["type"]
            if kind == "speak" and not waiting:
                first = False
                await speak()
            elif kind == "confirm":
                waiting = True
                counts["confirmations"] += 1
                said, shown = meant or "", message["understood"]
                slot = reply["question"] and reply["question"]["slot"]
                same = sounds_alike(said, shown) and await asyncio.to_thread(means_the_same, jiwen, slot, said, shown)
                counts["accepted" if same else "rejected"] += 1
                await tell(type="text", choices=["yes" if same else "no"])
            elif kind == "speak":
                waiting = False  # the sentence of the confirmation itself
            elif kind == "fallback":
                waiting = True
                counts["fallback_" + message["reason"]] += 1
                await tap()
            elif kind == "turn":
                waiting = False
                turns.append({"meant": meant, "findings": message["findings"], "slot": reply["question"] and reply["question"]["slot"]})
                counts["spoken_turns" if meant else "tapped_turns"] += 1
                reply, assessment = message["reply"], message["assessment"]
            elif kind == "error":
                counts["error_" + message["code"]] += 1
                waiting = True
                await tap()
    return turns, reply["done"], assessment


def danger_concepts():
    """Concepts that a red-flag rule names, but for mere pain in a place."""
    rules = (ROOT / "knowledge-graph/rules/red_flags").rglob("*.toml")
    named = set(re.findall(r"\b[A-Z]{2,5}\.[A-Z0-9_]+", "".join(p.read_text(encoding="utf-8") for p in rules)))
    pain = {r["id"] for p in (ROOT / "knowledge-graph/terms").glob("*.csv") for r in rows_of(p) if r.get("group") == "pain"}
    return named - pain


def rows_of(path):
    lines = [l for l in path.read_text(encoding="utf-8").splitlines() if l and not l.startswith("#")]
    return csv.DictReader(lines)


def understand(jiwen, rows, environment={}):
    lines = "\n".join(json.dumps(r, ensure_ascii=False) for r in rows) + "\n"
    out = subprocess.run([jiwen, "understand"], input=lines, capture_output=True, text=True, check=True, cwd=ROOT, env=os.environ | environment).stdout
    return [json.loads(line)["findings"] for line in out.splitlines()]


def wrong_dangers(jiwen, vignette, turns):
    """Signs of danger that a spoken turn affirmed and neither the words that were meant nor any other words of the patient about the
    same slot tell."""
    spoken = [t for t in turns if t["meant"]]
    danger, wrong = danger_concepts(), []
    for turn in spoken:
        fact = vignette["facts"].get(turn["slot"], {}) if turn["slot"] else {}
        texts = [turn["meant"], vignette["opening"], fact.get("text", "")] + [m.get("text", "") for m in fact.get("more", {}).values()]
        slot = {"slot": turn["slot"]} if turn["slot"] else {}
        rows = [{"id": str(n), "text": text, **slot} for n, text in enumerate(texts) if text]
        true = {f["concept"] for found in understand(jiwen, rows) for f in found if f["assertion"] != "absent"}
        for finding in turn["findings"]:
            if finding["assertion"] == "present" and finding["concept"] in danger and finding["concept"] not in true:
                wrong.append({"concept": finding["concept"], "slot": turn["slot"]})
    return wrong


def write(report, seed):
    """Writes the report of the visits so far; returns its summary."""
    total = collections.Counter()
    for one in report:
        total.update({k: v for k, v in one.items() if isinstance(v, int) and k not in ("echo", "speed", "noise", "done")})
    summary = dict(
        visits=len(report), finished=sum(r["done"] for r in report), wrong_dangers=sum(len(r["wrong_dangers"]) for r in report),
        right={k: sum(r["right"].get(k, False) for r in report) for k in ("urgency", "department", "route")}, totals=dict(total))
    out = ROOT / "eval/reports/speech_visits.json"
    out.write_text(json.dumps(dict(seed=seed, summary=summary, visits=report), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return summary


async def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--jiwen", required=True)
    ap.add_argument("--visits", type=int, default=48)
    ap.add_argument("--seed", type=int, default=11)
    ap.add_argument("--port", type=int, default=18190)
    ap.add_argument("--again", nargs="*", default=[], metavar="ID", help="play these once more and put them into the report in place of what is there")
    a = ap.parse_args()
    rng = random.Random(a.seed)
    rows = [json.loads(l) for l in (ROOT / "eval/tune/vignettes.jsonl").read_text(encoding="utf-8").splitlines()]
    # Only patients who know which button they mean.
    knows = lambda r: sum("choice" in fact for fact in r["facts"].values()) >= 6
    rows = list(enumerate(rng.sample([r for r in rows if len(r["opening"]) <= 45 and knows(r)], a.visits)))
    base, report = f"127.0.0.1:{a.port}", []
    if a.again:
        played = json.loads((ROOT / "eval/reports/speech_visits.json").read_text(encoding="utf-8"))["visits"]
        report = [one for one in played if one["id"] not in a.again]
        rows = [(number, row) for number, row in rows if row["id"] in a.again]
    with tempfile.TemporaryDirectory() as data:
        server = subprocess.Popen([a.jiwen, "serve", "--listen", base, "--data", data], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            for _ in range(240):
                try:
                    if b"voice ready" in urllib.request.urlopen(f"http://{base}/readyz").read():
                        break
                except OSError:
                    pass
                time.sleep(.5)
            else:
                raise SystemExit("the service has no voice; run `jiwen models fetch`")
            for number, row in rows:
                counts, noise = collections.Counter(), NOISES[number % len(NOISES)]
                patient = Patient(row, Mouth(rng, noise))
                turns, done, decided = await visit(a.jiwen, base, patient, counts)
                expect = row["expect"]
                report.append(dict(
                    id=row["id"], noise=noise, speed=patient.mouth.speed, echo=patient.mouth.echo, done=done, turns=len(turns),
                    right=dict(
                        urgency=decided["urgency"] == expect["urgency"], department=decided["departments"][0]["name"] in expect["department"],
                        route=decided["route"]["id"] == expect["route"]) if decided else {},
                    wrong_dangers=wrong_dangers(a.jiwen, row, turns), **counts))
                print(json.dumps(report[-1], ensure_ascii=False), flush=True)
                write(report, a.seed)
        finally:
            server.terminate()
            server.wait()
    print(json.dumps(write(report, a.seed), ensure_ascii=False))


if __name__ == "__main__":
    asyncio.run(main())
