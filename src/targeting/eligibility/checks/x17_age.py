"""X17: a listed child is beyond the age up to which children count, and lives apart (最低生活保障审核确认办法 art. 7)."""

import polars as pl

from targeting.eligibility.absent import without
from targeting.eligibility.answers import answers
from targeting.eligibility.disability import severely_disabled
from targeting.eligibility.situation import Situation


def lists_a_child_beyond_the_age(situation: Situation) -> pl.DataFrame:
    """A listed child is older than students up to bachelor level, lives apart from the family and is not severely disabled.

    No register says who goes to school: a grown child of student age who lives apart is unknown, and so is one whose age no
    register has. Who lives with the family counts at any age.
    """
    law = situation.law
    minor, student = law.minor_below_years, law.student_until_years
    apart = _grown_children(situation)
    of_age = pl.col("born").dt.offset_by(f"{student + 1}y")
    grown = apart.with_columns(
        beyond=(of_age <= situation.as_of).fill_null(False),
        open_question=((pl.col("born").dt.offset_by(f"{minor}y") <= situation.as_of).fill_null(True)),
    )
    by_award = (
        grown.filter("open_question")
        .group_by("subject")
        .agg(
            children=pl.col("beyond").sum().cast(pl.Int64),
            about=pl.col("person_id").filter("beyond").sort_by(pl.col("born").filter("beyond")).first(),
            born=pl.col("born").filter("beyond").min(),
            facts=pl.col("birth_fact").filter("beyond").drop_nulls().unique().sort(),
            their_level=pl.col("level").max(),
        )
    )
    frame = (
        situation.dibao()
        .join(by_award, on="subject", how="left")
        .join(without(situation, grown.filter("beyond")), on="subject", how="left")
        .with_columns(person_id=pl.coalesce("about", "person_id"), level=pl.max_horizontal("level", "their_level"))
    )
    last_birthday = pl.lit(situation.as_of).dt.offset_by(f"-{student + 1}y").dt.offset_by("1d")
    return answers(
        frame,
        hit=(pl.col("children") > 0) & (pl.col("too_much") > 0).fill_null(True),
        unknown={"no_record": pl.col("children").is_not_null(), "unresolved": pl.col("unresolved") > 0},
        amount=pl.col("too_much"),
        effective_from=pl.max_horizontal(pl.col("born").dt.offset_by(f"{student + 1}y"), "start_month"),
        detail={
            "children": pl.col("children"),
            "student_until_years": pl.lit(student),
            "members_left": pl.col("left"),
            "due_cents": pl.col("owed"),
            "born": pl.col("born"),
            "clears_if_born_from": last_birthday,
        },
    )


def _grown_children(situation: Situation) -> pl.DataFrame:
    """Listed children outside the assessed family or there only as presumed students: subject, person_id, born, level."""
    presumed = (pl.col("rule") == "hh.adult_child_dependent.presumed").fill_null(False)
    births = situation.of("birth").sort("person_id", "row").unique("person_id", keep="first", maintain_order=True)
    dead = situation.of("death").select("person_id").unique()
    return (
        situation.people.filter("listed", "counted", pl.col("relation").is_in(["child", "grandchild"]))
        .filter(pl.col("rule").is_null() | presumed)
        .join(severely_disabled(situation).select("person_id"), on="person_id", how="anti")
        .join(dead, on="person_id", how="anti")
        .join(births.select("person_id", born="valid_from", birth_fact="fact_id"), on="person_id", how="left")
    )
