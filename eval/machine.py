"""What a report says about where its figures come from. Standard library only."""
import datetime, json, os, pathlib, platform, subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


def stamp(command):
    """Date, machine, command and commit; the load is that of the last minute, for others may share the machine."""
    git = lambda *words: subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, text=True).stdout.strip()
    return {"date": datetime.date.today().isoformat(), "command": command, "commit": git("rev-parse", "--short", "HEAD"),
            "machine": f"{processor()}, {os.cpu_count()} cores, {platform.system()} {platform.release()}",
            "load": [round(x, 1) for x in os.getloadavg()]}


def write(path, report):
    path.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
