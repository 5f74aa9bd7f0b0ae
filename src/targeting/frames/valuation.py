"""Table of the price index: what a square metre sells for, written with the run so that every value can be worked out again."""

import polars as pl

from targeting.frames.contract import Column, Contract

COUNTY = ""
"""The street of the county's own rows."""

PRICE_INDEX = Contract(
    "price index",
    "the level of prices of one use in one street and month, as known by the date of the run",
    (
        Column("use", pl.String, "use of the units sold", nullable=False),
        Column("street", pl.String, "street or township; empty for the county as a whole", nullable=False),
        Column("month", pl.Date, nullable=False),
        Column("cents_m2", pl.Float64, "price of a square metre of a unit of the reference area", nullable=False),
        Column("sales", pl.Int64, "sales known of this month", nullable=False),
        Column("error", pl.Float64, "standard error of the level", nullable=False, unit="log"),
        Column("half_width_80", pl.Float64, "within this of the level lie 80 % of single prices", nullable=False, unit="log"),
        Column("half_width_95", pl.Float64, "within this of the level lie 95 % of single prices", nullable=False, unit="log"),
        Column("elasticity", pl.Float64, "of the price of a square metre, by floor area", nullable=False),
        Column("reference_area_m2", pl.Float64, nullable=False),
        Column("sales_until", pl.Date, "month of the last sale known: later months keep its level", nullable=False),
    ),
    ("use", "street", "month"),
)
