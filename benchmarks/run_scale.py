"""Seconds and peak memory of each stage of `targeting run` on a county of a given size, from an empty home.

    python benchmarks/run_scale.py [--persons 1000000] [--county FOLDER]

Imagines the county in a temporary folder (timed as its own line), or takes the month's folder FOLDER with its sources.toml. A
score trained on a county of its own ranks, so that features, score and its reasons are measured too. The seconds of a stage are
those that the run itself tells on standard error; what is left is start, lake and store. The peak of a stage is the high-water
mark of resident memory since the stage before (Linux: `VmHWM`, set back through `clear_refs`). Prints a table and writes
benchmarks/results/run_scale.json.
"""

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RESULTS = Path(__file__).parent / "results"
AS_OF = "2026-10-31"
TRAINED_ON = 30_000
SEED = 7
STAGES = {
    "read ": "intake",
    "write the snapshot": "intake",
    "link identities": "link",
    "families and facts": "households and facts",
    "findings": "findings",
    "places to visit": "findings",
    "features and scores": "features and score",
    "reasons": "reasons",
    "ranking of referrals": "referrals",
    "open cases": "case opening",
}
REST, WHOLE = "start, lake and store", "whole run"
STEP = re.compile(r"✓ (?P<step>.+) (?P<seconds>[\d.]+) s$")


def targeting(*arguments: str) -> None:
    """The command has run to its end; rejected rows (exit code 1) are no failure."""
    done = subprocess.run([sys.executable, "-m", "targeting.cli", *arguments], capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise SystemExit(f"targeting {arguments[0]} failed:\n{done.stderr}")


def imagine(to: Path, persons: int) -> tuple[Path, float]:
    """The month's folder of an imaginary county, and the seconds that it took."""
    started = time.perf_counter()
    targeting("simulate", "--to", str(to), "--persons", str(persons), "--seed", str(SEED), "--as-of", AS_OF)
    return to / AS_OF[:7], time.perf_counter() - started


def train(scratch: Path) -> Path:
    """The folder of published scores, with one trained on the past reviews of a small county."""
    county, _ = imagine(scratch / "small", TRAINED_ON)
    home = ("--home", str(scratch / "trained"))
    targeting("run", "--sources", str(county / "sources.toml"), "--as-of", AS_OF, *home)
    targeting("train", "over", "--by", "benchmark", *home)
    targeting("promote", "1", "--approver", "second benchmark", "--provisional", "to measure its seconds", *home)
    return scratch / "trained" / "models"


def measure(county: Path, home: Path) -> dict[str, dict[str, float]]:
    """Seconds and peak megabytes by stage, of one run in the home."""
    command = ["run", "--sources", str(county / "sources.toml"), "--as-of", AS_OF, "--home", str(home), "--json"]
    stages = {stage: {"seconds": 0.0, "peak_mb": 0.0} for stage in (*STAGES.values(), REST)}
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "targeting.cli", *command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    for line in process.stderr:
        if found := STEP.match(line.strip()):
            stage = stages[next(stage for step, stage in STAGES.items() if found["step"].startswith(step))]
            stage["seconds"] += float(found["seconds"])
            stage["peak_mb"] = max(stage["peak_mb"], peak_since_last(process.pid))
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        raise SystemExit("The run failed.")
    seconds = time.perf_counter() - started
    stages[REST]["seconds"] = seconds - sum(stage["seconds"] for stage in stages.values())
    peak = max(stage["peak_mb"] for stage in stages.values())
    stages[WHOLE] = {"seconds": seconds, "peak_mb": peak, "cpu_seconds": usage.ru_utime + usage.ru_stime}
    return stages


def peak_since_last(pid: int) -> float:
    """The process's high-water mark of resident memory in megabytes since this was last asked."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    Path(f"/proc/{pid}/clear_refs").write_text("5", "ascii")
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]


def main() -> None:
    """The figures are printed and kept."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--persons", type=int, default=1_000_000)
    parser.add_argument("--county", type=Path, help="folder of a month with sources.toml, instead of imagining one")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        county, imagined = (asked.county, None) if asked.county else imagine(Path(scratch) / "county", asked.persons)
        home = Path(scratch) / "home"
        shutil.copytree(train(Path(scratch)), home / "models")
        stages = measure(county, home)
    if imagined is not None:
        print(f"{'imagine the county':24}{imagined:9.1f} s")
    for stage, row in stages.items():
        peak = f"{row['peak_mb']:10,.0f} MB" if row["peak_mb"] else ""
        print(f"{stage:24}{row['seconds']:9.1f} s{peak}")
    result = {
        "persons": asked.persons if imagined is not None else None,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "imagine_seconds": imagined and round(imagined, 1),
        "stages": {stage: {name: round(value, 1) for name, value in row.items()} for stage, row in stages.items()},
    }
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "run_scale.json").write_text(json.dumps(result, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
