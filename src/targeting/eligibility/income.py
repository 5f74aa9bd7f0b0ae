"""Money in its month: one long table, a person, a month of the reference period and a source a row (INCOME).

Every amount stands in the month in which it was earned or received, whole: a yearly figure or a one-off payment is never spread
over months (DOMAIN §5.1, Robodebt). What counts of it is the law of that month, so a disregard that ends on a day counts until
then, also where the assessment is later. Social assistance is no source at all (最低生活保障审核确认办法 art. 13).
"""

import polars as pl

from targeting.eligibility.imputed import imputed
from targeting.eligibility.months import by_month, held_months, reference_months
from targeting.eligibility.situation import Situation, once
from targeting.eligibility.support import support_formula

INCOME = {
    "person_id": pl.String,
    "month": pl.Date,
    "source": pl.String,
    "text": pl.String,
    "employer": pl.String,
    "amount": pl.Int64,
    "counted": pl.Int64,
    "bound": pl.String,
    "rule": pl.String,
    "since": pl.Date,
    "until": pl.Date,
    "fact": pl.String,
}
"""The columns of the table.

`month`: its first day · `source`: wage (a register says what was paid), contribution_base (a bound, never a wage), pension,
unemployment, veterans_allowance, support, declared, imputed (no register row: the policy says so), deduction · `amount`: cents in
that month, null where not known · `counted`: what the law counts of it · `bound`: of a contribution base, upper (at the floor),
near (between), lower (at the cap) · `rule`: the parameter or clause that made `counted` differ · `since`, `until`: of the spell,
of a wage since the first payment of that employer on record.
"""

EARNED = ("wage", "contribution_base", "deduction")
_DEDUCTED = {
    "contributions": "contributions_deducted",
    "employment_cost": "employment_cost",
    "earnings_disregard": "earnings_disregard",
}
"""What is taken off earnings, in this order, and the parameter that says so."""
RECEIVED = ("pension", "unemployment", "veterans_allowance")
_KINDS = {
    "wage": "wage",
    "wage_base": "contribution_base",
    "pension": "pension",
    "unemployment": "unemployment",
    "veterans_allowance": "veterans_allowance",
    "support": "support",
    "declared_income": "declared",
}
"""Kinds of facts that are money in months, and their source."""


@once
def income(situation: Situation) -> pl.DataFrame:
    """Everybody's money, month by month, over the reference period (INCOME): observed, expected by formula, imputed."""
    shown = observed(situation)
    further = [part for part in (support_formula(situation, shown), imputed(situation, shown)) if part.height]
    if not further:
        return shown
    return pl.concat([shown, *further], how="diagonal_relaxed").select(INCOME.keys()).cast(pl.Schema(INCOME))


@once
def observed(situation: Situation) -> pl.DataFrame:
    """The part of the table that register rows show, with what the law deducts from earnings (INCOME)."""
    law = by_month(situation)
    facts = situation.history.filter(pl.col("kind").is_in(list(_KINDS)))
    earned = _one_wage_a_job(*(_counted(_jobs(facts, kind), law, situation) for kind in ("wage", "wage_base")))
    received = _one_payment_a_month(_counted(_payments(facts), law, situation))
    others = _counted(_spells(facts.filter(pl.col("kind").is_in(["support", "declared_income"]))), law, situation)
    rows = pl.concat([part.select(*INCOME, "contributions") for part in (earned, received, others)])
    return pl.concat([rows.select(*INCOME).cast(pl.Schema(INCOME)), _deductions(rows, law)])


def _of(*sources: str) -> pl.Expr:
    return pl.col("source").is_in(sources)


def _spells(facts: pl.DataFrame) -> pl.DataFrame:
    """Facts that are money, as spells; a payment for one month begins and ends in it."""
    return facts.select(
        "person_id",
        "text",
        "row",
        "detail",
        source=pl.col("kind").replace_strict(_KINDS, return_dtype=pl.String),
        employer=pl.lit(None, dtype=pl.String),
        amount=pl.col("value").round().cast(pl.Int64),
        contributions=pl.lit(0, dtype=pl.Int64),
        since="valid_from",
        until="valid_to",
        began="valid_from",
        fact="fact_id",
        group=pl.lit(0, dtype=pl.Int64),
    )


def _jobs(facts: pl.DataFrame, kind: str) -> pl.DataFrame:
    """Wages or contribution bases, by employer (`group`), the highest first; a job began with its first wage on record."""
    spells = _spells(facts.filter(pl.col("kind") == kind)).with_columns(
        employer=pl.col("detail").str.json_path_match("$.employer")
    )
    if kind == "wage":
        taken = pl.col("detail").str.json_path_match("$.contributions_cents").cast(pl.Int64).fill_null(0)
        spells = spells.with_columns(contributions=taken, began=pl.col("since").min().over("person_id", "employer"))
    return spells.with_columns(group=_code("person_id", pl.col("employer").fill_null(""))).sort(
        pl.col("amount").fill_null(0), "row", descending=[True, False]
    )


