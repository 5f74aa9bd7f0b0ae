"""X90: an employer pays into the housing fund of a member who declared less than the deposit itself."""

import polars as pl

from targeting.eligibility.answers import answers
from targeting.eligibility.situation import Situation


def is_paid_into_the_housing_fund(situation: Situation) -> pl.DataFrame:
    """A counted member has a deposit this month above the declared income: a wage is many times its deposit."""
    deposits = (
        situation.of("housing_fund_deposit")
        .group_by("person_id")
        .agg(pl.col("value").sum(), pl.col("fact_id").sort(), since=pl.col("valid_from").min())
    )
    people = situation.people.filter("counted").join(deposits, on="person_id")
    above = people.filter(pl.col("value") > pl.col("declared").fill_null(0))
    found = above.group_by("subject").agg(
        facts=pl.col("fact_id").explode().sort(),
        level=pl.col("level").max(),
        about=pl.col("person_id").min(),
        deposit=pl.col("value").sum().cast(pl.Int64),
        since=pl.col("since").min(),
    )
    frame = situation.dibao().drop("level").join(found, on="subject", how="left")
    return answers(
        frame.with_columns(person_id=pl.coalesce("about", "person_id")),
        hit=pl.col("deposit").is_not_null(),
        unknown={"unresolved": pl.col("unresolved") > 0},
        effective_from=pl.max_horizontal("since", "start_month"),
        detail={"deposit_cents": pl.col("deposit")},
    )
