"""Kills `targeting run` at random moments and repeats it: the end state must equal that of a run left alone.

    python benchmarks/kill_and_repeat.py tests/county/sources.toml 2026-10-31 [kills=20] [seed=1]

Compares the bytes of every export but `cases`, and of `cases` the columns that hold no instant or random number. Writes
benchmarks/results/kill_and_repeat.json; exit code 1 where an end state differs.
"""

import hashlib
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import polars as pl

RESULTS = Path(__file__).parent / "results"
RESULTS.mkdir(exist_ok=True)
EXPORTS = ("links", "persons", "rejects", "findings", "referrals")
CLI = [sys.executable, "-m", "targeting.cli"]


def command(sources: str, as_of: str, home: str) -> list[str]:
    """The run under test."""
    return [*CLI, "run", "--sources", sources, "--as-of", as_of, "--home", home, "--json"]


def end_state(home: str) -> dict[str, str]:
    """A hash of each export, and the cases without instants and random numbers."""
    state = {}
    for name in EXPORTS:
        file = Path(home) / f"{name}.parquet"
        subprocess.run([*CLI, "export", name, "--to", str(file), "--home", home], check=True, capture_output=True)
        state[name] = hashlib.sha256(file.read_bytes()).hexdigest()
    file = Path(home) / "cases.parquet"
    subprocess.run([*CLI, "export", "cases", "--to", str(file), "--home", home], check=True, capture_output=True)
    cases = pl.read_parquet(file)
    stable = [c for c in ("subject", "direction", "benefit", "state", "checks", "amount_month") if c in cases.columns]
    state["cases"] = hashlib.sha256(cases.select(stable).sort(stable).write_csv().encode()).hexdigest()
    verified = subprocess.run([*CLI, "audit", "verify", "--home", home, "--json"], capture_output=True, text=True)
    state["audit_intact"] = str(json.loads(verified.stdout)["intact"])
    return state


def main() -> None:
    """Twenty homes, each killed once at a random moment and repeated, against one left alone."""
    sources, as_of = sys.argv[1], sys.argv[2]
    kills = int(sys.argv[3]) if len(sys.argv) > 3 else 20
    chance = random.Random(int(sys.argv[4]) if len(sys.argv) > 4 else 1)
    with tempfile.TemporaryDirectory() as alone:
        started = time.perf_counter()
        subprocess.run(command(sources, as_of, alone), check=False, capture_output=True)
        whole = time.perf_counter() - started
        expected = end_state(alone)
    rows = []
    for number in range(kills):
        with tempfile.TemporaryDirectory() as home:
            after = chance.uniform(0.05, whole)
            process = subprocess.Popen(command(sources, as_of, home), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(after)
            process.send_signal(signal.SIGKILL)
            process.wait()
            subprocess.run(command(sources, as_of, home), check=False, capture_output=True)
            state = end_state(home)
        differs = sorted(name for name in expected if state[name] != expected[name])
        rows.append({"killed_after_s": round(after, 2), "differs": differs})
        print(f"{number + 1:3d}  killed after {after:6.2f} s of {whole:.2f} s  {differs or 'same'}", flush=True)
    same = sum(not row["differs"] for row in rows)
    result = {"sources": sources, "uninterrupted_seconds": round(whole, 2), "kills": kills, "same_end_state": same, "rows": rows}
    (RESULTS / "kill_and_repeat.json").write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    print(f"{same} of {kills} end states are the same")
    sys.exit(0 if same == kills else 1)


if __name__ == "__main__":
    main()
