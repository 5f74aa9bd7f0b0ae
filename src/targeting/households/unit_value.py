"""What a unit is worth on a date: its last price carried forward by the index, or the street's level times its area, each with an
interval.

The interval of one unit is the spread of single prices about their level, and the errors of the levels. A last price tells the
part of that spread that stays with the unit, and loses it with the years; a unit without a usable price has the whole spread.
Values are of the whole unit, in cents, before shares.
"""

from datetime import date

import polars as pl

from targeting.frames.valuation import COUNTY
from targeting.specs.valuation import ValuationSpec

LAST_PRICE, LAST_PRICE_COUNTY, LAST_PRICE_OTHER_USE = "last_price", "last_price_county", "last_price_other_use"
STREET_LEVEL, COUNTY_LEVEL = "street_level", "county_level"
MARKET_USE = "dwelling"
UNSOLD_USES = ("homestead",)
"""Uses that have no market of their own and do not move with one: land of a collective (土地管理法 art. 62)."""

Z = {80: 1.2816, 95: 1.9600}
"""Half-widths of the normal distribution that hold 80 and 95 %."""

USED_COLUMNS = ("use", "street", "floor_area_m2", "last_price_cents", "priced_on")


def valued(units: pl.DataFrame, index: pl.DataFrame, *, spec: ValuationSpec, as_of: date) -> pl.DataFrame:
    """The units (USED_COLUMNS) with what they are worth; all null where nothing values them.

    `value_cents`; `value_low_cents` to `value_high_cents` holds 95 %, the `_80_` pair 80 %; `value_source` is the way it was
    valued; `value_month` the month of the last sale that the level rests on: from then on it is older than the date.
    """
    now = as_of.replace(day=1)
    levels = index.select(pl.all().exclude("cents_m2", "sales"), level=pl.col("cents_m2").log())
    markets = [*index["use"].unique().sort(), *UNSOLD_USES]
    frame = (
        units.select(USED_COLUMNS)
        .with_row_index("unit_row")
        .with_columns(
            market=pl.when(pl.col("use").is_in(markets)).then("use").otherwise(pl.lit(MARKET_USE)),
            priced_in=pl.when(pl.col("last_price_cents") > 0).then(pl.col("priced_on").dt.month_start()),
        )
    )
    streets = levels.filter(pl.col("street") != COUNTY)
    county = levels.filter(pl.col("street") == COUNTY).drop("street")
    of_use = streets.group_by("use").agg(spread_80=pl.col("half_width_80").max(), spread_95=pl.col("half_width_95").max())
    here, there = ["market", "street"], ["use", "street"]
    frame = (
        frame.join(_at(streets, now), left_on=here, right_on=there, how="left")
        .join(_at(county, now).select(pl.all().name.suffix("_county")), left_on="market", right_on="use_county", how="left")
        .join(
            streets.select("use", "street", "month", then="level", then_error="error"),
            left_on=[*here, "priced_in"],
            right_on=[*there, "month"],
            how="left",
        )
        .join(
            county.select("use", "month", then_county="level", then_error_county="error"),
            left_on=["market", "priced_in"],
            right_on=["use", "month"],
            how="left",
        )
        .join(of_use, left_on="market", right_on="use", how="left")
    )
    return units.hstack(_told(_routes(frame, spec, as_of)))


def _at(levels: pl.DataFrame, month: date) -> pl.DataFrame:
    return levels.filter(pl.col("month") == month).drop("month")


def _routes(frame: pl.DataFrame, spec: ValuationSpec, as_of: date) -> pl.DataFrame:
    """The frame with `log_value`, its half-widths, and the `source` by which it was valued."""
    area = pl.col("floor_area_m2")
    size = (pl.when(area > 0).then(area) / pl.col("reference_area_m2")).log()
    size_county = (pl.when(area > 0).then(area) / pl.col("reference_area_m2_county")).log()
    by_street = pl.col("level") + pl.col("elasticity") * size + area.log()
    by_county = pl.col("level_county") + pl.col("elasticity_county") * size_county + area.log()
    own_use = pl.col("market") == pl.col("use")
    price = pl.col("last_price_cents").log()
    then = pl.coalesce("then", "then_county")
    expected = pl.when(pl.col("then").is_not_null()).then(then + (by_street - pl.col("level")))
    usual = ((price - expected).abs() <= spec.plausible_within).fill_null(True)
    moved = (
        pl.when(pl.col("then").is_not_null())
        .then(pl.col("level") - pl.col("then"))
        .otherwise(pl.col("level_county") - pl.col("then_county"))
    )
    carried = pl.when(pl.col("priced_in").is_not_null() & (usual | ~own_use)).then(price + moved)
    source = (
        pl.when(carried.is_not_null() & ~own_use)
        .then(pl.lit(LAST_PRICE_OTHER_USE))
        .when(carried.is_not_null() & pl.col("then").is_not_null())
        .then(pl.lit(LAST_PRICE))
        .when(carried.is_not_null())
        .then(pl.lit(LAST_PRICE_COUNTY))
        .when(own_use & by_street.is_not_null())
        .then(pl.lit(STREET_LEVEL))
        .when(own_use & by_county.is_not_null())
        .then(pl.lit(COUNTY_LEVEL))
    )
    frame = frame.with_columns(
        source=source,
        log_value=pl.coalesce(carried, pl.when(own_use).then(pl.coalesce(by_street, by_county))),
        years=(pl.lit(as_of) - pl.col("priced_on")).dt.total_days() / 365.25,
    )
    return frame.with_columns(_half_width(level, spec).alias(f"half_{level}") for level in Z)


def _half_width(level: int, spec: ValuationSpec) -> pl.Expr:
    """The half-width on the log scale by the way in which the unit was valued."""
    z = Z[level]
    error = pl.coalesce("error", "error_county")
    then_error = pl.coalesce("then_error", "then_error_county")
    kept = 2 * (1 - spec.unit_share)
    carried = (
        kept * pl.col(f"spread_{level}") ** 2
        + z**2 * (error**2 + then_error**2)
        + (z * spec.drift_per_year) ** 2 * pl.col("years")
    )
    other = pl.when(pl.col("source") == LAST_PRICE_OTHER_USE).then((z * spec.other_use_spread) ** 2).otherwise(0.0)
    by_level = pl.when(pl.col("source") == STREET_LEVEL).then(pl.col(f"half_width_{level}") ** 2 + (z * pl.col("error")) ** 2)
    by_county = pl.col(f"half_width_{level}_county") ** 2 + (z * pl.col("error_county")) ** 2
    at_price = pl.col("source").str.starts_with(LAST_PRICE)
    return pl.when(at_price).then(carried + other).otherwise(pl.coalesce(by_level, by_county)).sqrt()


def _told(frame: pl.DataFrame) -> pl.DataFrame:
    """The values of the units, in their order."""

    def cents(log_value: pl.Expr) -> pl.Expr:
        return log_value.exp().round(0).cast(pl.Int64)

    value = pl.col("log_value")
    return frame.sort("unit_row").select(
        value_cents=cents(value),
        value_low_cents=cents(value - pl.col("half_95")),
        value_high_cents=cents(value + pl.col("half_95")),
        value_low_80_cents=cents(value - pl.col("half_80")),
        value_high_80_cents=cents(value + pl.col("half_80")),
        value_source=pl.when(value.is_not_null()).then("source"),
        value_month=pl.when(value.is_not_null()).then(pl.coalesce("sales_until", "sales_until_county")),
    )
