"""How often the hits of each check were confirmed on review, and which checks that switches off (DOMAIN G16).

A review counts for a check that had a hit on the subject in a run of the month before it: what was known when it was chosen.
Reviews whose month was never screened here count for none. Only what was known by `as_of` counts, and only what became known
after a named person last switched the check on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from targeting.cases import check_switches, feedback
from targeting.cases.check_switches import Switch
from targeting.cases.store import Store
from targeting.dates import now
from targeting.evaluation.intervals import wilson
from targeting.jobs import labels
from targeting.jobs.lake import Lake
from targeting.specs.policy import Policy
from targeting.specs.registers import load_registers

_KEY = ["subject_kind", "subject", "benefit", "direction"]


@dataclass(frozen=True, slots=True)
class Measured:
    """One check on review: how many, how many found wrong, and the upper end of the 95 % Wilson interval of that share."""

    check: str
    reviews: int
    confirmed: int
    upper: float


def switched_off(store: Store, lake: Lake, *, snapshot: str, policy: Policy, as_of: date) -> dict[str, str]:
    """The checks that do not run, with what was measured; those now below their floor are switched off first."""
    turned = check_switches.switches(store)
    for measured in precision(reviewed(store, lake, snapshot=snapshot, as_of=as_of), switches=turned, as_of=as_of):
        check = policy.checks.get(measured.check)
        if check is None or measured.reviews < check.minimum_reviews or measured.upper >= check.precision_floor:
            continue
        if measured.check in turned and not turned[measured.check].running:
            continue
        figures = {
            "reviews": measured.reviews,
            "confirmed": measured.confirmed,
            "upper_95": round(measured.upper, 4),
            "floor": check.precision_floor,
            "as_of": as_of.isoformat(),
        }
        check_switches.switch_off(store, check.code, reason=_said(measured, check.precision_floor), figures=figures, at=now())
    return {code: switch.reason for code, switch in check_switches.switches(store).items() if not switch.running}


def precision(hits: pl.DataFrame, *, switches: Mapping[str, Switch], as_of: date) -> list[Measured]:
    """What was measured of each check, out of reviewed hits (check, label_known_at, outcome), by code."""
    since = {code: switch.at.date() for code, switch in switches.items() if switch.running}
    counted = hits.filter(pl.col("label_known_at") <= as_of, pl.col("outcome").is_in(["wrong", "correct"])).filter(
        pl.col("label_known_at") > pl.col("check").replace_strict(since, default=date.min, return_dtype=pl.Date)
    )
    shares = counted.group_by("check").agg(reviews=pl.len(), confirmed=(pl.col("outcome") == "wrong").sum()).sort("check")
    return [
        Measured(row["check"], row["reviews"], row["confirmed"], wilson(row["confirmed"], row["reviews"]).high)
        for row in shares.iter_rows(named=True)
    ]


def reviewed(store: Store, lake: Lake, *, snapshot: str, as_of: date) -> pl.DataFrame:
    """Each hit that a review looked at, once: check, review, label_known_at, outcome."""
    found = [
        hits_of(known, lake) for known in (_of_reviews(lake, snapshot, as_of), labels.from_cases(feedback.label_rows(store)))
    ]
    return pl.concat(found).unique().sort("check", "review")


def hits_of(known: pl.DataFrame, lake: Lake) -> pl.DataFrame:
    """The labels (LABELS) with each check that had a hit on the subject in the run of the label's month (the last by name)."""
    runs = {name[:7]: name for name in lake.names("runs")}
    parts = [_EMPTY]
    for month, name in sorted(runs.items()):
        of_month = known.filter(pl.col("as_of").dt.strftime("%Y-%m") == month)
        if of_month.height:
            hits = lake.table("runs", name, "findings").filter(pl.col("result") == "hit").select(*_KEY, "check").unique()
            parts.append(of_month.join(hits, on=_KEY).select(_EMPTY.columns))
    return pl.concat(parts)


def _of_reviews(lake: Lake, snapshot: str, as_of: date) -> pl.DataFrame:
    """LABELS of the snapshot's register of reviews; none where it was not received."""
    tables = lake.tables("snapshots", snapshot, {"reviews": None, "assistance_roll": None})
    if len(tables) < 2:
        return labels.from_cases([])
    event = load_registers()["reviews"].event
    lag = event.lag_days if event else 0
    return labels.from_reviews(tables["reviews"], tables["assistance_roll"], as_of=as_of, known_after_days=lag)[0]


_EMPTY = pl.DataFrame(schema={"check": pl.String, "review": pl.String, "label_known_at": pl.Date, "outcome": pl.String})


def _said(measured: Measured, floor: float) -> str:
    share = f"{measured.confirmed} of {measured.reviews} reviewed hits were confirmed"
    return f"{share}: at most {measured.upper:.0%}, below the floor of {floor:.0%}"
