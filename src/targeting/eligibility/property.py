"""What a group of persons owns, judged by the law of the date: dwellings by share, vehicles and businesses by graded effect.

Effects: `ignore` (does not count), `veto` (bars the benefit), `review` (a look, no finding). The tables of effects stand in the
policy; the first row that fits decides.
"""

from collections.abc import Callable, Mapping

import polars as pl

from targeting.eligibility.effects import Things, effect_of
from targeting.eligibility.situation import Situation, once
from targeting.frames.years import full_years
from targeting.identifiers.addresses import address_parts, dwelling_key

OPERATING = ("freight", "taxi", "ride_hailing", "passenger")


def home_holdings(situation: Situation, people: pl.DataFrame, *, group: str) -> pl.DataFrame:
    """The dwellings of each group of `people` (group, person_id, level), each counted once and at most whole.

    `shares`, `area` (certain), `shares_at_most`, `area_at_most` (with doubtful and unknown ones), `area_missing`, `doubtful`,
    `split_evenly`, `dwellings`, `about`, `since`, `facts`, `level`.
    """
    units = (
        people.join(_dwellings(situation), on="person_id")
        .group_by(group, "home")
        .agg(
            share=pl.col("value").sum().clip(0, 1),
            lacking=pl.col("value").is_null().any(),
            full_area=pl.col("area_m2").max(),
            in_doubt=pl.col("in_doubt").all(),
            split=(pl.col("share_basis") == "split_evenly").any(),
            since=pl.col("valid_from").min(),
            about=pl.col("person_id").sort_by("value", "person_id", descending=[True, False]).first(),
            facts=pl.col("fact_id"),
            level=pl.max_horizontal("level", "level_right").max(),
        )
    )
    sure = ~pl.col("in_doubt")
    most = pl.when("lacking").then(1.0).otherwise("share")
    return (
        units.sort(group, "home")
        .group_by(group, maintain_order=True)
        .agg(
            dwellings=pl.len(),
            shares=pl.col("share").filter(sure).sum(),
            area=(pl.col("share") * pl.col("full_area")).filter(sure).sum(),
            shares_at_most=most.sum(),
            area_at_most=(most * pl.col("full_area")).sum(),
            area_missing=pl.col("full_area").is_null().any(),
            doubtful=pl.col("in_doubt").any(),
            split_evenly=pl.col("split").any(),
            about=pl.col("about").sort_by("share", "about", descending=[True, False]).first(),
            since=pl.col("since").max(),
            facts=pl.col("facts").explode().sort(),
            level=pl.col("level").max(),
        )
    )


@once
def _dwellings(situation: Situation) -> pl.DataFrame:
    """The dwellings that count or may count, with what tells one `home` from another and whether it is `in_doubt`."""
    gone = "|".join(situation.law.words("dwelling.not_counted_notes"))
    going = "|".join(situation.law.words("dwelling.review_notes"))
    said = {"address": pl.String, "unit_number": pl.String, "area_m2": pl.Float64, "note": pl.String, "share_basis": pl.String}
    return (
        _detailed(situation.of("dwelling"), said)
        .with_columns(pl.col("note").fill_null(""), place=address_parts(pl.col("address").fill_null("")))
        .filter(~pl.col("note").str.contains(gone))
        .with_columns(
            home=pl.coalesce(dwelling_key(pl.col("place")), "unit_number", "fact_id"),
            in_doubt=pl.col("note").str.contains(going),
        )
    )


