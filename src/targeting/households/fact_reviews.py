"""Facts about the review of awards: when the award for which a person applied was last looked at."""

from collections.abc import Mapping
from datetime import date

import polars as pl

from targeting.frames.assessment import FACTS
from targeting.households.awards import applicants
from targeting.households.fact import fact_rows
from targeting.households.known import known_by
from targeting.specs.knowledge import Knowledge


def reviews(
    tables: Mapping[str, pl.DataFrame], links: pl.DataFrame, *, knowledge: Mapping[str, Knowledge], as_of: date
) -> pl.DataFrame:
    """A review of an award in payment, about its applicant: the day and how it came about; never what it found."""
    held = known_by(tables, "reviews", knowledge=knowledge, as_of=as_of)
    if not held.width:
        return FACTS.empty()
    applied = applicants(tables, links, knowledge=knowledge, as_of=as_of)
    return fact_rows(
        held.filter(pl.col("reviewed_on") <= as_of).join(applied, on="case_no"),
        "review",
        register="reviews",
        role="applicant",
        unit="none",
        text=pl.col("source"),
        valid_from=pl.col("reviewed_on"),
        detail={"case_no": pl.col("case_no")},
    )
