"""X07: wages on the evidence of contributions against the declaration (最低生活保障审核确认办法 art. 13: wage income).

The contribution base has a floor, so it is not the wage. A base above the floor follows the wage; a base at the floor shows a job
that may pay less, so it contradicts a declaration of nothing but not a declared wage. Who pays alone shows no wage at all.
"""

import polars as pl

from targeting.eligibility.answers import answers
from targeting.eligibility.gradual_exit import due_in_exit, exit_until, kept_share
from targeting.eligibility.money import due, overpaid, wages
from targeting.eligibility.situation import Situation, only_by_booklet


def earns_more_than_declared(situation: Situation) -> pl.DataFrame:
    """An employer pays contributions for a member whose declared income does not account for the job; less dibao would be due.

    Income is the mean of the actual months of the reference period. Within the gradual exit a new job takes off only what the
    taper takes, whenever the award began; the answer is then clear, and says until when. The amount is a bound: the base may lie
    above the wage. Where the declaration is not known, only bases above the floor that reach the standard by themselves
    contradict the award. A job of an unlisted spouse by the booklet only is a look: unknown.
    """
    tolerance = situation.law.whole("income.tolerance")
    frame = (
        situation.dibao()
        .drop("level")
        .join(_households(situation), on="subject", how="left")
        .with_columns(person_id=pl.coalesce("about", "person_id"))
    )
    without_exit = due(situation, pl.col("members"), pl.col("income"))
    owed = due_in_exit(situation, pl.col("members"), pl.col("income"), pl.col("before"), pl.col("kept"))
    limit = pl.col("members") * situation.law.whole("dibao.standard")
    known = pl.col("declared_income_month").is_not_null()
    less = pl.when(known & pl.col("amount_month").is_not_null())
    less_due = less.then(pl.col("amount_month") - owed > tolerance).otherwise(pl.col("before") >= limit)
    may_be_owed = due(situation, pl.col("members"), pl.col("with_doubtful"))
    may_be_less = less.then(pl.col("amount_month") - may_be_owed > tolerance).otherwise(pl.col("with_doubtful") >= limit)
    runs_on = (pl.col("exiting") > 0) & (pl.col("amount_month") - without_exit > tolerance)
    return answers(
        frame,
        hit=(pl.col("earners") + pl.col("exiting") > 0) & less_due,
        unknown={
            "doubtful": pl.col("doubtful") & may_be_less,
            "no_record": ~known & pl.col("unvalued"),
            "unresolved": pl.col("unresolved") > 0,
        },
        clear={"gradual_exit": pl.when(runs_on).then("exit_until")},
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
            "gradual_exit": pl.col("exiting") > 0,
            "kept_share": pl.col("kept"),
            "clears_if_income_at_most_cents": less.then(limit - pl.col("amount_month") + tolerance).otherwise(limit - 1),
        },
    )


def _households(situation: Situation) -> pl.DataFrame:
    """The people of each dibao award taken together: income with and without new or doubtful jobs, who earns, facts."""
    people = _people(situation)
    evidenced = pl.max_horizontal("wage", "declared")
    earns = pl.col("unexplained") | pl.col("exiting")
    return people.group_by("subject").agg(
        income=pl.when(earns).then(evidenced).otherwise("declared").sum(),
        before=pl.when("unexplained").then(evidenced).otherwise("declared").sum(),
        kept=pl.col("kept").filter("exiting").min(),
        exit_until=pl.col("exit_until").filter("exiting").max(),
        with_doubtful=pl.when(earns | pl.col("doubtful")).then(evidenced).otherwise("declared").sum(),
        doubtful=pl.col("doubtful").any(),
        earners=pl.col("unexplained").sum(),
        unlisted_earners=(pl.col("unexplained") & ~pl.col("listed")).sum(),
        only_floor=pl.col("at_floor").filter("unexplained").all(),
        exiting=pl.col("exiting").sum(),
        about=pl.col("person_id")
        .filter(earns)
        .sort_by(~pl.col("unexplained").filter(earns), pl.col("person_id").filter(earns))
        .first(),
        wage=pl.col("wage").filter(earns).sum(),
        since=pl.col("since").filter(earns).min(),
        facts=pl.col("wage_facts").filter(earns).explode().drop_nulls().sort(),
        level=pl.col("level").filter(earns).max(),
        unvalued=pl.col("wage").is_not_null().any(),
    )


def _people(situation: Situation) -> pl.DataFrame:
    """The people of dibao awards with their `wage`: `unexplained` where not declared, `exiting` where the job is still new."""
    tolerance = situation.law.whole("income.tolerance")
    earned = wages(situation).rename({"facts": "wage_facts"})
    began = situation.dibao().select("subject", "start_month", declares=pl.col("declared_income_month").is_not_null())
    people = (
        situation.people.filter("counted")
        .join(began, on="subject")
        .join(earned, on="person_id", how="left")
        .with_columns(pl.col("declared").fill_null(0), exit_until=exit_until(situation, pl.col("since")))
    )
    explained = (pl.col("at_floor") & (pl.col("declared") > tolerance)) | (pl.col("declared") + tolerance >= pl.col("wage"))
    earning = pl.col("wage").is_not_null() & ~explained & (pl.col("declares") | ~pl.col("at_floor"))
    new = pl.col("exit_until").is_not_null()
    apart = only_by_booklet()
    return people.with_columns(
        unexplained=(earning & ~new & ~apart).fill_null(False),
        exiting=(earning & new & ~apart).fill_null(False),
        doubtful=(earning & ~new & apart).fill_null(False),
        kept=kept_share(situation, pl.col("since")),
    )
