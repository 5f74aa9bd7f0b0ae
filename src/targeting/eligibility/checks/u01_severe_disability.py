"""U01: severe disability in a family of low income on record, and no benefit at all (DOMAIN §3.2)."""

import polars as pl

from targeting.eligibility.answers import answers
from targeting.eligibility.disability import care_amount, severely_disabled
from targeting.eligibility.need import family_means
from targeting.eligibility.situation import DIBAO, Situation


def is_severely_disabled_without_any_benefit(situation: Situation) -> pl.DataFrame:
    """A person with a valid certificate of grade 1 or 2 draws no benefit, and the family's income on record is low.

    Low: below the margin line a head. Where adults of the family are without any record, a child stands alone in the registers,
    or property is in doubt, unknown.
    """
    margin = situation.law.whole("margin.line")
    cards = severely_disabled(situation).rename({"level": "card_level"})
    paid = situation.paid.select("person_id").unique()
    family = situation.families.select("household_id", "person_id", "level")
    means = family_means(situation).drop("person_id", "facts", "level")
    frame = (
        cards.join(family, on="person_id")
        .join(paid, on="person_id", how="anti")
        .join(means, on="household_id")
        .filter(~pl.col("on_dibao"))
        .with_columns(
            subject_kind=pl.lit("person"),
            subject=pl.col("person_id"),
            benefit=pl.lit("dis_care"),
            level=pl.max_horizontal("level", "card_level"),
            facts=pl.concat_list("fact"),
        )
    )
    low = pl.col("income") < margin * pl.col("members")
    known = (pl.col("unaccounted") == 0) & (pl.col("minors") < pl.col("members"))
    return answers(
        frame,
        hit=low & ~pl.col("barred") & ~pl.col("in_doubt") & known,
        unknown={
            "no_record": low & ~pl.col("barred") & ~known,
            "doubtful": low & ~pl.col("barred") & pl.col("in_doubt"),
        },
        amount=care_amount(situation, pl.col("grade")),
        effective_from=pl.col("issued"),
        detail={
            "grade": pl.col("grade"),
            "category": pl.col("category"),
            "members": pl.col("members"),
            "income_cents": pl.col("income"),
            "margin_cents": pl.col("members") * margin,
            "adults_without_record": pl.col("unaccounted"),
            "also_possible": pl.lit(DIBAO),
            "clears_if_income_at_least_cents": pl.col("members") * margin,
        },
    )
