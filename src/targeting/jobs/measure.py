"""The newest run against a truth file, or links against a clerical sample: the only job that reads either."""

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from targeting.errors import InvalidInput
from targeting.evaluation import clerical, link_groups
from targeting.evaluation import findings as finding_measures
from targeting.evaluation import links as linkage_measures
from targeting.evaluation import referrals as referral_measures
from targeting.evaluation.truth import read_truth
from targeting.frames.identity import JUDGEMENTS
from targeting.jobs.lake import Lake
from targeting.linkage import resolve
from targeting.linkage.toolkit import read_annotation, write_annotation
from targeting.linkage.weights import Weights
from targeting.specs.linkage import load_linkage
from targeting.specs.parameter_sets import shipped

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


def weighed_pairs(home: Path) -> resolve.Residue:
    """The newest link run's weighed pairs, dropped ones too, worked out again from its snapshot with its own weights."""
    lake = Lake(home)
    run = lake.newest("links")
    identities = lake.table("snapshots", str(lake.manifest("links", run)["snapshot"]), "identities")
    ledger, weights, frequencies = (lake.table("links", run, table) for table in ("ledger", "weights", "frequencies"))
    trained = Weights(weights, frequencies)
    return resolve.residue(identities, spec=load_linkage(), ledger=ledger, judgements=JUDGEMENTS.empty(), trained=trained)


def sample_links(home: Path, size: int, *, to: Path) -> dict[str, Any]:
    """A sheet of so many pairs of the newest link run for reviewers, and beside it the strata that they were drawn from.

    Raises:
        InvalidInput: the sheet exists already, or the sample is too small.
    """
    if to.exists():
        raise InvalidInput(f"{to.name} exists already; name a new file, so that nobody's judgements are overwritten.")
    lake = Lake(home)
    run = lake.newest("links")
    identities = lake.table("snapshots", str(lake.manifest("links", run)["snapshot"]), "identities")
    linked, candidates, persons = (lake.table("links", run, table) for table in ("links", "candidates", "persons"))
    sample = clerical.draw(clerical.frame(linked, candidates), size)
    write_annotation(to, sample.pairs, *clerical.sheet(sample, identities, persons))
    clerical.design(sample).write_csv(_strata(to))
    return {"link_run": run, "sheet": str(to), "strata_file": str(_strata(to)), "strata": sample.strata.to_dicts()}


def reviewed_links(sheet: Path, *, strata: Path | None = None) -> dict[str, Any]:
    """Precision, recall and F1 by level from an annotated sheet, with 95 % intervals.

    Raises:
        InvalidInput: a file does not exist or is not what it should be, or too few pairs are judged.
    """
    reviewed = read_annotation(_existing(sheet))
    table = pl.read_csv(_existing(strata or _strata(sheet)))
    measured = clerical.estimate(reviewed, clerical.designed(table))
    return {"judged": int(reviewed["match"].count()), "undecided": reviewed["match"].null_count(), "measures": _rounded(measured)}


def _strata(sheet: Path) -> Path:
    return sheet.with_suffix(".strata.csv")


def referrals(home: Path, truth: Path) -> dict[str, Any]:
    """Precision, recall and money found of the newest run, at capacity and over the whole ranking, with 95 % intervals.

    Raises:
        InvalidInput: the truth file does not exist or is not one of referrals.
    """
    lake = Lake(home)
    run = lake.newest("runs")
    persons = lake.table("links", str(lake.manifest("runs", run)["link_run"]), "persons")
    measured = referral_measures.evaluate(lake.table("runs", run, "referrals"), read_truth(_existing(truth)), persons)
    return {
        "run": run,
        "referrals_not_in_truth": measured.unknown,
        "wrong_but_not_ranked": measured.unranked_wrong,
        "measures": _rounded(measured.measures),
    }


def findings(home: Path, truth: Path) -> dict[str, Any]:
    """Precision by check, recall by kind of error and false findings by honest look-alike of the newest run, with intervals.

    Raises:
        InvalidInput: the truth file does not exist or is not one of referrals.
    """
    run, measured = found(home, truth)
    return {"run": run, "hits_not_in_truth": measured.unknown, "measures": _rounded(measured.measures)}


def found(home: Path, truth: Path) -> tuple[str, finding_measures.FindingEvaluation]:
    """The newest run and its findings measured against the truth."""
    lake = Lake(home)
    run = lake.newest("runs")
    manifest = lake.manifest("runs", run)
    persons = lake.table("links", str(manifest["link_run"]), "persons")
    checks = shipped(manifest["law"]["jurisdiction"]).policy.checks.values()
    inform = [check.code for check in checks if check.direction == "over" and check.consequence == "inform"]
    hits = lake.table("runs", run, "findings").filter(pl.col("result") == "hit")
    return run, finding_measures.evaluate(hits, read_truth(_existing(truth)), persons, inform=inform)


def _existing(file: Path) -> Path:
    if not file.is_file():
        raise InvalidInput(f"The file {file} does not exist.")
    return file


def _rounded(frame: pl.DataFrame) -> list[dict[str, Any]]:
    return frame.with_columns(pl.col(pl.Float64).round(4)).to_dicts()
