"""Legal supporters outside the family: who owes support by law, and who of them has consented that anything of theirs be read.

A spouse belongs to the family wherever registered (Civil Code art. 1059). Parents of minor children or of grown ones who cannot
live independently, and grown children (art. 1067), owe support from outside; grandchildren where no child is known (art. 1074).
Brothers and sisters (art. 1075) owe it only where both parents are dead or unable, which no register shows. Without the
supporter's own consent (社会救助法 art. 41; G20) there is only the answer that nothing may be read: no name, no row, no amount.
"""

from collections.abc import Mapping
from datetime import date

import polars as pl

from targeting.frames.assessment import FACTS
from targeting.frames.years import full_years
from targeting.households.awards import DIBAO, applicants, listings
from targeting.households.kin import CompositionRules, kinship
from targeting.households.known import known_by, of_persons
from targeting.households.standing import grown_children
from targeting.specs.knowledge import Knowledge

SUPPORTERS = {
    "person_id": pl.String,
    "tie": pl.String,
    "article": pl.String,
    "answer": pl.String,
    "supporter": pl.String,
    "row": pl.Int64,
    "level": pl.String,
    "known_at": pl.Date,
}
"""One supporter of one supported person: `answer` authorised or not_authorised; `supporter`, and the `row` of the consent, only
where authorised; else the row of the supported person."""

PURPOSE = "supporter_check"
_ARTICLES = {"child": "CN-CIVIL art. 1067", "parent": "CN-CIVIL art. 1067", "grandchild": "CN-CIVIL art. 1074"}
Tables = Mapping[str, pl.DataFrame]
Known = Mapping[str, Knowledge]


def supporters(
    registered: pl.DataFrame,
    families: pl.DataFrame,
    tables: Tables,
    links: pl.DataFrame,
    *,
    rules: CompositionRules,
    knowledge: Known,
    as_of: date,
) -> pl.DataFrame:
    """The legal supporters outside the family of everybody on a dibao award, and of whoever has a kinsman's consent (SUPPORTERS).

    `registered` are the residents of the date, `families` their assessed families (HOUSEHOLDS).
    """
    agreed = _consents(tables, links, knowledge=knowledge, as_of=as_of)
    listed = listings(tables, links, knowledge=knowledge, as_of=as_of).filter(
        (pl.col("benefit") == DIBAO) & pl.col("person_id").is_not_null()
    )
    applied = applicants(tables, links, knowledge=knowledge, as_of=as_of).filter(pl.col("benefit") == DIBAO)
    listed = listed.join(applied.select("benefit", "case_no", applicant="person_id"), on=["benefit", "case_no"])
    asked = pl.concat([listed.select("person_id"), agreed.select("person_id")]).unique()
    booklets = registered.join(asked, on="person_id", how="semi").select("register_household").drop_nulls().unique()
    near = registered.filter(
        pl.col("register_household").is_in(booklets["register_household"].implode())
        | pl.col("person_id").is_in(asked["person_id"].implode())
    ).with_columns(age=full_years(pl.col("birth_date"), as_of))
    unable = grown_children(tables, links, rules=rules, knowledge=knowledge, as_of=as_of)
    unable = unable.filter(pl.col("ground").is_in(["student", "unable"])).select("other", dependent=pl.lit(True))
    owed = _owed(kinship(near, listed, rules).join(unable, on="other", how="left"), near, rules)
    outside = _outside(owed, families).join(near.select("person_id", "row", "level"), on="person_id")
    on_award = listed.select("person_id").unique().with_columns(on_award=pl.lit(True))
    told = outside.join(agreed.rename({"person_id": "supporter"}), on="supporter", how="left", suffix="_consent").join(
        on_award, on="person_id", how="left"
    )
    may = pl.col("row_consent").is_not_null()
    return (
        told.filter(may | pl.col("on_award").fill_null(False))
        .select(
            "person_id",
            "tie",
            article=pl.col("tie").replace_strict(_ARTICLES),
            answer=pl.when(may).then(pl.lit("authorised")).otherwise(pl.lit("not_authorised")),
            supporter=pl.when(may).then("supporter"),
            row=pl.when(may).then("row_consent").otherwise("row"),
            level=pl.when(may).then(pl.max_horizontal("level", "level_consent")).otherwise("level"),
            known_at=pl.when(may).then("known_at").otherwise(pl.lit(as_of)),
        )
        .unique()
        .sort(list(SUPPORTERS))
    )


