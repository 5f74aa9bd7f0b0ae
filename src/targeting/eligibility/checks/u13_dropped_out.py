"""U13: dibao ended, no layer took the family in, and by what is on record it belongs into one (国办发〔2023〕39号)."""

import polars as pl

from targeting.eligibility.answers import answers
from targeting.eligibility.layers import MARGIN, layers
from targeting.eligibility.means_test import UNKNOWN
from targeting.eligibility.money import due
from targeting.eligibility.need import family_means, signs_of_need
from targeting.eligibility.situation import DIBAO, Situation

LOW = ("tekun", DIBAO, "margin")


def fell_out_and_was_not_moved_to_another_layer(situation: Situation) -> pl.DataFrame:
    """A member's dibao ended within the months of watch, the family is in no layer now, and the registers place it in one.

    Below the standard what dibao would pay is at stake, on the income on record or that last declared, whichever is more; a
    margin household is paid nothing by itself, so no amount is known.
    Where an adult's income is on no record the answer is unknown: the award may have ended because of it. A family recognised
    as a margin household has been moved.
    """
    line = pl.col("members") * situation.law.whole("margin.line")
    placed = layers(situation).select("household_id", "layer", "failed")
    frame = (
        family_means(situation)
        .filter(pl.col("fell_out").is_not_null() & ~pl.col("in_layer"))
        .join(placed, on="household_id")
        .with_columns(subject_kind=pl.lit("household"), subject=pl.col("household_id"), benefit=pl.lit(DIBAO))
    )
    moved = pl.col("recognised")
    income = pl.max_horizontal("income", "declared_then")
    owed = due(situation, pl.col("members"), income)
    possible = (pl.col("layer") == UNKNOWN) & ~pl.col("failed").list.contains("margin.income")
    return answers(
        frame,
        hit=pl.col("layer").is_in(LOW) & ~moved,
        unknown={"doubtful": possible & ~moved & pl.col("in_doubt"), "no_record": possible & ~moved},
        amount=pl.when((pl.col("layer") != MARGIN) & (owed > 0)).then(owed),
        effective_from=pl.col("fell_out").dt.offset_by("1d"),
        detail={
            "members": pl.col("members"),
            "ended": pl.col("fell_out"),
            "layer": pl.col("layer"),
            "income_cents": pl.col("income"),
            "declared_then_cents": pl.col("declared_then"),
            "margin_cents": line,
            "adults_without_record": pl.col("unaccounted"),
            "signs": signs_of_need(),
            "clears_if_income_at_least_cents": line,
        },
    )
