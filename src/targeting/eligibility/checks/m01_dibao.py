"""M01: a family that registers show as entitled to dibao and that does not receive it (社会救助法 art. 39: active discovery)."""

import polars as pl

from targeting.eligibility.answers import answers
from targeting.eligibility.money import due
from targeting.eligibility.need import family_means
from targeting.eligibility.situation import DIBAO, Situation


def is_entitled_to_dibao_and_unpaid(situation: Situation) -> pl.DataFrame:
    """Income on record is below the standard, property within the rule, every adult accounted for, and there is a sign of need.

    Signs: a severely disabled member, an insured job lost within the reference period, or children without an adult able to work.
    Without a sign, without an adult (children alone have benefits of their own), or with adults of whom no register knows
    anything, the answer is unknown, not clear.
    """
    families = family_means(situation).filter(~pl.col("on_dibao"))
    owed = due(situation, pl.col("members"), pl.col("income"))
    need = (pl.col("severely_disabled") > 0) | (pl.col("jobs_lost") > 0) | ((pl.col("minors") > 0) & (pl.col("adults_able") == 0))
    frame = families.with_columns(subject_kind=pl.lit("household"), subject=pl.col("household_id"), benefit=pl.lit(DIBAO))
    within = (owed > 0) & ~pl.col("barred")
    return answers(
        frame,
        hit=within & ~pl.col("in_doubt") & (pl.col("unaccounted") == 0) & (pl.col("minors") < pl.col("members")) & need,
        unknown={"doubtful": within & pl.col("in_doubt"), "no_record": within},
        amount=owed,
        detail={
            "members": pl.col("members"),
            "income_cents": pl.col("income"),
            "income_per_head_cents": (pl.col("income") / pl.col("members")).floor().cast(pl.Int64),
            "standard_cents": pl.lit(situation.law.whole("dibao.standard")),
            "adults_without_record": pl.col("unaccounted"),
            "severely_disabled": pl.col("severely_disabled"),
            "jobs_lost": pl.col("jobs_lost"),
            "children": pl.col("minors"),
            "clears_if_income_at_least_cents": pl.col("members") * situation.law.whole("dibao.standard"),
        },
    )
