"""Money in its month: what a person received or may have earned in the months of the reference period, and what is due on it.

Income is the mean of the actual monthly amounts of the last months: a month in which a spell ran counts with its amount, another
with nothing; a yearly figure never enters. What is due is computed on household totals (最低生活保障审核确认办法 art. 23):
dividing to a head and multiplying back can add a yuan.
"""

import polars as pl

from targeting.eligibility.situation import Situation, once


def months_held(situation: Situation) -> pl.Expr:
    """In how many months of the reference period a spell (valid_from to valid_to) ran."""
    months = situation.law.whole("income.months")
    last = situation.as_of.year * 12 + situation.as_of.month
    first = last - months + 1
    begins = (pl.col("valid_from").dt.year().cast(pl.Int64) * 12 + pl.col("valid_from").dt.month()).fill_null(first)
    ends = (pl.col("valid_to").dt.year().cast(pl.Int64) * 12 + pl.col("valid_to").dt.month()).fill_null(last)
    return (pl.min_horizontal(ends, pl.lit(last)) - pl.max_horizontal(begins, pl.lit(first)) + 1).clip(0, months)


@once
def wages(situation: Situation) -> pl.DataFrame:
    """Each person's wage on the evidence of contribution bases, one employer at a time, over the reference period.

    person_id, `wage` (mean a month in cents, bases at the floor included as the upper bound that they are), `at_floor` (no base
    lies above the floor), `since` (start of the latest job), `running`, `facts`. Two insurances of one employer are one wage.
    """
    months = situation.law.whole("income.months")
    floor = situation.law.whole("income.contribution_base_floor")
    spells = (
        situation.history.filter(pl.col("kind") == "wage_base")
        .with_columns(held=months_held(situation), employer=pl.col("detail").str.json_path_match("$.employer"))
        .filter(pl.col("held") > 0)
    )
    base = pl.col("value").fill_null(floor)
    by_insurance = spells.group_by("person_id", "employer", "text").agg(
        earned=pl.min_horizontal((base * pl.col("held")).sum(), base.max() * months),
        above=(base > floor).any(),
        since=pl.col("valid_from").min(),
        running=(pl.col("valid_to").is_null() | (pl.col("valid_to") >= situation.month)).any(),
        facts=pl.col("fact_id"),
    )
    by_employer = by_insurance.group_by("person_id", "employer").agg(
        pl.col("earned").max(), pl.col("above").any(), pl.col("since").min(), pl.col("running").any(), pl.col("facts").explode()
    )
    return by_employer.group_by("person_id").agg(
        wage=(pl.col("earned").sum() / months).floor().cast(pl.Int64),
        at_floor=~pl.col("above").any(),
        since=pl.col("since").max(),
        running=pl.col("running").any(),
        facts=pl.col("facts").explode().sort(),
    )


@once
def transfers(situation: Situation) -> pl.DataFrame:
    """Each person's pensions and unemployment benefit that count as income: person_id, `received` (mean cents a month), `facts`.

    Of the residents' pension the centrally fixed basic part does not count; veterans' payments never do (军人抚恤优待条例 art.
    4). `valued` is false where an amount is not known.
    """
    months = situation.law.whole("income.months")
    basic = situation.law.whole("income.basic_pension_disregard")
    resident = pl.col("text") == "resident_pension"
    counted = pl.when(resident).then((pl.col("value") - basic).clip(0, None)).otherwise(pl.col("value"))
    spells = (
        situation.history.filter(pl.col("kind").is_in(["pension", "unemployment"]))
        .with_columns(held=months_held(situation), counted=counted)
        .filter(pl.col("held") > 0)
    )
    one_each = spells.sort("person_id", "text", "row").unique(
        ["person_id", "kind", "text", "valid_from"], keep="last", maintain_order=True
    )
    return one_each.group_by("person_id").agg(
        received=(((pl.col("counted") * pl.col("held")).sum()) / months).floor().cast(pl.Int64),
        valued=pl.col("value").is_not_null().all(),
        since=pl.col("valid_from").max(),
        facts=pl.col("fact_id").sort(),
    )


def due(situation: Situation, members: pl.Expr, income: pl.Expr) -> pl.Expr:
    """Cents of dibao due a month: standard × members less income, on totals; nothing where income reaches the standard."""
    standard = situation.law.whole("dibao.standard")
    return (members * standard - income).clip(0, None)


def overpaid(paid: pl.Expr, owed: pl.Expr) -> pl.Expr:
    """Cents paid beyond what is due a month."""
    return (paid - owed).clip(0, None)
