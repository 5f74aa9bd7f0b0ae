"""What a person earned and received in a mean month of the reference period, and what is due on it.

Both are views on the account of income by month (`income`): a month in which a spell ran counts with its amount, another with
nothing; a yearly figure never enters. What is due is computed on household totals (最低生活保障审核确认办法 art. 23): dividing
to a head and multiplying back can add a yuan.
"""

import polars as pl

from targeting.eligibility.income import EARNED, RECEIVED, income
from targeting.eligibility.months import reference_months
from targeting.eligibility.situation import Situation, once


@once
def wages(situation: Situation) -> pl.DataFrame:
    """Each person's earnings, on wages on record or else on the evidence of contribution bases, one employer at a time.

    person_id, `wage` (mean a month in cents, less what the law takes off; bases at the floor included as the upper bound that
    they are), `at_floor` (nothing shows more than a base at the floor), `since` (start of the latest job), `running`, `facts`.
    """
    months = len(reference_months(situation))
    earned = income(situation).filter(pl.col("source").is_in(EARNED))
    shown = pl.col("source") != "deduction"
    running = pl.col("until").is_null() | (pl.col("until") >= situation.month)
    by_employer = earned.group_by("person_id", "employer").agg(
        pl.col("counted").sum(),
        at_floor=(pl.col("bound") == "upper").filter(shown).fill_null(False).all(),
        since=pl.col("since").min(),
        running=running.filter(shown).any(),
        facts=pl.col("fact").drop_nulls().unique(),
    )
    return by_employer.group_by("person_id").agg(
        wage=(pl.col("counted").sum() / months).floor().cast(pl.Int64),
        at_floor=pl.col("at_floor").all(),
        since=pl.col("since").max(),
        running=pl.col("running").any(),
        facts=pl.col("facts").explode().drop_nulls().sort(),
    )


@once
def transfers(situation: Situation) -> pl.DataFrame:
    """Each person's pensions and unemployment benefit that count as income: person_id, `received` (mean cents a month), `facts`.

    `valued` is false where an amount is not known; `since` is when the latest began. What the law never counts is left out.
    """
    months = len(reference_months(situation))
    return (
        income(situation)
        .filter(pl.col("source").is_in(RECEIVED) & (pl.col("rule") != "income.never_counted").fill_null(True))
        .group_by("person_id")
        .agg(
            received=(pl.col("counted").sum() / months).floor().cast(pl.Int64),
            valued=pl.col("amount").is_not_null().all(),
            since=pl.col("since").max(),
            facts=pl.col("fact").unique().sort(),
        )
    )


def due(situation: Situation, members: pl.Expr, income: pl.Expr) -> pl.Expr:
    """Cents of dibao due a month: standard × members less income, on totals; nothing where income reaches the standard."""
    standard = situation.law.whole("dibao.standard")
    return (members * standard - income).clip(0, None)


def overpaid(paid: pl.Expr, owed: pl.Expr) -> pl.Expr:
    """Cents paid beyond what is due a month."""
    return (paid - owed).clip(0, None)
