"""X21: several unrelated awards on one account without a filed agreement (最低生活保障审核确认办法 art. 26)."""

import polars as pl

from targeting.eligibility.answers import answers
from targeting.eligibility.situation import Situation

RELATED = ("family", "co_resident", "same_register_household")


def shares_its_account_with_strangers(situation: Situation) -> pl.DataFrame:
    """The award is paid into an account that receives awards of so many others with whom its people have nothing in common.

    In common: a person on both awards, one family, one booklet, one dwelling. An account kept under a filed agreement is no hit.
    A telephone number is lent and passed on: many awards with one number are unknown. What is paid wrongly is not known.
    """
    limit = situation.law.whole("accounts.unrelated_awards_from")
    near = situation.ties.filter(pl.col("kind").is_in(RELATED)).select("subject", "person_id")
    theirs = situation.people.select("person_id", other_award="subject")
    known = near.join(theirs, on="person_id").select("subject", "other_award").unique()
    strangers = situation.ties.filter(pl.col("kind").is_in(["shared_account", "shared_phone"])).join(
        known, on=["subject", "other_award"], how="anti"
    )
    counts = strangers.group_by("subject").agg(
        on_account=(pl.col("kind") == "shared_account").sum().cast(pl.Int64),
        on_phone=(pl.col("kind") == "shared_phone").sum().cast(pl.Int64),
    )
    own = (
        situation.of("benefit")
        .select("fact_id", subject=pl.format("{}:{}", "text", pl.col("detail").str.json_path_match("$.case_no")))
        .group_by("subject")
        .agg(facts=pl.col("fact_id").unique().sort())
    )
    frame = situation.subjects.join(counts, on="subject", how="left").join(own, on="subject", how="left")
    return answers(
        frame,
        hit=pl.col("on_account") + 1 >= limit,
        unknown={"doubtful": pl.col("on_phone") + 1 >= limit},
        detail={
            "awards_on_account": pl.col("on_account") + 1,
            "awards_on_phone": pl.col("on_phone") + 1,
            "awards_limit": pl.lit(limit),
            "clears_if_awards_on_account_below": pl.lit(limit),
        },
    )
