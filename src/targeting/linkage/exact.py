"""Who the persons are, and level A: a verified number, exact, beside an agreeing name. Nothing else.

The rows of the defining register are the persons; two rows with the same verified number and an agreeing name are one person, and
so are two rows of one booklet with the same name and birth day of which one lacks a verified number. A verified number that the
defining register does not hold makes a person known from elsewhere, under the name that most rows give it.
"""

from dataclasses import dataclass, replace

import polars as pl

from targeting.linkage.prepare import LOST

EXACT, NAMED_IN_GROUP, DEFINES = "exact_id", "exact_id_named_in_group", "defines_person"


@dataclass(frozen=True, slots=True)
class Settled:
    """Persons (with the forms of their first row), the links that need no weighing, and the units left over."""

    persons: pl.DataFrame  # person, known_from ("defining" or "elsewhere"), and the columns of its first unit
    links: pl.DataFrame  # unit, person, rule
    residue: pl.DataFrame  # units without a link


def settle(units: pl.DataFrame, *, defining_register: str) -> Settled:
    """Every person has a number, and every unit with a verified number and an agreeing name is linked at level A."""
    defining = units.filter(pl.col("register") == defining_register)
    others = units.filter(pl.col("register") != defining_register)
    first = _persons_of(defining)
    held = defining.filter(pl.col("verified"))["number"].unique()
    strangers = others.filter(pl.col("verified") & pl.col("name_key").is_not_null() & ~pl.col("number").is_in(held.implode()))
    representatives = _representatives(strangers)
    persons = pl.concat(
        [
            defining.filter(pl.col("unit").is_in(first["first"].unique().implode())).with_columns(known_from=pl.lit("defining")),
            representatives.with_columns(known_from=pl.lit("elsewhere")),
        ]
    ).with_row_index("person")
    links = pl.concat(
        [
            first.join(persons.select("person", first="unit"), on="first").select("unit", "person", rule=pl.lit(DEFINES)),
            _exact(others, persons),
        ]
    )
    links = pl.concat([links, _named_in_group(others, persons, links)]).sort("unit")
    return Settled(persons, links, units.join(links, on="unit", how="anti"))


def with_doubt(settled: Settled) -> Settled:
    """The units left over know whether they are `doubtful`.

    A verified number that is somebody's under another name does not say who the unit is not.
    """
    held = settled.persons.filter(pl.col("verified"))["number"].unique()
    doubtful = pl.col("verified") & pl.col("name_key").is_not_null() & pl.col("number").is_in(held.implode())
    residue = settled.residue.with_columns(doubtful=doubtful.fill_null(value=False))
    return replace(settled, persons=settled.persons.with_columns(doubtful=pl.lit(value=False)), residue=residue)


def names_agree(one: pl.Expr, other: pl.Expr) -> pl.Expr:
    """The folded names are the same; a lost character (`?`) may be any one, but not every character may be lost."""
    either = one.str.contains(LOST, literal=True) | other.str.contains(LOST, literal=True)
    compatible = one.str.contains(_pattern(other)) | other.str.contains(_pattern(one))
    return ((one == other) & one.str.contains(_KNOWN)) | (either & compatible)


_KNOWN = r"[^?]"


def _pattern(name: pl.Expr) -> pl.Expr:
    """A name with a lost character as a regular expression; one without, or without anything else, matches nothing."""
    spelt = name.str.replace_all(r"[^\p{L}\p{N}?]", "").str.replace_all(LOST, ".", literal=True)
    usable = name.str.contains(LOST, literal=True) & name.str.contains(_KNOWN)
    return pl.when(usable).then(pl.concat_str(pl.lit("^"), spelt, pl.lit("$"))).otherwise(pl.lit(r"^\b\B$"))


def _persons_of(defining: pl.DataFrame) -> pl.DataFrame:
    """`unit` and the `first` unit of the same person, for every row of the defining register."""
    rows = defining.select("unit", "number", "verified", "name_key", "birth", "group")
    named = rows.with_columns(
        first=pl.when(pl.col("verified") & pl.col("name_key").is_not_null())
        .then(pl.col("unit").min().over("number", "verified", "name_key"))
        .otherwise(pl.col("unit"))
    )
    same_number = named.filter(pl.col("verified")).select("number", "first", "name_key").unique()
    lost = same_number.filter(pl.col("name_key").str.contains(LOST, literal=True))
    spelt = lost.join(same_number, on="number", suffix="_spelt").filter(
        (pl.col("first") != pl.col("first_spelt")) & names_agree(pl.col("name_key"), pl.col("name_key_spelt"))
    )
    key = ["name_key", "birth", "group"]
    whole = named.drop_nulls(key)
    booklet = whole.group_by(key).agg(
        pl.col("first").filter(pl.col("verified")).unique().alias("known"), pl.col("first").min().alias("any")
    )
    booklet = booklet.filter(pl.col("known").list.len() <= 1).select(
        *key, same=pl.coalesce(pl.col("known").list.first(), pl.col("any"))
    )
    merged = whole.filter(~pl.col("verified")).join(booklet, on=key).select("first", to="same")
    moves = (
        pl.concat([spelt.select("first", to="first_spelt"), merged])
        .sort("first", "to")
        .unique("first", keep="first", maintain_order=True)
    )
    moved = named.join(moves, on="first", how="left").select("unit", first=pl.coalesce("to", "first"))
    moved = moved.join(moves.select(first="first", again="to"), on="first", how="left")
    return moved.select("unit", first=pl.coalesce("again", "first"))


def _representatives(strangers: pl.DataFrame) -> pl.DataFrame:
    """One unit for each verified number: the name that most rows give, its first row, one with an address where there is one."""
    counted = strangers.with_columns(votes=pl.len().over("number", "name_key"), bare=pl.col("address").is_null())
    ordered = counted.sort(["number", "votes", "bare", "unit"], descending=[False, True, False, False])
    return ordered.unique("number", keep="first", maintain_order=True).sort("unit").drop("votes", "bare")


def _exact(others: pl.DataFrame, persons: pl.DataFrame) -> pl.DataFrame:
    left = others.filter(pl.col("verified")).select("unit", "number", "name_key")
    right = persons.filter(pl.col("verified")).select("person", "number", held_name="name_key")
    pairs = left.join(right, on="number")
    same = pl.col("name_key") == pl.col("held_name")
    lost = pairs.filter(~same).filter(names_agree(pl.col("name_key"), pl.col("held_name")))  # a regular expression a row: few
    ranked = pl.concat([pairs.filter(same & pl.col("name_key").str.contains(_KNOWN)), lost]).sort(
        pl.col("name_key") != pl.col("held_name"), "unit", "person", maintain_order=True
    )
    once = ranked.unique("unit", keep="first", maintain_order=True)
    return once.select("unit", "person", rule=pl.lit(EXACT))


def _named_in_group(others: pl.DataFrame, persons: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """A number without a name is exact where another row of the same group gives it beside the agreeing name."""
    nameless = others.filter(pl.col("verified") & pl.col("name_key").is_null() & pl.col("group").is_not_null())
    named = others.join(links.filter(pl.col("rule") == EXACT), on="unit").filter(pl.col("group").is_not_null())
    named = named.select("register", "group", "number", "person").unique()
    found = nameless.join(named, on=["register", "group", "number"]).sort("unit", "person")
    once = found.unique("unit", keep="first", maintain_order=True)
    return once.select("unit", "person", rule=pl.lit(NAMED_IN_GROUP)).cast({"person": persons.schema["person"]})
