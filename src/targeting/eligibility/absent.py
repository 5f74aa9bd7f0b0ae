"""What is due on an award without people who are listed and do not count: who moved away, is in prison, lives a life apart."""

import polars as pl

from targeting.eligibility.money import due, overpaid
from targeting.eligibility.situation import DIBAO, Situation


def without(situation: Situation, absent: pl.DataFrame) -> pl.DataFrame:
    """The awards with what is paid too much if `absent` (subject, person_id) do not count: subject, left, owed, too_much.

    A household's award is computed again on totals without them, and is at stake as a whole where nobody is left; a personal
    benefit is always at stake as a whole. Unidentified listed people count on.
    """
    stay = (
        situation.people.filter("counted", "listed")
        .join(absent.select("subject", "person_id").unique(), on=["subject", "person_id"], how="anti")
        .group_by("subject")
        .agg(income=pl.col("declared").sum(), left=pl.len().cast(pl.Int64))
    )
    concerned = situation.subjects.join(absent.select("subject").unique(), on="subject").join(stay, on="subject", how="left")
    left = pl.col("left").fill_null(0) + pl.col("unresolved")
    owed = due(situation, left, pl.col("income").fill_null(0))
    household = (pl.col("benefit") == DIBAO) & (left > 0)
    return concerned.select(
        "subject",
        left=left,
        owed=pl.when(household).then(owed),
        too_much=pl.when(household).then(overpaid(pl.col("amount_month"), owed)).otherwise("amount_month"),
    )
