"""Support from legal supporters outside the family, where they have consented that their means be looked at.

An order or agreement stands before any formula. Else, month by month, from what is on record of the supporter's own family:
`max(0, income a head - k × standard) × size × share / number supported` (DOMAIN §1.3; local rules, CN-DBR21 art. 13). Whoever is
on assistance, severely disabled or as old as the policy says cannot be asked for support. Nothing is read unless every adult of
the supporter's family has consented: their income enters the formula (社会救助法 art. 41).
"""

import polars as pl

from targeting.eligibility.disability import severely_disabled
from targeting.eligibility.situation import Situation, not_counted, once

AUTHORISED, NOT_AUTHORISED = "authorised", "not_authorised"
_COUNTED = ("wage", "contribution_base", "deduction", "pension", "unemployment")


def support_formula(situation: Situation, observed: pl.DataFrame) -> pl.DataFrame:
    """The support that the formula expects, month by month: person_id (supported), month, amount, counted, fact, by rule."""
    able = _able(situation)
    if able.is_empty():
        return pl.DataFrame(schema={"person_id": pl.String})
    law = situation.law
    line = law.number("support.standard_multiple") * law.whole("dibao.standard")
    members = _adults_consented(situation).join(able.select("household_id").unique(), on="household_id", how="semi")
    earned = (
        observed.filter(pl.col("source").is_in(_COUNTED))
        .join(members, on="person_id")
        .group_by("household_id", "month")
        .agg(pl.col("counted").sum())
    )
    sizes = members.group_by("household_id").agg(size=pl.len().cast(pl.Int64))
    spare = (pl.col("counted") - pl.col("size") * line).clip(0, None) * law.number("support.share")
    return (
        able.join(earned, on="household_id")
        .join(sizes, on="household_id")
        .with_columns(amount=(spare / pl.col("supported")).floor().cast(pl.Int64))
        .filter(pl.col("amount") > 0)
        .select(
            "person_id",
            "month",
            "amount",
            "fact",
            source=pl.lit("support"),
            text=pl.lit("formula"),
            counted="amount",
            rule=pl.lit("support.share"),
        )
    )


@once
def support_answers(situation: Situation) -> pl.DataFrame:
    """Whether support can be known: person_id (supported), `answer`: ordered, authorised or not_authorised, the best there is.

    Without the consent of a supporter, or of an adult of that supporter's family, the answer is not_authorised.
    """
    ordered = situation.history.filter(pl.col("kind") == "support").select("person_id", answer=pl.lit("ordered"))
    asked = _supporters(situation)
    known = _consented_families(situation)
    of_supporters = asked.join(known, left_on="supporter", right_on="person_id", how="left").select(
        "person_id",
        answer=pl.when(pl.col("household_id").is_not_null()).then(pl.lit(AUTHORISED)).otherwise(pl.lit(NOT_AUTHORISED)),
    )
    order = pl.col("answer").replace_strict({"ordered": 0, AUTHORISED: 1, NOT_AUTHORISED: 2}, return_dtype=pl.Int64)
    return pl.concat([ordered, of_supporters]).sort("person_id", order).unique("person_id", keep="first", maintain_order=True)


def _supporters(situation: Situation) -> pl.DataFrame:
    """The supporters of each person, by fact; `supporter` is null where nothing may be read."""
    facts = situation.of("supporter")
    return facts.select("person_id", supporter="text", fact="fact_id")


def _able(situation: Situation) -> pl.DataFrame:
    """The supporters who can be asked: person_id (supported), household_id of the supporter, `supported` (how many), fact."""
    asked = _supporters(situation).drop_nulls("supporter")
    ordered = situation.history.filter(pl.col("kind") == "support").select("person_id").unique()
    asked = asked.join(ordered, on="person_id", how="anti")
    if asked.is_empty():
        return asked
    law = situation.law
    families = situation.families.select("person_id", "household_id", "age")
    layers = situation.paid.filter(pl.col("benefit").is_in(law.words("support.unable_on_benefits")))
    helped = families.join(layers, on="person_id", how="semi").select("household_id").unique()
    old = (pl.col("age") >= law.whole("support.unable_from_years")).fill_null(False)
    return (
        asked.with_columns(supported=pl.col("person_id").n_unique().over("supporter"))
        .join(severely_disabled(situation).select(supporter="person_id"), on="supporter", how="anti")
        .join(_consented_families(situation).rename({"person_id": "supporter"}), on="supporter")
        .join(families.rename({"person_id": "supporter"}), on=["supporter", "household_id"])
        .filter(~old)
        .join(helped, on="household_id", how="anti")
        .select("person_id", "household_id", "supported", "fact")
    )


def _adults_consented(situation: Situation) -> pl.DataFrame:
    """The members of the families whose adults have all consented: household_id, person_id."""
    consent = situation.of("consent").filter(pl.col("text") == "supporter_check").select("person_id").unique()
    adult = (pl.col("age") >= situation.law.minor_below_years).fill_null(True)
    members = situation.families.filter(~not_counted())
    refusing = members.filter(adult).join(consent, on="person_id", how="anti").select("household_id").unique()
    some = members.join(consent, on="person_id", how="semi").select("household_id").unique()
    return (
        members.join(some, on="household_id", how="semi")
        .join(refusing, on="household_id", how="anti")
        .select("household_id", "person_id")
    )


@once
def _consented_families(situation: Situation) -> pl.DataFrame:
    """Everybody of a family whose adults have all consented: person_id, household_id."""
    return _adults_consented(situation).select("person_id", "household_id")
