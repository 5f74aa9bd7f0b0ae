"""X29: the living subsidy is paid in a household that is neither on dibao nor a margin one (国发〔2015〕52号 §2).

Only the income that registers show counts against a household; contribution bases at the floor and adults of whom no register
knows anything can only raise it, so a household over the line on the rest is over it for certain.
"""

import polars as pl

from targeting.eligibility.answers import answers
from targeting.eligibility.layers import MARGIN, measures
from targeting.eligibility.means_test import judged
from targeting.eligibility.situation import Situation

LIVING = "dis_living"


def pays_the_living_subsidy_in_a_household_not_poor(situation: Situation) -> pl.DataFrame:
    """The household draws no dibao, and its income on record reaches the margin line; the whole subsidy is at stake.

    Unknown where the register only bounds the income, or an adult is without record, and the rest stays below the line.
    """
    families = _margin(situation)
    paid = situation.subjects.filter(pl.col("benefit") == LIVING).drop("members", "facts", strict=False)
    frame = paid.join(families, on="household_id", how="left").with_columns(level=pl.max_horizontal("level", "family_level"))
    poor = pl.col("on_dibao") | pl.col("within")
    return answers(
        frame,
        hit=~poor,
        unknown={"no_record": poor.is_null()},
        amount=pl.col("amount_month"),
        effective_from=pl.col("start_month"),
        detail={
            "members": pl.col("members"),
            "income_cents": pl.col("income"),
            "margin_cents": pl.col("line"),
            "clears_if_income_at_most_cents": pl.col("line") - 1,
        },
    )


def _margin(situation: Situation) -> pl.DataFrame:
    """Whether each household is within the margin line: household_id, `within` (null unknown), `line` in cents, facts."""
    layer = [benefit for benefit in situation.law.benefits() if benefit.code == MARGIN]
    paid = situation.subjects.filter(pl.col("benefit") == LIVING)
    units = measures(situation).join(paid.select("household_id").unique(), on="household_id", how="semi")
    return judged(units, law=situation.law, benefits=layer).select(
        "household_id",
        "members",
        "on_dibao",
        "facts",
        within=pl.col(f"{MARGIN}.income"),
        line=pl.col(f"{MARGIN}.income.limit").cast(pl.Int64),
        income=pl.col("income").cast(pl.Int64),
        family_level=pl.col("level"),
    )
