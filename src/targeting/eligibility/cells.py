"""U12: grid cells with far fewer recipients of dibao than their need suggests: a plan of visits, never a finding about a person.

Families are of a kind by what bears on need in registers open to outreach: an insured job or a pension from work, severe
disability, only old people, children. A cell is expected to have as many recipients as its families would be, were each kind paid
as often as in the whole county (indirect standardisation); the chance of so few is Poisson's. The cell is nobody's attribute: it
enters no score and no answer (DOMAIN G10).
"""

import math
from datetime import date

import polars as pl

from targeting.eligibility.coverage import silent
from targeting.eligibility.disability import severely_disabled
from targeting.eligibility.outreach import for_outreach
from targeting.eligibility.situation import DIBAO, Situation, situate
from targeting.frames.outreach import CELLS
from targeting.specs.policy import Policy

CODE = "U12"
KIND = ("earns", "severe", "old", "children")


def cells(
    households: pl.DataFrame,
    awards: pl.DataFrame,
    award_members: pl.DataFrame,
    facts: pl.DataFrame,
    coverage: pl.DataFrame,
    *,
    policy: Policy,
    as_of: date,
) -> pl.DataFrame:
    """Every grid cell with recipients, expected recipients and the chance of so few (CELLS), the least chance first.

    Empty where the check is not declared, not in force, or a register of it is silent or has no outreach basis.
    """
    law = policy.on(as_of)
    check = policy.checks.get(CODE)
    if check is None or not check.enabled or law.basis(check) is None or silent(coverage, check, month=as_of.replace(day=1)):
        return CELLS.empty()
    situation = for_outreach(situate(households, awards, award_members, facts, law=law, as_of=as_of), coverage)
    limit = law.number("cells.shortfall_chance_below")
    counted = (
        _families(situation)
        .drop_nulls("grid_cell")
        .with_columns(expected=pl.col("receives").mean().over(KIND))
        .group_by("grid_cell")
        .agg(
            pl.col("office").drop_nulls().first(),
            pl.col("community").drop_nulls().first(),
            pl.col("expected").sum(),
            families=pl.len().cast(pl.Int64),
            recipients=pl.col("receives").sum().cast(pl.Int64),
        )
    )
    chances = [chance_of_so_few(seen, expected) for seen, expected in counted.select("recipients", "expected").iter_rows()]
    known = counted.with_columns(chance=pl.Series(chances, dtype=pl.Float64)).with_columns(visit=pl.col("chance") < limit)
    return CELLS.conform(known).sort("chance", "grid_cell")


def chance_of_so_few(seen: int, expected: float) -> float:
    """How often a Poisson count with this mean is so small or smaller.

    >>> round(chance_of_so_few(0, 3.0), 4), round(chance_of_so_few(1, 3.0), 4)
    (0.0498, 0.1991)
    """
    term = total = math.exp(-expected)
    for count in range(1, seen + 1):
        term *= expected / count
        total += term
    return min(total, 1.0)


def _families(situation: Situation) -> pl.DataFrame:
    """One row a family: where it lives, its kind, and whether it receives dibao."""
    works = pl.col("kind").is_in(["wage_base", "pension"]) & (pl.col("text") != "resident_pension").fill_null(True)
    earners = situation.facts.filter(works).select("person_id", earns=pl.lit(True)).unique()
    severe = severely_disabled(situation).select("person_id", severe=pl.lit(True))
    paid = situation.paid.filter(pl.col("benefit") == DIBAO).select("person_id", receives=pl.lit(True)).unique()
    old_from, minor_below = situation.law.whole("household.elderly_from_years"), situation.law.minor_below_years
    members = situation.families
    for marks in (earners, severe, paid):
        members = members.join(marks, on="person_id", how="left")
    return members.sort("household_id", "person_id").group_by("household_id", maintain_order=True).agg(
        *(pl.col(name).fill_null(False).any() for name in ("earns", "severe", "receives")),
        *(pl.col(name).drop_nulls().first() for name in ("grid_cell", "office", "community")),
        old=(pl.col("age") >= old_from).fill_null(False).all(),
        children=(pl.col("age") < minor_below).fill_null(False).any(),
    )  # fmt: skip
