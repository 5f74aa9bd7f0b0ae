"""Tables of outreach where no finding can be made: places with too few recipients, and families with signs of need only."""

import polars as pl

from targeting.frames.contract import Column, Contract

CELLS = Contract(
    "cells",
    "one grid cell: how many of its families receive dibao, and how many families like them do in the whole county (U12)",
    (
        Column("grid_cell", pl.String, nullable=False),
        Column("office", pl.String),
        Column("community", pl.String),
        Column("families", pl.Int64, nullable=False),
        Column("recipients", pl.Int64, "families on dibao", nullable=False),
        Column(
            "expected", pl.Float64, "families on dibao, were each kind of family paid as often as in the county", nullable=False
        ),
        Column("chance", pl.Float64, "how often so few or fewer would come about by chance (Poisson)", nullable=False),
        Column("visit", pl.Boolean, "the chance is below the limit of the policy", nullable=False),
    ),
    ("grid_cell",),
)

VISITS = Contract(
    "visits",
    "one family of which registers show signs of need and not its means: no finding, visited after all findings",
    (
        Column("place", pl.Int64, "1 is first", nullable=False),
        Column("household_id", pl.String, nullable=False),
        Column("office", pl.String),
        Column("community", pl.String),
        Column("grid_cell", pl.String),
        Column("signs", pl.String, "comma-separated, those that say most first", nullable=False),
        Column("checks", pl.String, "checks that could not answer for want of a record", nullable=False),
        Column("cell_short", pl.Boolean, "the grid cell has far fewer recipients than its need suggests", nullable=False),
    ),
    ("household_id",),
)
