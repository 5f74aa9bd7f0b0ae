"""Vehicles and businesses of a group of persons, each with its graded effect by the law of the date (`vehicle.effects`,
`business.effects`; how a table is written: `effects`).

Needs of vehicles: `disabled_member` (a certificate in force in the group), `only_operating_vehicle`, `only_vehicle` (of its
class), `value_unknown`, `use_unknown`, `bought_unknown` (changed hands since it was first registered). Of businesses:
`capital_unknown`, `profit_unknown`, `many_on_one_number`."""

from collections.abc import Callable

import polars as pl

from targeting.eligibility.effects import APPRAISE, IGNORE, REVIEW, VETO, Things, clearing_value, effect_of
from targeting.eligibility.property import detailed
from targeting.eligibility.situation import Situation
from targeting.frames.years import full_years

VEHICLES, BUSINESSES = "vehicle.effects", "business.effects"
OPERATING = ("freight", "taxi", "ride_hailing", "passenger")


def vehicle_effects(situation: Situation, people: pl.DataFrame, *, group: str) -> pl.DataFrame:
    """The vehicles of each group of `people`, with `kind_of` (class), present value `worth` (cents) and `effect`.

    Present value: the price when new less a share a full year of age, at least the residual (local rule). `alone`: the effect
    were it the group's only vehicle; `clears_at_most`: the highest present value at which it would not bar; `long_ago`: the
    effect had it been bought long ago.
    """
    law = situation.law
    said = dict.fromkeys(("use_class", "state", "inspection_until", "plate"), pl.String)
    owned = people.join(detailed(situation.of("vehicle"), {**said, "transfers": pl.Int64}), on="person_id")
    lapsed = pl.col("inspection_until").str.to_date("%Y-%m-%d", strict=False) < situation.as_of
    years = full_years(pl.col("valid_from"), situation.as_of)
    rate, floor = law.number("vehicle.depreciation_per_year"), law.number("vehicle.residual_floor")
    operating = pl.col("use_class").is_in(OPERATING)
    changed_hands = pl.col("transfers").fill_null(0) > 0
    vehicles = owned.with_columns(
        level=pl.max_horizontal("level", "level_right"),
        kind_of=_class(situation),
        state=pl.when(lapsed & pl.col("state").fill_null("normal").is_in(["normal"]))
        .then(pl.lit("inspection_overdue"))
        .otherwise("state"),
        worth=(pl.col("value") * pl.max_horizontal(1 - rate * years, pl.lit(floor))).round(0).cast(pl.Int64),
        operates=operating.fill_null(False),
        operating=operating.fill_null(False).sum().over(group),
        disabled_member=_any_disabled(situation, people, group),
        bought=pl.when(~changed_hands).then("valid_from"),
    ).with_columns(of_class=pl.len().over(group, "kind_of"))
    things = _vehicles(only=pl.col("of_class") == 1, only_operating=pl.col("operating") == 1, bought=pl.col("bought"))
    alone = _vehicles(only=pl.lit(True), only_operating=pl.col("operates"), bought=pl.col("bought"))
    long_ago = _vehicles(
        only=pl.col("of_class") == 1, only_operating=pl.col("operating") == 1, bought=pl.lit(law.on).dt.offset_by("-99y")
    )
    return vehicles.with_columns(
        effect=effect_of(VEHICLES, things, law),
        alone=effect_of(VEHICLES, alone, law),
        clears_at_most=clearing_value(VEHICLES, things, law),
        long_ago=effect_of(VEHICLES, long_ago, law),
    )


def _vehicles(*, only: pl.Expr, only_operating: pl.Expr, bought: pl.Expr) -> Things:
    return Things(
        columns={"class": "kind_of", "use": "use_class", "state": "state"},
        needs={
            "disabled_member": pl.col("disabled_member"),
            "only_operating_vehicle": only_operating,
            "only_vehicle": only,
            "value_unknown": pl.col("worth").is_null(),
            "use_unknown": pl.col("use_class").is_null(),
            "bought_unknown": bought.is_null(),
        },
        low=pl.col("worth"),
        high=pl.col("worth"),
        bought=bought,
    )


def business_effects(situation: Situation, people: pl.DataFrame, *, group: str) -> pl.DataFrame:
    """The active businesses of each group of `people`, with `effect` by type, role, state, capital and how many one number has.

    `worth`: subscribed capital in cents; `clears_at_most`: the highest capital at which it would not bar.
    """
    law = situation.law
    said = dict.fromkeys(("state", "name", "credit_code", "holds"), pl.String)
    owned = people.join(detailed(situation.of("business"), {**said, "profit_year_cents": pl.Int64}), on="person_id").with_columns(
        level=pl.max_horizontal("level", "level_right"), worth=pl.col("value").round(0).cast(pl.Int64)
    )
    owned = owned.with_columns(of_one_person=pl.len().over(group, "person_id"), together=pl.col("worth").sum().over(group))
    things = Things(
        columns={"type": "text", "state": "state", "role": "holds"},
        needs={
            "capital_unknown": pl.col("worth").is_null(),
            "profit_unknown": pl.col("profit_year_cents").is_null(),
            "many_on_one_number": pl.col("of_one_person") >= law.whole("business.many_from"),
        },
        low=pl.col("worth"),
        high=pl.col("worth"),
        total=pl.col("together"),
    )
    effect = effect_of(BUSINESSES, things, law)
    return owned.with_columns(
        effect=effect, alone=effect, clears_at_most=clearing_value(BUSINESSES, things, law), long_ago=effect
    )


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


def barred_holdings(situation: Situation, judge: Callable[..., pl.DataFrame]) -> pl.DataFrame:
    """Each dibao award with what its family holds by one graded rule: how much is barred, how much wants a look, on which facts.

    `judge` is `vehicle_effects` or `business_effects`. `barred`, `to_review`, `to_appraise`; `largest` barred value; `may_keep`:
    how many of the barred ones would be allowed were the others gone; `clears_at_most`: the value at which all barred ones would
    be allowed; `clears_long_ago`: whether they would be, had they been bought long ago.
    """
    awards = situation.dibao()
    people = situation.people.filter("counted").join(awards.select("subject"), on="subject", how="semi")
    judged = judge(situation, people.select("subject", "person_id", "level"), group="subject")
    barred = pl.col("effect") == VETO
    held = judged.group_by("subject").agg(
        barred=barred.sum(),
        to_review=(pl.col("effect") == REVIEW).sum(),
        to_appraise=(pl.col("effect") == APPRAISE).sum(),
        about=pl.col("person_id").sort_by(~barred, "person_id").first(),
        since=pl.col("valid_from").filter(barred).min(),
        largest=pl.col("worth").filter(barred).max(),
        may_keep=(barred & (pl.col("alone") != VETO)).any().cast(pl.Int64),
        clears_at_most=pl.when(pl.col("clears_at_most").filter(barred).is_not_null().all()).then(
            pl.col("clears_at_most").filter(barred).min()
        ),
        clears_long_ago=(pl.col("long_ago").filter(barred) != VETO).all(),
        facts=pl.col("fact_id").filter(pl.col("effect") != IGNORE).sort(),
        level=pl.col("level").filter(barred).max(),
    )
    return awards.drop("level").join(held, on="subject", how="left").with_columns(person_id=pl.coalesce("about", "person_id"))
