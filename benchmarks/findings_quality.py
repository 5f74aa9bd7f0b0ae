"""How right the findings are, both directions, on counties with known truth: precision by check, recall by kind of error, and
how often an honest family that looks wrong is named, each with its interval, pooled over seeds.

    python benchmarks/findings_quality.py [--persons 300000] [--seeds 601,602,603]

For each seed: simulate, read, link, screen; the truth is read by the evaluation only. Prints the tables and writes
benchmarks/results/findings_quality.json.
"""

import argparse
import json
import tempfile
from datetime import date
from pathlib import Path

import polars as pl

from targeting.evaluation.findings import FindingEvaluation, pooled
from targeting.jobs import intake, measure, run, simulation
from targeting.settings import Settings

RESULTS = Path(__file__).parent / "results"
DAY = date(2026, 10, 31)
LIMIT = 0.03  # asked of the upper bound of the false findings of each look-alike
CASES = 300  # of each look-alike at least


def one(persons: int, seed: int) -> FindingEvaluation:
    """The findings of one county against its truth."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder) / "home")
        county = simulation.simulate(Path(folder), persons=persons, months=1, seed=seed, as_of=DAY)
        sources = Path(county["snapshots"][0]["sources"])
        intake.take(sources, home=settings.home, as_of=DAY)
        run.link_newest(settings)
        run.screen_newest(settings)
        return measure.found(settings.home, sources.parent / "truth" / "referrals.csv")[1]


def table(measures: pl.DataFrame, slice_: str) -> None:
    """One part of the measures, a line each."""
    for row in measures.filter(pl.col("slice") == slice_).iter_rows(named=True):
        note = ""
        if slice_ == "look-alike":
            note = "" if row["high"] <= LIMIT else "  above the limit"
            note += "" if row["cases"] >= CASES else f"  fewer than {CASES}"
        share = "–" if row["value"] is None else f"{row['value']:.4f} [{row['low']:.4f}, {row['high']:.4f}]"
        print(f"{row['direction']:8} {row['of']:26} {row['measure']:15} {row['of_these']:6} of {row['cases']:7}  {share}{note}")


def main() -> None:
    """The tables are printed and kept."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--persons", type=int, default=300_000)
    parser.add_argument("--seeds", default="601,602,603")
    asked = parser.parse_args()
    parts = []
    for seed in map(int, asked.seeds.split(",")):
        parts.append(one(asked.persons, seed))
        print(f"seed {seed}: {parts[-1].unknown} hits not in the truth", flush=True)
    measures = pooled(parts)
    for slice_ in ("benefit", "check", "kind", "look-alike"):
        table(measures, slice_)
    result = {"persons": asked.persons, "seeds": asked.seeds, "measures": measures.to_dicts()}
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "findings_quality.json").write_text(json.dumps(result, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
