"""How well the ranking finds what is truly wrong, findings alone beside the trained score, on counties with known truth.

    python benchmarks/referral_quality.py [persons=30000] [seeds=101,102,103]

For each seed: simulate, run (findings and money rank), train on the county's own past reviews, promote provisionally where
gates allow, screen again. Truth is read by the evaluation only. Writes benchmarks/results/referral_quality.json.
"""

import json
import sys
import tempfile
from datetime import date
from pathlib import Path

from targeting.errors import NotAllowed
from targeting.jobs import measure, run, simulation, train
from targeting.settings import Settings

RESULTS = Path(__file__).parent / "results"
RESULTS.mkdir(exist_ok=True)
DAY = date(2026, 10, 31)
SHOWN = ("base rate", "precision", "recall", "money found", "average precision", "AUC")


def figures(home: Path, truth: Path) -> dict[str, dict[str, float]]:
    """The measures of the newest run, by direction."""
    rows = measure.referrals(home, truth)["measures"]
    return {
        direction: {
            row["measure"]: row["value"]
            for row in rows
            if row["slice"] == "direction" and row["of"] == direction and row["measure"] in SHOWN
        }
        for direction in ("over", "missing")
    }


def one(persons: int, seed: int) -> dict[str, object]:
    """The figures of one county, findings alone and with the score."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder) / "home")
        county = simulation.simulate(Path(folder), persons=persons, months=1, seed=seed, as_of=DAY)
        sources = Path(county["snapshots"][0]["sources"])
        truth = sources.parent / "truth" / "referrals.csv"
        run.run(sources, settings=settings, as_of=DAY)
        alone = figures(settings.home, truth)
        trained = train.train_over(settings, by="benchmark")
        gates = {gate["gate"]: gate["answer"] for gate in trained["gates"]}
        try:
            train.promote(settings, version=trained["version"], approver="reader of the table", provisional="benchmark")
            run.screen_newest(settings)
            scored = figures(settings.home, truth)
        except NotAllowed:
            scored = None
    return {"seed": seed, "reviews": trained["reviews"], "gates": gates, "findings_and_money": alone, "score": scored}


def main() -> None:
    """The table is printed and kept."""
    persons = int(sys.argv[1]) if len(sys.argv) > 1 else 30_000
    seeds = [int(seed) for seed in (sys.argv[2] if len(sys.argv) > 2 else "101,102,103").split(",")]
    rows = []
    for seed in seeds:
        rows.append(one(persons, seed))
        for ranking in ("findings_and_money", "score"):
            for direction, values in (rows[-1][ranking] or {}).items():
                print(
                    f"seed {seed}  {ranking:19} {direction:8}",
                    {name: round(value, 3) for name, value in values.items()},
                    flush=True,
                )
    (RESULTS / "referral_quality.json").write_text(json.dumps({"persons": persons, "rows": rows}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