def supporter_facts(found: pl.DataFrame) -> pl.DataFrame:
    """The supporters (SUPPORTERS) as facts about the supported: by name only where authorised, else that nothing may be read."""
    may = pl.col("answer") == "authorised"
    register = pl.when(may).then(pl.lit("consents")).otherwise(pl.lit("population"))
    numbered = found.with_columns(number=pl.int_range(pl.len()).over("person_id"))
    return FACTS.conform(
        numbered.select(
            fact_id=pl.format("{}:{}:{}:supporter:{}", register, "row", "person_id", "number"),
            person_id="person_id",
            kind=pl.lit("supporter"),
            value=pl.lit(None, dtype=pl.Float64),
            unit=pl.lit("none"),
            text="supporter",
            detail=pl.struct("tie", "article", "answer").struct.json_encode(),
            valid_from=pl.lit(None, dtype=pl.Date),
            valid_to=pl.lit(None, dtype=pl.Date),
            known_at="known_at",
            register=register,
            row="row",
            role=pl.lit("person"),
            level="level",
        )
    )


def _consents(tables: Tables, links: pl.DataFrame, *, knowledge: Known, as_of: date) -> pl.DataFrame:
    """Who has consented to a supporter check that holds on the date: person_id, row, level, known_at; the latest consent."""
    table = known_by(tables, "consents", knowledge=knowledge, as_of=as_of)
    if not table.width:
        return pl.DataFrame(schema={"person_id": pl.String, "row": pl.Int64, "level": pl.String, "known_at": pl.Date})
    holds = (pl.col("valid_from") <= as_of) & (pl.col("valid_to") >= as_of).fill_null(True)
    given = of_persons(table.filter(holds & (pl.col("purpose") == PURPOSE)), links, "consents", "person")
    return (
        given.filter(pl.col("level") == "A")
        .sort("person_id", "valid_from", "row")
        .unique("person_id", keep="last", maintain_order=True)
        .select("person_id", "row", "level", "known_at")
    )


def _owed(pairs: pl.DataFrame, people: pl.DataFrame, rules: CompositionRules) -> pl.DataFrame:
    """Who owes support to whom by kinship: person_id (supported), supporter, tie of the supporter to the supported."""
    ages = people.select("person_id", "age")
    aged = pairs.join(ages.rename({"person_id": "one", "age": "elder"}), on="one").join(
        ages.rename({"person_id": "other", "age": "younger"}), on="other"
    )
    minor = pl.col("younger") < rules.minor_below_years
    grown = aged.filter(~minor.fill_null(True))
    children = grown.filter((pl.col("tie") == "child") & pl.col("dependent").is_null())
    up = children.select(person_id="one", supporter="other", tie=pl.lit("child"))
    down = aged.filter((pl.col("tie") == "child") & (minor.fill_null(False) | pl.col("dependent").fill_null(False))).select(
        person_id="other", supporter="one", tie=pl.lit("parent")
    )
    grand = (
        grown.filter(pl.col("tie") == "grandchild")
        .select(person_id="one", supporter="other", tie=pl.lit("grandchild"))
        .join(aged.filter(pl.col("tie") == "child").select(person_id="one"), on="person_id", how="anti")
    )
    return pl.concat([up, down, grand]).unique().sort("person_id", "supporter", "tie")


def _outside(owed: pl.DataFrame, families: pl.DataFrame) -> pl.DataFrame:
    """Only supporters who belong to another family than the supported, and who are counted there."""
    own = families.select("person_id", "household_id", "rule")
    theirs = own.filter(~pl.col("rule").str.starts_with("hh.excluded.")).select(supporter="person_id", theirs="household_id")
    return (
        owed.join(own.select("person_id", "household_id"), on="person_id")
        .join(theirs, on="supporter")
        .filter(pl.col("household_id") != pl.col("theirs"))
        .select("person_id", "supporter", "tie")
    )
