"""X10: a vehicle that the graded rule does not allow (最低生活保障审核确认办法 art. 14; local list of kinds, uses and values)."""

import polars as pl

from targeting.eligibility.answers import answers
from targeting.eligibility.property import barred_holdings, vehicle_effects
from targeting.eligibility.situation import Situation


def owns_a_vehicle_beyond_the_rule(situation: Situation) -> pl.DataFrame:
    """A member owns a vehicle for which the rule knows no exemption by kind, use or present value.

    A vehicle long without inspection or due for scrap may be sold or gone: it gives no finding, but a look.
    """
    frame = barred_holdings(situation, vehicle_effects, largest="worth")
    return answers(
        frame,
        hit=pl.col("barred") > 0,
        unknown={"doubtful": pl.col("to_review") > 0, "unresolved": pl.col("unresolved") > 0},
        amount=pl.col("amount_month"),
        effective_from=pl.max_horizontal("since", "start_month"),
        detail={
            "vehicles": pl.col("barred"),
            "vehicles_to_review": pl.col("to_review"),
            "worth_cents": pl.col("largest"),
            "livelihood_limit_cents": pl.lit(_livelihood_limit(situation)),
            "clears_if_gone_by": pl.lit(situation.as_of),
        },
    )


def _livelihood_limit(situation: Situation) -> int | None:
    """The present value below which an operating vehicle is allowed, as the graded rule has it."""
    limits = [row["below"] for row in situation.law.rows("vehicle.effects") if "below" in row]
    return int(limits[0]) if limits else None
