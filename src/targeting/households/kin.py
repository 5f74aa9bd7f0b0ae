"""Who is kin of whom with a duty of support, and through which edge one belongs to a family (最低生活保障审核确认办法 art. 7).

Parents and children, grandparents and grandchildren come from the relations of one registered household and from the relations
that an award lists. Brothers and sisters are no edge. An edge binds always (minor child) or only while both live together.
"""

from typing import Protocol

import polars as pl

from targeting.identifiers.addresses import address_agreement, reaches_room

EDGE = {
    "one": pl.String,
    "other": pl.String,
    "kind": pl.String,
    "register": pl.String,
    "row": pl.Int64,
    "level": pl.String,
    "rule": pl.String,
}
"""`other` is the `kind` of `one`: spouse, minor_child, student_child, adult_child, grandchild, parent, grandparent."""

_PAIR = ("one", "other", "tie", "register", "row", "by_award", "brother")
_BOOKLET = (
    ("head", "child", "child"),
    ("spouse", "child", "child"),
    ("mother", "head", "child"),
    ("father", "head", "child"),
    ("mother", "sibling", "child"),
    ("father", "sibling", "child"),
    ("child_in_law", "grandchild", "child"),
    ("head", "grandchild", "grandchild"),
    ("spouse", "grandchild", "grandchild"),
    ("mother", "child", "grandchild"),
    ("father", "child", "grandchild"),
)
"""Relations to the head that make the second the child or grandchild of the first, within one registered household."""


class CompositionRules(Protocol):
    """What the law of the date says of families: ages, clauses, stages and grades."""

    @property
    def minor_below_years(self) -> int: ...
    @property
    def student_until_years(self) -> int: ...
    @property
    def parent_elder_by_years(self) -> int: ...
    def whole(self, name: str) -> int: ...
    def words(self, name: str) -> tuple[str, ...]: ...
    def rows(self, name: str) -> tuple[dict[str, bool | int | float | str], ...]: ...


def kin(
    people: pl.DataFrame, listed: pl.DataFrame, couples: pl.DataFrame, grown: pl.DataFrame, *, rules: CompositionRules
) -> pl.DataFrame:
    """Every edge (EDGE, elder to younger) that puts two `people` into one family, apart from marriage.

    `people` are residents with `age` (years, null unknown); `listed` the rows of the roll in payment with `applicant`;
    `couples` the spouses; `grown` the grown children of whom a register says that they are enrolled or unable to live alone
    (DEPENDENT). Whoever does not count has no edge. A grown, unmarried child who lives apart belongs to the parents where such a
    register says so and no award of its own is paid; else where the office has listed it at student age, as presumed.
    """
    free = people.filter(pl.col("absent").is_null())
    every = kinship(free, listed, rules)
    listed_so = pl.col("by_award").any().over("one", "other")
    pairs = every.with_columns(by_award=listed_so).unique(["one", "other"], keep="first", maintain_order=True)
    sides = pairs.join(_side(free, ""), left_on="one", right_on="person_id").join(
        _side(free, "_other"), left_on="other", right_on="person_id"
    )
    married = couples.select(other="one", married=pl.lit(True))
    alone = listed.select(other="applicant", applies=pl.lit(True)).unique()
    same_text = (pl.col("present_address") == pl.col("present_address_other")).fill_null(False)
    apart = _apart(pl.col("present"), pl.col("present_other")) | _in_other_cells()
    room = address_agreement(pl.col("present"), pl.col("present_other")) == "room"
    together = ~apart | same_text | room
    minor = pl.col("age_other") < rules.minor_below_years
    single = pl.col("married").is_null() & (pl.col("tie") == "child")
    ground = pl.col("ground").fill_null("")
    shown = single & (ground.is_in(["student", "unable"])) & pl.col("applies").is_null()
    presumed = single & pl.col("by_award") & (pl.col("age_other") <= rules.student_until_years) & (ground != "not_student")
    of_child = pl.col("tie") == "child"
    judged = (
        sides.join(married, on="other", how="left")
        .join(grown, on="other", how="left")
        .join(alone, on="other", how="left")
        .with_columns(
            under_one_roof=(same_text | room).fill_null(False),
            shown=shown & ~minor.fill_null(False),
            kind=pl.when(of_child & minor.fill_null(False))
            .then(pl.lit("minor_child"))
            .when(shown)
            .then(pl.when(ground == "student").then(pl.lit("student_child")).otherwise(pl.lit("adult_child")))
            .when(together & of_child)
            .then(pl.lit("adult_child"))
            .when(together)
            .then(pl.lit("grandchild"))
            .when(presumed.fill_null(False))
            .then(pl.lit("student_child")),
        )
    )
    kept = _with_parents_first(_without_brothers(_with_one_parent(judged.filter(pl.col("kind").is_not_null()), couples)))
    return kept.with_columns(_clause(), level=pl.max_horizontal("level", "level_other")).with_columns(_shown_by()).select(*EDGE)


