"""The assessed families on a date (最低生活保障审核确认办法 art. 7): spouse, minor children, students, co-resident supporters.

The registered household is evidence of kinship, not the family: a spouse counts wherever registered, a brother does not count
though he stands in the booklet, nobody counts while in prison, isolation or declared missing. Every living registered person is
in exactly one family; families are the connected groups of the edges that the law names.
"""

from collections.abc import Mapping
from datetime import date

import polars as pl

from targeting.frames.assessment import HOUSEHOLDS
from targeting.frames.years import full_years
from targeting.households.awards import DIBAO, applicants, listings
from targeting.households.kin import EDGE, CompositionRules, both_ways, kin
from targeting.households.marriages import marriage_events, spouses
from targeting.households.standing import away, grown_children
from targeting.specs.knowledge import Knowledge

_STEPS = {
    ("spouse", "minor_child"): "minor_child",
    ("spouse", "student_child"): "student_child",
    ("spouse", "adult_child"): "adult_child",
    ("spouse", "grandchild"): "grandchild",
    ("spouse", "parent"): "parent_in_law",
    ("minor_child", "minor_child"): "grandchild",
    ("adult_child", "spouse"): "child_in_law",
    ("adult_child", "minor_child"): "grandchild",
    ("adult_child", "adult_child"): "grandchild",
    ("child_in_law", "minor_child"): "grandchild",
    ("parent", "spouse"): "parent",
    ("parent", "parent"): "grandparent",
    ("parent", "minor_child"): "sibling",
    ("parent", "adult_child"): "sibling",
    ("grandparent", "spouse"): "grandparent",
}
"""What the `kind` of a relation's relation is to the head; anything else is a relative."""


def compose(
    registered: pl.DataFrame,
    tables: Mapping[str, pl.DataFrame],
    links: pl.DataFrame,
    persons: pl.DataFrame,
    *,
    rules: CompositionRules,
    knowledge: Mapping[str, Knowledge],
    as_of: date,
) -> pl.DataFrame:
    """Every living registered person is in exactly one assessed family (HOUSEHOLDS), with the clause and the row that says so.

    A family's id is the person_id of its head: the applicant of a running dibao award, else the head of the registered household,
    else the eldest adult. `registered` are the residents of the date; `persons` supplies dates of birth that they lack.
    """
    people = _present(_with_age(registered, persons, as_of), tables, links, rules=rules, knowledge=knowledge, as_of=as_of)
    grown = grown_children(tables, links, rules=rules, knowledge=knowledge, as_of=as_of)
    adults = people.filter(
        (pl.col("age").fill_null(rules.minor_below_years) >= rules.minor_below_years) & pl.col("absent").is_null()
    )
    couples = spouses(adults, marriage_events(tables, links, knowledge=knowledge, as_of=as_of))
    listed = listings(tables, links, knowledge=knowledge, as_of=as_of).filter(
        (pl.col("benefit") == DIBAO) & pl.col("person_id").is_not_null()
    )
    applied = applicants(tables, links, knowledge=knowledge, as_of=as_of).filter(pl.col("benefit") == DIBAO)
    listed = listed.join(applied.select("benefit", "case_no", applicant="person_id"), on=["benefit", "case_no"])
    younger = kin(people, listed, couples, grown, rules=rules)
    clauses = rules.words("household.members")
    edges = pl.concat([couples.with_columns(kind=pl.lit("spouse")).select(*EDGE), both_ways(younger, clauses)])
    grouped = people.join(_families(people, edges), on="person_id")
    heads = _heads(grouped, applied, rules.minor_below_years)
    members = _related(grouped.join(heads, on="family"), edges)
    on_award = listed.select("person_id", household_id="applicant").unique()
    own = members.select("person_id", "household_id")
    shared = (
        on_award.join(own.rename({"person_id": "household_id", "household_id": "family_of"}), on="household_id", how="left")
        .select("person_id", household_id="family_of", listed=pl.lit(True))
        .unique()
    )
    frame = members.join(shared, on=["person_id", "household_id"], how="left").with_columns(pl.col("listed").fill_null(False))
    return HOUSEHOLDS.conform(_placed(frame, tables))


