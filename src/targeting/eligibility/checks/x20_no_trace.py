"""X20: an award for people of whom no register has a trace (最低生活保障审核确认办法 art. 16: seen at the home visit)."""

import polars as pl

from targeting.eligibility.answers import answers
from targeting.eligibility.situation import Situation

THE_ROLL = "assistance_roll"


def is_paid_to_somebody_without_a_trace(situation: Situation) -> pl.DataFrame:
    """No register but the roll itself has an entry of anybody whom the award lists, and the award is older than entries take.

    Silence of registers is no proof that nobody is there (G27): the answer only sends somebody to the door. One member without
    a trace beside others who are known (a spouse from elsewhere, a child not yet entered) is unknown.
    """
    months = situation.law.whole("existence.without_trace_months")
    elsewhere = situation.history.filter(pl.col("register") != THE_ROLL).select("person_id")
    seen = pl.concat([elsewhere, situation.families.select("person_id")]).unique().with_columns(seen=pl.lit(True))
    listed = situation.people.filter("listed").join(seen, on="person_id", how="left")
    listing = situation.of("benefit").select("person_id", "fact_id", benefit="text")
    by_award = listed.group_by("subject").agg(
        unseen=pl.col("seen").is_null().sum().cast(pl.Int64),
        listed_known=pl.len().cast(pl.Int64),
    )
    facts = (
        listed.filter(pl.col("seen").is_null())
        .join(situation.subjects.select("subject", "benefit"), on="subject")
        .join(listing, on=["person_id", "benefit"])
        .group_by("subject")
        .agg(facts=pl.col("fact_id").unique().sort())
    )
    frame = situation.subjects.join(by_award, on="subject", how="left").join(facts, on="subject", how="left")
    nobody = (pl.col("unseen") > 0) & (pl.col("unseen") == pl.col("listed_known"))
    older = pl.lit(situation.month).dt.offset_by(f"-{months}mo") > pl.col("start_month")
    return answers(
        frame,
        hit=nobody & (pl.col("unresolved") == 0) & older.fill_null(False),
        unknown={"no_record": pl.col("unseen") > 0, "unresolved": pl.col("unresolved") > 0},
        detail={
            "without_trace": pl.col("unseen"),
            "months_without_trace": pl.lit(months),
            "clears_if_began_from": pl.lit(situation.month).dt.offset_by(f"-{months}mo"),
        },
    )
