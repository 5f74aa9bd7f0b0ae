"""M01: a family that registers show as entitled to dibao and that does not receive it (社会救助法 art. 39: active discovery)."""

import polars as pl

from targeting.eligibility.answers import answers
from targeting.eligibility.money import due
from targeting.eligibility.need import family_means, signs_of_need
from targeting.eligibility.situation import DIBAO, Situation


def is_entitled_to_dibao_and_unpaid(situation: Situation) -> pl.DataFrame:
    """An office has found the family's income low (a living subsidy is paid), and what is on record lies below the standard.

    A family of low income on record whom no office has looked at is unknown, with its signs of need told: what registers do not
    show is not zero. Families that lost dibao or insured work have checks of their own (U13, U04).
    """
    families = family_means(situation).filter(~pl.col("in_layer"))
    owed = due(situation, pl.col("members"), pl.col("income"))
    frame = families.with_columns(subject_kind=pl.lit("household"), subject=pl.col("household_id"), benefit=pl.lit(DIBAO))
    within = (owed > 0) & ~pl.col("barred")
    adults = pl.col("minors") < pl.col("members")
    return answers(
        frame,
        hit=within & ~pl.col("in_doubt") & pl.col("recognised") & (pl.col("self_insured") == 0) & adults,
        unknown={"doubtful": within & pl.col("in_doubt"), "no_record": within},
        amount=owed,
        detail={
            "members": pl.col("members"),
            "income_cents": pl.col("income"),
            "income_per_head_cents": (pl.col("income") / pl.col("members")).floor().cast(pl.Int64),
            "standard_cents": pl.lit(situation.law.whole("dibao.standard")),
            "adults_without_record": pl.col("unaccounted"),
            "children": pl.col("minors"),
            "signs": signs_of_need(),
            "clears_if_income_at_least_cents": pl.col("members") * situation.law.whole("dibao.standard"),
        },
    )
