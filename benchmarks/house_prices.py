"""How well values by the price index fit what was then paid: each month's sales held out and valued by what was known before.

    python benchmarks/house_prices.py tests/county/sources.toml [imaginary persons=30000] [months=36]

Three markets. The sales of the county named; the sales of an imaginary county; and a made-up market in which every unit is sold
twice, so that a carried last price meets the second one (no register here holds that). Error: log of paid over valued. Shares
with Wilson's interval, the rest with a bootstrap over sales. Prints a table and writes benchmarks/results/house_prices.json.
"""

import json
import sys
import tempfile
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from targeting.dates import Month
from targeting.evaluation.intervals import Interval, bootstrap, wilson
from targeting.households.price_index import price_index
from targeting.households.unit_value import valued
from targeting.jobs import simulation
from targeting.registers.intake import read_register
from targeting.specs.knowledge import Knowledge, knowledge_of
from targeting.specs.registers import load_registers
from targeting.specs.sources import load_sources
from targeting.specs.valuation import load_valuation

RESULTS = Path(__file__).parent / "results"
RESULTS.mkdir(exist_ok=True)
DAY = date(2026, 10, 31)
SEED = 5
SPEC = load_valuation()


def knowledge() -> Mapping[str, Knowledge]:
    """When sales become known, as the specification of the register says."""
    return knowledge_of(load_registers(), snapshot=DAY)


def sales_of(sources: Path) -> pl.DataFrame:
    """The register of sales among the sources, read as intake reads it."""
    source, spec = next(pair for pair in load_sources(sources).pairs() if pair[0].register_name == "price")
    return read_register(source, spec).table


def held_out(sales: pl.DataFrame, months: int) -> pl.DataFrame:
    """The sales of each of the last months, valued on the last day of the month before, without their price."""
    parts = []
    for back in range(months):
        month = (Month.of(DAY) - back).first_day
        eve = month - timedelta(days=1)
        own = sales.filter(pl.col("month") == month).with_columns(
            last_price_cents=pl.lit(None, dtype=pl.Int64), priced_on=pl.lit(None, dtype=pl.Date)
        )
        index = price_index({"price": sales}, knowledge=knowledge(), spec=SPEC, as_of=eve)
        parts.append(valued(own, index, spec=SPEC, as_of=eve))
    return pl.concat(parts)


def sold_twice(kept: float, *, units: int = 4_000, streets: int = 12) -> pl.DataFrame:
    """Units of a made-up market at their second sale, valued by the first; `kept` of the spread is the unit's own."""
    random = np.random.default_rng(SEED)
    last = Month.of(DAY).first_day
    months = 154
    walk = np.cumsum(random.normal(0, 0.006, (streets, months)), axis=1) + np.cumsum(random.normal(0, 0.008, months))
    level = random.normal(np.log(400_000), 0.4, streets)[:, None] + walk

    def sold(street: np.ndarray, month: np.ndarray, own: np.ndarray, area: np.ndarray) -> np.ndarray:
        noise = random.normal(0, 0.12 * np.sqrt(1 - kept), len(street))
        return np.round(np.exp(level[street, month] + own + noise) * area).astype(np.int64)

    street, area = random.integers(0, streets, units), np.round(random.uniform(45, 150, units), 2)
    first = random.integers(0, months - 1, units)
    own = random.normal(0, 0.12 * np.sqrt(kept), units)
    days = [(Month.of(last) - (months - 1 - int(month))).first_day for month in first]
    paid, again = sold(street, first, own, area), sold(street, np.full(units, months - 1), own, area)
    names = [f"street {s}" for s in street]
    sales = pl.DataFrame({"street": names, "month": days, "floor_area_m2": area, "price_cents": paid}).with_columns(
        use=pl.lit("dwelling")
    )
    index = price_index({"price": sales.with_row_index("row")}, knowledge=knowledge(), spec=SPEC, as_of=DAY)
    second = sales.select("use", "street", "floor_area_m2", last_price_cents="price_cents", priced_on="month")
    return valued(second, index, spec=SPEC, as_of=DAY).with_columns(price_cents=pl.Series(again))


def measures(found: pl.DataFrame) -> dict[str, Interval]:
    """Error, bias and coverage of the values of sales."""
    told = found.filter(pl.col("value_cents").is_not_null())
    error = (told["price_cents"] / told["value_cents"]).log().to_numpy()
    share = np.abs(told["price_cents"].to_numpy() / told["value_cents"].to_numpy() - 1)
    usual = np.abs(error) <= SPEC.plausible_within
    inside = {
        level: int(
            told.select(pl.col("price_cents").is_between(f"value_low{mark}_cents", f"value_high{mark}_cents").sum()).item()
        )
        for level, mark in ((80, "_80"), (95, ""))
    }
    clean, cases = share[usual], int(usual.sum())
    return {
        "valued": wilson(told.height, found.height),
        "mean error, slips aside": bootstrap(lambda at: float(np.mean(clean[at])), cases, seed=SEED),
        "median error": bootstrap(lambda at: float(np.median(share[at])), len(share), seed=SEED),
        "bias, slips aside": bootstrap(lambda at: float(np.mean(error[usual][at])), cases, seed=SEED),
        "slips": wilson(told.height - cases, told.height),
        "covered of 80 %": wilson(inside[80], told.height),
        "covered of 95 %": wilson(inside[95], told.height),
    }


def main() -> None:
    """The table is printed and kept."""
    sources = Path(sys.argv[1])
    persons = int(sys.argv[2]) if len(sys.argv) > 2 else 30_000
    months = int(sys.argv[3]) if len(sys.argv) > 3 else 36
    markets = {"county": held_out(sales_of(sources), months)}
    thin = markets["county"].group_by("street").len().filter(pl.col("len") < months)["street"]
    markets["county, streets with less than a sale a month"] = markets["county"].filter(pl.col("street").is_in(thin.to_list()))
    with tempfile.TemporaryDirectory() as folder:
        made = simulation.simulate(Path(folder), persons=persons, months=1, seed=SEED, as_of=DAY)
        markets[f"imaginary county, {persons:,} persons"] = held_out(sales_of(Path(made["snapshots"][0]["sources"])), months)
    for kept in (0.4, 0.6, 0.8):
        markets[f"sold twice, {kept:.0%} of the spread stays with the unit"] = sold_twice(kept)
    found = {name: measures(values) for name, values in markets.items()}
    for name, figures in found.items():
        print(name)
        for measure, interval in figures.items():
            print(f"  {measure:25} {interval}")
    told = {name: {measure: interval.as_dict() for measure, interval in figures.items()} for name, figures in found.items()}
    result = {"months": months, "as_of": DAY.isoformat(), "valuation": SPEC.sha256, "markets": told}
    (RESULTS / "house_prices.json").write_text(json.dumps(result, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
