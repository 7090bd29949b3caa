#!/usr/bin/env python3
"""Load on a running service: N clients hold visits over HTTP; prints the time of a turn.

    jiwen serve --data /tmp/jiwen-load      # with JIWEN__RATE__ENABLED=false
    python3 benches/load.py --clients 50 --seconds 20 --think 1

`scripts/load.sh` starts the service, calls this and stops it again. A client waits `--think` seconds
on average between two turns (patients do; 0 is the most the service can take, where the time of a turn
is mostly waiting in line). Standard library only. Client and service share the machine, so part of a
turn's time is this program's own: `client_share` says how much of one core it used.
"""
import argparse
import asyncio
import datetime
import json
import os
import platform
import random
import resource
import sys
import time

OPENING = {
    "channel": "api",
    "patient": {"age": 62, "sex": "female"},
    "consent": {"version": "1", "scopes": ["triage"]},
}
FIRST = [
    "腰疼三个多月了,左腿发麻",
    "脖子疼,手指头也麻,写字不太得劲",
    "膝盖肿着疼半年了,早上起来僵得很,要一个多钟头才活动得开,手指头关节也疼",
    "我这个腰杆连到右边脚杆扯起痛,痛了三个多月咯,脚背有点麻,咳嗽的时候更恼火",
    "肩膀抬不起来,晚上疼得睡不着,贴膏药也不管用,快两个月了",
    "昨天搬东西闪了腰",
]
WORDS = [
    "没有",
    "不太清楚",
    "跟以前一样",
    "六七分吧",
    "走路多了就疼,歇一会儿好",
    "以前没做过检查,就吃过几天止痛药,也没什么用",
]


class Connection:
    """One kept-alive HTTP/1.1 connection."""

    def __init__(self, host, port):
        self.host, self.port = host, port

    async def open(self):
        self.reader, self.writer = await asyncio.open_connection(self.host, self.port)

    async def post(self, path, body, token=None):
        data = json.dumps(body).encode()
        auth = f"Authorization: Bearer {token}\r\n" if token else ""
        head = (
            f"POST {path} HTTP/1.1\r\nHost: x\r\n{auth}Content-Type: application/json\r\n"
            f"Content-Length: {len(data)}\r\n\r\n"
        )
        started = time.perf_counter()
        self.writer.write(head.encode() + data)
        head = await self.reader.readuntil(b"\r\n\r\n")
        status = int(head[9:12])
        length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
        text = await self.reader.readexactly(length)
        # Reading the answer's JSON is this program's time, not the service's.
        elapsed = time.perf_counter() - started
        return status, json.loads(text), elapsed


def answer_to(reply):
    """Taps or words, as a patient may choose."""
    question = reply["question"] or {}
    options = question.get("options") or []
    if question.get("slot") == "chief_complaint":
        return {"text": random.choice(FIRST)}
    if options and random.random() < 0.5:
        return {"choices": [random.choice(options)["id"]]}
    return {"text": random.choice(WORDS)}


class Tally:
    """What all clients saw."""

    def __init__(self):
        self.taps, self.texts, self.visits, self.errors = [], [], 0, []


async def run_client(arguments, until, tally):
    connection = Connection(arguments.host, arguments.port)
    await connection.open()
    await asyncio.sleep(random.random() * arguments.think)
    while time.perf_counter() < until:
        try:
            status, opened, _ = await connection.post("/v1/sessions", OPENING)
            if status != 201:
                raise ValueError(f"open: {status} {opened}")
            tally.visits += 1
            path, token, reply = f"/v1/sessions/{opened['session_id']}/turns", opened["token"], opened["reply"]
            while not reply["done"] and time.perf_counter() < until:
                if arguments.think:
                    await asyncio.sleep(arguments.think * (0.5 + random.random()))
                body = answer_to(reply)
                status, answer, took = await connection.post(path, body, token)
                if status != 200:
                    raise ValueError(f"turn: {status} {answer}")
                (tally.texts if "text" in body else tally.taps).append(took)
                reply = answer["reply"]
        except (OSError, EOFError, ValueError, StopIteration) as error:
            tally.errors.append(repr(error))
            await asyncio.sleep(0.1)
            connection = Connection(arguments.host, arguments.port)
            await connection.open()


