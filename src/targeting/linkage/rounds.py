"""How records that no exact number settles are decided: pairs, their levels, their company, their weights.

There are two rounds: what the first links is company for those it leaves open. A record is decided by its own pairs and nobody
else's, so a part of the records is decided by the same functions as all of them.
"""

from dataclasses import dataclass

import polars as pl

from targeting.linkage.compare import compare
from targeting.linkage.decide import LINK, SAME_NAMES
from targeting.linkage.relate import Common, Company, acquainted, named_together, relatives_of_holders, with_relation
from targeting.linkage.weigh import Learnt, weigh
from targeting.specs.linkage import LinkageSpec

PAIRS_AT_ONCE = 500_000
"""Pairs laid out with all fields of both sides at a time: six million at once take seven gigabytes more."""
PAIR = ["unit", "person"]
LEVELS = {
    "unit": pl.UInt32,
    "person": pl.UInt32,
    "number_level": pl.String,
    "name_level": pl.String,
    "name_folded": pl.Boolean,
    "birth_level": pl.String,
    "address_level": pl.String,
}


@dataclass(frozen=True, slots=True)
class Question:
    """The `records` of a round, those among them that are nobody's yet (`open`), whose company, and the persons they may be."""

    records: pl.DataFrame
    open: pl.DataFrame
    known: Company
    persons: pl.DataFrame


def suggested(asked: Question, names: Common) -> pl.DataFrame:
    """Pairs that company or a relative's number suggests."""
    met = acquainted(asked.open, asked.known).select(PAIR)
    both = named_together(asked.open, asked.persons, asked.known, names).select(PAIR)
    return pl.concat([met, both, relatives_of_holders(asked.open, asked.persons, asked.known)])


def leveled(pairs: pl.DataFrame, records: pl.DataFrame, persons: pl.DataFrame, *, spec: LinkageSpec) -> pl.DataFrame:
    """The pairs with the levels of their fields, as LEVELS."""
    some = (pairs.slice(first, PAIRS_AT_ONCE) for first in range(0, max(1, pairs.height), PAIRS_AT_ONCE))
    partial = spec.names.partial_from_length
    return pl.concat([compare(part, records, persons, partial_from_length=partial) for part in some]).cast(pl.Schema(LEVELS))


def in_company(levels: pl.DataFrame, asked: Question, judged: pl.DataFrame, names: Common) -> pl.DataFrame:
    """The pairs with their `relation`, relatives' numbers and `judgement`.

    Where the number is a relative's and the name is this person's, the number says that, and not that they differ.
    """
    pairs = with_relation(levels, asked.records, asked.persons, asked.known, names)
    borrowed = relatives_of_holders(asked.open, asked.persons, asked.known).with_columns(borrowed=pl.lit(value=True))
    pairs = pairs.join(borrowed, on=PAIR, how="left", maintain_order="left")
    relatives = pl.col("borrowed").fill_null(value=False) & pl.col("name_level").is_in(SAME_NAMES)
    level = pl.when(relatives).then(pl.lit("relatives_number")).otherwise("number_level")
    pairs = pairs.with_columns(number_level=level).drop("borrowed")
    return pairs.join(judged, on=PAIR, how="left", maintain_order="left")


def weighed(compared: pl.DataFrame, asked: Question, learnt: Learnt, *, spec: LinkageSpec) -> pl.DataFrame:
    """The pairs that count, weighed; those judged to be different people teach, but they are nobody's candidates."""
    allowed = compared.filter(pl.col("judgement").fill_null("") != "different")
    negligible = spec.decision.negligible
    return weigh(allowed, records=asked.records, persons=asked.persons, learnt=learnt, negligible=negligible)


def once_more(
    levels: pl.DataFrame, asked: Question, judged: pl.DataFrame, names: Common, learnt: Learnt, *, spec: LinkageSpec
) -> pl.DataFrame:
    """The pairs of the records asked about, weighed in the company of a later round, which may suggest more pairs."""
    old = levels.join(asked.records, on="unit", how="semi")
    new = suggested(asked, names).unique().join(old, on=PAIR, how="anti").sort(PAIR)
    both = pl.concat([old, leveled(new, asked.records, asked.persons, spec=spec)]).sort(PAIR)
    return weighed(in_company(both, asked, judged, names), asked, learnt, spec=spec)


def linked_by(decided: pl.DataFrame) -> pl.DataFrame:
    """`unit`, `person`, `rule` of the links among what was decided."""
    fresh = decided.filter(pl.col("outcome") == LINK).unique("unit", keep="first", maintain_order=True)
    return fresh.select("unit", "person", "rule")


def with_links(links: pl.DataFrame, fresh: pl.DataFrame) -> pl.DataFrame:
    """The settled links, and the fresh ones of units that have none."""
    return pl.concat([links, fresh.cast(links.schema)]).unique("unit", keep="first", maintain_order=True)


def alone(
    levels: pl.DataFrame, records: pl.DataFrame, persons: pl.DataFrame, learnt: Learnt, *, spec: LinkageSpec
) -> pl.DataFrame:
    """The pairs that count whoever is named beside the record, and whatever has been judged."""
    silent = {"relation": pl.String, "chance": pl.Float64, "judgement": pl.String}
    pairs = levels.with_columns(pl.lit(None, dtype=dtype).alias(name) for name, dtype in silent.items())
    kept = weigh(pairs, records=records, persons=persons, learnt=learnt, negligible=spec.decision.negligible)
    return levels.join(kept.select(PAIR), on=PAIR, how="semi", maintain_order="left")
