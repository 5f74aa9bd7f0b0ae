"""All that a feature may be computed from: the contract tables, narrowed to what the declaration admits and what `as_of` knew.

A column that no declared feature asks for never reaches a feature function, so none can be derived from it (G10).
"""

from dataclasses import dataclass
from datetime import date

import polars as pl

from targeting.dates import Month
from targeting.errors import InvalidInput
from targeting.specs.scoring import EvidenceSpec, ScoringSpec

AWARD = ["benefit", "case_no"]
MONTHS_OF_INCOME = 6


@dataclass(frozen=True, slots=True)
class Inputs:
    """The narrowed tables of one date.

    `subjects`: one award a row. `people`: subject, person_id, level, group (listed, family, or beside: co-resident or of the same
    booklet, on no list of the award). `findings`: one row a subject and check. `facts`: those that held in the months of income.
    `family`: the assessed family of each subject. `shared`: accounts and phones shared with other awards. `weighs`: what a hit
    is worth.
    """

    as_of: date
    subjects: pl.DataFrame
    people: pl.DataFrame
    findings: pl.DataFrame
    facts: pl.DataFrame
    family: pl.DataFrame
    shared: pl.DataFrame
    weighs: EvidenceSpec

    def each(self, values: pl.DataFrame, *, nothing: float | None) -> pl.DataFrame:
        """`values` (subject, value) for every subject, with `nothing` where there is none."""
        joined = self.subjects.select("subject").join(values.select("subject", "value"), on="subject", how="left")
        value = pl.col("value").cast(pl.Float64)
        return joined.with_columns(value if nothing is None else value.fill_null(nothing))

    def of_people(self, kinds: tuple[str, ...], *, groups: tuple[str, ...]) -> pl.DataFrame:
        """The facts of these kinds about the people of these groups: subject, person_id, kind, value, months, current."""
        people = self.people.filter(pl.col("group").is_in(groups)).select("subject", "person_id")
        return people.join(self.facts.filter(pl.col("kind").is_in(kinds)), on="person_id")


def narrowed(
    findings: pl.DataFrame,
    facts: pl.DataFrame,
    households: pl.DataFrame,
    awards: pl.DataFrame,
    award_members: pl.DataFrame,
    ties: pl.DataFrame,
    *,
    spec: ScoringSpec,
    evidence: EvidenceSpec,
    as_of: date,
) -> Inputs:
    """The tables without what no feature asks for.

    Raises:
        InvalidInput: a fact became known after `as_of`: the features would know the future.
    """
    check_known(facts, as_of=as_of)
    asked = _asked(spec)
    subjects = awards.with_columns(subject=pl.format("{}:{}", "benefit", "case_no"))
    member = award_members.with_columns(subject=pl.format("{}:{}", "benefit", "case_no"))
    tied = ties.with_columns(subject=pl.format("{}:{}", "benefit", "case_no"))
    columns = asked.get("awards", set()) - {"benefit"}
    return Inputs(
        as_of=as_of,
        subjects=subjects.select("subject", "benefit", *sorted(columns)),
        people=_people(member, tied, kinds=asked.get("ties", set())),
        findings=_findings(findings, spec=spec, evidence=evidence, checks=asked.get("findings", set())),
        facts=_in_force(facts, kinds=asked.get("facts", set()), as_of=as_of),
        family=households.select("household_id", "person_id").join(subjects.select("subject", "household_id"), on="household_id"),
        weighs=evidence,
        shared=tied.filter(pl.col("kind").is_in(asked.get("ties", set())), pl.col("other_award") != "").select("subject", "kind"),
    )


def check_known(facts: pl.DataFrame, *, as_of: date) -> None:
    """Nothing in the facts became known after `as_of`.

    Raises:
        InvalidInput: with the number of later facts of each register.
    """
    later = facts.filter(pl.col("known_at") > as_of).group_by("register").len().sort("register")
    if len(later):
        faults = [f"{register}: {count} facts became known after {as_of}" for register, count in later.rows()]
        raise InvalidInput(
            f"Features as of {as_of} may not use facts that became known later. Build the facts as of then.", faults=faults
        )


def _asked(spec: ScoringSpec) -> dict[str, set[str]]:
    asked: dict[str, set[str]] = {}
    for feature in spec.features:
        for text in feature.inputs:
            table, _, column = text.partition(".")
            asked.setdefault(table, set()).add(column)
    return asked


def _people(members: pl.DataFrame, ties: pl.DataFrame, *, kinds: set[str]) -> pl.DataFrame:
    """Each person once an award: a listed one is listed, whoever else they are."""
    listed = members.filter(pl.col("person_id").is_not_null()).select("subject", "person_id", "level", group=pl.lit("listed"))
    beside = ties.filter(pl.col("person_id").is_not_null(), pl.col("kind").is_in(kinds)).select(
        "subject",
        "person_id",
        "level",
        group=pl.when(pl.col("kind") == "family").then(pl.lit("family")).otherwise(pl.lit("beside")),
    )
    order = {"listed": 0, "family": 1, "beside": 2}
    return (
        pl.concat([listed, beside])
        .sort("subject", "person_id", pl.col("group").replace_strict(order, return_dtype=pl.Int64), "level")
        .unique(["subject", "person_id"], keep="first", maintain_order=True)
    )


def _findings(findings: pl.DataFrame, *, spec: ScoringSpec, evidence: EvidenceSpec, checks: set[str]) -> pl.DataFrame:
    """One row a subject and check: the most certain hit before clear before unknown; `weight` is what a hit is worth."""
    order = {"hit": 0, "clear": 1, "unknown": 2}
    kept = (
        findings.filter(pl.col("direction") == spec.direction, pl.col("check").is_in(checks))
        .with_columns(first=pl.col("result").replace_strict(order, return_dtype=pl.Int64))
        .sort("subject", "check", "first", pl.col("link_level").fill_null("A"), pl.col("amount_month").neg())
        .unique(["subject", "check"], keep="first", maintain_order=True)
        .select("subject", "check", "result", "link_level", "amount_month")
    )
    hits = kept.select("check", hit=pl.col("result") == "hit", certain=pl.col("link_level").fill_null("A") == "A")
    weights = [evidence.weight(check, certain=certain) if hit else 0.0 for check, hit, certain in hits.iter_rows()]
    return kept.with_columns(weight=pl.Series(weights, dtype=pl.Float64))


def _in_force(facts: pl.DataFrame, *, kinds: set[str], as_of: date) -> pl.DataFrame:
    """Facts of the admitted kinds that held at some time in the months of income; `months`: in how many of them."""
    first = (Month.of(as_of) - (MONTHS_OF_INCOME - 1)).first_day
    start = pl.max_horizontal(pl.col("valid_from").fill_null(first), pl.lit(first))
    end = pl.min_horizontal(pl.col("valid_to").fill_null(as_of), pl.lit(as_of))
    months = (end.dt.year() * 12 + end.dt.month()).cast(pl.Int64) - (start.dt.year() * 12 + start.dt.month()).cast(pl.Int64) + 1
    return (
        facts.filter(pl.col("kind").is_in(kinds))
        .with_columns(months=pl.when(end >= start).then(months).otherwise(0))
        .filter(pl.col("months") > 0)
        .select("person_id", "kind", "value", "months", current=pl.col("valid_to").is_null() | (pl.col("valid_to") >= as_of))
    )
