"""X11: an active business beyond a small one-person trade (local rule; DOMAIN §3.1: role by state and capital)."""

import polars as pl

from targeting.eligibility.answers import answers
from targeting.eligibility.property import barred_holdings, business_effects
from targeting.eligibility.situation import Situation


def runs_a_business_beyond_the_rule(situation: Situation) -> pl.DataFrame:
    """A member is the legal representative or owner of an active business other than a one-person trade with petty capital.

    Numbers are used by others without the owner's knowledge: what would clear it names the register's own procedure.
    """
    frame = barred_holdings(situation, business_effects, largest="value")
    return answers(
        frame,
        hit=pl.col("barred") > 0,
        unknown={"doubtful": pl.col("to_review") > 0, "unresolved": pl.col("unresolved") > 0},
        amount=pl.col("amount_month"),
        effective_from=pl.max_horizontal("since", "start_month"),
        detail={
            "businesses": pl.col("barred"),
            "businesses_to_review": pl.col("to_review"),
            "capital_cents": pl.col("largest").cast(pl.Int64),
            "capital_limit_cents": pl.lit(situation.law.whole("business.petty_capital_up_to")),
            "clears_if_gone_by": pl.lit(situation.as_of),
        },
    )
