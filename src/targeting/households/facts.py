"""What the registers say of each person as known by a date: one long table, a fact a row, each with its source row (FACTS).

Amounts stand for the month in which they were earned or received; a figure for a year is never spread over months, so the yearly
contribution of a residents' pension is no fact at all. What "no row" means is for the checks to say, not for this table.
"""

from collections.abc import Callable, Mapping
from datetime import date

import polars as pl

from targeting.frames.assessment import FACTS
from targeting.households.fact_declared import declared_facts
from targeting.households.fact_income import (
    declared_incomes,
    offers_of_work,
    ordered_support,
    paid_wages,
    received_benefits,
    social_security_facts,
)
from targeting.households.fact_needs import bereavements, ended_benefits
from targeting.households.fact_persons import absences, births, certificates, consents, deaths, marriages
from targeting.households.fact_property import businesses, dwellings, vehicles
from targeting.households.fact_reviews import reviews
from targeting.households.unit_prices import Prices
from targeting.specs.knowledge import Knowledge

Source = Callable[..., pl.DataFrame]

SOURCES: tuple[Source, ...] = (
    births,
    deaths,
    absences,
    marriages,
    certificates,
    consents,
    social_security_facts,
    paid_wages,
    ordered_support,
    offers_of_work,
    vehicles,
    businesses,
    received_benefits,
    declared_incomes,
    ended_benefits,
    bereavements,
    declared_facts,
    reviews,
)


def facts(
    tables: Mapping[str, pl.DataFrame],
    links: pl.DataFrame,
    *,
    knowledge: Mapping[str, Knowledge],
    as_of: date,
    prices: Prices | None = None,
) -> pl.DataFrame:
    """Every fact about a resolved person that was known by `as_of` (FACTS); a register that was not received adds none.

    `prices` values what stands on the real-estate register; without them no unit has a value.
    """
    parts = [source(tables, links, knowledge=knowledge, as_of=as_of) for source in SOURCES]
    parts.append(dwellings(tables, links, knowledge=knowledge, as_of=as_of, prices=prices))
    return FACTS.conform(pl.concat([FACTS.empty(), *parts]))
