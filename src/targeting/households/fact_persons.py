"""Facts about the person: birth, death, absence, marriage and disability certificate."""

from collections.abc import Mapping
from datetime import date

import polars as pl

from targeting.frames.assessment import FACTS
from targeting.households.fact import fact_rows
from targeting.households.known import declared, known_by, of_persons
from targeting.households.marriages import marriage_events, registered_marriages
from targeting.households.residents import deaths_known
from targeting.specs.knowledge import Knowledge

Tables = Mapping[str, pl.DataFrame]
Known = Mapping[str, Knowledge]


def births(tables: Tables, links: pl.DataFrame, *, knowledge: Known, as_of: date) -> pl.DataFrame:
    """The date of birth that the population register has for a person."""
    del knowledge
    population = tables.get("population")
    if population is None:
        return FACTS.empty()
    born = of_persons(population, links, "population", "person").with_columns(known_at=pl.col("birth_date"))
    born = born.filter(pl.col("birth_date") <= as_of)
    return fact_rows(born, "birth", register="population", role="person", unit="none", valid_from=pl.col("birth_date"))


def deaths(tables: Tables, links: pl.DataFrame, *, knowledge: Known, as_of: date) -> pl.DataFrame:
    """A death entered as a funeral or cancelled in the population register; each register's row is a fact of its own."""
    known = deaths_known(tables, links, knowledge=knowledge, as_of=as_of)
    parts = [
        fact_rows(
            known.filter(pl.col("register") == register),
            "death",
            register=register,
            role=role,
            unit="none",
            text=pl.col("source"),
            valid_from=pl.col("died"),
        )
        for register, role in (("deaths", "deceased"), ("population", "person"))
    ]
    return pl.concat(parts)


def absences(tables: Tables, links: pl.DataFrame, *, knowledge: Known, as_of: date) -> pl.DataFrame:
    """A registered person is in prison or has moved out; where the register has no date, known with the snapshot only."""
    population = tables.get("population")
    if population is None:
        return FACTS.empty()
    how = declared(knowledge, "population")
    away = of_persons(population, links, "population", "person").filter(pl.col("status").is_in(["prison", "moved_out"]))
    noted = pl.min_horizontal(pl.col("status_date") + pl.duration(days=how.lag_days), pl.lit(how.snapshot))
    away = away.with_columns(known_at=noted.fill_null(pl.lit(how.snapshot))).filter(pl.col("known_at") <= as_of)
    return fact_rows(
        away,
        "absence",
        register="population",
        role="person",
        unit="none",
        text=pl.col("status"),
        valid_from=pl.col("status_date"),
    )


def marriages(tables: Tables, links: pl.DataFrame, *, knowledge: Known, as_of: date) -> pl.DataFrame:
    """A registered marriage, from each side: the other party, since when, and until the next registration of either."""
    events = marriage_events(tables, links, knowledge=knowledge, as_of=as_of)
    couples = registered_marriages(events).rename({"one": "person_id"})
    roles = links.filter((pl.col("register") == "marriage") & pl.col("person_id").is_not_null()).select(
        "row", "person_id", "role"
    )
    sides = couples.join(roles, on=["row", "person_id"])
    parts = [
        fact_rows(
            sides.filter(pl.col("role") == role),
            "marriage",
            register="marriage",
            role=role,
            unit="none",
            text=pl.col("other"),
            valid_from=pl.col("since"),
            valid_to=pl.col("until"),
        )
        for role in ("husband", "wife")
    ]
    return pl.concat(parts)


def certificates(tables: Tables, links: pl.DataFrame, *, knowledge: Known, as_of: date) -> pl.DataFrame:
    """A disability certificate: grade, category, last day of validity, and its state where the present state is known."""
    table = known_by(tables, "disability", knowledge=knowledge, as_of=as_of)
    if not table.width:
        return FACTS.empty()
    return fact_rows(
        of_persons(table, links, "disability", "holder"),
        "certificate",
        register="disability",
        role="holder",
        unit="grade",
        value=pl.col("grade"),
        text=pl.col("category"),
        valid_from=pl.col("issued"),
        valid_to=pl.col("expires"),
        detail={"state": pl.col("state")},
    )


def consents(tables: Tables, links: pl.DataFrame, *, knowledge: Known, as_of: date) -> pl.DataFrame:
    """What a person has consented to, from when until when."""
    table = known_by(tables, "consents", knowledge=knowledge, as_of=as_of)
    if not table.width:
        return FACTS.empty()
    given = of_persons(table, links, "consents", "person").filter(pl.col("level") == "A")
    return fact_rows(
        given,
        "consent",
        register="consents",
        role="person",
        unit="none",
        text=pl.col("purpose"),
        valid_from=pl.col("valid_from"),
        valid_to=pl.col("valid_to"),
    )