def machine():
    """What this ran on."""
    model, memory = platform.processor() or platform.machine(), None
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            model = next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
        with open("/proc/meminfo", encoding="utf-8") as lines:
            memory = round(int(next(lines).split()[1]) / 1024 / 1024, 1)
    except (OSError, StopIteration):
        pass
    return {
        "cpu": model,
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": memory,
        "system": f"{platform.system()} {platform.release()}",
    }


def resident(pid):
    """Resident memory of the service in MiB."""
    with open(f"/proc/{pid}/status", encoding="utf-8") as lines:
        return round(next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024, 1)


def quantiles(times):
    """Milliseconds."""
    times = sorted(times)
    if not times:
        return None
    at = lambda part: round(times[min(len(times) - 1, int(len(times) * part))] * 1000, 2)
    return {"count": len(times), "p50": at(0.5), "p95": at(0.95), "p99": at(0.99), "max": round(times[-1] * 1000, 2)}


async def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--think", type=float, default=1, help="seconds between turns of one client, on average")
    parser.add_argument("--pid", type=int, help="process of the service, for its memory")
    parser.add_argument("--cold-start-ms", type=float)
    parser.add_argument("--rss-before-mib", type=float)
    parser.add_argument("--report", help="write everything here as JSON")
    arguments = parser.parse_args()
    tally = Tally()
    started = time.perf_counter()
    clients = [run_client(arguments, started + arguments.seconds, tally) for _ in range(arguments.clients)]
    await asyncio.gather(*clients)
    took = time.perf_counter() - started
    used = resource.getrusage(resource.RUSAGE_SELF)
    turns = len(tally.taps) + len(tally.texts)
    report = {
        "date": datetime.datetime.now(datetime.timezone.utc).date().isoformat(),
        "command": "scripts/load.sh" if arguments.pid else " ".join(["python3", *sys.argv]),
        "machine": machine(),
        "clients": arguments.clients,
        "think_s": arguments.think,
        "seconds": round(took, 1),
        "visits": tally.visits,
        "turns_per_s": round(turns / took, 1),
        "errors": len(tally.errors),
        "turn_ms": quantiles(tally.taps + tally.texts),
        "text_turn_ms": quantiles(tally.texts),
        "tap_turn_ms": quantiles(tally.taps),
        "client_share": round((used.ru_utime + used.ru_stime) / took, 2),
        "cold_start_ms": arguments.cold_start_ms,
        "rss_before_mib": arguments.rss_before_mib,
        "rss_after_mib": resident(arguments.pid) if arguments.pid else None,
    }
    show(report)
    for error in tally.errors[:3]:
        print(f"error      {error}")
    if arguments.report:
        with open(arguments.report, "w", encoding="utf-8") as out:
            json.dump(report, out, ensure_ascii=False, indent=2)
            out.write("\n")
    if tally.errors or not turns:
        sys.exit(1)


def show(report):
    where = report["machine"]
    print(f"machine    {where['cpu']}, {where['cores']} cores, {where['memory_gib']} GiB, {where['system']}")
    print(f"load       {report['clients']} clients for {report['seconds']} s, thinking {report['think_s']} s")
    print(f"visits     {report['visits']}, {report['turns_per_s']} turns/s, {report['errors']} errors")
    for name in ("turn_ms", "text_turn_ms", "tap_turn_ms"):
        times = report[name]
        if times:
            print(
                f"{name.removesuffix('_ms'):<10} p50 {times['p50']:.2f}  p95 {times['p95']:.2f}  "
                f"p99 {times['p99']:.2f}  max {times['max']:.2f} ms  ({times['count']})"
            )
    if report["cold_start_ms"] is not None:
        print(f"cold start {report['cold_start_ms']:.0f} ms")
        print(f"memory     {report['rss_before_mib']} MiB at the start, {report['rss_after_mib']} MiB after the load")


if __name__ == "__main__":
    asyncio.run(main())
