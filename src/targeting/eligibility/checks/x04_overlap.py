"""X04: one person draws the same benefit twice, or two that may not stand together (DOMAIN §1.13)."""

import polars as pl

from targeting.eligibility.answers import answers
from targeting.eligibility.money import due, overpaid
from targeting.eligibility.situation import DIBAO, Situation

HIGHER, TOGETHER = "higher", "together"


def draws_what_does_not_go_together(situation: Situation) -> pl.DataFrame:
    """A person listed on the award is in the same month listed on another one with which it may not stand together.

    The finding stands at the award that began later (then the higher number). At stake: the whole of a personal benefit, or the
    lower of the two where the person may choose the higher; of a household's award what is paid beyond what is due without the
    person.
    """
    twice = _doubled(situation)
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
    personal = pl.when("may_choose").then(pl.min_horizontal("amount_month", "other_amount")).otherwise("amount_month")
    return answers(
        frame,
        hit=pl.col("doubled").is_not_null(),
        unknown={"unresolved": pl.col("unresolved") > 0},
        amount=pl.when(household).then(overpaid(pl.col("amount_month"), owed)).otherwise(personal),
        effective_from=pl.max_horizontal("start_month", "since"),
        detail={
            "persons": pl.col("doubled"),
            "with_award": pl.col("with_subject"),
            "due_cents": pl.when(household).then(owed),
            "clears_if_ended_before": pl.lit(situation.month),
        },
    )


def _doubled(situation: Situation) -> pl.DataFrame:
    """Each award with persons who stand on another, earlier one with which it may not: subject, doubled, about, others,
    with_subject, since, facts, `may_choose` (the higher of the two is due) and the `other_amount`.
    """
    schema = {"one": pl.String, "other": pl.String, "rule": pl.String}
    pairs = pl.DataFrame(situation.law.rows("overlap.pairs"), schema=schema).filter(pl.col("rule") != TOGETHER)
    both_ways = pl.concat([pairs, pairs.select("rule", one="other", other="one").select(pairs.columns)]).unique()
    began = situation.subjects.select("subject", "start_month", "amount_month")
    paid = situation.paid.join(began, on="subject", how="left").sort("subject")
    met = (
        paid.join(both_ways, left_on="benefit", right_on="one")
        .join(paid, on="person_id", suffix="_other")
        .filter((pl.col("other") == pl.col("benefit_other")) & (pl.col("case_no") != pl.col("case_no_other")))
    )
    earlier = pl.struct("start_month_other", "case_no_other")
    later_here = (pl.col("start_month") > pl.col("start_month_other")).fill_null(False) | (
        pl.col("start_month").eq_missing(pl.col("start_month_other")) & (pl.col("case_no") > pl.col("case_no_other"))
    )
    listing = situation.of("benefit").select("person_id", "fact_id", case_no=pl.col("detail").str.json_path_match("$.case_no"))
    fact_of = listing.group_by("person_id", "case_no").agg(pl.col("fact_id").min())
    return (
        met.filter(later_here)
        .join(fact_of, on=["person_id", "case_no"], how="left")
        .join(
            fact_of.rename({"case_no": "case_no_other", "fact_id": "fact_other"}), on=["person_id", "case_no_other"], how="left"
        )
        .group_by("subject")
        .agg(
            doubled=pl.col("person_id").n_unique(),
            about=pl.col("person_id").min(),
            others=pl.col("person_id").unique(),
            may_choose=(pl.col("rule") == HIGHER).all(),
            other_amount=pl.col("amount_month_other").min(),
            with_subject=pl.concat_str("benefit_other", "case_no_other", separator=":").min(),
            since=earlier.struct.field("start_month_other").max(),
            facts=pl.col("fact_id").append(pl.col("fact_other")).drop_nulls().unique().sort(),
        )
    )
