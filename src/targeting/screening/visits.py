"""Findings that could not be made for want of a record, with signs of need → the order in which to visit those families.

They come after every referral: a sign is no finding, and nobody is referred on it. A family that is referred already is left out.
"""

import polars as pl

from targeting.frames.outreach import VISITS


def visits(findings: pl.DataFrame, households: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """The families with signs of need and no finding, most signs first, then where a cell has too few recipients (VISITS)."""
    missing = findings.filter(pl.col("direction") == "missing")
    signs = pl.col("detail").str.json_path_match("$.signs")
    open_ = missing.filter(pl.col("result") == "unknown").with_columns(signs=signs).filter(pl.col("signs") != "")
    referred = missing.filter(pl.col("result") == "hit").select("household_id").drop_nulls().unique()
    families = (
        open_.join(referred, on="household_id", how="anti")
        .group_by("household_id")
        .agg(pl.col("signs").sort_by(pl.col("signs").str.count_matches(","), descending=True).first(), checks=_listed("check"))
    )
    heads = households.filter(pl.col("person_id") == pl.col("household_id"))
    short = cells.select("grid_cell", cell_short="visit")
    placed = (
        families.join(heads.select("household_id", "office", "community", "grid_cell"), on="household_id")
        .join(short, on="grid_cell", how="left")
        .with_columns(pl.col("cell_short").fill_null(False))
        .sort(
            pl.col("signs").str.count_matches(",").cast(pl.Int64).neg(),
            pl.col("cell_short").not_(),
            "office",
            "grid_cell",
            "household_id",
        )
    )
    return VISITS.conform(placed.with_columns(place=pl.int_range(1, pl.len() + 1, dtype=pl.Int64))).sort("place")


def _listed(column: str) -> pl.Expr:
    return pl.col(column).unique().sort().str.join(",")
