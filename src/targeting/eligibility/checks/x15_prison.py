"""X15: a person in prison is counted on a household's award (最低生活保障审核确认办法 art. 7: not counted while so)."""

import polars as pl

from targeting.eligibility.absent import without
from targeting.eligibility.answers import answers
from targeting.eligibility.situation import Situation


def counts_a_person_in_prison(situation: Situation) -> pl.DataFrame:
    """A listed person is in prison by the population register, and less is due without the person; the others stay entitled.

    An entry without a date says that it is so in the month of the extract, not since when. The person is never named to be at
    fault: awaiting trial and serving outside prison count as living at home.
    """
    inside = (
        situation.of("absence")
        .filter(pl.col("text") == "prison", (pl.col("valid_from") < situation.month).fill_null(True))
        .group_by("person_id")
        .agg(since=pl.col("valid_from").min(), facts=pl.col("fact_id").sort(), their_level=pl.col("level").max())
    )
    listed = situation.people.filter("listed").join(inside, on="person_id")
    by_award = listed.group_by("subject").agg(
        inside=pl.len().cast(pl.Int64),
        about=pl.col("person_id").sort_by("since", "person_id").first(),
        since=pl.col("since").min(),
        facts=pl.col("facts").explode().unique().sort(),
        their_level=pl.max_horizontal("level", "their_level").max(),
    )
    frame = (
        situation.dibao()
        .join(by_award, on="subject", how="left")
        .join(without(situation, listed), on="subject", how="left")
        .with_columns(person_id=pl.coalesce("about", "person_id"), level=pl.max_horizontal("level", "their_level"))
    )
    first_month = pl.coalesce(pl.col("since").dt.month_start().dt.offset_by("1mo"), pl.lit(situation.month))
    return answers(
        frame,
        hit=pl.col("inside").is_not_null() & (pl.col("too_much") > 0).fill_null(True),
        unknown={"unresolved": pl.col("unresolved") > 0},
        amount=pl.col("too_much"),
        effective_from=pl.max_horizontal(first_month, "start_month"),
        detail={
            "in_prison": pl.col("inside"),
            "members_left": pl.col("left"),
            "due_cents": pl.col("owed"),
            "clears_if_at_home_on": pl.lit(situation.month),
        },
    )
