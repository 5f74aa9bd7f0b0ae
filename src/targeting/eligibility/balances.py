"""What a unit held on the day on which a test looks: a cliff rule asks for the first of the month, others for the day itself."""

from datetime import date

import polars as pl

FIRST_OF_MONTH = "first_of_month"


def held_on(balances: pl.DataFrame, *, key: str, as_of: date) -> pl.DataFrame:
    """One row a unit, with each measure as held on the date, and as `<measure>_first_of_month` as held on the first of its month.

    `balances`: key, `measure`, `on`, `value`: what was held from that day until the next entry. Null before the first entry.
    """
    frames = [
        _latest(balances.filter(pl.col("on") <= day), key).with_columns(pl.concat_str("measure", pl.lit(suffix)))
        for day, suffix in ((as_of, ""), (as_of.replace(day=1), f"_{FIRST_OF_MONTH}"))
    ]
    names = sorted({f"{name}{suffix}" for name in balances["measure"].unique() for suffix in ("", f"_{FIRST_OF_MONTH}")})
    wide = pl.concat(frames).pivot("measure", index=key, values="value", sort_columns=True)
    lacking = [pl.lit(None, dtype=balances.schema["value"]).alias(name) for name in names if name not in wide.columns]
    units = balances.select(key).unique().sort(key)
    return units.join(wide.with_columns(lacking), on=key, how="left").select(key, *names)


def _latest(balances: pl.DataFrame, key: str) -> pl.DataFrame:
    return balances.sort("on").group_by(key, "measure", maintain_order=True).agg(pl.col("value").last())