def _payments(facts: pl.DataFrame) -> pl.DataFrame:
    """Benefits, by kind (`group`), the one that began last first."""
    spells = _spells(facts.filter(pl.col("kind").is_in(RECEIVED)))
    return spells.with_columns(group=_code("person_id", "source", pl.col("text").fill_null(""))).sort(
        "since", "row", descending=True, nulls_last=True
    )


def _code(*columns: str | pl.Expr) -> pl.Expr:
    """One number for each combination, so that millions of months group by number and not by text."""
    return pl.concat_str(*columns, separator="|").cast(pl.Categorical).to_physical().cast(pl.Int64)


def _counted(spells: pl.DataFrame, law: pl.DataFrame, situation: Situation) -> pl.DataFrame:
    """Each amount in its months with what counts of it; a base without an amount reads as the floor, the bound that it is."""
    months = held_months(spells.drop("detail", "row"), reference_months(situation)).join(
        law.select("index", "month", "floor", "cap", "basic"), on="index", maintain_order="left"
    )
    never = pl.col("source").is_in(situation.law.words("income.never_counted"))
    basic = (pl.col("text") == "resident_pension") & (pl.col("source") == "pension")
    base = pl.col("source") == "contribution_base"
    amount = pl.when(base).then(pl.col("amount").fill_null(pl.col("floor"))).otherwise("amount")
    return months.with_columns(amount=amount, since="began").with_columns(
        counted=pl.when(never).then(0).when(basic).then((pl.col("amount") - pl.col("basic")).clip(0, None)).otherwise("amount"),
        rule=pl.when(never)
        .then(pl.lit("income.never_counted"))
        .when(basic & (pl.col("basic") > 0))
        .then(pl.lit("income.basic_pension_disregard")),
        bound=pl.when(base & (pl.col("amount") <= pl.col("floor")))
        .then(pl.lit("upper"))
        .when(base & (pl.col("amount") >= pl.col("cap")))
        .then(pl.lit("lower"))
        .when(base)
        .then(pl.lit("near")),
    )


def _first_of_group() -> pl.Expr:
    """The row is the first of its group in its month, in the order of the rows."""
    return (pl.col("group") * 100_000 + pl.col("index")).is_first_distinct()


def _one_wage_a_job(wages: pl.DataFrame, bases: pl.DataFrame) -> pl.DataFrame:
    """Earnings: two insurances of one employer are one job, and a base beside a wage of the same month counts nothing."""
    paid = wages.select("person_id", "index", paid=pl.lit(True)).unique()
    beside = pl.lit(False)
    if paid.height:
        bases = bases.join(paid, on=["person_id", "index"], how="left", maintain_order="left")
        beside = pl.col("paid").fill_null(False)
    first = _first_of_group()
    superseded = pl.when(beside).then(pl.lit("wage_known")).when(~first).then(pl.lit("same_job"))
    bases = bases.with_columns(
        counted=pl.when(beside | ~first).then(0).otherwise("counted"), rule=pl.coalesce(superseded, "rule")
    )
    return pl.concat([wages, bases.select(wages.columns)])


def _one_payment_a_month(received: pl.DataFrame) -> pl.DataFrame:
    """Benefits: of two rows of one benefit in one month the one that began last counts, as an amount that was changed."""
    return received.filter(_first_of_group())


def _deductions(rows: pl.DataFrame, law: pl.DataFrame) -> pl.DataFrame:
    """What the law takes off a person's earnings in a month: contributions paid, cost of employment, the part not counted.

    Each is a row of its own with a negative amount; together they never exceed what was earned in the month.
    """
    declares = law.select(pl.any_horizontal(pl.col("cost_share", "free_cents", "deducts_contributions").cast(pl.Int64) > 0).any())
    earned = rows.filter(_of("wage", "contribution_base"))
    if not declares.item() or not earned.height:
        return pl.DataFrame(schema=INCOME)
    of_month = earned.group_by("person_id", "month").agg(
        pl.col("counted").sum(), pl.col("contributions").filter(pl.col("source") == "wage").sum()
    )
    month = of_month.join(law.drop("index"), on="month")
    of_what = pl.when(pl.col("cost_of") == "minimum_wage").then("minimum_wage").otherwise("counted")
    cost = (pl.col("cost_share") * of_what).round(4).floor().cast(pl.Int64)  # 0.29 × 100 cents is 29, not 28.99…
    cost = pl.min_horizontal(cost, pl.col("cost_cap"))
    free = pl.when(pl.col("counted") >= pl.col("free_from")).then("free_cents").otherwise(0)
    wanted = {
        "contributions": pl.when("deducts_contributions").then("contributions").otherwise(0),
        "employment_cost": cost,
        "earnings_disregard": free,
    }
    parts, left = [], pl.col("counted")
    for name, cents in wanted.items():
        taken = pl.min_horizontal(cents.fill_null(0), left)
        parts.append(
            month.select(
                "person_id", "month", source=pl.lit("deduction"), text=pl.lit(name), amount=-taken,
                rule=pl.lit(f"income.{_DEDUCTED[name]}"),
            ).filter(pl.col("amount") < 0)
        )  # fmt: skip
        left = left - taken
    taken_off = pl.concat(parts).with_columns(counted="amount")
    return pl.concat([pl.DataFrame(schema=INCOME), taken_off], how="diagonal_relaxed")
