"""U09: a certificate on which a subsidy rests is about to expire: remind, so that payment does not stop (民发〔2022〕79号)."""

import polars as pl

from targeting.eligibility.answers import answers
from targeting.eligibility.disability import care_amount, certificates_in_force
from targeting.eligibility.situation import Situation


def rests_on_a_certificate_about_to_expire(situation: Situation) -> pl.DataFrame:
    """The certificate in force of a person who draws a subsidy ends within the days of a reminder, and no later one is on record.

    The whole subsidy is at stake from the day after; where the grade gives none (X16) nobody is reminded. A person paid without
    a certificate on record is unknown (X16 looks there).
    """
    reminders = situation.law.rows("outreach.reminder_days")
    left = (pl.col("expires") - pl.lit(situation.as_of)).dt.total_days()
    reminder = pl.max_horizontal([pl.when(left <= row["days"]).then(pl.lit(row["reminder"])) for row in reminders])
    cards = certificates_in_force(situation).rename({"level": "card_level"}).drop("facts")
    personal = situation.subjects.filter(pl.col("benefit").is_in(["dis_living", "dis_care"]))
    frame = personal.join(cards, on="person_id", how="left").with_columns(
        level=pl.max_horizontal("level", "card_level"),
        facts=pl.when(pl.col("fact").is_not_null()).then(pl.concat_list("fact")),
    )
    due = (pl.col("benefit") == "dis_living") | care_amount(situation, pl.col("grade")).is_not_null()
    return answers(
        frame,
        hit=pl.col("valid") & reminder.is_not_null() & due,
        unknown={"no_record": pl.col("valid").is_null()},
        amount=pl.col("amount_month"),
        effective_from=pl.col("expires").dt.offset_by("1d"),
        detail={
            "expires": pl.col("expires"),
            "days_left": left,
            "reminder": reminder,
            "grade": pl.col("grade"),
            "category": pl.col("category"),
            "clears_if_valid_beyond": pl.lit(situation.as_of) + pl.duration(days=max(int(row["days"]) for row in reminders)),
        },
    )
