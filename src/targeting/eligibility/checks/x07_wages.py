"""X07: wages on the evidence of contributions against the declaration (最低生活保障审核确认办法 art. 13: wage income).

The contribution base has a floor, so it is not the wage. A base above the floor follows the wage; a base at the floor shows a job
that may pay less, so it contradicts a declaration of nothing but not a declared wage. Who pays alone shows no wage at all.
"""

import polars as pl

from targeting.eligibility.answers import answers
from targeting.eligibility.money import due, overpaid, wages
from targeting.eligibility.situation import Situation


def earns_more_than_declared(situation: Situation) -> pl.DataFrame:
    """An employer pays contributions for a member whose declared income does not account for the job; less dibao would be due.

    Income is the mean of the actual months of the reference period. A job counts only when the gradual exit is over: an award
    granted on the months before a job may run on as well. The amount is a bound: the base may lie above the wage. Where the
    declaration is not known, only bases above the floor that reach the standard by themselves contradict the award.
    """
    tolerance = situation.law.whole("income.tolerance")
    people = _people(situation)
    counted = pl.when("unexplained").then(pl.max_horizontal("wage", "declared")).otherwise("declared")
    household = people.group_by("subject").agg(
        income=counted.sum(),
        earners=pl.col("unexplained").sum(),
        unlisted_earners=(pl.col("unexplained") & ~pl.col("listed")).sum(),
        only_floor=pl.col("at_floor").filter("unexplained").all(),
        exiting=pl.col("exits").fill_null(False).any(),
        about=pl.col("person_id").filter("unexplained").sort().first(),
        wage=pl.col("wage").filter("unexplained").sum(),
        since=pl.col("since").filter("unexplained").min(),
        facts=pl.col("wage_facts").filter("unexplained").explode().drop_nulls().sort(),
        level=pl.col("level").filter("unexplained").max(),
        unvalued=pl.col("wage").is_not_null().any(),
    )
    frame = (
        situation.dibao()
        .drop("level")
        .join(household, on="subject", how="left")
        .with_columns(person_id=pl.coalesce("about", "person_id"))
    )
    owed = due(situation, pl.col("members"), pl.col("income"))
    limit = pl.col("members") * situation.law.whole("dibao.standard")
    known = pl.col("declared_income_month").is_not_null()
    less = pl.when(known & pl.col("amount_month").is_not_null())
    less_due = less.then(pl.col("amount_month") - owed > tolerance).otherwise(pl.col("income") >= limit)
    return answers(
        frame,
        hit=(pl.col("earners") > 0) & less_due,
        unknown={"no_record": ~known & pl.col("unvalued"), "unresolved": pl.col("unresolved") > 0},
        amount=overpaid(pl.col("amount_month"), owed),
        effective_from=pl.max_horizontal("since", "start_month"),
        detail={
            "earners": pl.col("earners"),
            "earners_not_listed": pl.col("unlisted_earners"),
            "base_mean_cents": pl.col("wage"),
            "base_is_bound": pl.lit(True),
            "base_at_floor_only": pl.col("only_floor"),
            "income_cents": pl.col("income"),
            "limit_cents": limit,
            "members": pl.col("members"),
            "due_cents": owed,
            "gradual_exit": pl.col("exiting"),
            "clears_if_income_at_most_cents": less.then(limit - pl.col("amount_month") + tolerance).otherwise(limit - 1),
        },
    )


def _people(situation: Situation) -> pl.DataFrame:
    """The people of dibao awards with their `wage`, and whether it is `unexplained`: neither declared nor in gradual exit."""
    tolerance = situation.law.whole("income.tolerance")
    exit_months = situation.law.whole("income.gradual_exit_months")
    earned = wages(situation).rename({"facts": "wage_facts"})
    began = situation.dibao().select("subject", "start_month", declares=pl.col("declared_income_month").is_not_null())
    return (
        situation.people.filter("counted")
        .join(began, on="subject")
        .join(earned, on="person_id", how="left")
        .with_columns(declared=pl.col("declared").fill_null(0))
        .with_columns(
            explained=(pl.col("at_floor") & (pl.col("declared") > tolerance))
            | (pl.col("declared") + tolerance >= pl.col("wage")),
            exits=pl.col("since").dt.offset_by(f"{exit_months}mo") > situation.month,
        )
        .with_columns(
            unexplained=(
                pl.col("wage").is_not_null()
                & ~pl.col("explained")
                & ~pl.col("exits")
                & (pl.col("declares") | ~pl.col("at_floor"))
            ).fill_null(False)
        )
    )
