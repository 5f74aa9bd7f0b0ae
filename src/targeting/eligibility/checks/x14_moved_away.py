"""X14: a listed person has moved out of the county (最低生活保障审核确认办法 art. 4; 国发〔2015〕52号 §2)."""

import polars as pl

from targeting.eligibility.absent import without
from targeting.eligibility.answers import answers
from targeting.eligibility.situation import DIBAO, Situation


def counts_a_person_who_moved_away(situation: Situation) -> pl.DataFrame:
    """A listed person's registration was moved out of the county before the month, and no entry here has replaced it.

    On a household's award a spouse or a child of school or student age may live here though registered elsewhere: unknown. An
    entry without a date leaves the month open: unknown. The household is computed again without who left.
    """
    student = situation.law.student_until_years
    here = situation.families.select("person_id").unique()
    moved = (
        situation.of("absence")
        .filter(pl.col("text") == "moved_out")
        .join(here, on="person_id", how="anti")
        .filter((pl.col("valid_from") < situation.month).fill_null(True))
        .group_by("person_id")
        .agg(moved_on=pl.col("valid_from").min(), facts=pl.col("fact_id").sort(), their_level=pl.col("level").max())
    )
    born = situation.of("birth").group_by("person_id").agg(born=pl.col("valid_from").min())
    young = (pl.col("born").dt.offset_by(f"{student + 1}y") > situation.as_of).fill_null(True)
    gone = (
        situation.people.filter("listed")
        .join(moved, on="person_id")
        .join(born, on="person_id", how="left")
        .join(situation.subjects.select("subject", "benefit"), on="subject")
        .with_columns(
            may_live_here=(pl.col("benefit") == DIBAO)
            & ((pl.col("relation") == "spouse") | (pl.col("relation").is_in(["child", "grandchild"]) & young)).fill_null(False)
        )
    )
    by_award = gone.group_by("subject").agg(
        moved=pl.len().cast(pl.Int64),
        about=pl.col("person_id").sort_by("may_live_here", "moved_on", "person_id", nulls_last=True).first(),
        moved_on=pl.col("moved_on").filter(~pl.col("may_live_here")).min(),
        facts=pl.col("facts").explode().unique().sort(),
        their_level=pl.max_horizontal("level", "their_level").max(),
    )
    frame = (
        situation.subjects.join(by_award, on="subject", how="left")
        .join(
            without(situation, gone.filter(~pl.col("may_live_here") & pl.col("moved_on").is_not_null())), on="subject", how="left"
        )
        .with_columns(person_id=pl.coalesce("about", "person_id"), level=pl.max_horizontal("level", "their_level"))
    )
    return answers(
        frame,
        hit=pl.col("moved_on").is_not_null() & (pl.col("too_much") > 0).fill_null(True),
        unknown={"doubtful": pl.col("moved").is_not_null(), "unresolved": pl.col("unresolved") > 0},
        amount=pl.col("too_much"),
        effective_from=pl.max_horizontal(pl.col("moved_on").dt.month_start().dt.offset_by("1mo"), "start_month"),
        detail={
            "moved_away": pl.col("moved"),
            "moved_on": pl.col("moved_on"),
            "members_left": pl.col("left"),
            "due_cents": pl.col("owed"),
            "clears_if_moved_from": pl.lit(situation.month),
        },
    )
