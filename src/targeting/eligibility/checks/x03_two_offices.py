"""X03: one person draws the same benefit from two offices in the same month (DOMAIN §3.1)."""

import polars as pl

from targeting.eligibility.overlap import SAME_BENEFIT_ELSEWHERE, overlaps
from targeting.eligibility.situation import Situation


def draws_the_same_benefit_from_two_offices(situation: Situation) -> pl.DataFrame:
    """A person listed on the award is in the same month listed on another one of the same benefit that another office runs.

    In the month in which the later award began the two may overlap by the transfer: unknown until the earlier has had its month
    to end.
    """
    months = situation.law.whole("transfer.months")
    lately = pl.col("start_month").dt.offset_by(f"{months}mo") > situation.month
    return overlaps(situation, SAME_BENEFIT_ELSEWHERE, unsettled=lately)
