"""Seconds and peak memory of `targeting run` on register files, from an empty home, several times.

    python benchmarks/run_county.py tests/county/sources.toml 2026-10-31 [runs=3]

Prints a table and writes benchmarks/results/run_county.json.
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

RESULTS = Path(__file__).parent / "results"
RESULTS.mkdir(exist_ok=True)


def run_once(sources: str, as_of: str) -> dict[str, float]:
    """Seconds, peak megabytes and exit code of one run in a home of its own."""
    with tempfile.TemporaryDirectory() as home:
        command = [sys.executable, "-m", "targeting.cli", "run", "--sources", sources, "--as-of", as_of, "--home", home, "--json"]
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        return {
            "seconds": round(time.perf_counter() - started, 2),
            "peak_mb": round(usage.ru_maxrss / 1024, 1),
            "exit_code": os.waitstatus_to_exitcode(status),
        }


def main() -> None:
    """The figures are printed and kept."""
    sources, as_of, runs = sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 3
    measured = [run_once(sources, as_of) for _ in range(runs)]
    for row in measured:
        print(f"{row['seconds']:8.2f} s  {row['peak_mb']:8.1f} MB  exit {row['exit_code']}")
    result = {
        "sources": sources,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "runs": measured,
        "median_seconds": median(row["seconds"] for row in measured),
        "median_peak_mb": median(row["peak_mb"] for row in measured),
    }
    (RESULTS / "run_county.json").write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    print(f"median {result['median_seconds']:.2f} s, {result['median_peak_mb']:.1f} MB")


if __name__ == "__main__":
    main()
