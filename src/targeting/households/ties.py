"""Who is tied to whom beyond the award's list: people at the same address or in the same booklet, shared accounts and phones.

In: residents, tables, awards with their members, assessed families. Out: TIES. A tie is no evidence of anything; it says where
to look, and each rests on a register row. A listed person is never tied to the own award, and an account kept under a filed
custody agreement ties nobody (最低生活保障审核确认办法 art. 26).
"""

from collections.abc import Mapping
from datetime import date

import polars as pl

from targeting.frames.assessment import TIES
from targeting.households.known import known_by
from targeting.identifiers.addresses import address_agreement, dwelling_key
from targeting.specs.knowledge import Knowledge

AWARD = ["benefit", "case_no"]


def ties(
    registered: pl.DataFrame,
    tables: Mapping[str, pl.DataFrame],
    awards: pl.DataFrame,
    award_members: pl.DataFrame,
    households: pl.DataFrame,
    *,
    knowledge: Mapping[str, Knowledge],
    as_of: date,
) -> pl.DataFrame:
    """Every tie between an award in payment and a person or award outside it, as known by `as_of`: TIES."""
    people = people_of_awards(awards, award_members, households)
    there = registered.with_columns(dwelling=pl.when(pl.col("absent").is_null()).then(dwelling_key(pl.col("present"))))
    roll = known_by(tables, "assistance_roll", knowledge=knowledge, as_of=as_of)
    found = [
        _family(awards, award_members, households),
        _beside(people, there, place="dwelling", kind="co_resident"),
        _beside(people, there, place="register_household", kind="same_register_household"),
        _shared(people, awards, roll, contact="bank_account", kind="shared_account"),
        _shared(people, awards, roll, contact="phone", kind="shared_phone"),
        _after_another(awards, roll),
    ]
    return TIES.conform(pl.concat(found))


def people_of_awards(awards: pl.DataFrame, award_members: pl.DataFrame, households: pl.DataFrame) -> pl.DataFrame:
    """The people of each award, listed or of the assessed family: benefit, case_no, person_id, level, listed."""
    listed = award_members.filter(pl.col("person_id").is_not_null()).select(*AWARD, "person_id", "level", listed=pl.lit(True))
    family = (
        awards.filter(pl.col("household_id").is_not_null())
        .select(*AWARD, "household_id", award_level="level")
        .join(households.select("household_id", "person_id", "level"), on="household_id")
        .select(*AWARD, "person_id", level=pl.max_horizontal("level", "award_level"), listed=pl.lit(False))
    )
    return (
        pl.concat([listed, family])
        .group_by(*AWARD, "person_id")
        .agg(pl.col("level").min(), pl.col("listed").max())
        .sort(*AWARD, "person_id")
    )


def _family(awards: pl.DataFrame, award_members: pl.DataFrame, households: pl.DataFrame) -> pl.DataFrame:
    """Members of the assessed family whom the award does not list."""
    return (
        awards.filter(pl.col("household_id").is_not_null())
        .select(*AWARD, "household_id", award_level="level")
        .join(households.select("household_id", "person_id", "level", "register", "row"), on="household_id")
        .join(award_members.select(*AWARD, "person_id"), on=[*AWARD, "person_id"], how="anti")
        .select(
            *AWARD,
            kind=pl.lit("family"),
            person_id="person_id",
            other_award=pl.lit(""),
            level=pl.max_horizontal("level", "award_level"),
            register="register",
            row="row",
        )
    )


def _beside(people: pl.DataFrame, registered: pl.DataFrame, *, place: str, kind: str) -> pl.DataFrame:
    """Residents at the place of a listed person who are not of the award; at one dwelling only if the whole addresses agree."""
    there = registered.filter(pl.col(place).is_not_null()).select("person_id", "row", place, "present", their_level="level")
    listed = people.filter("listed").join(there.select("person_id", place, own="present"), on="person_id").drop("person_id")
    pairs = listed.unique([*AWARD, place, "own"], maintain_order=True).join(there, on=place)
    met = pairs.filter(address_agreement(pl.col("own"), pl.col("present")) == "room") if place == "dwelling" else pairs
    return (
        met.join(people, on=[*AWARD, "person_id"], how="anti")
        .group_by(*AWARD, "person_id")
        .agg(level=pl.max_horizontal("level", "their_level").min(), row=pl.col("row").min())
        .select(
            *AWARD,
            kind=pl.lit(kind),
            person_id="person_id",
            other_award=pl.lit(""),
            level="level",
            register=pl.lit("population"),
            row="row",
        )
    )


def _shared(people: pl.DataFrame, awards: pl.DataFrame, roll: pl.DataFrame, *, contact: str, kind: str) -> pl.DataFrame:
    """Other awards in payment with the same account or phone that have no person in common with this one."""
    if contact not in roll.columns:
        return TIES.empty()
    current = roll.join(awards.select(AWARD), on=AWARD, how="semi").filter(pl.col(contact).is_not_null())
    custody = "custody_agreement" if "custody_agreement" in current.columns else None
    free = current.filter(pl.col(custody).is_null()) if custody and contact == "bank_account" else current
    held = free.group_by(*AWARD, contact).agg(pl.col("row").min())
    others = held.rename({"benefit": "their_benefit", "case_no": "their_case"}).drop("row")
    pairs = held.join(others, on=contact).filter(
        (pl.col("benefit") != pl.col("their_benefit")) | (pl.col("case_no") != pl.col("their_case"))
    )
    theirs = people.select("person_id", their_benefit="benefit", their_case="case_no")
    related = people.join(theirs, on="person_id").select(*AWARD, "their_benefit", "their_case").unique()
    return (
        pairs.join(related, on=[*AWARD, "their_benefit", "their_case"], how="anti")
        .group_by(*AWARD, "their_benefit", "their_case")
        .agg(pl.col("row").min())
        .select(
            *AWARD,
            kind=pl.lit(kind),
            person_id=pl.lit(None, dtype=pl.String),
            other_award=pl.format("{}:{}", "their_benefit", "their_case"),
            level=pl.lit("A"),
            register=pl.lit("assistance_roll"),
            row="row",
        )
    )


def _after_another(awards: pl.DataFrame, roll: pl.DataFrame) -> pl.DataFrame:
    """Awards of the same benefit that ended before this one began and were paid into the same account."""
    if "bank_account" not in roll.columns or "custody_agreement" not in roll.columns:
        return TIES.empty()
    free = roll.filter(pl.col("bank_account").is_not_null(), pl.col("custody_agreement").is_null())
    paid = free.group_by(*AWARD, "bank_account").agg(
        pl.col("row").min(), began=pl.col("start_month").min(), ended=pl.col("end_month").max()
    )
    earlier = paid.filter(pl.col("ended").is_not_null()).select("benefit", "bank_account", their_case="case_no", over="ended")
    return (
        paid.join(awards.select(AWARD), on=AWARD, how="semi")
        .join(earlier, on=["benefit", "bank_account"])
        .filter((pl.col("case_no") != pl.col("their_case")) & (pl.col("over") < pl.col("began")))
        .group_by(*AWARD, "their_case")
        .agg(pl.col("row").min())
        .select(
            *AWARD,
            kind=pl.lit("account_of_ended_award"),
            person_id=pl.lit(None, dtype=pl.String),
            other_award=pl.format("{}:{}", "benefit", "their_case"),
            level=pl.lit("A"),
            register=pl.lit("assistance_roll"),
            row="row",
        )
    )
