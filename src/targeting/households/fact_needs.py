"""Facts that show need and no money: a benefit that ended, a parent or a spouse who has died.

They stand beside the facts about income and property because the missing direction rests on them (社会救助法 art. 39: active
discovery; 民发〔2022〕83号 §3(3): disability, schooling and unemployment as warning signs).
"""

from collections.abc import Mapping
from datetime import date

import polars as pl

from targeting.frames.assessment import FACTS
from targeting.households.fact import fact_rows
from targeting.households.known import declared, ended_by, of_persons
from targeting.households.residents import deaths_known
from targeting.specs.knowledge import Knowledge

Tables = Mapping[str, pl.DataFrame]
Known = Mapping[str, Knowledge]

_PARENTS = (("head", "child"), ("spouse", "child"), ("mother", "head"), ("father", "head"), ("child_in_law", "grandchild"))
"""Relations to the head, within one registered household, that make the first the parent of the second."""


def ended_benefits(tables: Tables, links: pl.DataFrame, *, knowledge: Known, as_of: date) -> pl.DataFrame:
    """A listing on an award that ended before the month of `as_of`, until the last month paid, with what was declared on it."""
    roll = tables.get("assistance_roll")
    if roll is None:
        return FACTS.empty()
    how = declared(knowledge, "assistance_roll")
    last = ended_by("end_month", how=how, as_of=as_of)
    over = roll.with_columns(last=last, known_at=last.dt.offset_by("1d")).filter(pl.col("last") < as_of.replace(day=1))
    listed = of_persons(over, links, "assistance_roll", "member").with_columns(together=pl.len().over("benefit", "case_no"))
    return fact_rows(
        listed,
        "ended_benefit",
        register="assistance_roll",
        role="member",
        unit="cents_month",
        value=pl.col("amount_cents"),
        text=pl.col("benefit"),
        valid_from=pl.col("start_month"),
        valid_to=pl.col("last"),
        detail={"case_no": pl.col("case_no"), "declared_income_cents": pl.col("declared_income_cents")},
    )


def bereavements(tables: Tables, links: pl.DataFrame, *, knowledge: Known, as_of: date) -> pl.DataFrame:
    """A parent of a person in one booklet has died: how many parents, since the latest death; the row is the survivor's own."""
    population = tables.get("population")
    if population is None:
        return FACTS.empty()
    booklet = ["register_household", "relation_to_head"]
    rows = of_persons(population, links, "population", "person").select("person_id", "row", "level", *booklet)
    deaths = deaths_known(tables, links, knowledge=knowledge, as_of=as_of)
    died = deaths.group_by("person_id").agg(pl.col("died").min(), pl.col("known_at").min(), their_level=pl.col("level").max())
    ties = pl.DataFrame([*_PARENTS, _ONLY_CHILD], schema=["elder", "younger"], orient="row")
    only = rows.filter(pl.col("relation_to_head") == "child").unique("register_household", keep="none")
    parents = pl.concat([rows.filter(pl.col("relation_to_head") != "child"), only]).join(died, on="person_id")
    lost = (
        parents.join(ties, left_on="relation_to_head", right_on="elder")
        .join(rows, left_on=["register_household", "younger"], right_on=booklet, suffix="_child")
        .group_by("person_id_child", "row_child", "level_child")
        .agg(
            pl.col("died").max(),
            pl.col("known_at").max(),
            parents=pl.col("person_id").n_unique(),
            level=pl.col("level").max(),
            their_level=pl.col("their_level").max(),
        )
    )
    return fact_rows(
        lost.select(
            "died",
            "known_at",
            "parents",
            person_id="person_id_child",
            row="row_child",
            level=pl.max_horizontal("level", "level_child", "their_level"),
        ).sort("row"),
        "bereavement",
        register="population",
        role="person",
        unit="none",
        value=pl.col("parents"),
        text=pl.lit("parent"),
        valid_from=pl.col("died"),
    )


_ONLY_CHILD = ("child", "grandchild")
"""The only child in a booklet is the parent of the grandchildren in it."""
