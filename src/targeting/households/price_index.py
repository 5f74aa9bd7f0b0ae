"""What a square metre sold for, by street and month: an index out of the register of sales, as known by a date.

On the log scale a price per square metre is the street's level, plus the county's movement, plus the street's own deviation from
it, plus floor area times an elasticity, plus what is the unit's own. Movement and deviation are running means over months with
Gaussian windows; a deviation with few sales leans towards none (partial pooling, declared minimum), and a sale far from the rest
weighs nothing (Tukey's biweight, iterated). The movement is a local line, so that its last month does not lag behind a trend.

The index is worked out anew for each date from the sales known then (event month and lag), never from later ones; the same sales
give the same numbers. Decision 0015 says why it is no frozen file.
"""

from collections.abc import Mapping
from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl

from targeting.frames.valuation import COUNTY, PRICE_INDEX
from targeting.households.known import known_by
from targeting.specs.knowledge import Knowledge
from targeting.specs.valuation import ValuationSpec

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]

ROUNDS = 8
"""Rounds of weighing and smoothing: the levels of a county of 30,000 change by less than 0.01 % after six."""

NORMAL_MAD = 1.4826
"""Median absolute deviation of a normal distribution to its standard deviation."""

LEAST_SCALE = 1e-6
"""Log: below this all prices are one price, and nothing is an outlier."""


def price_index(
    tables: Mapping[str, pl.DataFrame], *, knowledge: Mapping[str, Knowledge], spec: ValuationSpec, as_of: date
) -> pl.DataFrame:
    """The level of prices of each use, street and month up to the month of `as_of` (PRICE_INDEX), and of the county.

    Months after the last sale known keep its level. A use with fewer sales than the declared least has no rows; empty where the
    register was not received.
    """
    sales = known_by(tables, "price", knowledge=knowledge, as_of=as_of)
    if not sales.width:
        return PRICE_INDEX.empty()
    priced = _priced(sales, spec)
    parts = [
        _of_use(rows, spec, use=str(use), as_of=as_of)
        for (use,), rows in priced.sort("use").group_by("use", maintain_order=True)
        if rows.height >= spec.least_sales
    ]
    return PRICE_INDEX.conform(pl.concat([PRICE_INDEX.empty(), *parts]))


def _priced(sales: pl.DataFrame, spec: ValuationSpec) -> pl.DataFrame:
    """The sales with a street, a month, an area and a price: `level` (log cents a square metre) and `size` (log of area)."""
    return (
        sales.filter(
            pl.col("street").is_not_null()
            & pl.col("month").is_not_null()
            & (pl.col("floor_area_m2") > 0)
            & (pl.col("price_cents") > 0)
        )
        .with_columns(
            use=pl.col("use").fill_null("dwelling"),
            at=pl.col("month").dt.year().cast(pl.Int64) * 12 + pl.col("month").dt.month(),
            level=(pl.col("price_cents") / pl.col("floor_area_m2")).log(),
            size=(pl.col("floor_area_m2") / spec.reference_area_m2).log(),
        )
        .sort("street", "at", "level", "size")
    )


def _of_use(sales: pl.DataFrame, spec: ValuationSpec, *, use: str, as_of: date) -> pl.DataFrame:
    """The index of one use: a row a street and month, and a row a month for the county (street COUNTY)."""
    streets = sales["street"].unique().sort().to_list()
    street = sales["street"].replace_strict(streets, list(range(len(streets))), return_dtype=pl.Int64).to_numpy()
    first = int(sales["at"].min())  # type: ignore[arg-type]
    month = sales["at"].to_numpy() - first
    last = int(month.max())
    fitted = _fit(sales["level"].to_numpy(), sales["size"].to_numpy(), street, month, spec)
    until = as_of.year * 12 + as_of.month - first
    months = np.minimum(np.arange(until + 1), last)
    sold = np.zeros((len(streets), until + 1), dtype=np.int64)
    np.add.at(sold, (street, np.minimum(month, until)), 1)
    within = (fitted.level[:, months], fitted.error[:, months], sold)
    county = (fitted.county[None, months], fitted.county_error[None, months], sold.sum(axis=0, keepdims=True))
    return pl.concat(
        [
            _rows([COUNTY], county, fitted.county_spread, fitted, first=first, last=last, use=use, spec=spec),
            _rows(streets, within, fitted.spread, fitted, first=first, last=last, use=use, spec=spec),
        ]
    )


class _Fit:
    """Levels by street and month, their standard errors, and the spread of single prices about them."""

    def __init__(self, streets: int, months: int) -> None:
        self.level: Numbers = np.zeros((streets, months))
        self.error: Numbers = np.zeros((streets, months))
        self.county: Numbers = np.zeros(months)
        self.county_error: Numbers = np.zeros(months)
        self.spread: tuple[float, float] = (0.0, 0.0)
        self.county_spread: tuple[float, float] = (0.0, 0.0)
        self.elasticity = 0.0


