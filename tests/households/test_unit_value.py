"""What a unit is worth on a date: last price carried by the index, or the street's level times the area, with an interval."""

import math
from datetime import date
from typing import Any

import polars as pl
import pytest

from targeting.frames.valuation import COUNTY, PRICE_INDEX
from targeting.households.unit_value import valued
from targeting.specs.valuation import load_valuation

AS_OF = date(2026, 10, 31)
SPEC = load_valuation()
STREETS = {COUNTY: 500_000.0, "东街道": 600_000.0, "柳林镇": 250_000.0}


def the_index() -> pl.DataFrame:
    """Levels of 2026-10 as in STREETS, and half of them in 2016-05; no error, spread 10 and 20 %, no elasticity."""
    rows = [
        {
            "use": "dwelling", "street": street, "month": month, "cents_m2": level * factor, "sales": 5, "error": 0.0,
            "half_width_80": 0.1, "half_width_95": 0.2, "elasticity": 0.0, "reference_area_m2": 90.0,
            "sales_until": date(2026, 9, 1),
        }
        for street, level in STREETS.items()
        for month, factor in ((date(2016, 5, 1), 0.5), (date(2026, 10, 1), 1.0))
    ]  # fmt: skip
    return PRICE_INDEX.of(rows)


def worth(**unit: Any) -> dict[str, Any]:
    told = {"use": "dwelling", "street": "东街道", "floor_area_m2": 100.0, "last_price_cents": None, "priced_on": None, **unit}
    schema = {
        "use": pl.String, "street": pl.String, "floor_area_m2": pl.Float64, "last_price_cents": pl.Int64, "priced_on": pl.Date,
    }  # fmt: skip
    return valued(pl.DataFrame([told], schema=schema), the_index(), spec=SPEC, as_of=AS_OF).row(0, named=True)


BOUGHT = {"last_price_cents": 36_000_000, "priced_on": date(2016, 5, 20)}
"""360,000 yuan in May 2016: 3,600 a square metre, where the street stood at 3,000."""


def test_a_last_price_moves_as_the_street_moved() -> None:
    # The street's level doubled from 2016-05 to 2026-10: 360,000 × 2.
    unit = worth(**BOUGHT)
    assert unit["value_cents"] == 72_000_000
    assert unit["value_source"] == "last_price"
    assert unit["value_month"] == date(2026, 9, 1)


def test_a_unit_without_a_price_is_worth_the_level_times_its_area() -> None:
    # 6,000 yuan × 100 m², exp(±0.2) for 95 %, exp(±0.1) for 80 %.
    unit = worth()
    assert unit["value_cents"] == 60_000_000
    assert unit["value_low_cents"] == round(60_000_000 * math.exp(-0.2))
    assert unit["value_high_80_cents"] == round(60_000_000 * math.exp(0.1))
    assert unit["value_source"] == "street_level"


def test_a_unit_without_a_price_has_the_wider_interval_than_one_sold_this_year() -> None:
    sold = worth(last_price_cents=60_000_000, priced_on=date(2026, 10, 1))
    unsold = worth()
    assert sold["value_high_cents"] / sold["value_low_cents"] < unsold["value_high_cents"] / unsold["value_low_cents"]


def test_the_interval_grows_with_the_age_of_the_last_price() -> None:
    # 2 (1 - 0.6) 0.2² + (1.96 × 0.025)² × 10.45 years = 0.0571: half a width of 0.239; this month 0.0320: 0.179.
    old, new = worth(**BOUGHT), worth(last_price_cents=72_000_000, priced_on=date(2026, 10, 31))
    assert math.log(old["value_high_cents"] / 72_000_000) == pytest.approx(0.239, abs=0.001)
    assert math.log(new["value_high_cents"] / 72_000_000) == pytest.approx(0.179, abs=0.001)


def test_a_price_that_no_market_made_is_not_carried_forward() -> None:
    # Three times the level is log 1.0986, within 1.1 of it; a hair more is not. A gift for 10,000 yuan is not either.
    usual = worth(last_price_cents=90_000_000, priced_on=date(2016, 5, 1))
    assert usual["value_cents"] == 180_000_000
    assert worth(last_price_cents=90_200_000, priced_on=date(2016, 5, 1))["value_cents"] == 60_000_000
    assert worth(last_price_cents=1_000_000, priced_on=date(2016, 5, 1))["value_source"] == "street_level"


def test_a_price_from_before_the_index_is_not_carried_forward() -> None:
    assert worth(last_price_cents=5_000_000, priced_on=date(1999, 3, 1))["value_source"] == "street_level"


def test_where_the_street_is_not_known_the_county_stands_in() -> None:
    # The county's level doubled too; without a price 5,000 × 100 m².
    assert worth(street=None, **BOUGHT)["value_source"] == "last_price_county"
    assert worth(street="北街道", **BOUGHT)["value_cents"] == 72_000_000
    unit = worth(street=None)
    assert (unit["value_cents"], unit["value_source"]) == (50_000_000, "county_level")


def test_a_use_without_sales_of_its_own_moves_with_the_dwellings_and_less_surely() -> None:
    shop = worth(use="commercial", **BOUGHT)
    assert (shop["value_cents"], shop["value_source"]) == (72_000_000, "last_price_other_use")
    assert shop["value_high_cents"] > worth(**BOUGHT)["value_high_cents"]


@pytest.mark.parametrize(
    "unit",
    [
        {"floor_area_m2": None},
        {"use": "homestead", **BOUGHT},
        {"use": "parking"},
        {"floor_area_m2": 0.0},
    ],
    ids=["no area and no price", "land of a collective has no market", "no price and no sales of the use", "an area of nothing"],
)
def test_what_nothing_values_is_unknown(unit: dict[str, Any]) -> None:
    assert all(value is None for name, value in worth(**unit).items() if name.startswith("value_"))


def test_without_an_index_nothing_has_a_value() -> None:
    unit = pl.DataFrame(
        {"use": ["dwelling"], "street": ["东街道"], "floor_area_m2": [90.0], "last_price_cents": [1], "priced_on": [AS_OF]}
    )
    assert valued(unit, PRICE_INDEX.empty(), spec=SPEC, as_of=AS_OF)["value_cents"].to_list() == [None]
