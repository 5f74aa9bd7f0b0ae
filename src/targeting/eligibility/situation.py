"""What every check looks at: the people of each award and of each family, on the date, with the law of the date.

The people of a dibao award are the assessed family and whoever is listed, each once: a listed person whom the registers do not
place in the family was counted by the office, an unlisted one of the family counts by law. A personal benefit has one person.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import wraps

import polars as pl

from targeting.frames.assessment import TIES
from targeting.frames.years import full_years
from targeting.specs.policy import PolicyOn

DIBAO = "dibao"
SUBJECT = ["subject_kind", "subject", "benefit"]


@dataclass(frozen=True, slots=True)
class Situation:
    """The frames of one assessment.

    `subjects`: one award a row (subject, benefit, case_no, person_id, household_id, level, amount_month, members, unresolved …);
    `people`: one person of one award (subject, person_id, listed, counted, relation, declared); `families`: one member of one
    family with `age`; `facts`: those in force on the date; `history`: all facts known by then; `paid`: persons and the benefits
    that they are listed on; `ties` between an award (`subject`) and people or awards outside it; `shared`: tables that several
    checks work out from these, each once.
    """

    subjects: pl.DataFrame
    people: pl.DataFrame
    families: pl.DataFrame
    facts: pl.DataFrame
    history: pl.DataFrame
    paid: pl.DataFrame
    ties: pl.DataFrame
    law: PolicyOn
    as_of: date
    shared: dict[str, pl.DataFrame] = field(default_factory=dict, repr=False, compare=False)

    @property
    def month(self) -> date:
        """The first day of the month of assessment."""
        return self.as_of.replace(day=1)

    def of(self, kind: str) -> pl.DataFrame:
        """The facts of a kind that hold on the date."""
        return self.facts.filter(pl.col("kind") == kind)

    def dibao(self) -> pl.DataFrame:
        """The dibao awards in payment."""
        return self.subjects.filter(pl.col("benefit") == DIBAO)


def once(work_out: Callable[[Situation], pl.DataFrame]) -> Callable[[Situation], pl.DataFrame]:
    """The table is worked out the first time that a check asks for it, and kept with the situation."""

    @wraps(work_out)
    def kept(situation: Situation) -> pl.DataFrame:
        name = f"{work_out.__module__}.{work_out.__qualname__}"
        if name not in situation.shared:
            situation.shared[name] = work_out(situation)
        return situation.shared[name]

    return kept


def situate(
    households: pl.DataFrame,
    awards: pl.DataFrame,
    award_members: pl.DataFrame,
    facts: pl.DataFrame,
    *,
    law: PolicyOn,
    as_of: date,
    ties: pl.DataFrame | None = None,
) -> Situation:
    """The situation on the date, out of the contracts HOUSEHOLDS, AWARDS, AWARD_MEMBERS, FACTS and TIES (null: none)."""
    in_force = facts.filter(
        (pl.col("valid_from").is_null() | (pl.col("valid_from") <= as_of))
        & (pl.col("valid_to").is_null() | (pl.col("valid_to") >= as_of))
    )
    subject = pl.concat_str("benefit", "case_no", separator=":")
    members = award_members.with_columns(subject=subject)
    dead = in_force.filter(pl.col("kind") == "death").select("person_id").unique()
    people = _people(households, awards.with_columns(subject=subject), members, dead)
    counts = people.group_by("subject").agg(members=pl.col("counted").sum().cast(pl.Int64))
    unresolved = members.group_by("subject").agg(unresolved=pl.col("person_id").is_null().sum().cast(pl.Int64))
    subjects = (
        awards.with_columns(subject=subject, subject_kind=pl.lit("award"))
        .join(counts, on="subject", how="left")
        .join(unresolved, on="subject", how="left")
        .with_columns(
            members=pl.col("members").fill_null(0) + pl.col("unresolved").fill_null(0),
            unresolved=pl.col("unresolved").fill_null(0),
        )
    )
    return Situation(
        subjects=subjects,
        people=people,
        families=_with_age(households, in_force, as_of),
        facts=in_force,
        history=facts,
        paid=members.filter(pl.col("person_id").is_not_null()).select("person_id", "benefit", "case_no", "subject").unique(),
        ties=(TIES.empty() if ties is None else ties).with_columns(subject=subject),
        law=law,
        as_of=as_of,
    )


def not_counted() -> pl.Expr:
    """The law of the date does not count this member of a family: in prison, isolation, declared missing, religious staff."""
    return pl.col("rule").str.starts_with("hh.excluded.")


def only_by_booklet() -> pl.Expr:
    """A person of an award (`people`) who is not listed, and of the family by the booklet only: the couple may have parted."""
    return ~pl.col("listed") & (pl.col("rule") == "hh.spouse.population_relation").fill_null(False)


def _people(households: pl.DataFrame, awards: pl.DataFrame, members: pl.DataFrame, dead: pl.DataFrame) -> pl.DataFrame:
    """Each award's people once: the listed ones and, for dibao, the assessed family of its applicant.

    A listed person is tied to the award by the own row, an unlisted one by the applicant's: `level` is as weak as that.
    """
    listed = (
        members.filter(pl.col("person_id").is_not_null())
        .sort("subject", "person_id", "row")
        .group_by("subject", "person_id", maintain_order=True)
        .agg(
            pl.col("relation").first(),
            pl.col("level").max(),
            declared=pl.col("declared_income_month").max(),
            listed=pl.lit(True),
        )
    )
    family = households.select(
        "household_id", "person_id", in_family="relation", rule="rule", family_level="level", family_row="row"
    )
    dibao = awards.filter(pl.col("benefit") == DIBAO).select("subject", "household_id", applicant_level="level")
    by_law = dibao.join(family, on="household_id")
    excluded = households.filter(not_counted()).select("person_id", excluded=pl.lit(True))
    return (
        listed.join(by_law.drop("household_id"), on=["subject", "person_id"], how="full", coalesce=True)
        .with_columns(
            listed=pl.col("listed").fill_null(False),
            level=pl.when("listed").then("level").otherwise(pl.max_horizontal("family_level", "applicant_level")),
        )
        .join(dead.with_columns(dead=pl.lit(True)), on="person_id", how="left")
        .join(excluded, on="person_id", how="left")
        .with_columns(counted=pl.col("dead").is_null() & pl.col("excluded").is_null())
        .drop("dead", "excluded")
        .sort("subject", "person_id")
    )


def _with_age(households: pl.DataFrame, facts: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """The members of families with `age` in full years, null where no date of birth is known."""
    births = (
        facts.filter(pl.col("kind") == "birth")
        .sort("person_id", "row")
        .unique("person_id", keep="first", maintain_order=True)
        .select("person_id", born="valid_from", birth_fact="fact_id")
    )
    return households.join(births, on="person_id", how="left").with_columns(age=full_years(pl.col("born"), as_of))
