"""The index of prices by street and month, as known by a date."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from targeting.frames.valuation import COUNTY
from targeting.households.price_index import price_index
from targeting.specs.knowledge import Knowledge
from targeting.specs.valuation import load_valuation

AS_OF = date(2026, 10, 31)
SPEC = load_valuation()
KNOWLEDGE = {"price": Knowledge(event="month", lag_days=30, snapshot=date(2026, 12, 31))}
LEVELS = {"东街道": 700_000.0, "西街道": 500_000.0, "柳林镇": 250_000.0}
"""Cents a square metre of a 90 m² unit in January 2022."""


def market(sales_a_month: dict[str, float], *, months: int = 58, growth: float = -0.004, spread: float = 0.1) -> pl.DataFrame:
    """Sales from January 2022 on: levels of streets, a common growth a month (log), and a normal spread of single prices."""
    random = np.random.default_rng(5)
    rows = []
    for month in range(months):
        for street, count in sales_a_month.items():
            for _ in range(random.poisson(count)):
                area = float(np.round(random.uniform(45, 150), 2))
                log_price = np.log(LEVELS[street]) + growth * month + random.normal(0, spread) + np.log(area)
                rows.append((street, date(2022 + month // 12, month % 12 + 1, 1), area, round(np.exp(log_price))))
    schema = {"street": pl.String, "month": pl.Date, "floor_area_m2": pl.Float64, "price_cents": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(use=pl.lit("dwelling")).with_row_index("row", offset=1)


USUAL = market({"东街道": 8, "西街道": 6, "柳林镇": 2})


def index(sales: pl.DataFrame, as_of: date = AS_OF) -> pl.DataFrame:
    return price_index({"price": sales}, knowledge=KNOWLEDGE, spec=SPEC, as_of=as_of)


def level(table: pl.DataFrame, street: str, month: date) -> float:
    found = table.filter((pl.col("street") == street) & (pl.col("month") == month))
    return float(found["cents_m2"].item())


@pytest.mark.parametrize("street", sorted(LEVELS))
@pytest.mark.parametrize("month", [date(2022, 7, 1), date(2024, 7, 1), date(2026, 10, 1)])
def test_the_index_finds_the_level_of_a_street_in_a_month(street: str, month: date) -> None:
    after = (month.year - 2022) * 12 + month.month - 1
    true = LEVELS[street] * np.exp(-0.004 * after)
    row = index(USUAL).filter((pl.col("street") == street) & (pl.col("month") == month)).row(0, named=True)
    assert abs(np.log(row["cents_m2"] / true)) < 2.5 * row["error"]
    assert row["error"] < 0.06


def test_half_widths_hold_the_spread_of_single_prices() -> None:
    row = index(USUAL).filter(pl.col("street") == "东街道").row(0, named=True)
    assert row["half_width_80"] == pytest.approx(1.2816 * 0.1, rel=0.1)
    assert row["half_width_95"] == pytest.approx(1.96 * 0.1, rel=0.1)


def test_a_sale_known_after_the_date_changes_nothing() -> None:
    # Months are known 30 days after their first day: of October 2026, on the 31st; November is not.
    canary = USUAL.head(200).with_columns(month=pl.lit(date(2026, 11, 1)), price_cents=pl.lit(99_999_999_00, dtype=pl.Int64))
    later = pl.concat([USUAL, canary])
    assert index(later).equals(index(USUAL))
    assert not index(later, date(2026, 12, 31)).equals(index(USUAL, date(2026, 12, 31)))


def test_the_index_of_an_earlier_date_is_that_of_the_sales_known_then() -> None:
    then = date(2024, 5, 30)
    assert index(USUAL, then).equals(index(USUAL.filter(pl.col("month") <= date(2024, 4, 1)), then))
    assert index(USUAL, then)["month"].max() == date(2024, 5, 1)


def test_the_same_sales_in_another_order_give_the_same_bytes() -> None:
    assert index(USUAL.sample(fraction=1.0, shuffle=True, seed=3)).equals(index(USUAL))


def test_a_street_with_few_sales_moves_with_the_county() -> None:
    # Two sales of 柳林镇 in its last year lie 40 % above its level: they are two among many, and the county did not move.
    table = USUAL.filter((pl.col("street") != "柳林镇") | (pl.col("month") < date(2024, 1, 1)))
    last = USUAL.filter(pl.col("street") == "柳林镇").head(2)
    odd = last.with_columns(month=pl.lit(date(2026, 8, 1)), price_cents=(pl.col("floor_area_m2") * 250_000 * 1.4).cast(pl.Int64))
    found = index(pl.concat([table, odd]))
    month = date(2026, 8, 1)
    assert level(found, "柳林镇", month) < 250_000 * np.exp(-0.004 * 55) * 1.2
    by_street = found.filter(pl.col("month") == month).select("street", "error").rows()
    errors: dict[str, float] = dict(by_street)
    assert errors["柳林镇"] > errors["东街道"]


def test_gross_slips_do_not_move_a_level() -> None:
    # Every fiftieth price was entered in units of ten thousand.
    slip = pl.when(pl.col("row") % 50 == 0).then(pl.col("price_cents") * 100).otherwise("price_cents")
    slipped, right, month = index(USUAL.with_columns(price_cents=slip)), index(USUAL), date(2026, 6, 1)
    for street in LEVELS:
        assert level(slipped, street, month) == pytest.approx(level(right, street, month), rel=0.02)


def test_the_months_after_the_last_sale_keep_its_level() -> None:
    early = USUAL.filter(pl.col("month") <= date(2026, 3, 1))
    found = index(early)
    assert level(found, "东街道", date(2026, 10, 1)) == level(found, "东街道", date(2026, 3, 1))
    assert found["sales_until"].unique().to_list() == [date(2026, 3, 1)]


def test_fewer_sales_than_declared_give_no_index() -> None:
    assert index(USUAL.head(SPEC.least_sales - 1)).is_empty()
    assert not index(USUAL.head(SPEC.least_sales)).is_empty()


def test_a_county_without_a_register_of_sales_has_no_index() -> None:
    assert price_index({}, knowledge=KNOWLEDGE, spec=SPEC, as_of=AS_OF).is_empty()


def test_the_county_has_rows_of_its_own() -> None:
    found = index(USUAL)
    assert found.filter(pl.col("street") == COUNTY).height == 58
    sold = found.filter(pl.col("street") == COUNTY)["sales"].sum()
    assert sold == found.filter(pl.col("street") != COUNTY)["sales"].sum() == USUAL.height
