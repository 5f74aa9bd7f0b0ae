"""m and u of every comparison level, counted: m over exact links (free labels), u over pairs that are sure to be two people.

m is the share of a level among records of one person, u among records of two (Fellegi & Sunter 1969). Address and relation depend
on what the register is about (a deed's address is often a home, a shop's never), so each register with enough links has its own.
So has each reach of an address: one that stops at the village can never agree to the room. Start values from the specification
weigh `prior_weight` records. m of the number is learnt in `estimate` by EM.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
import polars as pl

from targeting.linkage.compare import address_levels, birth_levels, name_levels
from targeting.linkage.exact import EXACT, Settled
from targeting.linkage.prepare import SHORT, with_forms
from targeting.linkage.relate import Common, Company, acquainted, with_relation
from targeting.specs.linkage import LinkageSpec

POOLED = "*"
_LABELS = 50_000  # exact links of a register that are compared for m; more would not change the third digit


@dataclass(frozen=True)
class Rates:
    """m and u a field, register (`*`: all) and level; the rates inside homes; how many persons there are."""

    table: pl.DataFrame  # field, register (address: with its reach), level, m, u
    home: pl.DataFrame  # field, level, home: the share of the level among two people of one home
    relatives: float  # people of one home besides oneself
    persons: int
    frequencies: pl.DataFrame  # of names, see `frequency`

    def bits(self, field: str) -> pl.DataFrame:
        """`register`, `level`, the weight log2(m/u) of one field, and `kin_bits`, log2(home/u)."""
        return self._bits[field]

    @cached_property
    def _bits(self) -> dict[str, pl.DataFrame]:
        weight = pl.when(pl.col("m") > 0).then((pl.col("m") / pl.col("u")).log(2)).otherwise(float("-inf"))
        table = self.table.join(self.home, on=["field", "level"], how="left", maintain_order="left")
        kin = (pl.max_horizontal("home", "u") / pl.col("u")).log(2)
        bits = table.select("field", "register", "level", bits=weight, kin_bits=kin)
        return {str(field): part for (field,), part in bits.partition_by("field", as_dict=True, include_key=False).items()}


def learn(
    units: pl.DataFrame,
    settled: Settled,
    known: Company,
    judged: pl.DataFrame,
    *,
    names: Common,
    counted: pl.DataFrame,
    spec: LinkageSpec,
) -> Rates:
    """The rates of these registers, from their exact links, from judgements (`unit`, `person`, `judgement`) and random pairs.

    `counted`: the frequencies of the names of these persons.
    """
    labels = _labels(units, settled, judged, spec=spec)
    strangers = _random_pairs(units, settled.persons, spec=spec)
    tables = [_start(spec)]
    for field, levels_of in _levels(spec).items():
        m = _counted(labels, levels_of(labels), field=field)
        u = _counted(strangers, levels_of(strangers), field=field)
        tables.append(_smoothed(field, m, u, spec=spec))
    tables.append(_relation_rates(units, settled, known, labels, names=names, spec=spec))
    table = pl.concat(tables).unique(["field", "register", "level"], keep="last", maintain_order=True)
    home = _home_rates(settled.persons, known, spec=spec)
    table = _with_rooms(table, units, settled.persons, spec=spec)
    return Rates(table, home, spec.learning.relatives, settled.persons.height, counted)


def _levels(spec: LinkageSpec) -> dict[str, Callable[[pl.DataFrame], pl.Series]]:
    return {
        "name": partial(name_levels, partial_from_length=spec.names.partial_from_length),
        "birth": birth_levels,
        "address": address_levels,
    }


_COMPARED = ["name_key", "pinyin", "number", "birth", "own_birth", "place", "other_place"]


def _labels(units: pl.DataFrame, settled: Settled, judged: pl.DataFrame, *, spec: LinkageSpec) -> pl.DataFrame:
    """Records beside the person who holds their verified number, whatever the name; persons of the defining register only.

    Who was judged to be another is no label; who was judged to be the same is one record's, however many were not judged.
    """
    linked = units.join(settled.links.filter(pl.col("rule") == EXACT), on="unit").drop("rule")
    holders = settled.persons.filter(pl.col("verified")).select("number", "person")
    near = settled.residue.filter(pl.col("verified")).join(holders, on="number").select(linked.columns)
    same, different = (judged.filter(pl.col("judgement") == said).select("unit", "person") for said in ("same", "different"))
    near = near.join(different, on=["unit", "person"], how="anti").join(same, on="unit", how="anti")
    said = settled.residue.join(same, on="unit").select(linked.columns)
    both = pl.concat([linked, near, said]).sort("unit", "person")
    both = both.filter(pl.int_range(pl.len()).shuffle(seed=1).over("register") < _LABELS)
    both = with_forms(both, surname_readings=spec.names.surname_readings)
    persons = settled.persons.filter(pl.col("known_from") == "defining").select("person", *_COMPARED)
    both = both.select("unit", "person", "register", "reach", *_COMPARED)
    return both.join(persons, on="person", suffix="_p").sort("unit", "person")


def _random_pairs(units: pl.DataFrame, persons: pl.DataFrame, *, spec: LinkageSpec) -> pl.DataFrame:
    """Random records beside random persons, each register as often as any other; the same number is left out."""
    others = units.filter(pl.col("register") != spec.defining_register)
    defining = persons.filter(pl.col("known_from") == "defining").select(_COMPARED).rename(lambda name: f"{name}_p")
    registers = others["register"].unique().sort().to_list()
    if not registers or defining.is_empty():
        empty = with_forms(others.clear(), surname_readings=spec.names.surname_readings)
        return empty.select("register", "reach", *_COMPARED).join(defining, how="cross").clear()
    random = np.random.default_rng(spec.learning.seed)
    parts = []
    for register in registers:
        rows = others.filter(pl.col("register") == register)
        each = min(spec.learning.sample_pairs // len(registers), rows.height * defining.height)
        one = with_forms(rows[random.integers(0, rows.height, each)], surname_readings=spec.names.surname_readings)
        one = one.select("register", "reach", *_COMPARED)
        parts.append(pl.concat([one, defining[random.integers(0, defining.height, each)]], how="horizontal"))
    same = (pl.col("number") == pl.col("number_p")).fill_null(value=False)
    return pl.concat(parts).filter(~same)


def _counted(pairs: pl.DataFrame, levels: pl.Series, *, field: str) -> pl.DataFrame:
    """`register`, `level`, `n`, also for all registers together; silent pairs are not counted."""
    reach = pairs["reach"] if field == "address" else pl.Series([""]).new_from_index(0, pairs.height)
    frame = pl.DataFrame({"register": pairs["register"], "level": levels, "reach": reach}).drop_nulls()
    each = pl.concat([frame, frame.with_columns(register=pl.lit(POOLED))])
    each = each.with_columns(register=pl.concat_str("register", "reach"))
    return each.group_by("register", "level").agg(n=pl.len().cast(pl.Float64))


def _start(spec: LinkageSpec) -> pl.DataFrame:
    rows = [
        {"field": comparison.field, "register": POOLED, "level": level.name, "m": level.m, "u": level.u}
        for comparison in spec.comparisons
        for level in comparison.levels
    ]
    return pl.DataFrame(
        rows, schema={"field": pl.String, "register": pl.String, "level": pl.String, "m": pl.Float64, "u": pl.Float64}
    )


def _smoothed(field: str, m: pl.DataFrame, u: pl.DataFrame, *, spec: LinkageSpec) -> pl.DataFrame:
    """Shares with the start values as pseudo-counts; registers with few labels are left to the pooled rates."""
    start = _start(spec).filter(pl.col("field") == field)
    enough = m.group_by("register").agg(pl.col("n").sum()).filter(pl.col("n") >= spec.learning.min_register)["register"]
    pooled = {POOLED, POOLED + SHORT} if field == "address" else {POOLED}
    registers = sorted({*pooled, *enough}) if field != "name" else [POOLED]
    grid = start.drop("register").join(pl.DataFrame({"register": registers}), how="cross")
    grid = grid.join(m.rename({"n": "matches"}), on=["register", "level"], how="left")
    grid = grid.join(u.rename({"n": "others"}), on=["register", "level"], how="left").fill_null(0.0)
    weight = spec.learning.prior_weight
    grid = grid.with_columns(
        m=(pl.col("m") * weight + pl.col("matches")) / (weight + pl.col("matches").sum().over("register")),
        u=(pl.col("u") * weight + pl.col("others")) / (weight + pl.col("others").sum().over("register")),
    )
    return grid.select("field", "register", "level", "m", "u").sort("register", maintain_order=True)


def _relation_rates(
    units: pl.DataFrame, settled: Settled, known: Company, labels: pl.DataFrame, *, names: Common, spec: LinkageSpec
) -> pl.DataFrame:
    named = labels.select("unit", "person", "register", "reach").join(settled.links, on=["unit", "person"], how="semi")
    linked = with_relation(named, units, settled.persons, known, names)
    m = _counted(linked, linked["relation"], field="relation")
    others = units.filter(pl.col("register") != spec.defining_register)
    suggested = acquainted(others, known).join(others.select("unit", "register"), on="unit")
    met = others.join(known.bonds.select("unit").unique(), on="unit").group_by("register").agg(records=pl.len())
    each = suggested.group_by("register", "relation").len().join(met, on="register")
    share = each.select(
        "register", level="relation", n=pl.col("len") / pl.col("records") / max(settled.persons.height, 1) * _LABELS
    )
    apart = share.group_by("register").agg(n=_LABELS - pl.col("n").sum()).select("register", level=pl.lit("apart"), n="n")
    u = pl.concat([share, apart]).sort("register", "level")
    pooled = (
        u.group_by("level", maintain_order=True).agg(pl.col("n").mean()).select(register=pl.lit(POOLED), level="level", n="n")
    )
    return _smoothed("relation", m, pl.concat([u, pooled.select("register", "level", "n")]), spec=spec)


def _with_rooms(table: pl.DataFrame, units: pl.DataFrame, persons: pl.DataFrame, *, spec: LinkageSpec) -> pl.DataFrame:
    """u of the same room, counted over all pairs of many records: random pairs are too few to meet in a room."""
    living = persons.select("person", "dwellings").explode("dwellings", empty_as_null=True).drop_nulls("dwellings")
    inhabitants = living.group_by("dwellings").agg(pl.len().alias("inhabitants"))
    others = units.join(persons.select("unit"), on="unit", how="anti")
    if others.height > spec.learning.sample_pairs:
        others = others.sample(spec.learning.sample_pairs, seed=spec.learning.seed)
    others = with_forms(others, surname_readings=spec.names.surname_readings).select("dwellings")
    named = others.explode("dwellings", empty_as_null=True).drop_nulls("dwellings")
    met = named.join(inhabitants, on="dwellings", how="left")["inhabitants"].fill_null(0)
    if met.is_empty() or living["person"].n_unique() == 0 or met.sum() == 0:
        return table
    rate = max(float(met.sum()) / met.len() / living["person"].n_unique(), 1 / living["person"].n_unique())
    room = (pl.col("field") == "address") & (pl.col("level") == "room") & ~pl.col("register").str.ends_with(SHORT)
    return table.with_columns(u=pl.when(room).then(rate).otherwise("u"))


def _home_rates(persons: pl.DataFrame, known: Company, *, spec: LinkageSpec) -> pl.DataFrame:
    """How often names and birth days of two people of one booklet agree at a level; for the other fields what is declared."""
    start = pl.DataFrame(
        [
            {"field": comparison.field, "level": level.name, "home": level.home or level.m}
            for comparison in spec.comparisons
            for level in comparison.levels
        ],
        schema={"field": pl.String, "level": pl.String, "home": pl.Float64},
    )
    kin = known.kin.filter(pl.col("bond").is_null() & (pl.col("person") < pl.col("relative")))
    kin = kin.head(spec.learning.sample_pairs)
    side = persons.select("person", *_COMPARED)
    pairs = kin.join(side, on="person").join(side, left_on="relative", right_on="person", suffix="_p")
    pairs = pairs.with_columns(own_birth=pl.lit(value=True))
    levels_of = _levels(spec)
    counted = [
        pl.DataFrame({"level": levels_of[field](pairs)}).drop_nulls().group_by("level").len("n").with_columns(field=pl.lit(field))
        for field in ("name", "birth")
    ]
    grid = start.join(pl.concat(counted), on=["field", "level"], how="left", maintain_order="left").fill_null(0)
    weight = spec.learning.prior_weight
    share = (pl.col("home") * weight + pl.col("n")) / (weight + pl.col("n").sum().over("field"))
    return grid.select("field", "level", home=share)
