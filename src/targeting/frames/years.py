"""Full years between a column of dates and a day: ages of persons, years of use of a vehicle."""

from datetime import date

import polars as pl


def full_years(since: pl.Expr, on: date) -> pl.Expr:
    """The full years from each date to the day; null where there is no date.

    >>> frame = pl.DataFrame({"born": [date(2008, 10, 31), date(2008, 11, 1), None]}, schema={"born": pl.Date})
    >>> frame.select(full_years(pl.col("born"), date(2026, 10, 31)))["born"].to_list()
    [18, 17, None]
    """
    day_of_year = since.dt.month().cast(pl.Int32) * 100 + since.dt.day()
    not_yet = (day_of_year > on.month * 100 + on.day).cast(pl.Int32)
    return on.year - since.dt.year() - not_yet
