"""The newest run against a truth file: the only job that reads one."""

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from targeting.errors import InvalidInput
from targeting.evaluation import link_groups
from targeting.evaluation import links as linkage_measures
from targeting.evaluation import referrals as referral_measures
from targeting.jobs.lake import Lake

BY = ("register", "group")


def links(home: Path, truth: Path, *, by: str = "register") -> dict[str, Any]:
    """Precision, recall and F1 of the newest links by level and by register or by group of people, with 95 % intervals.

    Raises:
        InvalidInput: the truth file does not exist or is not one of links, or `by` is neither register nor group.
    """
    if by not in BY:
        raise InvalidInput(f"--by is {by!r}; expected {' or '.join(BY)}.")
    lake = Lake(home)
    run = lake.newest("links")
    verified = linkage_measures.read_truth(_existing(truth))
    linked, persons = (lake.table("links", run, table) for table in ("links", "persons"))
    if by == "register":
        return {"link_run": run, "measures": _rounded(linkage_measures.evaluate(linked, persons, verified))}
    snapshot = str(lake.manifest("links", run)["snapshot"])
    protected = pl.read_parquet(home / "audit" / snapshot / "protected.parquet")
    as_of = date.fromisoformat(lake.manifest("snapshots", snapshot)["as_of"])
    measured = link_groups.evaluate_groups(linked, persons, verified, protected, as_of=as_of)
    return {"link_run": run, "measures": _rounded(measured)}


def referrals(home: Path, truth: Path) -> dict[str, Any]:
    """Precision, recall and money found of the newest run, at capacity and over the whole ranking, with 95 % intervals.

    Raises:
        InvalidInput: the truth file does not exist or is not one of referrals.
    """
    lake = Lake(home)
    run = lake.newest("runs")
    persons = lake.table("links", str(lake.manifest("runs", run)["link_run"]), "persons")
    measured = referral_measures.evaluate(
        lake.table("runs", run, "referrals"), referral_measures.read_truth(_existing(truth)), persons
    )
    return {
        "run": run,
        "referrals_not_in_truth": measured.unknown,
        "wrong_but_not_ranked": measured.unranked_wrong,
        "measures": _rounded(measured.measures),
    }


def _existing(truth: Path) -> Path:
    if not truth.is_file():
        raise InvalidInput(f"The truth file {truth} does not exist.")
    return truth


def _rounded(frame: pl.DataFrame) -> list[dict[str, Any]]:
    return frame.with_columns(pl.col(pl.Float64).round(4)).to_dicts()
