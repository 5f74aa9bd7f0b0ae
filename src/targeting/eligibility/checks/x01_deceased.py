"""X01: a deceased person is still paid, or still counted in a household's award (DOMAIN §3.1; 民发〔2022〕83号, death review)."""

import polars as pl

from targeting.eligibility.answers import answers
from targeting.eligibility.money import due, overpaid
from targeting.eligibility.situation import DIBAO, Situation


def pays_a_deceased_person(situation: Situation) -> pl.DataFrame:
    """A person listed on the award had died before the month, beyond the months for which the benefit runs on.

    A household's award is computed again without the deceased, on totals: where no less is due than is paid, nothing is paid to
    the dead. A personal benefit is at stake as a whole.
    """
    run_on = situation.law.whole("deceased.run_on_months")
    last_due = pl.col("died").dt.month_start().dt.offset_by(f"{run_on}mo")
    deaths = (
        situation.of("death")
        .group_by("person_id")
        .agg(died=pl.col("valid_from").min(), sources=pl.col("text").n_unique(), facts=pl.col("fact_id").sort())
        .filter(pl.col("died").is_null() | (last_due < situation.month))
    )
    listed = situation.people.filter("listed").join(deaths, on="person_id")
    dead = listed.group_by("subject").agg(
        deceased=pl.len(),
        about=pl.col("person_id").sort_by("died", "person_id").first(),
        died=pl.col("died").min(),
        sources=pl.col("sources").min(),
        facts=pl.col("facts").explode().sort(),
        level=pl.col("level").max(),
    )
    living = situation.people.filter("counted", "listed").group_by("subject").agg(income=pl.col("declared").sum())
    frame = (
        situation.subjects.drop("level", "facts", strict=False)
        .join(dead, on="subject", how="left")
        .join(living, on="subject", how="left")
        .with_columns(person_id=pl.coalesce("about", "person_id"))
    )
    owed = due(situation, pl.col("members"), pl.col("income").fill_null(0))
    household = (pl.col("benefit") == DIBAO) & (pl.col("members") > 0)
    at_stake = pl.when(household).then(overpaid(pl.col("amount_month"), owed)).otherwise("amount_month")
    return answers(
        frame,
        hit=pl.col("deceased").is_not_null() & (at_stake > 0).fill_null(True),
        unknown={"unresolved": pl.col("unresolved") > 0},
        amount=at_stake,
        effective_from=last_due.dt.offset_by("1mo"),
        detail={
            "deceased": pl.col("deceased"),
            "registers_agreeing": pl.col("sources"),
            "members_left": pl.col("members"),
            "due_cents": pl.when(household).then(owed),
            "run_on_months": pl.lit(run_on),
            "died": pl.col("died"),
            "clears_if_died_from": pl.lit(situation.month).dt.offset_by(f"-{run_on}mo"),
        },
    )
