"""Whether match probabilities hold: declared against realised precision of level B, and ECE of the residue, over several seeds.

    python benchmarks/linkage_calibration.py [--persons 30000 300000 1000000] [--seeds 10] [--first 501]

An imaginary county of each size and seed is written and linked, each in a process of its own; every weighed pair is judged by
the truth. ECE is over pairs from the candidate floor on (links, possible links and dropped ones), in 20 bins of equal mass,
pooled over the seeds. Prints a table and writes benchmarks/results/linkage_calibration.json.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from targeting.evaluation.calibration import calibration, expected_error, precision_at_cut
from targeting.frames.identity import IDENTITIES, JUDGEMENTS, LEDGER
from targeting.linkage import resolve
from targeting.registers.intake import read_register
from targeting.simulate import county
from targeting.specs.linkage import load_linkage
from targeting.specs.sources import load_sources

RESULTS = Path(__file__).parent / "results" / "linkage_calibration.json"
AS_OF = date(2026, 10, 31)


def weighed(folder: Path) -> pl.DataFrame:
    """`probability`, `link` and `same` of every weighed pair of a county's first month that is above the candidate floor."""
    spec = load_linkage()
    pairs = load_sources(folder / "sources.toml").pairs()
    identities = IDENTITIES.conform(pl.concat([read_register(source, register).identities for source, register in pairs]))
    residue = resolve.residue(identities, spec=spec, ledger=LEDGER.empty(), judgements=JUDGEMENTS.empty())
    truth = pl.read_csv(folder / "truth" / "identities.csv").rename({"person": "who"})
    who = residue.units.select("unit", "register", "row", "role").join(truth, on=["register", "row", "role"], how="left")
    who = who.select("unit", "who")
    persons = residue.settled.persons.select("person", "unit").join(who, on="unit").select("person", meant="who")
    kept = residue.decided.select("unit", "person", link=pl.col("outcome") == "link")
    found = residue.pairs.select("unit", "person", "probability").join(kept, on=["unit", "person"], how="left")
    found = found.with_columns(pl.col("link").fill_null(value=False))
    found = found.filter(pl.col("link") | (pl.col("probability") >= spec.decision.candidate))
    judged = found.join(who, on="unit", how="left").join(persons, on="person", how="left")
    return judged.select("probability", "link", same=(pl.col("who") == pl.col("meant")).fill_null(value=False))


def one(persons: int, seed: int, to: Path) -> None:
    """The judged pairs of one county stand in a file."""
    with tempfile.TemporaryDirectory() as scratch:
        made = county.simulate(persons, seed=seed, as_of=AS_OF, out=Path(scratch))
        weighed(made.folders[0]).write_parquet(to)


def measured(persons: int, seeds: list[int]) -> dict[str, Any]:
    """The figures of one size, pooled over the seeds."""
    started, parts = time.perf_counter(), []
    with tempfile.TemporaryDirectory() as scratch:
        for seed in seeds:
            file = Path(scratch) / f"{seed}.parquet"
            subprocess.run([sys.executable, __file__, "--one", str(persons), str(seed), str(file)], check=True)
            parts.append(pl.read_parquet(file).with_columns(seed=pl.lit(seed)))
    pairs = pl.concat(parts)
    declared, realised = precision_at_cut(pairs)
    residue = pairs.filter(pl.col("probability") >= load_linkage().decision.candidate)
    return {
        "persons": persons,
        "seeds": seeds,
        "links": realised.cases,
        "wrong": realised.cases - round(realised.value * realised.cases),
        "declared": declared,
        "realised": realised.value,
        "low": realised.low,
        "high": realised.high,
        "holds": realised.low <= declared <= realised.high,
        "residue_pairs": residue.height,
        "ece": expected_error(residue),
        "bins": calibration(residue).to_dicts(),
        "seconds": round(time.perf_counter() - started),
    }


def main() -> None:
    """The figures are printed and kept, size by size."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--persons", type=int, nargs="*", default=[30_000, 300_000, 1_000_000])
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--first", type=int, default=501)
    parser.add_argument("--one", nargs=3)
    given = parser.parse_args()
    if given.one:
        one(int(given.one[0]), int(given.one[1]), Path(given.one[2]))
        return
    kept = json.loads(RESULTS.read_text("utf-8"))["results"] if RESULTS.exists() else []
    for persons in given.persons:
        row = measured(persons, list(range(given.first, given.first + given.seeds)))
        kept = sorted([*(old for old in kept if old["persons"] != persons), row], key=lambda each: int(each["persons"]))
        RESULTS.write_text(json.dumps({"results": kept}, indent=1) + "\n", "utf-8")
        print(_line(row), flush=True)


def _line(row: dict[str, Any]) -> str:
    return (
        f"{row['persons']:>9,} persons, {len(row['seeds'])} seeds: {row['wrong']} of {row['links']:,} links wrong; "
        f"declared {row['declared']:.6f}, realised {row['realised']:.6f} [{row['low']:.6f}, {row['high']:.6f}], "
        f"{'holds' if row['holds'] else 'does not hold'}; "
        f"ECE {row['ece']:.4f} of {row['residue_pairs']:,} pairs; {row['seconds']} s"
    )


if __name__ == "__main__":
    main()
