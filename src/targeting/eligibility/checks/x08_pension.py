"""X08: pensions and unemployment benefit that the declaration leaves out (最低生活保障审核确认办法 art. 13: transfer income)."""

import polars as pl

from targeting.eligibility.answers import answers
from targeting.eligibility.money import due, overpaid, transfers
from targeting.eligibility.situation import Situation, only_by_booklet


def receives_an_undeclared_benefit(situation: Situation) -> pl.DataFrame:
    """A member received pensions or unemployment benefit above the declared income, and less dibao would be due.

    The basic part of the residents' pension and veterans' payments do not count. Income is the mean of the actual months of the
    reference period. Where the declaration is not known, only benefits that reach the standard by themselves contradict the
    award. A benefit of an unlisted spouse by the booklet only is a look: unknown.
    """
    tolerance = situation.law.whole("income.tolerance")
    frame = (
        situation.dibao()
        .drop("level")
        .join(_households(situation), on="subject", how="left")
        .with_columns(person_id=pl.coalesce("about", "person_id"))
    )
    owed = due(situation, pl.col("members"), pl.col("income"))
    limit = pl.col("members") * situation.law.whole("dibao.standard")
    known = pl.col("declared_income_month").is_not_null()
    less = pl.when(known & pl.col("amount_month").is_not_null())
    less_due = less.then(pl.col("amount_month") - owed > tolerance).otherwise(pl.col("income") >= limit)
    owed_at_least = due(situation, pl.col("members"), pl.col("income_at_most"))
    may_be_less = less.then(pl.col("amount_month") - owed_at_least > tolerance).otherwise(pl.col("income_at_most") >= limit)
    return answers(
        frame,
        hit=(pl.col("receivers") > 0) & less_due,
        unknown={
            "doubtful": pl.col("doubtful") & may_be_less,
            "no_record": pl.col("unvalued").fill_null(False) | (~known & pl.col("received").is_not_null()),
            "unresolved": pl.col("unresolved") > 0,
        },
        amount=overpaid(pl.col("amount_month"), owed),
        effective_from=pl.max_horizontal("since", "start_month"),
        detail={
            "receivers": pl.col("receivers"),
            "receivers_not_listed": pl.col("unlisted_receivers"),
            "received_mean_cents": pl.col("received"),
            "income_cents": pl.col("income"),
            "limit_cents": limit,
            "members": pl.col("members"),
            "due_cents": owed,
            "clears_if_income_at_most_cents": less.then(limit - pl.col("amount_month") + tolerance).otherwise(limit - 1),
        },
    )


def _households(situation: Situation) -> pl.DataFrame:
    """The people of each dibao award taken together: income with the benefits beyond the declaration, who receives, facts."""
    tolerance = situation.law.whole("income.tolerance")
    received = transfers(situation).rename({"facts": "benefit_facts"})
    people = (
        situation.people.filter("counted")
        .join(received, on="person_id", how="left")
        .with_columns(declared=pl.col("declared").fill_null(0))
        .with_columns(beyond=(pl.col("received") > pl.col("declared") + tolerance).fill_null(False))
        .with_columns(undeclared=pl.col("beyond") & ~only_by_booklet())
    )
    return people.group_by("subject").agg(
        income=pl.when("undeclared").then("received").otherwise("declared").sum(),
        income_at_most=pl.when("beyond").then("received").otherwise("declared").sum(),
        receivers=pl.col("undeclared").sum(),
        doubtful=(pl.col("beyond") & ~pl.col("undeclared")).any(),
        unlisted_receivers=(pl.col("undeclared") & ~pl.col("listed")).sum(),
        about=pl.col("person_id").filter("undeclared").sort().first(),
        received=pl.col("received").filter("undeclared").sum(),
        since=pl.col("since").filter("undeclared").min(),
        facts=pl.col("benefit_facts").filter("undeclared").explode().drop_nulls().sort(),
        level=pl.col("level").filter("undeclared").max(),
        unvalued=(~pl.col("valued")).any(),
    )
