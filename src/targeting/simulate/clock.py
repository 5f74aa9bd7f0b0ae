"""Days and months as whole numbers, so that a whole population's dates are one array.

A day is the number of days since 1970-01-01; a month is `year * 12 + month - 1`. `FAR` stands for "has not happened".
"""

import zlib
from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl

DAYS = "datetime64[D]"
EPOCH = date(1970, 1, 1)
FAR = 1_000_000
FAR_MONTH = 100_000
NOBODY = -1

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


def stream(seed: int, name: str) -> np.random.Generator:
    """The random numbers of one part of the county: changing one part leaves the others as they were."""
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def day_of(on: date) -> int:
    """The number of a day."""
    return (on - EPOCH).days


def date_of(day: int) -> date:
    """The date of a day's number."""
    return date.fromordinal(day + EPOCH.toordinal())


def month_of(days: Ints) -> Ints:
    """The month in which each day lies; `FAR_MONTH` for days that never come."""
    months = days.astype(np.int64).astype(DAYS).astype("datetime64[M]").astype(np.int64) + 1970 * 12
    return np.where(days >= FAR, FAR_MONTH, months)


def first_day(months: Ints) -> Ints:
    """The first day of each month."""
    days = (np.minimum(months, FAR_MONTH) - 1970 * 12).astype("datetime64[M]").astype(DAYS).astype(np.int64)
    return np.where(months >= FAR_MONTH, FAR, days)


def last_day(months: Ints) -> Ints:
    """The last day of each month."""
    return np.where(months >= FAR_MONTH, FAR, first_day(np.minimum(months, FAR_MONTH - 1) + 1) - 1)


def year_of(days: Ints) -> Ints:
    """The calendar year of each day."""
    return days.astype(DAYS).astype("datetime64[Y]").astype(np.int64) + 1970


def whole_years(days: Ints, on: int | Ints) -> Ints:
    """Full years from each day to `on`, by the mean length of a year."""
    return ((on - days) / 365.2425).astype(np.int64)


def day_text(days: Ints) -> pl.Series:
    """Days as `YYYY-MM-DD`; empty where the day never comes."""
    known = pl.Series(np.where(days >= FAR, 0, days)).cast(pl.Int32).cast(pl.Date).dt.strftime("%Y-%m-%d")
    return blank_where(known, days >= FAR)


def month_text(months: Ints) -> pl.Series:
    """Months as `YYYY-MM`; empty where the month never comes."""
    return day_text(first_day(months)).str.slice(0, 7)


def blank_where(text: pl.Series, blank: Bools) -> pl.Series:
    """The text, empty where `blank`."""
    return choose(blank, pl.Series([""]).new_from_index(0, len(text)), text)


def choose(where: Bools, yes: pl.Series, no: pl.Series) -> pl.Series:
    """One text or the other, row by row."""
    return yes.zip_with(pl.Series(where), no)


def pick(words: list[str], at: Ints) -> pl.Series:
    """The word at each position of a short list; -1 is the last word."""
    return pl.Series(words, dtype=pl.String).gather(pl.Series(np.where(at < 0, at + len(words), at).astype(np.uint32)))


def number_text(numbers: Ints, width: int = 0) -> pl.Series:
    """Whole numbers as text, filled with zeros to a width."""
    text = pl.Series(numbers.astype(np.int64)).cast(pl.String)
    return text.str.zfill(width) if width else text


def joined(*parts: pl.Series | str) -> pl.Series:
    """Texts written one after the other, row by row."""
    named = [part.alias(str(place)) for place, part in enumerate(parts) if isinstance(part, pl.Series)]
    columns = [pl.col(str(place)) if isinstance(part, pl.Series) else pl.lit(part) for place, part in enumerate(parts)]
    return pl.DataFrame(named).select(pl.concat_str(columns).alias("joined")).to_series()


def summed(at: Ints, amounts: Ints | Floats, count: int) -> Floats:
    """The sum of the amounts at each of `count` places."""
    totals: Floats = np.bincount(at, weights=amounts.astype(np.float64), minlength=count).astype(np.float64)
    return totals
