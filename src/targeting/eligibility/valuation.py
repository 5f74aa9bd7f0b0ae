"""What a group of persons owns that counts by its value, against the limit of assets: three-valued, with the interval.

Counted: units that are no dwellings, vehicles and businesses with the effect `count_value`, and dwellings beyond the first
where `dwelling.limits` says so. The limit is the parameter `assets.limit`, for the unit or a head (its unit `cents_person`),
by size where it is a table; up to it is within the rule. Money in banks is in no register here: this says what is surely
beyond the limit, or may be, and never that all assets are below it."""

import polars as pl

from targeting.eligibility.effects import COUNT_VALUE
from targeting.eligibility.possessions import business_effects, vehicle_effects
from targeting.eligibility.property import judged_homes, other_units
from targeting.eligibility.situation import Situation

LIMIT = "assets.limit"
A_HEAD = "cents_person"


def has_asset_limit(situation: Situation) -> bool:
    """The law declares a limit of assets."""
    return LIMIT in situation.law.policy.parameters


def counted_assets(situation: Situation, people: pl.DataFrame, sizes: pl.DataFrame, *, group: str) -> pl.DataFrame:
    """What counts by value of each group: `counted_low`, `counted_high` (cents), `counted_unvalued`, `counted_facts`.

    `people` (group, person_id, level) and `sizes` (group, members); a group that owns nothing counted has no row.
    """
    parts = [
        _counted(other_units(situation, people, group=group), "low", "high", group),
        _counted(vehicle_effects(situation, people, group=group), "worth", "worth", group),
        _counted(business_effects(situation, people, group=group), "worth", "worth", group),
        _beyond_first(situation, people, sizes, group),
    ]
    return pl.concat(parts).group_by(group, maintain_order=True).agg(
        pl.col("counted_low", "counted_high", "counted_unvalued").sum(), counted_facts=pl.col("counted_facts").explode().sort()
    )  # fmt: skip


def _counted(things: pl.DataFrame, low: str, high: str, group: str) -> pl.DataFrame:
    return (
        things.filter(pl.col("effect") == COUNT_VALUE)
        .sort(group, "fact_id")
        .group_by(group, maintain_order=True)
        .agg(
            counted_low=pl.col(low).sum().cast(pl.Int64),
            counted_high=pl.col(high).sum().cast(pl.Int64),
            counted_unvalued=pl.col(high).is_null().sum().cast(pl.Int64),
            counted_facts=pl.col("fact_id"),
        )
    )


def _beyond_first(situation: Situation, people: pl.DataFrame, sizes: pl.DataFrame, group: str) -> pl.DataFrame:
    homes = judged_homes(situation, people, sizes, group=group).filter("counts_beyond_at_most")
    return homes.select(
        group,
        counted_low=pl.when("counts_beyond").then("beyond_low").otherwise(0).cast(pl.Int64),
        counted_high=pl.col("beyond_high").cast(pl.Int64),
        counted_unvalued=pl.col("unvalued").cast(pl.Int64),
        counted_facts=pl.col("facts"),
    )


def asset_limit(situation: Situation, sizes: pl.Series) -> pl.Expr:
    """The limit of a unit in cents by its number of `members`; null where the law declares none.

    Raises:
        ParameterNotInForce: it is declared and has no value on the date.
    """
    if not has_asset_limit(situation):
        return pl.lit(None, dtype=pl.Int64)
    a_head = situation.law.policy.parameter(LIMIT).unit == A_HEAD
    present = sizes.drop_nulls().unique().sort().to_list()
    limits = [int(situation.law.amount(LIMIT, size) * (size if a_head else 1)) for size in present]
    return pl.col("members").replace_strict(present, limits, default=None, return_dtype=pl.Int64)