def kinship(people: pl.DataFrame, listed: pl.DataFrame, rules: CompositionRules) -> pl.DataFrame:
    """Elder (`one`) and younger (`other`) who are parent and child or grandparent and grandchild (`tie`), wherever they live."""
    return pl.concat([_booklet_pairs(people), _only_parents(people, rules), _listed_pairs(listed, people)])


def _clause() -> pl.Expr:
    """The clause of the law that makes the edge bind."""
    by_kind = {
        "minor_child": "hh.minor_child",
        "student_child": "hh.adult_child_dependent.presumed",
        "adult_child": "hh.other_supporter_coresident",
        "grandchild": "hh.other_supporter_coresident",
    }
    return (
        pl.when("shown")
        .then(pl.lit("hh.adult_child_dependent"))
        .otherwise(pl.col("kind").replace_strict(by_kind, return_dtype=pl.String))
        .alias("rule")
    )


def _shown_by() -> list[pl.Expr]:
    """A grown child is shown by the row of its enrolment or certificate, at the weaker of both levels."""
    return [
        pl.when("shown").then("by_register").otherwise("register").alias("register"),
        pl.when("shown").then("by_row").otherwise("row").alias("row"),
        pl.when("shown").then(pl.max_horizontal("level", "by_level")).otherwise("level").alias("level"),
    ]


def both_ways(edges: pl.DataFrame, clauses: tuple[str, ...]) -> pl.DataFrame:
    """Each edge (EDGE) and its reverse: the child's parent, the grandchild's grandparent.

    A parent belongs by the clause on parents where the law of the date has one, else as a supporter who lives in the family.
    """
    parent = "hh.parent" if "hh.parent" in clauses else "hh.other_supporter_coresident"
    grand = pl.col("kind") == "grandchild"
    back = edges.select(
        one="other",
        other="one",
        kind=pl.when(grand).then(pl.lit("grandparent")).otherwise(pl.lit("parent")),
        register="register",
        row="row",
        level="level",
        rule=pl.when(grand).then(pl.lit("hh.other_supporter_coresident")).otherwise(pl.lit(parent)),
    )
    return pl.concat([edges, back])


def _apart(one: pl.Expr, other: pl.Expr) -> pl.Expr:
    """Two addresses name different dwellings; one that stops short of a dwelling, or is missing, does not part a booklet."""
    level = address_agreement(one, other)
    elsewhere = level.is_in(["different", "town"])
    return elsewhere | (reaches_room(one) & reaches_room(other) & (level != "room"))


def _in_other_cells() -> pl.Expr:
    """The police have put the two present addresses into different grid cells."""
    return (pl.col("grid_cell") != pl.col("grid_cell_other")).fill_null(False)


def _booklet_pairs(people: pl.DataFrame) -> pl.DataFrame:
    """Elder and younger of one registered household, with the younger's row as the row that shows it."""
    rows = people.select("person_id", "register_household", "relation_to_head", "row")
    ties = pl.DataFrame(_BOOKLET, schema=["elder", "younger", "tie"], orient="row")
    elder = rows.join(ties, left_on="relation_to_head", right_on="elder").select(
        "register_household", "younger", "tie", one="person_id", elder="relation_to_head"
    )
    return (
        elder.join(rows, left_on=["register_household", "younger"], right_on=["register_household", "relation_to_head"])
        .filter(pl.col("one") != pl.col("person_id"))
        .select(
            "one",
            "tie",
            "row",
            other="person_id",
            register=pl.lit("population"),
            by_award=pl.lit(False),
            brother=pl.col("younger") == "sibling",
        )
        .sort("tie", "one", "other", "row")
        .select(_PAIR)
    )


