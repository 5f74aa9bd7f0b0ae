"""Linking a month in which one row in a hundred changed: only what the change can reach, against everything again.

    python benchmarks/linkage_incremental.py [--persons 300000 1000000] [--share 0.01] [--homes FOLDER]

Every county is imagined and taken in first, unless FOLDER/<persons> holds a snapshot already. Its first month is linked with
weights learnt; of the next, a quarter of `--share` of the rows of every register is gone, as many came, as many have another
letter in a name and as many another number. That month is linked twice from the same home, each in a process of its own: as
`targeting link` does it, and with `--full`. Seconds include reading and writing; all tables are compared. Prints a table and
writes benchmarks/results/linkage_incremental.json.
"""

import argparse
import json
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from targeting.frames.identity import IDENTITIES
from targeting.identifiers.resident_id import check_character
from targeting.jobs import link
from targeting.jobs.lake import Lake

RESULTS = Path(__file__).parent / "results" / "linkage_incremental.json"
TABLES = ("links", "evidence", "candidates", "persons", "ledger")
NEXT = "next-month"


def snapshot(home: Path, persons: int) -> Path:
    """The identities of an imaginary county of so many persons, or those that lie in the home."""
    if not Lake(home).names("snapshots"):
        with tempfile.TemporaryDirectory() as registers:
            for command in (
                ["simulate", "--to", registers, "--persons", str(persons)],
                ["intake", "--sources", f"{registers}/2026-10/sources.toml", "--as-of", "2026-10-31", "--home", str(home)],
            ):
                done = subprocess.run([sys.executable, "-m", "targeting.cli", *command], stdout=subprocess.DEVNULL)
                if done.returncode > 1:  # 1: rows were rejected, as they are in every county
                    raise SystemExit(f"targeting {command[0]} ended with {done.returncode}")
    return Lake(home).folder("snapshots", Lake(home).newest("snapshots")) / "identities.parquet"


def next_month(identities: pl.DataFrame, share: float, *, seed: int) -> pl.DataFrame:
    """The identities after so large a share of the rows of every register has changed; rows are numbered without gaps again."""
    random = np.random.default_rng(seed)
    rows = identities.select("register", "row").unique(maintain_order=True)
    happened = np.select(
        [random.random(rows.height) < share], [random.choice(["gone", "came", "name", "number"], rows.height)], default=""
    )
    frame = identities.join(rows.with_columns(happened=pl.Series(happened)), on=["register", "row"], maintain_order="left")
    frame = frame.filter(pl.col("happened") != "gone").with_columns(at=pl.col("row").cast(pl.Float64))
    came = frame.filter(pl.col("happened") == "came").with_columns(at=pl.col("at") + 0.5, happened=pl.lit("new"))
    frame = pl.concat([frame, came]).with_row_index("line")
    other = frame["name_key"].shuffle(seed=seed)
    key, happened_to = pl.col("name_key"), pl.col("happened")
    misspelt = (
        happened_to.is_in(["name", "new"])
        & (pl.col("kind") == "person")
        & (key.str.len_chars() > 1)
        & pl.lit(other).is_not_null()
    )
    written = pl.concat_str(key.str.slice(0, key.str.len_chars() - 1), pl.lit(other).str.slice(-1))
    frame = frame.with_columns(pl.when(misspelt).then(written).otherwise(name).alias(name) for name in ("name", "name_key"))
    numbers = frame.filter(happened_to.is_in(["number", "new"]) & (pl.col("id_form") == "valid18")).select("line", "id_text")
    first17 = [f"{text[:14]}{random.integers(1, 1000):03d}" for text in numbers["id_text"]]
    numbers = numbers.select("line", renumbered=pl.Series([text + check_character(text) for text in first17], dtype=pl.String))
    frame = frame.join(numbers, on="line", how="left", maintain_order="left")
    frame = frame.with_columns(id_text=pl.coalesce("renumbered", "id_text"))
    frame = frame.with_columns(resident_id=pl.coalesce("renumbered", "resident_id"))
    row = pl.col("at").rank("dense").over("register").cast(pl.Int64)
    return IDENTITIES.conform(frame.with_columns(row=row))


def linked(home: Path, *, full: bool) -> dict[str, float]:
    """The newest snapshot of the home is linked in a process of its own: processor seconds, seconds, peak memory, and how."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, __file__, "--link", str(home), *["--full"] * full], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"cpu_s": round(seconds, 2), "s": round(time.perf_counter() - started, 2)}


def measured(home: Path, persons: int, share: float, scratch: Path) -> dict[str, Any]:
    """The figures of one size."""
    first = pl.read_parquet(snapshot(home, persons))
    for name, identities in (("first-month", first), (NEXT, next_month(first, share, seed=persons))):
        for folder in ("full", "part"):
            Lake(scratch / folder).write("snapshots", name, {"identities": identities}, {"snapshot": name})
        if name != NEXT:
            learnt = linked(scratch / "part", full=False)
            shutil.copytree(scratch / "part" / "lake" / "links", scratch / "full" / "lake" / "links")
            shutil.copytree(scratch / "part" / "lake" / "identity", scratch / "full" / "lake" / "identity")
    part, whole = linked(scratch / "part", full=False), linked(scratch / "full", full=True)
    lakes = {folder: Lake(scratch / folder) for folder in ("part", "full")}
    runs = {folder: lake.newest("links") for folder, lake in lakes.items()}
    manifests = {folder: lake.manifest("links", runs[folder]) for folder, lake in lakes.items()}
    equal = {
        table: lakes["part"].table("links", runs["part"], table).equals(lakes["full"].table("links", runs["full"], table))
        for table in TABLES
    }
    left = lakes["part"].folder("links", runs["part"]) / link.STANDING
    return {
        "persons": persons,
        "identities": first.height,
        "changed": manifests["part"]["identities_changed"],
        "redecided": manifests["part"]["redecided"],
        "open_records": manifests["full"]["redecided"],
        "weights_learnt": learnt,
        "whole": whole,
        "what_changed": part,
        "cpu_share": round(part["cpu_s"] / whole["cpu_s"], 3),
        "equal": equal,
        "left_mb": round(sum(file.stat().st_size for file in left.iterdir()) / 1e6),
    }


def main() -> None:
    """Measures every size and keeps the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--persons", type=int, nargs="+", default=[300_000, 1_000_000])
    parser.add_argument("--share", type=float, default=0.01)
    parser.add_argument("--homes", type=Path)
    parser.add_argument("--link", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--full", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.link is not None:
        link.link(asked.link, full=asked.full)
        return
    found = []
    for persons in asked.persons:
        with tempfile.TemporaryDirectory() as scratch:
            home = asked.homes / str(persons) if asked.homes else Path(scratch) / "home"
            found.append(measured(home, persons, asked.share, Path(scratch)))
            print(json.dumps(found[-1]))
    machine = {"machine": platform.machine(), "python": platform.python_version(), "polars": pl.__version__}
    RESULTS.write_text(json.dumps({"share": asked.share, "runs": found, **machine}, indent=1) + "\n", "utf-8")
    print("| persons | changed | decided again | whole, CPU s | what changed, CPU s | share | equal |\n" + "|---" * 7 + "|")
    for one in found:
        again = f"{one['redecided']:,} of {one['open_records']:,}"
        seconds = f"{one['whole']['cpu_s']} | {one['what_changed']['cpu_s']} | {one['cpu_share']:.3f}"
        print(f"| {one['persons']:,} | {one['changed']:,} | {again} | {seconds} | {all(one['equal'].values())} |")


if __name__ == "__main__":
    main()
