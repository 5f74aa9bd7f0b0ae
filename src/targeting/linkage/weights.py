"""The learnt weights as two tables that are kept with the link run: later runs are given them, so that equal pairs weigh alike.

`weights` (field, register, level, m, u) holds the rates of levels, the rates inside homes (field `home:…`), the share of known
persons by register (field `prior`), the number of persons and of relatives, and the registers' habits (see `habits`);
`frequencies` counts names (see `frequency`).
"""

from dataclasses import dataclass

import polars as pl

from targeting.linkage.habits import Habits
from targeting.linkage.learn import POOLED, Rates
from targeting.linkage.weigh import Learnt

HOME, PRIOR, PERSONS, RELATIVES = "home:", "prior", "persons", "relatives"
KIN, STATES_BIRTH, WIDE_GROUPS = "kin", "states_birth", "wide_groups"
_SINGLE = [PRIOR, PERSONS, RELATIVES, KIN, STATES_BIRTH, WIDE_GROUPS]
WEIGHTS = {"field": pl.String, "register": pl.String, "level": pl.String, "m": pl.Float64, "u": pl.Float64}


@dataclass(frozen=True, slots=True)
class Weights:
    """What a link run learnt, as tables."""

    weights: pl.DataFrame
    frequencies: pl.DataFrame


def stored(learnt: Learnt) -> Weights:
    """The tables of what was learnt."""
    rates = learnt.rates
    home = rates.home.select(
        field=pl.lit(HOME) + pl.col("field"), register=pl.lit(POOLED), level="level", m="home", u=pl.lit(None, dtype=pl.Float64)
    )
    single = [(PRIOR, register, share) for register, share in sorted(learnt.priors.items())]
    single += [(PRIOR, POOLED, learnt.usual_prior), (PERSONS, POOLED, float(rates.persons)), (RELATIVES, POOLED, rates.relatives)]
    habits = learnt.habits
    single += [(KIN, POOLED, habits.kin)]
    for field, told in ((STATES_BIRTH, habits.states_birth), (WIDE_GROUPS, habits.wide_groups)):
        single += [(field, register, float(said)) for register, said in sorted(told.items())]
    rows = [{"field": field, "register": register, "level": "", "m": value, "u": None} for field, register, value in single]
    table = pl.concat([rates.table.select(list(WEIGHTS)), home, pl.DataFrame(rows, schema=WEIGHTS)])
    return Weights(table, rates.frequencies)


def restored(kept: Weights) -> Learnt:
    """What was learnt, from its tables."""
    field = pl.col("field")
    single = kept.weights.filter(field.is_in(_SINGLE))
    values = {(row["field"], row["register"]): float(row["m"]) for row in single.iter_rows(named=True)}
    home = kept.weights.filter(field.str.starts_with(HOME)).select(field=field.str.strip_prefix(HOME), level="level", home="m")
    table = kept.weights.filter(~field.str.starts_with(HOME) & ~field.is_in(_SINGLE))
    rates = Rates(table, home, values[RELATIVES, POOLED], int(values[PERSONS, POOLED]), kept.frequencies)
    priors = {register: share for (name, register), share in values.items() if name == PRIOR and register != POOLED}
    states_birth, wide_groups = (
        {register: bool(said) for (name, register), said in values.items() if name == wanted}
        for wanted in (STATES_BIRTH, WIDE_GROUPS)
    )
    return Learnt(rates, priors, values[PRIOR, POOLED], Habits(states_birth, wide_groups, values[KIN, POOLED]))
