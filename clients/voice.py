#!/usr/bin/env python3
"""A patient speaks: streams WAV files to a running service as the kiosk does, and prints what comes back.

    python3 clients/voice.py hello.wav [answer.wav …] [--server 127.0.0.1:8080] [--yes] [--json]

Each file is one utterance, sent in real time in frames of 100 ms with half a second of silence before and a second after it. Prints
`partial`, `final` (with the time since the last sound of the file), `confirm`, `turn` and what the service says. `--yes` says yes to
whatever is said back. The visit is begun and left open. Needs the Python package `websockets`; WAV files may have any rate, 16 bit. A voice to
try it with is in docs/VOICE.md.
"""
import argparse, array, asyncio, json, sys, time, urllib.request, wave

import websockets

RATE, FRAME_MS = 16_000, 100
FRAME = RATE * FRAME_MS // 1000


def read(path):
    """16 kHz mono samples of a 16-bit WAV file, other rates by the nearest sample."""
    with wave.open(path) as file:
        if file.getsampwidth() != 2:
            sys.exit(f"{path}: only 16-bit WAV files")
        rate, channels = file.getframerate(), file.getnchannels()
        raw = file.readframes(file.getnframes())
    samples = array.array("h", raw[: len(raw) // 2 * 2])[::channels]
    return array.array("h", (samples[at * rate // RATE] for at in range(len(samples) * RATE // rate)))


def last_sound(samples):
    """Index after the last sample louder than a thirtieth (-30 dB) of the loudest."""
    limit = max(map(abs, samples), default=0) // 30
    return next((at + 1 for at in range(len(samples) - 1, -1, -1) if abs(samples[at]) > limit), 0)


class Conversation:
    """One connection; prints every message and remembers when the words of the last file ended."""

    def __init__(self, line, arguments):
        self.line, self.arguments = line, arguments
        self.ended, self.settled, self.times = None, asyncio.Event(), []

    async def speak(self, samples):
        self.settled.clear()
        sound = array.array("h", bytes(RATE)) + samples + array.array("h", bytes(2 * RATE))
        end, start = RATE // 2 + last_sound(samples), time.monotonic()
        self.ended = start + end / RATE
        for number, at in enumerate(range(0, len(sound) - FRAME + 1, FRAME)):
            await asyncio.sleep(max(0, start + number * FRAME_MS / 1000 - time.monotonic()))
            await self.line.send(sound[at : at + FRAME].tobytes())

    def show(self, kind, text):
        print(f"{kind:>10}  {text}", flush=True)

    async def hear(self):
        async for message in self.line:
            if isinstance(message, bytes):
                continue
            message = json.loads(message)
            kind = message["type"]
            if self.arguments.json:
                print(json.dumps(message, ensure_ascii=False), flush=True)
            elif kind == "final":
                late = time.monotonic() - self.ended
                self.times.append(late)
                self.show(kind, f"{message['text']}   heard: {message['heard']}   confidence {message['confidence']:.2f}   {late:.2f} s after the last sound")
            elif kind == "turn":
                findings = ", ".join(f"{f['concept']} {f['assertion']}" for f in message["findings"])
                self.show(kind, f"findings: {findings or 'none'}   urgency so far: {message['assessment']['urgency']}")
            elif kind in ("partial", "confirm", "speak", "fallback"):
                self.show(kind, message["text"])
            elif kind == "error":
                self.show(kind, f"{message['title']}: {message['detail']}")
            else:
                self.show(kind, "")
            if kind == "confirm" and self.arguments.yes:
                await self.line.send(json.dumps({"type": "text", "choices": ["yes"]}))
            elif kind in ("turn", "confirm", "fallback", "error"):
                self.settled.set()


def begin(server):
    body = {"channel": "kiosk", "for_self": True, "consent": {"version": "1", "scopes": ["triage"]}}
    request = urllib.request.Request(f"http://{server}/v1/sessions", json.dumps(body).encode(), {"content-type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


async def run(arguments):
    files = [read(path) for path in arguments.files]
    opened = begin(arguments.server)
    async with websockets.connect(f"ws://{arguments.server}/v1/sessions/{opened['session_id']}/voice", max_size=None) as line:
        talk = Conversation(line, arguments)
        hearing = asyncio.create_task(talk.hear())
        await line.send(json.dumps({"type": "start", "token": opened["token"], "mode": "auto", "audio": False}))
        for samples in files:
            await asyncio.sleep(0.5)
            await talk.speak(samples)
            try:
                await asyncio.wait_for(talk.settled.wait(), 30)
            except asyncio.TimeoutError:
                talk.show("silence", "nothing was understood within 30 s")
        hearing.cancel()
    return talk.times


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", metavar="WAV")
    parser.add_argument("--server", default="127.0.0.1:8080")
    parser.add_argument("--yes", action="store_true", help="say yes to whatever is said back")
    parser.add_argument("--json", action="store_true", help="print the messages as they come")
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
