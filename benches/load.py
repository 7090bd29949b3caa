#!/usr/bin/env python3
"""Load on a running service: N clients hold visits over HTTP; prints the time of a turn.

    jiwen serve --data /tmp/jiwen-load      # with JIWEN__RATE__ENABLED=false
    python3 benches/load.py --clients 50 --seconds 20 --think 0.1

A client waits `--think` seconds between two turns (patients do; 0 is the most the service can take,
where the time of a turn is mostly waiting in line). Standard library only; client and service share
the machine, so part of the time is this program's own.
"""
import argparse
import asyncio
import json
import os
import platform
import random
import time

OPENING = {
    "channel": "api",
    "patient": {"age": 62, "sex": "female"},
    "consent": {"version": "1", "scopes": ["triage"]},
}
WORDS = ["腰疼三个多月了", "左腿发麻", "没有", "不太清楚", "走路多了就疼,歇一会儿好", "以前没做过检查"]


class Connection:
    """One kept-alive HTTP/1.1 connection."""

    def __init__(self, host, port):
        self.host, self.port = host, port

    async def open(self):
        self.reader, self.writer = await asyncio.open_connection(self.host, self.port)

    async def post(self, path, body, token=None):
        data = json.dumps(body).encode()
        auth = f"Authorization: Bearer {token}\r\n" if token else ""
        head = f"POST {path} HTTP/1.1\r\nHost: x\r\n{auth}Content-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
        self.writer.write(head.encode() + data)
        head = await self.reader.readuntil(b"\r\n\r\n")
        status = int(head[9:12])
        length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
        return status, json.loads(await self.reader.readexactly(length))


def answer_to(reply):
    """Taps or words, as a patient may choose."""
    options = (reply["question"] or {}).get("options") or []
    if options and random.random() < 0.7:
        return {"choices": [random.choice(options)["id"]]}
    return {"text": random.choice(WORDS)}


async def run_client(arguments, until, times, visits):
    connection = Connection(arguments.host, arguments.port)
    await connection.open()
    await asyncio.sleep(random.random() * arguments.think)
    while time.perf_counter() < until:
        status, opened = await connection.post("/v1/sessions", OPENING)
        assert status == 201, opened
        visits.append(1)
        path, token, reply = f"/v1/sessions/{opened['session_id']}/turns", opened["token"], opened["reply"]
        while not reply["done"] and time.perf_counter() < until:
            if arguments.think:
                await asyncio.sleep(arguments.think * (0.5 + random.random()))
            body = answer_to(reply)
            started = time.perf_counter()
            status, answer = await connection.post(path, body, token)
            times.append(time.perf_counter() - started)
            assert status == 200, answer
            reply = answer["reply"]


def machine():
    """One line on what this ran on."""
    model = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            model = next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    return f"{model}, {len(os.sched_getaffinity(0))} cores, {platform.system()} {platform.release()}, Python {platform.python_version()}"


async def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--think", type=float, default=0.1, help="seconds between turns of one client")
    arguments = parser.parse_args()
    times, visits = [], []
    started = time.perf_counter()
    clients = [run_client(arguments, started + arguments.seconds, times, visits) for _ in range(arguments.clients)]
    await asyncio.gather(*clients)
    took = time.perf_counter() - started
    times.sort()
    at = lambda part: times[min(len(times) - 1, int(len(times) * part))] * 1000
    print(f"machine   {machine()}")
    print(f"clients   {arguments.clients}, thinking {arguments.think} s")
    print(f"visits    {len(visits)}, turns {len(times)} in {took:.1f} s")
    print(f"turns/s   {len(times) / took:.0f}")
    print(f"turn ms   p50 {at(0.5):.2f}  p95 {at(0.95):.2f}  p99 {at(0.99):.2f}  max {times[-1] * 1000:.2f}")


if __name__ == "__main__":
    asyncio.run(main())
