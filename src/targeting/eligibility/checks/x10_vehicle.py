"""X10: a vehicle that the graded rule does not allow (最低生活保障审核确认办法 art. 14; local list of kinds, uses and values)."""

import polars as pl

from targeting.eligibility.answers import answers
from targeting.eligibility.possessions import VEHICLES, barred_holdings, vehicle_effects
from targeting.eligibility.situation import Situation


def owns_a_vehicle_beyond_the_rule(situation: Situation) -> pl.DataFrame:
    """A member owns a vehicle for which the rule knows no exemption by kind, use, present value, evidence or day of purchase.

    A vehicle long without inspection or due for scrap may be sold or gone: it gives no finding, but a look.
    """
    frame = barred_holdings(situation, vehicle_effects)
    barred = pl.col("barred") > 0
    return answers(
        frame,
        hit=barred,
        unknown={
            "doubtful": pl.col("to_review") > 0,
            "appraise": pl.col("to_appraise") > 0,
            "unresolved": pl.col("unresolved") > 0,
        },
        amount=pl.col("amount_month"),
        effective_from=pl.max_horizontal("since", "start_month"),
        detail={
            "vehicles": pl.col("barred"),
            "vehicles_to_review": pl.col("to_review"),
            "worth_cents": pl.col("largest"),
            "worth_on": pl.when(pl.col("largest").is_not_null()).then(pl.lit(situation.as_of)),
            "clears_if_gone_by": pl.when(barred).then(pl.lit(situation.as_of)),
            "clears_if_vehicles_at_most": pl.when(barred & (pl.col("may_keep") > 0)).then("may_keep"),
            "clears_if_worth_at_most_cents": pl.when(barred).then("clears_at_most"),
            "clears_if_bought_by": pl.when(barred & pl.col("clears_long_ago")).then(_bought_by(situation)),
        },
    )


def _bought_by(situation: Situation) -> pl.Expr:
    """The last day of purchase that no row of the graded rule counts as lately bought."""
    months = [int(row["bought_within_months"]) for row in situation.law.rows(VEHICLES) if "bought_within_months" in row]
    return pl.lit(situation.as_of).dt.offset_by(f"-{max(months)}mo") if months else pl.lit(None, dtype=pl.Date)
