"""U08: a parent, a spouse or a member of the award has died: assess the survivors anew at once (民发〔2022〕83号 §1(3))."""

import polars as pl

from targeting.eligibility.answers import answers
from targeting.eligibility.income import observed
from targeting.eligibility.money import due
from targeting.eligibility.need import family_means
from targeting.eligibility.situation import DIBAO, Situation


def leaves_survivors_unassessed(situation: Situation) -> pl.DataFrame:
    """After a death known within the months of watch, survivors are due more than is paid, or are paid nothing.

    On an award: the standard × those left less what they declared is more than is paid (with the dead went an income). Without
    dibao: minors who live without an adult and have lost a parent, or a widow or widower whose family's income on record reached
    the standard with what the dead brought in and does not without it. Another widow's family of low income on record is unknown.
    An orphan's own benefits are no parameter of this policy: the amount is then what dibao would pay on record, or not known.
    """
    return pl.concat([_on_awards(situation), _without(situation)])


def _since(situation: Situation) -> pl.Expr:
    months = situation.law.whole("outreach.bereaved_within_months")
    return pl.lit(situation.month).dt.offset_by(f"-{months}mo")


def _deaths(situation: Situation) -> pl.DataFrame:
    """Deaths known, of the months of watch: person_id, died, death_facts, death_level."""
    return (
        situation.of("death")
        .group_by("person_id")
        .agg(died=pl.col("valid_from").min(), death_facts=pl.col("fact_id").sort(), death_level=pl.col("level").max())
        .filter(pl.col("died") >= _since(situation))
    )


def _on_awards(situation: Situation) -> pl.DataFrame:
    listed = situation.people.filter("listed")
    dead = (
        listed.join(_deaths(situation), on="person_id")
        .group_by("subject")
        .agg(
            deceased=pl.len().cast(pl.Int64),
            died=pl.col("died").max(),
            facts=pl.col("death_facts").explode().sort(),
            weakest=pl.max_horizontal("level", "death_level").max(),
        )
    )
    left = listed.filter("counted").group_by("subject").agg(survivors=pl.len().cast(pl.Int64), income=pl.col("declared").sum())
    frame = (
        situation.dibao()
        .join(dead, on="subject")
        .join(left, on="subject", how="left")
        .with_columns(level=pl.max_horizontal("level", "weakest"))
    )
    owed = due(situation, pl.col("survivors"), pl.col("income"))
    more = owed - pl.col("amount_month")
    return answers(
        frame,
        hit=more > situation.law.whole("award.rounding"),
        unknown={"unresolved": (pl.col("unresolved") > 0) & (pl.col("survivors") > 0)},
        amount=more,
        effective_from=pl.col("died").dt.offset_by("1d"),
        detail={
            "died": pl.col("died"),
            "deceased": pl.col("deceased"),
            "survivors": pl.col("survivors"),
            "due_cents": owed,
            "kind": pl.lit("award"),
            "clears_if_paid_at_least_cents": owed - situation.law.whole("award.rounding"),
        },
    )


def _without(situation: Situation) -> pl.DataFrame:
    """Families in no layer in which a child has lost all parents on record, or somebody a spouse."""
    law = situation.law
    standard = law.whole("dibao.standard")
    line = pl.col("members") * law.whole("margin.line")
    here = situation.families.select("household_id", "person_id", "age", "level")
    lost = pl.concat([_orphans(situation, here), _widowed(situation, here)]).sort("household_id", "kind", "person_id")
    families = lost.group_by("household_id", maintain_order=True).agg(
        kind=pl.col("kind").first(),
        about=pl.col("person_id").first(),
        died=pl.col("died").max(),
        lost=pl.col("lost").sum(),
        facts=pl.col("death_facts").explode().unique().sort(),
        weakest=pl.col("level").max(),
    )
    frame = (
        family_means(situation)
        .filter(~pl.col("in_layer"))
        .drop("facts", "person_id")
        .join(families, on="household_id")
        .with_columns(subject_kind=pl.lit("household"), subject=pl.col("household_id"), benefit=pl.lit(DIBAO))
        .with_columns(level=pl.max_horizontal("level", "weakest"), person_id=pl.col("about"))
    )
    owed = due(situation, pl.col("members"), pl.col("income"))
    orphan, known = pl.col("kind") == "orphan", pl.col("unaccounted") == 0
    low = (pl.col("income") < line) & ~pl.col("barred")
    carried = (owed > 0) & (pl.col("income") + pl.col("lost") >= (pl.col("members") + 1) * standard)
    return answers(
        frame,
        hit=orphan | (low & known & carried & ~pl.col("in_doubt")),
        unknown={"doubtful": low & pl.col("in_doubt"), "no_record": low},
        amount=pl.when(known & low & (owed > 0)).then(owed),
        effective_from=pl.col("died").dt.offset_by("1d"),
        detail={
            "died": pl.col("died"),
            "kind": pl.col("kind"),
            "members": pl.col("members"),
            "income_cents": pl.col("income"),
            "income_lost_cents": pl.col("lost"),
            "standard_cents": pl.lit(standard),
            "margin_cents": line,
            "adults_without_record": pl.col("unaccounted"),
            "clears_if_income_at_least_cents": pl.when(~orphan).then(pl.col("members") * standard),
            "clears_if_adults_at_least": pl.when(orphan).then(1),
        },
    )


def _orphans(situation: Situation, here: pl.DataFrame) -> pl.DataFrame:
    """Minors who have lost a parent in their booklet and now live in a family without an adult."""
    minor = (pl.col("age") < situation.law.minor_below_years).fill_null(False)
    alone = here.filter(minor.all().over("household_id"))
    lost = situation.of("bereavement").filter(pl.col("valid_from") >= _since(situation))
    facts = lost.group_by("person_id").agg(died=pl.col("valid_from").max(), death_facts=pl.col("fact_id").sort())
    nothing = pl.lit(0, dtype=pl.Int64)
    return alone.join(facts, on="person_id").with_columns(lost=nothing).select(*_LOST, kind=pl.lit("orphan"))


_LOST = ("household_id", "person_id", "level", "died", "death_facts", "lost")


def _widowed(situation: Situation, here: pl.DataFrame) -> pl.DataFrame:
    """Whose registered spouse has died."""
    couples = situation.of("marriage").select("person_id", spouse="text", wedding="fact_id", couple_level="level")
    return (
        here.join(couples, on="person_id")
        .join(_deaths(situation).rename({"person_id": "spouse"}), on="spouse")
        .join(_brought_in(situation), on="spouse", how="left")
        .with_columns(
            lost=pl.col("lost").fill_null(0),
            level=pl.max_horizontal("level", "couple_level", "death_level"),
            death_facts=pl.concat_list("death_facts", "wedding"),
        )
        .select(*_LOST, kind=pl.lit("widowed"))
    )


def _brought_in(situation: Situation) -> pl.DataFrame:
    """What counted of the income of each of the dead in the first month of the period that has any: spouse, lost (cents)."""
    of_the_dead = observed(situation).join(_deaths(situation), on="person_id", how="semi")
    months = of_the_dead.group_by("person_id", "month").agg(pl.col("counted").sum())
    return months.sort("month").group_by(spouse="person_id").agg(lost=pl.col("counted").first())
