"""X01: a deceased person is still paid, or still counted in a household's award (DOMAIN §3.1; 民发〔2022〕83号, death review)."""

import polars as pl

from targeting.eligibility.answers import answers
from targeting.eligibility.money import due, overpaid
from targeting.eligibility.situation import DIBAO, Situation


def pays_a_deceased_person(situation: Situation) -> pl.DataFrame:
    """A person listed on the award had died before the month, beyond the months for which the benefit runs on.

    A household's award is computed again for the listed who live or are still within the run-on, on totals: where no less is due
    than is paid, nothing is paid to the dead; the office has until `review_until` to finish that review. A personal benefit is at
    stake as a whole. Within the run-on the answer is clear, and says until when.
    """
    dead = _dead(situation)
    still_due = dead.filter(~pl.col("over")).select("subject", "person_id", still_due=pl.lit(True))
    living = (
        situation.people.join(still_due, on=["subject", "person_id"], how="left")
        .filter("listed", pl.col("counted") | pl.col("still_due"))
        .group_by("subject")
        .agg(income=pl.col("declared").sum(), living=pl.len().cast(pl.Int64))
    )
    frame = (
        situation.subjects.drop("level", "facts", strict=False)
        .join(_by_award(dead), on="subject", how="left")
        .join(living, on="subject", how="left")
        .with_columns(person_id=pl.coalesce("about", "person_id"), left=pl.col("living").fill_null(0) + pl.col("unresolved"))
    )
    owed = due(situation, pl.col("left"), pl.col("income").fill_null(0))
    household = (pl.col("benefit") == DIBAO) & (pl.col("left") > 0)
    at_stake = pl.when(household).then(overpaid(pl.col("amount_month"), owed)).otherwise("amount_month")
    review = situation.law.whole("deceased.review_months")
    return answers(
        frame,
        hit=(pl.col("deceased") > 0) & (at_stake > 0).fill_null(True),
        unknown={"unresolved": pl.col("unresolved") > 0},
        clear={"run_on": pl.when(pl.col("deceased") == 0).then("runs_until")},
        amount=at_stake,
        effective_from=pl.col("last_due").dt.offset_by("1mo"),
        detail={
            "deceased": pl.col("deceased"),
            "registers_agreeing": pl.col("sources"),
            "members_left": pl.col("left"),
            "due_cents": pl.when(household).then(owed),
            "run_on_months": pl.col("run_on"),
            "died": pl.col("died"),
            "review_until": pl.when(household).then(pl.col("died").dt.offset_by(f"{review}mo")),
            "clears_if_died_from": pl.col("died_from"),
        },
    )


def _dead(situation: Situation) -> pl.DataFrame:
    """The dead on the list of each award: when they died, the last month due, and whether that is `over`; facts and level."""
    deaths = (
        situation.of("death")
        .group_by("person_id")
        .agg(died=pl.col("valid_from").min(), sources=pl.col("text").n_unique(), facts=pl.col("fact_id").sort())
    )
    return (
        situation.people.filter("listed")
        .join(deaths, on="person_id")
        .join(situation.subjects.select("subject", "benefit"), on="subject")
        .join(_run_on(situation), on="benefit", how="left")
        .with_columns(last_due=pl.col("died").dt.month_start().dt.offset_by(pl.format("{}mo", "run_on")))
        .with_columns(
            over=(pl.col("last_due") < situation.month).fill_null(True),
            died_from=pl.lit(situation.month).dt.offset_by(pl.format("-{}mo", "run_on")),
        )
    )


def _by_award(dead: pl.DataFrame) -> pl.DataFrame:
    """Each award's dead whose benefit is over; where there are none, until when it runs on for those who died."""
    over = pl.col("over")
    return dead.group_by("subject").agg(
        deceased=over.sum().cast(pl.Int64),
        about=pl.col("person_id").filter(over).sort_by(pl.col("died").filter(over), pl.col("person_id").filter(over)).first(),
        died=pl.col("died").filter(over).min(),
        last_due=pl.col("last_due").filter(over).min(),
        runs_until=pl.col("last_due").max(),
        died_from=pl.col("died_from").first(),
        run_on=pl.col("run_on").first(),
        sources=pl.col("sources").filter(over).min(),
        facts=pl.col("facts").filter(over).explode().sort(),
        level=pl.col("level").filter(over).max(),
    )


def _run_on(situation: Situation) -> pl.DataFrame:
    """Full months after the month of death for which each benefit is still due: benefit, run_on."""
    law = situation.law
    by_benefit = {str(row["benefit"]): int(row["months"]) for row in law.rows("deceased.run_on_by_benefit")}
    other = law.whole("deceased.run_on_months")
    benefits = situation.subjects["benefit"].unique().sort().to_list()
    return pl.DataFrame(
        {"benefit": benefits, "run_on": [by_benefit.get(benefit, other) for benefit in benefits]},
        schema={"benefit": pl.String, "run_on": pl.Int64},
    )
