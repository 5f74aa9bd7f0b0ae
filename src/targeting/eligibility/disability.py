"""Disability certificates on the date: which one counts, and what it entitles to (国发〔2015〕52号; 民发〔2022〕79号)."""

import polars as pl

from targeting.eligibility.situation import Situation, once


@once
def certificates_in_force(situation: Situation) -> pl.DataFrame:
    """One certificate a person: person_id, `grade`, `category`, `expires`, `fact`, `level`, `valid`, and all `facts`.

    A renewal leaves the old row behind, so the one issued last counts; it is valid unless it is cancelled, marked expired or past
    its last day. Where the register's present state is unknown (an earlier month), the dates alone decide.
    """
    rows = situation.history.filter(
        (pl.col("kind") == "certificate") & (pl.col("valid_from").fill_null(situation.as_of) <= situation.as_of)
    )
    state = pl.col("detail").str.json_path_match("$.state")
    valid = ~state.is_in(["cancelled", "expired"]).fill_null(False) & (pl.col("valid_to") >= situation.as_of).fill_null(True)
    every = rows.group_by("person_id").agg(facts=pl.col("fact_id").sort())
    return (
        rows.with_columns(valid=valid, state=state)
        .sort("person_id", "valid_from", "valid", "row", nulls_last=False)
        .unique("person_id", keep="last", maintain_order=True)
        .select(
            "person_id",
            "valid",
            "state",
            "level",
            grade=pl.col("value").cast(pl.Int64),
            category="text",
            issued="valid_from",
            expires="valid_to",
            fact="fact_id",
        )
        .join(every, on="person_id")
    )


def severely_disabled(situation: Situation) -> pl.DataFrame:
    """The persons whose valid certificate has a severe grade (one row of `certificates_in_force` each)."""
    gravest = situation.law.whole("disability.severe_up_to_grade")
    return certificates_in_force(situation).filter("valid", pl.col("grade") <= gravest)


def is_certified(situation: Situation, table: str) -> pl.Expr:
    """A certificate (`category`, `grade`) is of one of the categories of the law's table (any: every one), up to its grade."""
    category = pl.col("category")
    fits = [
        (pl.lit(row["category"] == "any") | (category == row["category"])) & (pl.col("grade") <= row["up_to_grade"])
        for row in situation.law.rows(table)
    ]
    return pl.any_horizontal(fits).fill_null(False) if fits else pl.lit(False)


def care_amount(situation: Situation, grade: pl.Expr) -> pl.Expr:
    """The care subsidy for a grade in cents a month; null where the grade has none."""
    amount = pl.lit(None, dtype=pl.Int64)
    for row in situation.law.rows("dis_care.amounts"):
        amount = pl.when(grade == row["grade"]).then(pl.lit(row["cents"], dtype=pl.Int64)).otherwise(amount)
    return amount