def vehicle_effects(situation: Situation, people: pl.DataFrame, *, group: str) -> pl.DataFrame:
    """The vehicles of each group of `people`, with `class`, present value `worth` (cents) and `effect`.

    Present value: the price when new less a share a full year of age, at least the residual (local rule).
    """
    law = situation.law
    said = dict.fromkeys(("use_class", "state", "inspection_until", "plate"), pl.String)
    owned = people.join(_detailed(situation.of("vehicle"), said), on="person_id").with_columns(
        level=pl.max_horizontal("level", "level_right")
    )
    lapsed = pl.col("inspection_until").str.to_date("%Y-%m-%d", strict=False) < situation.as_of
    years = full_years(pl.col("valid_from"), situation.as_of)
    rate, floor = law.number("vehicle.depreciation_per_year"), law.number("vehicle.residual_floor")
    operating = pl.col("use_class").is_in(OPERATING)
    vehicles = owned.with_columns(
        kind_of=_class(situation),
        state=pl.when(lapsed & pl.col("state").fill_null("normal").is_in(["normal"]))
        .then(pl.lit("inspection_overdue"))
        .otherwise("state"),
        worth=(pl.col("value") * pl.max_horizontal(1 - rate * years, pl.lit(floor))).round(0).cast(pl.Int64),
        operating=operating.fill_null(False).sum().over(group),
        disabled_member=_any_disabled(situation, people, group),
    )
    needs: Mapping[str, pl.Expr] = {
        "disabled_member": pl.col("disabled_member"),
        "only_operating_vehicle": pl.col("operating") == 1,
        "value_unknown": pl.col("worth").is_null(),
        "use_unknown": pl.col("use_class").is_null(),
    }
    columns = {"class": "kind_of", "use": "use_class", "state": "state"}
    read = Things(columns, "worth", situation.as_of, needs, since="valid_from")
    return vehicles.with_columns(effect=effect_of(law.rows("vehicle.effects"), read))


def business_effects(situation: Situation, people: pl.DataFrame, *, group: str) -> pl.DataFrame:
    """The active businesses of each group of `people`, with `effect` by type, state, capital and how many stand on one number."""
    law = situation.law
    said = dict.fromkeys(("state", "name", "credit_code"), pl.String)
    owned = people.join(_detailed(situation.of("business"), said), on="person_id").with_columns(
        level=pl.max_horizontal("level", "level_right")
    )
    needs: Mapping[str, pl.Expr] = {
        "petty_capital": pl.col("value") <= law.whole("business.petty_capital_up_to"),
        "capital_unknown": pl.col("value").is_null(),
        "many_on_one_number": pl.col("of_one_person") >= law.whole("business.many_from"),
    }
    columns = {"type": "text", "state": "state"}
    owned = owned.with_columns(of_one_person=pl.len().over(group, "person_id"))
    read = Things(columns, "value", situation.as_of, needs, since="valid_from")
    return owned.with_columns(effect=effect_of(law.rows("business.effects"), read))


def _detailed(facts: pl.DataFrame, said: Mapping[str, type[pl.DataType]]) -> pl.DataFrame:
    """The facts with these columns of their detail."""
    return facts.with_columns(pl.col("detail").str.json_decode(pl.Struct(said)).struct.unnest())


def _class(situation: Situation) -> pl.Expr:
    """The class of the registered type; other where no pattern fits."""
    named = pl.lit("other")
    for row in reversed(situation.law.rows("vehicle.classes")):
        named = pl.when(pl.col("text").str.contains(str(row["pattern"]))).then(pl.lit(str(row["class"]))).otherwise(named)
    return named


def _any_disabled(situation: Situation, people: pl.DataFrame, group: str) -> pl.Expr:
    """The group has a member with a disability certificate in force."""
    holders = situation.of("certificate").filter(
        ~pl.col("detail").str.json_path_match("$.state").is_in(["cancelled", "expired"]).fill_null(False)
    )
    groups = people.join(holders.select("person_id").unique(), on="person_id", how="semi")[group].unique().sort()
    return pl.col(group).is_in(groups.implode())


def barred_holdings(situation: Situation, judge: Callable[..., pl.DataFrame], *, largest: str) -> pl.DataFrame:
    """Each dibao award with what its family holds by one graded rule: how much is barred, how much wants a look, on which facts.

    `judge` is `vehicle_effects` or `business_effects`; `largest` the column of which the largest barred value is kept.
    """
    awards = situation.dibao()
    people = situation.people.filter("counted").join(awards.select("subject"), on="subject", how="semi")
    judged = judge(situation, people.select("subject", "person_id", "level"), group="subject")
    barred = pl.col("effect") == "veto"
    held = judged.group_by("subject").agg(
        barred=barred.sum(),
        to_review=(pl.col("effect") == "review").sum(),
        about=pl.col("person_id").sort_by(~barred, "person_id").first(),
        since=pl.col("valid_from").filter(barred).min(),
        largest=pl.col(largest).filter(barred).max(),
        facts=pl.col("fact_id").filter(pl.col("effect") != "ignore").sort(),
        level=pl.col("level").filter(barred).max(),
    )
    return awards.drop("level").join(held, on="subject", how="left").with_columns(person_id=pl.coalesce("about", "person_id"))
