"""What is known of all registers together when the weights are learnt, and is kept with them.

Each of these would move with every change of a register, and everybody's weights with it; frozen, one row that changes is one
row that changes. A register that was not there when the weights were learnt is looked at when it comes.
"""

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True, slots=True)
class Habits:
    """By register: whether it states birth days beside numbers that are absent or broken; whether its groups hold several rows.

    `kin`: relatives of a person who has any, on average.
    """

    states_birth: dict[str, bool]
    wide_groups: dict[str, bool]
    kin: float = 0.0


NONE = Habits({}, {})


def habits(units: pl.DataFrame, *, learnt: Habits = NONE) -> Habits:
    """The habits of the registers of these units (register, row, group, birth_date, verified); those `learnt` before stand."""
    beside_nothing = pl.col("birth_date").is_not_null() & ~pl.col("verified")
    new = units.filter(~pl.col("register").is_in(list(learnt.states_birth)))
    states = new.group_by("register").agg(said=beside_nothing.any())
    rows = new.drop_nulls("group").group_by("register", "group").agg(pl.col("row").n_unique())
    wide = new.select("register").unique().join(rows, on="register", how="left")
    wide = wide.group_by("register").agg(said=(pl.col("row") > 1).any())
    return Habits({**_told(states), **learnt.states_birth}, {**_told(wide), **learnt.wide_groups}, learnt.kin)


def _told(table: pl.DataFrame) -> dict[str, bool]:
    return {register: bool(said) for register, said in table.sort("register").iter_rows()}
