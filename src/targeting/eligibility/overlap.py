"""Awards on which one person stands twice: what may not go together, and what is paid too much by it (DOMAIN §1.13).

The finding stands at the award that began later (then the higher number). At stake: the whole of a personal benefit, or the lower
of the two where the person may choose the higher; of a household's award what is paid beyond what is due without the person.
"""

import polars as pl

from targeting.eligibility.answers import answers
from targeting.eligibility.money import due, overpaid
from targeting.eligibility.situation import DIBAO, Situation, once

HIGHER, TOGETHER = "higher", "together"
SAME_BENEFIT_ELSEWHERE = (pl.col("benefit") == pl.col("benefit_other")) & (pl.col("office") != pl.col("office_other")).fill_null(
    False
)
"""One benefit from two offices, both known: a matter between offices (X03); all other pairs are X04's."""


def overlaps(situation: Situation, where: pl.Expr, *, unsettled: pl.Expr) -> pl.DataFrame:
    """The answer (ANSWER) about every award: a hit where a person stands on another one with which it may not go together.

    `where` picks the pairs; `unsettled` says of an award when the overlap may still be the month of a transfer: unknown then.
    """
    twice = _awards_met(pairs(situation).filter(where))
    without = (
        situation.people.filter("counted", "listed")
        .join(twice.explode("others").select("subject", person_id="others"), on=["subject", "person_id"], how="anti")
        .group_by("subject")
        .agg(income=pl.col("declared").sum(), left=pl.len().cast(pl.Int64))
    )
    frame = (
        situation.subjects.join(twice, on="subject", how="left")
        .join(without, on="subject", how="left")
        .with_columns(person_id=pl.coalesce("about", "person_id"))
    )
    owed = due(situation, pl.col("left").fill_null(0) + pl.col("unresolved"), pl.col("income").fill_null(0))
    household = pl.col("benefit") == DIBAO
    met = pl.col("doubled").is_not_null()
    personal = pl.when("may_choose").then(pl.min_horizontal("amount_month", "other_amount")).otherwise("amount_month")
    return answers(
        frame,
        hit=met & ~unsettled.fill_null(False),
        unknown={"doubtful": met, "unresolved": pl.col("unresolved") > 0},
        amount=pl.when(household).then(overpaid(pl.col("amount_month"), owed)).otherwise(personal),
        effective_from=pl.max_horizontal("start_month", "since"),
        detail={
            "persons": pl.col("doubled"),
            "with_award": pl.col("with_subject"),
            "with_office": pl.col("with_office"),
            "due_cents": pl.when(household).then(owed),
            "clears_if_ended_before": pl.lit(situation.month),
        },
    )


@once
def pairs(situation: Situation) -> pl.DataFrame:
    """Each person on an award and on an earlier one with which it may not go together: both awards, offices, months, facts."""
    schema = {"one": pl.String, "other": pl.String, "rule": pl.String}
    rules = pl.DataFrame(situation.law.rows("overlap.pairs"), schema=schema).filter(pl.col("rule") != TOGETHER)
    both_ways = pl.concat([rules, rules.select("rule", one="other", other="one").select(rules.columns)]).unique()
    began = situation.subjects.select("subject", "start_month", "amount_month", "office")
    paid = situation.paid.join(began, on="subject", how="left").sort("subject")
    met = (
        paid.join(both_ways, left_on="benefit", right_on="one")
        .join(paid, on="person_id", suffix="_other")
        .filter((pl.col("other") == pl.col("benefit_other")) & (pl.col("case_no") != pl.col("case_no_other")))
    )
    later_here = (pl.col("start_month") > pl.col("start_month_other")).fill_null(False) | (
        pl.col("start_month").eq_missing(pl.col("start_month_other")) & (pl.col("case_no") > pl.col("case_no_other"))
    )
    listing = situation.of("benefit").select("person_id", "fact_id", case_no=pl.col("detail").str.json_path_match("$.case_no"))
    fact_of = listing.group_by("person_id", "case_no").agg(pl.col("fact_id").min())
    there = fact_of.rename({"case_no": "case_no_other", "fact_id": "fact_other"})
    return (
        met.filter(later_here)
        .join(fact_of, on=["person_id", "case_no"], how="left")
        .join(there, on=["person_id", "case_no_other"], how="left")
    )


def _awards_met(met: pl.DataFrame) -> pl.DataFrame:
    """The pairs by award: subject, doubled, about, others, with_subject, with_office, since, facts."""
    other = pl.concat_str("benefit_other", "case_no_other", separator=":")
    return met.group_by("subject").agg(
        doubled=pl.col("person_id").n_unique(),
        about=pl.col("person_id").min(),
        others=pl.col("person_id").unique(),
        may_choose=(pl.col("rule") == HIGHER).all(),
        other_amount=pl.col("amount_month_other").min(),
        with_subject=other.min(),
        with_office=pl.col("office_other").sort_by(other).first(),
        since=pl.col("start_month_other").max(),
        facts=pl.col("fact_id").append(pl.col("fact_other")).drop_nulls().unique().sort(),
    )