def _only_parents(people: pl.DataFrame, rules: CompositionRules) -> pl.DataFrame:
    """The only adult child of the head and the head's minor grandchildren: with no other in the booklet, it is their parent."""
    rows = people.select("person_id", "register_household", "relation_to_head", "row", "age")
    old_enough = pl.col("age") >= rules.minor_below_years
    adults = rows.filter((pl.col("relation_to_head") == "child") & old_enough)
    only = adults.filter(pl.len().over("register_household") == 1).select("register_household", one="person_id", parent_age="age")
    grandchildren = rows.filter((pl.col("relation_to_head") == "grandchild") & ~old_enough)
    return (
        grandchildren.join(only, on="register_household")
        .filter(pl.col("parent_age") - pl.col("age") >= rules.parent_elder_by_years)
        .select(
            "one",
            "row",
            other="person_id",
            tie=pl.lit("child"),
            register=pl.lit("population"),
            by_award=pl.lit(False),
            brother=pl.lit(False),
        )
        .select(_PAIR)
    )


def _listed_pairs(listed: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Elder and younger as an award in payment lists them: its applicant and each member."""
    here = people.select("person_id")
    rows = (
        listed.join(here, on="person_id", how="semi")
        .join(here, left_on="applicant", right_on="person_id", how="semi")
        .filter(pl.col("person_id") != pl.col("applicant"))
    )
    up = pl.col("relation").is_in(["mother", "father"])
    return (
        rows.filter(up | pl.col("relation").is_in(["child", "grandchild"]))
        .select(
            one=pl.when(up).then("person_id").otherwise("applicant"),
            other=pl.when(up).then("applicant").otherwise("person_id"),
            tie=pl.when(pl.col("relation") == "grandchild").then(pl.lit("grandchild")).otherwise(pl.lit("child")),
            register=pl.lit("assistance_roll"),
            row="row",
            by_award=pl.lit(True),
            brother=pl.lit(False),
        )
        .sort("tie", "one", "other", "row")
        .select(_PAIR)
    )


def _side(people: pl.DataFrame, suffix: str) -> pl.DataFrame:
    names = ("present", "present_address", "grid_cell", "age", "level")
    return people.select("person_id", *(pl.col(name).alias(name + suffix) for name in names))


def _with_parents_first(edges: pl.DataFrame) -> pl.DataFrame:
    """No edge from grandparents to a minor whose parents are known: the child goes with them, wherever it stays."""
    with_parents = edges.filter(pl.col("kind") == "minor_child").select("other").unique()
    grand = pl.col("kind") == "grandchild"
    return pl.concat([edges.filter(~grand), edges.filter(grand).join(with_parents, on="other", how="anti")])


def _with_one_parent(edges: pl.DataFrame, couples: pl.DataFrame) -> pl.DataFrame:
    """A minor whose parents are no couple goes with the parent under whose roof it lives, else with the one whose award lists it.

    The other parent is a legal supporter outside the household (Civil Code art. 1084, 1085), not a member of it.
    """
    minor = pl.col("kind") == "minor_child"
    spouse = couples.select("one", spouse="other").unique("one", keep="first", maintain_order=True)
    sided = (
        edges.filter(minor)
        .join(spouse, on="one", how="left")
        .with_columns(side=pl.min_horizontal("one", "spouse"))
        .with_columns(pl.col("under_one_roof", "by_award").any().over("other", "side"))
    )
    order = (~pl.col("under_one_roof"), ~pl.col("by_award"), pl.col("side"))
    first = sided.sort("other", *order).unique("other", keep="first", maintain_order=True).select("other", first="side")
    kept = sided.join(first, on="other").filter(pl.col("under_one_roof") | (pl.col("side") == pl.col("first")))
    return pl.concat([edges.filter(~minor), edges.filter(minor).join(kept, on=["one", "other"], how="semi")])


def _without_brothers(edges: pl.DataFrame) -> pl.DataFrame:
    """No edge from a parent to an adult brother or sister of the head where the parent already lives with the head."""
    with_head = edges.filter(~pl.col("brother") & (pl.col("tie") == "child")).select("one").unique()
    brother = pl.col("brother") & (pl.col("kind") != "minor_child")
    return pl.concat([edges.filter(~brother), edges.filter(brother).join(with_head, on="one", how="anti")])
