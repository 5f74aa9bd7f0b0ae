"""X04: one person draws the same benefit twice, or two that may not stand together (DOMAIN §1.13)."""

import polars as pl

from targeting.eligibility.overlap import SAME_BENEFIT_ELSEWHERE, overlaps
from targeting.eligibility.situation import Situation


def draws_what_does_not_go_together(situation: Situation) -> pl.DataFrame:
    """A person listed on the award is in the same month listed on another one with which it may not stand together.

    The same benefit from two offices is a matter between offices and a check of its own (X03).
    """
    return overlaps(situation, ~SAME_BENEFIT_ELSEWHERE, unsettled=pl.lit(False))
