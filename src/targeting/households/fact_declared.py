"""Facts that a register's declaration names (`[[facts]]`): what a further register tells of a person without code of its own."""

from collections.abc import Mapping
from datetime import date

import polars as pl

from targeting.frames.assessment import FACTS
from targeting.households.fact import NOTHING, fact_rows
from targeting.households.known import ended_by, known_by, of_persons
from targeting.specs.knowledge import Knowledge
from targeting.specs.registers import FactSpec


def declared_facts(
    tables: Mapping[str, pl.DataFrame], links: pl.DataFrame, *, knowledge: Mapping[str, Knowledge], as_of: date
) -> pl.DataFrame:
    """The declared facts of every register that declares some and was received, as known by `as_of`."""
    parts = [FACTS.empty()]
    for register, how in sorted(knowledge.items()):
        if how.facts and register in tables:
            known = known_by(tables, register, knowledge=knowledge, as_of=as_of)
            parts += [_facts(known, links, fact, register=register, how=how, as_of=as_of) for fact in how.facts]
    return pl.concat(parts)


def _facts(
    known: pl.DataFrame, links: pl.DataFrame, fact: FactSpec, *, register: str, how: Knowledge, as_of: date
) -> pl.DataFrame:
    said = known.filter(pl.all_horizontal(pl.lit(True), *(pl.col(c).is_in(codes) for c, codes in fact.where.items())))
    return fact_rows(
        of_persons(said, links, register, fact.role),
        fact.kind,
        register=register,
        role=fact.role,
        unit=fact.unit,
        value=NOTHING if fact.value is None else pl.col(fact.value),
        text=NOTHING if fact.text is None else pl.col(fact.text),
        valid_from=NOTHING if fact.valid_from is None else pl.col(fact.valid_from),
        valid_to=_end(fact, how=how, as_of=as_of),
        detail={column: pl.col(column) for column in fact.detail},
    )


def _end(fact: FactSpec, *, how: Knowledge, as_of: date) -> pl.Expr:
    if fact.last_month is not None:
        return ended_by(fact.last_month, how=how, as_of=as_of)
    return NOTHING if fact.valid_to is None else pl.col(fact.valid_to)
