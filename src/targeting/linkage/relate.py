"""Who is named together: two identities of one row, or of one group (award, unit number, booklet) of one register.

A record without a usable number is recognised by its company: the person lives in the same booklet as somebody who is named there
and already linked, or is married to them; or both names stand in one booklet. A bond never makes a link by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

ITSELF, TOGETHER, NAMED_TOGETHER, APART = "itself", "together", "named_together", "apart"


@dataclass(frozen=True, slots=True)
class Company:
    """`bonds` (unit, bond, by_row), `present` (bond, unit, person) and `kin` (person, relative, bond; null bond: a booklet).

    `couples` (person, relative): all those kin in whom two names are looked for.
    """

    bonds: pl.DataFrame
    present: pl.DataFrame
    kin: pl.DataFrame
    couples: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Common:
    """How many persons bear a name (`name_key_other`, `namesakes`), of so many; how many relatives one has who has any.

    Counted when the weights are learnt, and kept with them.
    """

    namesakes: pl.DataFrame
    persons: int
    kin: float


def common(counted: pl.DataFrame, persons: int, kin: float) -> Common:
    """How common names are, of the counts that are kept (see `frequency`)."""
    names = counted.filter(pl.col("count") == "namesakes").select(name_key_other="key", namesakes="n")
    return Common(names, persons, kin)


def company(
    units: pl.DataFrame, links: pl.DataFrame, *, defining_register: str, max_group: int, wide_groups: Mapping[str, bool]
) -> Company:
    """The company of every unit outside the defining register, and who is kin to whom by booklet or by a row of two.

    A register whose groups are its rows (not `wide_groups`) binds nobody by them whom the row does not bind already.
    """
    others = units.filter(pl.col("register") != defining_register)
    row = others.select("unit", bond=pl.struct("register", "row").hash(seed=1), by_row=pl.lit(True))
    grouped = others.filter(pl.col("group").is_not_null())
    grouped = grouped.filter(pl.col("register").is_in([register for register, wide in wide_groups.items() if wide]))
    group = grouped.select("unit", bond=pl.struct("register", "group").hash(seed=2), by_row=pl.lit(False))
    bonds = pl.concat([row, group]).filter(pl.len().over("bond").is_between(2, max_group))
    present = bonds.join(links, on="unit").select("bond", "unit", "person", "by_row").sort("bond", "unit")
    booklets = units.filter((pl.col("register") == defining_register) & pl.col("group").is_not_null())
    booklets = booklets.join(links, on="unit").select("group", "person").unique()
    booklets = booklets.filter(pl.len().over("group").is_between(2, max_group))
    at_home = booklets.join(booklets, on="group", suffix="_relative").select(
        "person", relative="person_relative", bond=pl.lit(None, dtype=pl.UInt64)
    )
    in_row = present.filter(pl.col("by_row"))
    coupled = in_row.join(in_row, on="bond", suffix="_relative").select("person", "bond", relative="person_relative")
    kin = pl.concat([at_home, coupled.select("person", "relative", "bond")])
    kin = kin.filter(pl.col("person") != pl.col("relative")).unique().sort("person", "relative", "bond")
    return Company(bonds, present, kin, kin.select("person", "relative").unique(maintain_order=True))


def acquainted(units: pl.DataFrame, known: Company) -> pl.DataFrame:
    """Pairs `unit`, `person`, `relation` (itself or together): everybody whom the company of these units suggests.

    Company is what other rows say: a couple that only this row joins does not vouch for itself.
    """
    met = _met(units, known)
    itself = met.filter(~pl.col("by_row")).select("unit", "person", relation=pl.lit(ITSELF))
    kin = met.join(known.kin, on="person", suffix="_of_kin")
    # Whom only the unit's own row makes kin is the unit itself, or says nothing about it.
    kin = kin.join(known.bonds, left_on=["unit", "bond_of_kin"], right_on=["unit", "bond"], how="anti")
    together = kin.select("unit", person="relative", relation=pl.lit(TOGETHER))
    return pl.concat([itself, together]).unique(["unit", "person"], keep="first", maintain_order=True).sort("unit", "person")


def named_together(units: pl.DataFrame, persons: pl.DataFrame, known: Company, names: Common) -> pl.DataFrame:
    """Pairs `unit`, `person`, `chance`: the names of two unlinked units of one bond stand together among kin.

    `chance` is the probability that somebody of that name has a relative of the other name by accident.
    """
    alone = units.join(known.bonds, on="unit").join(known.present.select("unit").unique(), on="unit", how="anti")
    alone = alone.drop_nulls("name_key").select("unit", "bond", "name_key")
    two = alone.join(alone, on="bond", suffix="_other").filter(pl.col("name_key") != pl.col("name_key_other"))
    side = persons.select("person", "name_key")
    borne = side.join(two.select("name_key").unique(), on="name_key", how="semi")
    named = known.couples.join(borne, on="person").join(side, left_on="relative", right_on="person", suffix="_other")
    found = two.join(named, on=["name_key", "name_key_other"]).join(names.namesakes, on="name_key_other", how="left")
    found = found.with_columns(chance=names.kin * pl.col("namesakes").fill_null(1) / max(names.persons, 1))
    return found.group_by("unit", "person").agg(pl.col("chance").min()).sort("unit", "person")


def with_relation(pairs: pl.DataFrame, units: pl.DataFrame, persons: pl.DataFrame, known: Company, names: Common) -> pl.DataFrame:
    """The pairs with `relation` (itself, together, named_together, apart, null: in nobody's company) and its `chance`."""
    suggested = acquainted(units, known)
    accompanied = _met(units, known).select("unit", accompanied=pl.lit(value=True)).unique()
    both = named_together(units, persons, known, names)
    pairs = pairs.join(suggested, on=["unit", "person"], how="left").join(accompanied, on="unit", how="left")
    pairs = pairs.join(both, on=["unit", "person"], how="left", maintain_order="left")
    apart = pl.when(pl.col("accompanied")).then(pl.lit(APART))
    together = pl.when(pl.col("chance").is_not_null()).then(pl.lit(NAMED_TOGETHER))
    return pairs.with_columns(relation=pl.coalesce("relation", together, apart)).drop("accompanied").sort("unit", "person")


def relatives_of_holders(units: pl.DataFrame, persons: pl.DataFrame, known: Company) -> pl.DataFrame:
    """Pairs `unit`, `person` where the unit's verified number is held by another person and this one is kin to the holder."""
    numbered = units.filter(pl.col("verified")).select("unit", "number")
    holders = persons.filter(pl.col("verified")).select("number", holder="person")
    borrowed = numbered.join(holders, on="number").join(known.kin, left_on="holder", right_on="person")
    return borrowed.select("unit", person="relative").unique().sort("unit", "person")


def _met(units: pl.DataFrame, known: Company) -> pl.DataFrame:
    """The persons already linked in each unit's bonds, its own link left out."""
    own = units.select("unit").join(known.bonds, on="unit")
    return own.join(known.present.select("bond", "person", other="unit"), on="bond").filter(pl.col("unit") != pl.col("other"))
