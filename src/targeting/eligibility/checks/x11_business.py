"""X11: an active business beyond what the rule allows (local rule; DOMAIN §3.1: role by state and capital)."""

import polars as pl

from targeting.eligibility.answers import answers
from targeting.eligibility.possessions import barred_holdings, business_effects
from targeting.eligibility.situation import Situation


def runs_a_business_beyond_the_rule(situation: Situation) -> pl.DataFrame:
    """A member is the legal representative or owner of an active business beyond the small trade that the rule allows.

    Numbers are used by others without the owner's knowledge: what would clear it names the register's own procedure.
    """
    frame = barred_holdings(situation, business_effects)
    barred = pl.col("barred") > 0
    return answers(
        frame,
        hit=barred,
        unknown={"doubtful": pl.col("to_review") > 0, "unresolved": pl.col("unresolved") > 0},
        amount=pl.col("amount_month"),
        effective_from=pl.max_horizontal("since", "start_month"),
        detail={
            "businesses": pl.col("barred"),
            "businesses_to_review": pl.col("to_review"),
            "capital_cents": pl.col("largest"),
            "capital_limit_cents": pl.lit(situation.law.whole("business.petty_capital_up_to")),
            "clears_if_gone_by": pl.when(barred).then(pl.lit(situation.as_of)),
            "clears_if_capital_at_most_cents": pl.when(barred).then("clears_at_most"),
        },
    )
