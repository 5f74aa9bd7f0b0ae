"""What a change of the law does to everybody: the same families under both laws, by layer, move and street, with the money.

In: one row a family and side (`SIDE`). A family enters where something is due to it under the new law alone, and leaves where
something was due under the present law alone. A family whose layer no register can tell is `unknown`: where that holds on both
sides it moves no figure.
"""

from typing import Any

import polars as pl

SIDE = ("household_id", "office", "members", "layer", "amount")
"""`members` persons, `layer` of the classification, `amount` cents due a month (0: nothing)."""

ENTERS, LEAVES, MORE, LESS, SAME = "enters", "leaves", "more", "less", "same"
UNKNOWN = "unknown"

Row = dict[str, Any]


def beside(now: pl.DataFrame, then: pl.DataFrame) -> pl.DataFrame:
    """One row a family: household_id, office, members, `layer_now`, `layer_then`, `amount_now`, `amount_then`, `change`."""
    was, will = pl.col("amount_now"), pl.col("amount_then")
    change = (
        pl.when((was == 0) & (will > 0))
        .then(pl.lit(ENTERS))
        .when((was > 0) & (will == 0))
        .then(pl.lit(LEAVES))
        .when(will > was)
        .then(pl.lit(MORE))
        .when(will < was)
        .then(pl.lit(LESS))
        .otherwise(pl.lit(SAME))
    )
    return (
        now.select(SIDE)
        .rename({"layer": "layer_now", "amount": "amount_now"})
        .join(then.select("household_id", layer_then="layer", amount_then="amount"), on="household_id")
        .with_columns(change=change)
        .sort("household_id")
    )


def totals(families: pl.DataFrame) -> Row:
    """Families and persons that enter, leave, get more or less; families that stay unknown; cents a month, and the difference."""
    counted = families.group_by("change").agg(families=pl.len(), persons=pl.col("members").sum())
    known = {row["change"]: row for row in counted.iter_rows(named=True)}
    changed = {
        change: {name: int(known[change][name]) if change in known else 0 for name in ("families", "persons")}
        for change in (ENTERS, LEAVES, MORE, LESS)
    }
    unknown = families.filter((pl.col("layer_now") == UNKNOWN) & (pl.col("layer_then") == UNKNOWN)).height
    return {**changed, "families": families.height, "families_unknown": unknown, "money": _money(families)}


def by_layer(families: pl.DataFrame) -> list[Row]:
    """Each layer: families now and then, those that come and go, cents a month now and then."""
    sides = []
    for side, other in (("now", "then"), ("then", "now")):
        moved = pl.col(f"layer_{side}") != pl.col(f"layer_{other}")
        sides.append(
            families.group_by(layer=f"layer_{side}").agg(
                pl.len().cast(pl.Int64).alias(f"families_{side}"),
                moved.sum().cast(pl.Int64).alias("go" if side == "now" else "come"),
                pl.col(f"amount_{side}").sum().alias(f"money_{side}"),
            )
        )
    now, then = sides
    joined = now.join(then, on="layer", how="full", coalesce=True).fill_null(0)
    return (
        joined.select("layer", "families_now", "families_then", "come", "go", "money_now", "money_then").sort("layer").to_dicts()
    )


def moves(families: pl.DataFrame) -> list[Row]:
    """Families and persons by the layer they move from and to, the largest first."""
    moved = families.filter(pl.col("layer_now") != pl.col("layer_then"))
    counted = moved.group_by("layer_now", "layer_then").agg(families=pl.len(), persons=pl.col("members").sum())
    return counted.sort(["families", "layer_now", "layer_then"], descending=[True, False, False]).to_dicts()


def by_street(families: pl.DataFrame) -> list[Row]:
    """Each street or township: families that enter and leave, cents a month now, then and the difference."""
    counted = families.group_by(street="office").agg(
        enter=(pl.col("change") == ENTERS).sum(),
        leave=(pl.col("change") == LEAVES).sum(),
        money_now=pl.col("amount_now").sum(),
        money_then=pl.col("amount_then").sum(),
    )
    return (
        counted.with_columns(money_difference=pl.col("money_then") - pl.col("money_now"))
        .sort("street", nulls_last=True)
        .to_dicts()
    )


def flagged(now: pl.DataFrame, then: pl.DataFrame, minutes: dict[str, int]) -> list[Row]:
    """By direction: subjects with a hit now and then, those new and those no more, and officers' hours for each side.

    `now`, `then`: findings. Every flagged subject is counted, whatever the capacity; hits that inform at most
    claim no review and are left out by the caller.
    """
    key = ["subject_kind", "subject", "direction", "benefit"]
    rows = []
    hits = [found.filter(pl.col("result") == "hit").select(key).unique() for found in (now, then)]
    for direction, each in minutes.items():
        was, will = (side.filter(pl.col("direction") == direction) for side in hits)
        row: Row = {
            "direction": direction,
            "now": was.height,
            "then": will.height,
            "new": will.join(was, on=key, how="anti").height,
            "no_more": was.join(will, on=key, how="anti").height,
        }
        hours = {f"hours_{side}": round(row[side] * each / 60, 1) for side in ("now", "then")}
        rows.append({**row, **hours, "minutes_each": each})
    return rows


def _money(families: pl.DataFrame) -> Row:
    now, then = (int(families[f"amount_{side}"].sum()) for side in ("now", "then"))
    return {"now": now, "then": then, "difference": then - now}
