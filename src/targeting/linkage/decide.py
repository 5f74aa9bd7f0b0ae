"""Which weighed pairs are links of level B, which stay possible links, and which are dropped.

A link needs an agreeing name, a second field that corroborates it, a probability above the declared cut and a margin to the next
person; a name alone links nobody, however rare. A judgement of a person ("same", "different") stands above all of this.
"""

import polars as pl

from targeting.specs.linkage import LinkageSpec

SAME_NAMES = ("exact", "unknown_character")
NEAR_NAMES = ("pinyin", "swapped", "shortened", "partial")
HALF = "half"
_COLUMNS = {"number": "number_level", "birth": "birth_level", "address": "address_level", "relation": "relation"}
LINK, POSSIBLE = "link", "possible"
AMBIGUOUS, UNCERTAIN, NAME_ONLY, OTHER_NAME, SAME_ROW = (
    "ambiguous",
    "below_cut",
    "name_only",
    "exact_id_other_name",
    "same_person_twice_in_row",
)


def decide(pairs: pl.DataFrame, *, spec: LinkageSpec) -> pl.DataFrame:
    """The kept pairs with `outcome` (link or possible) and `rule`; at most one link a unit, possible links best first.

    `margin_bits`: how far the first person of a unit is above the `next_person`; null where there is none.
    """
    decision = spec.decision
    exact_name = pl.col("name_level") == "exact"
    ranked = pairs.sort(["unit", "weight", "person"], descending=[False, True, False])
    ranked = ranked.with_columns(
        place=pl.int_range(pl.len()).over("unit"),
        next_weight=pl.col("weight").shift(-1).over("unit"),
        next_person=pl.col("person").shift(-1).over("unit"),
        named=_named(spec),
        twin=(exact_name & (pl.col("number_level") == "relatives_number")).any().over("unit"),
        corroborated=_corroborated(spec),
    )
    margin = pl.col("weight") - pl.col("next_weight")
    clear = margin.fill_null(value=float("inf")) >= decision.margin_bits
    # A number of one and the exact name of another of the same home: either may be the slip, so nobody is linked.
    clear &= ~(pl.col("twin") & (pl.col("number_level") == "exact") & ~exact_name)
    sure = pl.col("probability") >= decision.link
    borrowed = (pl.col("number_level") == "exact") & ~pl.col("named")
    judged = pl.col("judgement").fill_null("") == "same"
    linked = judged | (
        ~judged.any().over("unit") & (pl.col("place") == 0) & pl.col("named") & pl.col("corroborated") & sure & clear
    )
    rule = (
        pl.when(judged)
        .then(pl.lit("judged_same"))
        .when(linked)
        .then(_rule())
        .when(borrowed)
        .then(pl.lit(OTHER_NAME))
        .when(sure & ~pl.col("corroborated"))
        .then(pl.lit(NAME_ONLY))
        .when((pl.col("place") == 0) & sure & ~clear)
        .then(pl.lit(AMBIGUOUS))
        .otherwise(pl.when(pl.col("corroborated")).then(pl.lit(UNCERTAIN)).otherwise(pl.lit(NAME_ONLY)))
    )
    outcome = pl.when(linked).then(pl.lit(LINK)).otherwise(pl.lit(POSSIBLE))
    ranked = ranked.with_columns(outcome=outcome, rule=rule, margin_bits=pl.when(pl.col("place") == 0).then(margin))
    settled = pl.col("outcome").eq(LINK).any().over("unit")
    shown = borrowed | (pl.col("named") & (pl.col("probability") >= decision.candidate))
    kept = ranked.filter((pl.col("outcome") == LINK) | (~settled & shown & (pl.col("place") < decision.max_candidates)))
    return kept.drop("next_weight", "named", "twin", "corroborated")


def distinct_within_rows(decided: pl.DataFrame, units: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """Two differently named identities of one row are never one person: the weaker link becomes a possible link."""
    described = units.select("unit", "register", "row", "name_key")
    settled = links.select("unit", "person", weight=pl.lit(float("inf"))).join(described, on="unit")
    fresh = decided.filter(pl.col("outcome") == LINK).select("unit", "person", "weight").join(described, on="unit")
    every = pl.concat([settled.select(fresh.columns), fresh])
    clash = every.join(every, on=["register", "row", "person"], suffix="_b").filter(
        (pl.col("unit") != pl.col("unit_b")) & (pl.col("name_key") != pl.col("name_key_b"))
    )
    weaker = clash.filter(
        (pl.col("weight") < pl.col("weight_b")) | ((pl.col("weight") == pl.col("weight_b")) & (pl.col("unit") > pl.col("unit_b")))
    )["unit"].unique()
    cut = pl.col("unit").is_in(weaker.implode()) & (pl.col("rule") != "judged_same")
    return decided.with_columns(
        outcome=pl.when(cut).then(pl.lit(POSSIBLE)).otherwise("outcome"),
        rule=pl.when(cut).then(pl.lit(SAME_ROW)).otherwise("rule"),
    )


def _named(spec: LinkageSpec) -> pl.Expr:
    """The names agree; one that is only alike counts beside a number or birth day that is declared to carry it.

    A name of two characters that shares one counts beside a birth day that the register states itself and the number or home.
    """
    carried = pl.any_horizontal(
        pl.col(column).is_in([level.name for level in spec.comparison(field).levels if level.carries_near_name])
        for field, column in _COLUMNS.items()
    ).fill_null(value=False)
    near = pl.col("name_level").is_in(NEAR_NAMES) & carried
    second = (pl.col("number_level") == "exact").fill_null(value=False) | (pl.col("address_level") == "room").fill_null(
        value=False
    )
    near |= (pl.col("name_level") == HALF) & (pl.col("birth_level") == "exact").fill_null(value=False) & second
    absent = pl.col("name_level").is_null() & (pl.col("number_level") == "exact").fill_null(value=False)
    return pl.col("name_level").is_in(SAME_NAMES).fill_null(value=False) | near | absent


def _corroborated(spec: LinkageSpec) -> pl.Expr:
    """Some field besides the name agrees at a level that the specification lets carry a link, and says enough of itself."""
    enough = spec.decision.corroboration_bits
    return pl.any_horizontal(
        (
            pl.col(column).is_in([level.name for level in spec.comparison(field).levels if level.corroborates])
            & (pl.col(f"{field}_bits") >= enough)
        ).fill_null(value=False)
        for field, column in _COLUMNS.items()
    )


def _rule() -> pl.Expr:
    """The name of the rule is the strongest thing that agrees besides the name."""
    number = pl.col("number_level")
    return (
        pl.when(number == "exact")
        .then(pl.when(pl.col("name_level").is_null()).then(pl.lit("exact_id_no_name")).otherwise(pl.lit("exact_id_near_name")))
        .when(number.is_in(["old_form", "one_digit", "transposed", "lost_digits", "two_defects", "relatives_number"]))
        .then(pl.concat_str(pl.lit("id_"), number))
        .when(pl.col("birth_level").is_in(["exact", "swapped"]))
        .then(pl.lit("name_and_birth"))
        .when(pl.col("relation").is_in(["itself", "together", "named_together"]))
        .then(pl.lit("name_and_company"))
        .otherwise(pl.lit("name_and_address"))
    )