def _present(
    people: pl.DataFrame,
    tables: Mapping[str, pl.DataFrame],
    links: pl.DataFrame,
    *,
    rules: CompositionRules,
    knowledge: Mapping[str, Knowledge],
    as_of: date,
) -> pl.DataFrame:
    """The residents with `absent`, why the law of the date does not count them (null: they count), and the row that shows it."""
    elsewhere = away(tables, links, rules=rules, knowledge=knowledge, as_of=as_of).rename({"absent": "inside"})
    reasons = rules.words("household.not_counted")
    found = people.join(elsewhere, on="person_id", how="left").with_columns(absent=pl.coalesce("inside", "absent"))
    shown = pl.col("inside").is_not_null()
    return found.with_columns(
        absent=pl.when(pl.col("absent").is_in(reasons)).then("absent"),
        row=pl.when(shown).then("away_row").otherwise("row"),
        shown_by=pl.when(shown).then("away_register").otherwise(pl.lit("population")),
        level=pl.when(shown).then(pl.max_horizontal("level", "away_level")).otherwise("level"),
    ).drop("inside", "away_register", "away_row", "away_level")


def _with_age(people: pl.DataFrame, persons: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """The residents with `age` in full years on the date, null where no register has a date of birth."""
    births = persons.select("person_id", born="birth_date")
    born = pl.coalesce("birth_date", "born")
    return people.join(births, on="person_id", how="left").with_columns(birth_date=born, age=full_years(born, as_of))


def _families(people: pl.DataFrame, edges: pl.DataFrame) -> pl.DataFrame:
    """The connected group of each person: `family` is its least person_id, spread along the edges until nothing changes."""
    family = people.select("person_id", family="person_id")
    nearer = family
    while nearer.height:
        nearer = (
            edges.select("one", "other")
            .join(nearer, left_on="one", right_on="person_id")
            .group_by("other")
            .agg(reached=pl.col("family").min())
            .join(family, left_on="other", right_on="person_id")
            .filter(pl.col("reached") < pl.col("family"))
            .select(person_id="other", family="reached")
        )
        family = family.update(nearer, on="person_id")
    return family


def _heads(grouped: pl.DataFrame, applied: pl.DataFrame, adult_from: int) -> pl.DataFrame:
    """One head a family: applicant, then hukou head, then eldest adult, then eldest."""
    applicant = applied.select("person_id").unique().with_columns(applies=pl.lit(True))
    order = pl.when(pl.col("applies")).then(0).when(pl.col("relation_to_head") == "head").then(1)
    adult = pl.col("age").fill_null(adult_from) >= adult_from
    return (
        grouped.join(applicant, on="person_id", how="left")
        .with_columns(order=order.when(adult).then(2).otherwise(3))
        .sort("family", "order", "birth_date", "person_id", nulls_last=True)
        .unique("family", keep="first", maintain_order=True)
        .select("family", household_id="person_id")
    )


def _related(members: pl.DataFrame, edges: pl.DataFrame) -> pl.DataFrame:
    """Each member with relation to the head, clause, row and level: the shortest way from the head along the edges."""
    excluded = pl.when(pl.col("absent").is_not_null()).then(pl.concat_str(pl.lit("hh.excluded."), "absent"))
    known = members.filter(pl.col("person_id") == pl.col("household_id")).select(
        "person_id",
        "row",
        "level",
        relation=pl.lit("head"),
        rule=excluded.otherwise(pl.lit("hh.head")),
        register="shown_by",
    )
    steps = pl.DataFrame(
        [(*pair, result) for pair, result in _STEPS.items()], schema=["relation", "kind", "relation_next"], orient="row"
    )
    frontier = known
    while frontier.height:
        frontier = (
            frontier.select(one="person_id", relation="relation", so_far="level")
            .join(edges, on="one")
            .join(known.select(other="person_id"), on="other", how="anti")
            .join(steps, on=["relation", "kind"], how="left")
            .with_columns(
                relation=pl.when(pl.col("relation") == "head")
                .then("kind")
                .otherwise(pl.col("relation_next").fill_null(pl.lit("relative"))),
                level=pl.max_horizontal("level", "so_far"),
            )
            .sort("other", pl.col("kind") != "spouse", "level", "relation", "one", "row")
            .unique("other", keep="first", maintain_order=True)
            .select("row", "level", "relation", "rule", "register", person_id="other")
            .select(known.columns)
        )
        known = pl.concat([known, frontier])
    return members.drop("row", "level").join(known, on="person_id", how="left")


def _placed(frame: pl.DataFrame, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The members with office and community of their grid cell, else of their present address."""
    grid = tables.get("grid")
    cells = (
        grid.select("grid_cell", office="street", community="community").unique("grid_cell", keep="first", maintain_order=True)
        if grid is not None
        else pl.DataFrame(schema={"grid_cell": pl.String, "office": pl.String, "community": pl.String})
    )
    present = pl.col("present")
    return frame.join(cells, on="grid_cell", how="left").with_columns(
        office=pl.coalesce("office", present.struct.field("town")),
        community=pl.coalesce("community", present.struct.field("community")),
    )
