"""What the real-estate register itself says towards a unit's value: its street, and its last price with the day of that price."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from targeting.households.unit_value import valued
from targeting.specs.valuation import ValuationSpec

DISTRICT_SIGNS = 9
"""A unit number begins with the county (6 signs) and the cadastral district (3): GB/T 37346-2019."""

AGREEING = 0.9
"""A cadastral district is a street where nine in ten of its addresses that name a street name the same one."""


@dataclass(frozen=True, slots=True)
class Prices:
    """The price index (PRICE_INDEX) known on the date, and how a unit is valued by it."""

    index: pl.DataFrame
    spec: ValuationSpec


def with_values(owned: pl.DataFrame, known: pl.DataFrame, prices: Prices, *, as_of: date) -> pl.DataFrame:
    """The owned units (unit, place, use, floor_area_m2) with `street`, `last_price_cents`, `priced_on` and what `valued` adds.

    `known`: every row of the register known on the date, with its `place`: a unit's last price may stand on a row of an earlier
    holder. Rows keep their order.
    """
    streets, last = _streets(known), _last_prices(known)
    placed = (
        owned.with_columns(district=pl.col("unit_number").str.slice(0, DISTRICT_SIGNS))
        .join(streets, on="district", how="left", maintain_order="left")
        .join(last, on="unit_number", how="left", maintain_order="left")
        .with_columns(street=pl.coalesce(pl.col("place").struct.field("town"), "street_of_district"))
    )
    return valued(placed, prices.index, spec=prices.spec, as_of=as_of)


def _streets(known: pl.DataFrame) -> pl.DataFrame:
    """The street of each cadastral district (district, street_of_district), learnt from the addresses that name one."""
    named = (
        known.select(district=pl.col("unit_number").str.slice(0, DISTRICT_SIGNS), town=pl.col("place").struct.field("town"))
        .drop_nulls()
        .group_by("district", "town")
        .len()
    )
    return (
        named.with_columns(whole=pl.col("len").sum().over("district"))
        .filter(pl.col("len") >= AGREEING * pl.col("whole"))
        .select("district", street_of_district="town")
    )


def _last_prices(known: pl.DataFrame) -> pl.DataFrame:
    """The latest price of each unit (unit_number, last_price_cents, priced_on); the price of a row is that of the whole unit."""
    paid = known.filter((pl.col("price_cents") > 0) & pl.col("unit_number").is_not_null() & pl.col("registered_on").is_not_null())
    return (
        paid.sort("registered_on", "row")
        .unique("unit_number", keep="last", maintain_order=True)
        .select("unit_number", last_price_cents="price_cents", priced_on="registered_on")
    )