def _fit(level: Numbers, size: Numbers, street: Places, month: Places, spec: ValuationSpec) -> _Fit:
    """Street levels, county movement, street deviations and elasticity, each in turn, with robust weights."""
    streets, months = int(street.max()) + 1, int(month.max()) + 1
    steps = np.arange(months)[:, None] - np.arange(months)[None, :]
    county_window = np.exp(-0.5 * (steps / spec.county_window_months) ** 2)
    street_window = np.exp(-0.5 * (steps / spec.street_window_months) ** 2)
    weight = np.ones(len(level))
    own = np.array([np.median(level[street == s]) for s in range(streets)])
    deviation, held = np.zeros((streets, months)), np.zeros((streets, months))
    elasticity, movement, near, behind = 0.0, np.zeros(months), np.ones(months), np.ones(streets)
    scale = max(NORMAL_MAD * float(np.median(np.abs(level - own[street]))), LEAST_SCALE)
    for _ in range(ROUNDS):
        rest = level - own[street] - deviation[street, month] - elasticity * size
        movement, near = _line(rest, weight, month, county_window, steps)
        rest = level - movement[month] - deviation[street, month] - elasticity * size
        own, behind = _pooled(rest, weight, street, streets, scale)
        rest = level - movement[month] - own[street] - elasticity * size
        deviation, held = _deviation(rest, weight, street, month, street_window, spec.pool_sales)
        rest += elasticity * size - deviation[street, month]
        elasticity = float(np.sum(weight * rest * size) / max(float(np.sum(weight * size**2)), 1e-9))
        rest -= elasticity * size
        scale = max(NORMAL_MAD * float(np.median(np.abs(rest))), LEAST_SCALE)
        weight = np.clip(1 - (rest / (spec.outlier_at * scale)) ** 2, 0, None) ** 2
    found = _Fit(streets, months)
    found.level = own[:, None] + movement[None, :] + deviation
    found.error = scale * np.sqrt(1 / near[None, :] + 1 / behind[:, None] + 1 / (held + spec.pool_sales))
    found.spread = _spread(rest)
    found.elasticity = elasticity
    sold = np.bincount(street, weights=weight, minlength=streets)
    found.county = movement + float(np.sum(own * sold) / np.sum(sold))
    found.county_error = scale / np.sqrt(near)
    found.county_spread = _spread(level - found.county[month] - elasticity * size)
    return found


def _line(rest: Numbers, weight: Numbers, month: Places, window: Numbers, steps: Places) -> tuple[Numbers, Numbers]:
    """The local line through the months' values at each month, and how many sales stand behind it."""
    many = len(window)
    count = np.bincount(month, weights=weight, minlength=many)
    total = np.bincount(month, weights=weight * rest, minlength=many)
    away = -steps.astype(np.float64)
    s0, s1, s2 = window @ count, (window * away) @ count, (window * away**2) @ count
    t0, t1 = window @ total, (window * away) @ total
    spread = s0 * s2 - s1**2
    straight = spread > 1e-6 * np.maximum(s0, 1e-9) ** 2
    safe = np.where(straight, spread, 1.0)
    value = np.where(straight, (s2 * t0 - s1 * t1) / safe, t0 / np.maximum(s0, 1e-9))
    variance = np.where(straight, s2 / safe, 1 / np.maximum(s0, 1e-9))
    return value, np.maximum(1 / np.maximum(variance, 1e-9), 1e-3)


def _pooled(rest: Numbers, weight: Numbers, street: Places, streets: int, scale: float) -> tuple[Numbers, Numbers]:
    """The level of each street and how many sales stand behind it; one with few sales leans towards the middle of the streets.

    How far: by the spread of prices within streets against that between them (empirical Bayes).
    """
    count = np.bincount(street, weights=weight, minlength=streets)
    mean = np.bincount(street, weights=weight * rest, minlength=streets) / np.maximum(count, 1e-9)
    middle = float(np.median(mean[count > 0]))
    between = float(np.mean((mean[count > 0] - middle) ** 2))
    pool = min(scale**2 / max(between, 1e-9), float(np.max(count)))
    held = np.asarray(count + pool, dtype=np.float64)
    return np.asarray((count * mean + pool * middle) / held, dtype=np.float64), held


def _deviation(
    rest: Numbers, weight: Numbers, street: Places, month: Places, window: Numbers, pool: float
) -> tuple[Numbers, Numbers]:
    """What each street-month departs from level and movement, pooled towards nothing, and the sales in its window."""
    shape = (int(street.max()) + 1, len(window))
    count, total = np.zeros(shape), np.zeros(shape)
    np.add.at(count, (street, month), weight)
    np.add.at(total, (street, month), weight * rest)
    held = count @ window.T
    return (total @ window.T) / (held + pool), held


def _spread(rest: Numbers) -> tuple[float, float]:
    """Half-widths, on the log scale, within which 80 and 95 % of single prices lie about their level, slips included."""
    inner, outer = np.quantile(np.abs(rest), [0.80, 0.95])
    return float(inner), float(outer)


def _rows(
    streets: list[str],
    values: tuple[Numbers, Numbers, Places],
    spread: tuple[float, float],
    fitted: _Fit,
    *,
    first: int,
    last: int,
    use: str,
    spec: ValuationSpec,
) -> pl.DataFrame:
    """Rows of PRICE_INDEX, street by street and month by month."""
    level, error, sold = values
    months = level.shape[1]
    at = np.tile(np.arange(months), len(streets)) + first
    days = [date((month - 1) // 12, (month - 1) % 12 + 1, 1) for month in at.tolist()]
    return pl.DataFrame(
        {
            "use": use,
            "street": [street for street in streets for _ in range(months)],
            "month": days,
            "cents_m2": np.exp(level).ravel(),
            "sales": sold.ravel(),
            "error": error.ravel(),
            "half_width_80": spread[0],
            "half_width_95": spread[1],
            "elasticity": fitted.elasticity,
            "reference_area_m2": spec.reference_area_m2,
            "sales_until": date((first + last - 1) // 12, (first + last - 1) % 12 + 1, 1),
        }
    )
