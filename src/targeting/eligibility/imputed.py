"""Income that no register shows and a policy imputes: always labelled `imputed`, and only on a ground that a row records.

`income.imputation` names the grounds: `work_refusal`, so many offers of work refused in a row without good reason, and
`labour_coefficient`, the share of work that the employment service found within the person's reach, so that real prospects are
considered (民发〔2022〕83号). Without such a row nothing is imputed, and never for a month in which the person earned.
"""

import polars as pl

from targeting.dates import Month
from targeting.eligibility.months import reference_months
from targeting.eligibility.situation import Situation


def imputed(situation: Situation, observed: pl.DataFrame) -> pl.DataFrame:
    """The imputed months: person_id, month, amount, counted, text (the ground), rule, fact; empty where the policy has none."""
    found = [_of_month(situation, month) for month in reference_months(situation)]
    every = pl.concat([_NONE, *found])
    earned = observed.filter(pl.col("source").is_in(["wage", "contribution_base"])).select("person_id", "month").unique()
    return (
        every.join(earned, on=["person_id", "month"], how="anti")
        .sort("person_id", "month", pl.col("text") != "work_refusal")
        .unique(["person_id", "month"], keep="first", maintain_order=True)
        .with_columns(source=pl.lit("imputed"), counted="amount", rule=pl.lit("income.imputation"))
    )


_NONE = pl.DataFrame(schema={"person_id": pl.String, "month": pl.Date, "text": pl.String, "amount": pl.Int64, "fact": pl.String})


def _of_month(situation: Situation, month: Month) -> pl.DataFrame:
    """What the law of one month imputes to whom on what was recorded by its end."""
    law = situation.law.policy.on(min(month.last_day, situation.as_of))
    parts = [_NONE]
    for row in law.rows("income.imputation"):
        wage = law.whole("income.minimum_wage")
        offers = situation.history.filter((pl.col("kind") == "work_offer") & (pl.col("valid_from") <= month.last_day))
        if row["ground"] == "work_refusal":
            share, grounds = pl.lit(1.0), _refused(offers, int(row["times"]))
        else:
            assessed = offers.filter((pl.col("text") == "assessed") & pl.col("value").is_not_null())
            share = pl.col("value")
            grounds = assessed.sort("valid_from", "row").unique("person_id", keep="last", maintain_order=True)
        parts.append(
            grounds.select(
                "person_id",
                month=pl.lit(month.first_day),
                text=pl.lit(str(row["ground"])),
                amount=(share * wage).floor().cast(pl.Int64),
                fact="fact_id",
            )
        )
    return pl.concat(parts)


def _refused(offers: pl.DataFrame, times: int) -> pl.DataFrame:
    """Whoever has refused so many offers since the last one taken: the latest refusal of each."""
    taken = offers.filter(pl.col("text") == "accepted").group_by("person_id").agg(taken=pl.col("valid_from").max())
    since = offers.filter(pl.col("text") == "refused").join(taken, on="person_id", how="left")
    since = since.filter((pl.col("valid_from") > pl.col("taken")).fill_null(True))
    counted = since.filter(pl.len().over("person_id") >= times)
    return counted.sort("valid_from", "row").unique("person_id", keep="last", maintain_order=True)
