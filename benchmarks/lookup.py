"""Milliseconds of one lookup among 100,000 and 1,000,000 persons, one thread, warm; seconds and memory of the index.

    python benchmarks/lookup.py --persons 100000 1000000 [--homes FOLDER]

Every county is imagined, taken in and linked first, unless FOLDER/<persons> holds a link run already. The index is built with all
cores, kept, and loaded by a process of one thread, which looks 2,000 people up: by exact number, by damaged number, without
number, by name alone, by a name that fills a block, and strangers. Prints a table and writes benchmarks/results/lookup.json.
"""

import argparse
import json
import os
import platform
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from targeting.jobs.lake import Lake
from targeting.linkage import person_index
from targeting.linkage.lookup import PersonIndex
from targeting.linkage.weights import Weights
from targeting.specs.linkage import load_linkage

RESULTS = Path(__file__).parent / "results"
LOOKUPS = 2_000
WARM_UP = 100


def county(home: Path, persons: int) -> None:
    """The home holds a link run of an imaginary county of so many persons."""
    if Lake(home).names("links"):
        return
    with tempfile.TemporaryDirectory() as registers:
        commands = [
            ["simulate", "--to", registers, "--persons", str(persons)],
            ["intake", "--sources", f"{registers}/2026-10/sources.toml", "--as-of", "2026-10-31", "--home", str(home)],
            ["link", "--home", str(home)],
        ]
        for command in commands:
            done = subprocess.run([sys.executable, "-m", "targeting.cli", *command], stdout=subprocess.DEVNULL)
            if done.returncode > 1:  # 1: rows were rejected, as they are in every county
                raise SystemExit(f"targeting {command[0]} ended with {done.returncode}")


def kept_weights(lake: Lake) -> Weights:
    """The weights of the newest link run."""
    run = lake.newest("links")
    return Weights(lake.table("links", run, "weights"), lake.table("links", run, "frequencies"))


def built(home: Path, folder: Path) -> dict[str, float]:
    """The index of the newest link run lies in the folder: seconds, processor seconds, megabytes."""
    lake = Lake(home)
    run = lake.newest("links")
    identities = lake.table("snapshots", lake.manifest("links", run)["snapshot"], "identities")
    links, kept = lake.table("links", run, "links"), kept_weights(lake)
    started, before = time.perf_counter(), time.process_time()
    index = person_index.build(identities, links, kept=kept, spec=load_linkage())
    seconds, processor = time.perf_counter() - started, time.process_time() - before
    person_index.save(index, folder)
    megabytes = sum(file.stat().st_size for file in folder.iterdir()) / 2**20
    return {"build_seconds": round(seconds, 1), "build_cpu_seconds": round(processor, 1), "index_mb": round(megabytes, 1)}


def questions(identities: pl.DataFrame, index: PersonIndex) -> list[tuple[str, dict[str, Any]]]:
    """What is looked up, by kind, in a random order that is the same every time."""
    luck = random.Random(1)
    drawn = identities.filter((pl.col("register") == "population") & (pl.col("id_form") == "valid18")).sample(LOOKUPS, seed=1)
    bearers = index.people.group_by("name_key").len().filter(pl.col("len") <= index.spec.blocking.max_block)
    frequent = bearers.drop_nulls().sort("len", "name_key", descending=True)["name_key"].head(200).to_list()
    asked = []
    for at, one in enumerate(drawn.iter_rows(named=True)):
        name, number = one["name"], one["id_text"]
        place = luck.randrange(6, 17)
        wrong = number[:place] + str((int(number[place]) + 1) % 10) + number[place + 1 :]
        home = {"birth_date": one["birth_date"], "address": one["address"]}
        kinds: list[tuple[str, dict[str, Any]]] = [
            ("exact number", {"name": name, "number": number}),
            ("damaged number", {"name": name, "number": wrong, **home}),
            ("no number", {"name": name, **home}),
            ("name only", {"name": name}),
            ("name of a full block", {"name": luck.choice(frequent), **home}),
            ("stranger", {"name": "郗" + name[1:], "number": "999999" + number[6:-1] + "0", **home}),
        ]
        asked.append(kinds[at % len(kinds)])
    return asked


def measure(home: Path, folder: Path) -> dict[str, Any]:
    """Milliseconds of the lookups in this process, by kind and of all."""
    lake = Lake(home)
    started = time.perf_counter()
    index = person_index.load(folder, kept=kept_weights(lake), spec=load_linkage())
    if index is None:
        raise SystemExit("the index was made by another version of Polars")
    loaded = time.perf_counter() - started
    snapshot = lake.manifest("links", lake.newest("links"))["snapshot"]
    asked = questions(lake.table("snapshots", snapshot, "identities"), index)
    for _, given in asked[:WARM_UP]:
        index.find(given)
    wall, processor = [], []
    for _, given in asked:
        started, before = time.perf_counter(), time.process_time()
        index.find(given)
        wall.append((time.perf_counter() - started) * 1e3)
        processor.append((time.process_time() - before) * 1e3)
    kinds = np.array([kind for kind, _ in asked])
    by_kind = {kind: percentiles(np.array(wall)[kinds == kind]) for kind in sorted(set(kinds.tolist()))}
    return {
        "persons": index.people.height,
        "load_seconds": round(loaded, 2),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "ms": percentiles(np.array(wall)),
        "cpu_ms": percentiles(np.array(processor)),
        "ms_by_kind": by_kind,
    }


def percentiles(values: Any) -> dict[str, float]:
    """Median, 95th and 99th percentile, largest."""
    return {
        name: round(float(np.percentile(values, share)), 2)
        for name, share in (("p50", 50), ("p95", 95), ("p99", 99), ("max", 100))
    }


def main() -> None:
    """The figures are printed and kept."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--persons", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--homes", type=Path)
    parser.add_argument("--measure", type=Path, nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        print(json.dumps(measure(*arguments.measure)))
        return
    found = []
    with tempfile.TemporaryDirectory() as scratch:
        for persons in arguments.persons:
            home, folder = (arguments.homes or Path(scratch)) / str(persons), Path(scratch) / f"index-{persons}"
            county(home, persons)
            made = built(home, folder)
            command = [sys.executable, __file__, "--measure", str(home), str(folder)]
            told = subprocess.run(command, env=os.environ | {"POLARS_MAX_THREADS": "1"}, stdout=subprocess.PIPE, check=True)
            figures = json.loads(told.stdout) | made
            found.append(figures)
            print(f"{figures['persons']:>9,} persons  {figures['ms']}  cpu {figures['cpu_ms']}  {made}", flush=True)
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, Polars {pl.__version__}"
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "lookup.json").write_text(
        json.dumps({"machine": machine, "lookups": LOOKUPS, "found": found}, indent=1) + "\n", "utf-8"
    )


if __name__ == "__main__":
    main()
