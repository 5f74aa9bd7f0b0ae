"""What a group of persons holds in real estate, judged by the law of the date: dwellings by number, share, area and value, and
other units by graded effect (`other_property.effects`, see `effects`).

`dwelling.limits` is a table; a group is beyond the rule where every condition of one of its rows holds:

    { shares_at_least = "dwelling.share_limit_below", area_a_head_at_least = "dwelling.area_limit_below" }
    { dwellings_at_least = 2, area_a_head_at_least = "housing.area_a_head" }
    { use = "dwelling", besides = "homestead", dwellings_at_least = 1 }
    { beyond_first_above = 20000000 }
    { dwellings_at_least = 2, effect = "count_value" }

`shares` of dwellings are added up, `dwellings` counted (those of a use in `dwelling.counted_as_one` together as one), area by
share is taken a head; `beyond_first` is the value by share of all but the most valuable dwelling. `use` narrows the row to
dwellings of a use, `besides` asks that one of another use is held too. Numbers may be names of parameters. With `count_value`
the row bars nothing: the value beyond the first dwelling counts against the limit of assets.

Every condition is three-valued: certain, possible (a doubtful entry, an unknown share or area, a limit inside the interval of a
value), or not so.
"""

from collections.abc import Mapping

import polars as pl

from targeting.eligibility.effects import COUNT_VALUE, REVIEW, VETO, Things, effect_of, limit_of
from targeting.eligibility.situation import Situation, once
from targeting.errors import Misconfigured
from targeting.identifiers.addresses import address_parts, dwelling_key
from targeting.specs.parameters import Scalar

LIMITS = "dwelling.limits"
OTHER = "other_property.effects"
AS_ONE = "dwelling.counted_as_one"
CONDITIONS = ("shares_at_least", "dwellings_at_least", "area_a_head_at_least", "beyond_first_above")
VALUE = "beyond_first_above"

Row = Mapping[str, Scalar]


def home_holdings(situation: Situation, people: pl.DataFrame, *, group: str, use: str = "") -> pl.DataFrame:
    """The dwellings of each group of `people` (group, person_id, level), each counted once and at most whole.

    `shares`, `area`, `homes` (certain), `shares_at_most`, `area_at_most`, `homes_at_most` (with doubtful and unknown ones),
    `area_missing`, `doubtful`, `split_evenly`, `dwellings`, `uses`, `value`, `value_low`, `value_high` (cents by share),
    `beyond_low`, `beyond_high` (without the most valuable), `unvalued` (dwellings without a value), `value_sources`,
    `value_month`, `about`, `since`, `facts`, `level`. `use`: only dwellings of these uses.
    """
    dwellings = _dwellings(situation)
    if use:
        dwellings = dwellings.filter(pl.col("text").str.contains(f"^(?:{use})$"))
    units = people.join(dwellings, on="person_id").group_by(group, "home").agg(
        share=pl.col("value").sum().clip(0, 1),
        lacking=pl.col("value").is_null().any(),
        full_area=pl.col("area_m2").max(),
        in_doubt=pl.col("in_doubt").all(),
        split=(pl.col("share_basis") == "split_evenly").any(),
        counted_as=pl.col("counted_as").min(),
        use=pl.col("text").min(),
        since=pl.col("valid_from").min(),
        about=pl.col("person_id").sort_by("value", "person_id", descending=[True, False]).first(),
        facts=pl.col("fact_id"),
        level=pl.max_horizontal("level", "level_right").max(),
        value_month=pl.col("value_month").max(),
        source=pl.col("value_source").min(),
        **{name: pl.col(f"{name}_cents").max() for name in ("value", "value_low", "value_high")},
    )  # fmt: skip
    sure, most = ~pl.col("in_doubt"), pl.when("lacking").then(1.0).otherwise("share")
    low, high = pl.col("share") * pl.col("value_low"), most * pl.col("value_high")
    sure_low = low.filter(sure).fill_null(0)
    return (
        units.sort(group, "home")
        .group_by(group, maintain_order=True)
        .agg(
            dwellings=pl.len(),
            homes=pl.col("counted_as").filter(sure & (pl.col("share") > 0)).n_unique().cast(pl.Int64),
            homes_at_most=pl.col("counted_as").n_unique().cast(pl.Int64),
            shares=pl.col("share").filter(sure).sum(),
            area=(pl.col("share") * pl.col("full_area")).filter(sure).sum(),
            shares_at_most=most.sum(),
            area_at_most=(most * pl.col("full_area")).sum(),
            area_missing=pl.col("full_area").is_null().any(),
            doubtful=pl.col("in_doubt").any(),
            split_evenly=pl.col("split").any(),
            uses=pl.col("use").unique().sort(),
            value=_cents((pl.col("share") * pl.col("value")).sum()),
            value_low=_cents(low.sum()),
            value_high=_cents(high.sum()),
            beyond_low=_cents(sure_low.sum() - sure_low.max().fill_null(0)),
            beyond_high=_cents(high.fill_null(0).sum() - high.max().fill_null(0)),
            unvalued=pl.col("value").is_null().sum().cast(pl.Int64),
            value_sources=pl.col("source").drop_nulls().unique().sort().str.join(","),
            value_month=pl.col("value_month").max(),
            about=pl.col("about").sort_by("share", "about", descending=[True, False]).first(),
            since=pl.col("since").max(),
            facts=pl.col("facts").explode().sort(),
            level=pl.col("level").max(),
        )
    )


def _cents(amount: pl.Expr) -> pl.Expr:
    return amount.round(0).cast(pl.Int64)


def judged_homes(situation: Situation, people: pl.DataFrame, sizes: pl.DataFrame, *, group: str) -> pl.DataFrame:
    """`home_holdings` of each group with `members` (of `sizes`) and what `dwelling.limits` makes of them.

    `over` (certain), `over_at_most` (possible), `value_decides` (possible by a value only), `counts_beyond` (the value beyond the
    first dwelling counts as an asset: certain), `counts_beyond_at_most`; `limit_…` for each condition: where the group is over,
    the highest limit that it would have to come under to be within the rule by this condition alone, null where none does.

    Raises:
        Misconfigured: a row of the table has no condition, or one that is unknown.
    """
    rows = situation.law.rows(LIMITS)
    frame = home_holdings(situation, people, group=group).join(sizes, on=group, how="left")
    certain, possible, by_value = [], [], []
    for number, row in enumerate(rows):
        frame = _with_narrowed(frame, row, number, situation, people, group)
        conditions = _conditions(row, number, situation)
        held = _besides(row)
        certain.append(held & pl.all_horizontal([sure for sure, _ in conditions.values()]))
        possible.append(held & pl.all_horizontal([may for _, may in conditions.values()]))
        rest = [sure for name, (sure, _) in conditions.items() if name != VALUE]
        by_value.append(held & pl.all_horizontal([pl.lit(VALUE in conditions), *rest]))
    bars = [row.get("effect", VETO) == VETO for row in rows]
    frame = frame.with_columns(
        *(holds.fill_null(False).alias(f"row_{number}") for number, holds in enumerate(certain)),
        over=_any_of(certain, bars),
        over_at_most=_any_of(possible, bars),
        value_decides=_any_of(by_value, bars),
        counts_beyond=_any_of(certain, [not bar for bar in bars]),
        counts_beyond_at_most=_any_of(possible, [not bar for bar in bars]),
    )
    limits = {f"limit_{name}": _limit_to_clear(name, rows, situation) for name in CONDITIONS}
    return frame.with_columns(**limits)


def _any_of(found: list[pl.Expr], wanted: list[bool]) -> pl.Expr:
    return pl.any_horizontal([pl.lit(False), *(one for one, want in zip(found, wanted, strict=True) if want)]).fill_null(False)


def _with_narrowed(
    frame: pl.DataFrame, row: Row, number: int, situation: Situation, people: pl.DataFrame, group: str
) -> pl.DataFrame:
    """The frame with the measures of a row that looks at dwellings of some uses only, marked with the row's number."""
    if "use" not in row:
        return frame
    narrowed = home_holdings(situation, people, group=group, use=str(row["use"]))
    return frame.join(narrowed.select(group, pl.col(_MEASURES).name.suffix(f"_{number}")), on=group, how="left")


_MEASURES = (
    "shares", "shares_at_most", "homes", "homes_at_most", "area", "area_at_most", "area_missing", "beyond_low", "beyond_high",
    "unvalued",
)  # fmt: skip


def _conditions(row: Row, number: int, situation: Situation) -> dict[str, tuple[pl.Expr, pl.Expr]]:
    """Whether each condition of the row certainly, and possibly, holds."""
    unknown = sorted(set(row) - {*CONDITIONS, "use", "besides", "effect"})
    if unknown or not set(row) & set(CONDITIONS) or row.get("effect", VETO) not in (VETO, COUNT_VALUE):
        raise Misconfigured(
            f"Table {LIMITS} has a row with {', '.join(row)}. Known conditions: {', '.join(CONDITIONS)}; besides them use, "
            f"besides, and effect ({VETO} or {COUNT_VALUE})."
        )

    def of(name: str) -> pl.Expr:
        return pl.col(f"{name}_{number}" if "use" in row else name)

    members = pl.col("members")
    measures = {
        "shares_at_least": lambda limit: (of("shares") >= limit, of("shares_at_most") >= limit),
        "dwellings_at_least": lambda limit: (of("homes") >= limit, of("homes_at_most") >= limit),
        "area_a_head_at_least": lambda limit: (
            of("area") / members >= limit,
            (of("area_at_most") / members >= limit) | of("area_missing"),
        ),
        VALUE: lambda limit: (
            of("beyond_low") > limit,
            (of("beyond_high") > limit) | ((of("unvalued") > 0) & (of("homes_at_most") > 1)),
        ),
    }
    return {name: measures[name](limit_of(row[name], situation.law)) for name in CONDITIONS if name in row}


def _besides(row: Row) -> pl.Expr:
    """The group also holds a dwelling of the use that the row asks for."""
    if "besides" not in row:
        return pl.lit(True)
    return pl.col("uses").list.eval(pl.element().str.contains(f"^(?:{row['besides']})$")).list.any()


def _limit_to_clear(name: str, rows: tuple[Row, ...], situation: Situation) -> pl.Expr:
    """The lowest limit of this condition among the rows that hold; null where one of them lacks it."""
    bars = [(number, row) for number, row in enumerate(rows) if row.get("effect", VETO) == VETO]
    limits = [pl.when(f"row_{n}").then(_limit(name, row, n, situation)) for n, row in bars if name in row]
    lacking = pl.any_horizontal([pl.lit(False), *(pl.col(f"row_{n}") for n, row in bars if name not in row)])
    return pl.when(~lacking).then(pl.min_horizontal([pl.lit(None, dtype=pl.Float64), *limits]))


def _limit(name: str, row: Row, number: int, situation: Situation) -> pl.Expr:
    """The limit of a row; of one that counts dwellings of some uses only, so many of all dwellings."""
    limit = float(limit_of(row[name], situation.law))
    others = pl.col("homes") - pl.col(f"homes_{number}") if name == "dwellings_at_least" and "use" in row else pl.lit(0)
    return pl.lit(limit) + others


_SAID: dict[str, type[pl.DataType]] = {
    "address": pl.String, "unit_number": pl.String, "area_m2": pl.Float64, "note": pl.String, "share_basis": pl.String,
    "state": pl.String, "value_cents": pl.Int64, "value_low_cents": pl.Int64, "value_high_cents": pl.Int64,
    "value_source": pl.String, "value_month": pl.String,
}  # fmt: skip


@once
def _dwellings(situation: Situation) -> pl.DataFrame:
    """The dwellings that count or may count, with what tells one `home` from another and whether it is `in_doubt`.

    One is told by its address, or by that of another entry with its unit number. An entry that no address tells, of the very area
    of another of the same holder, may be an older deed of it.
    """
    law = situation.law
    numbered = pl.col("unit_number").is_not_null()
    same_area = pl.col("area_m2").is_not_null() & (pl.len().over("person_id", "area_m2") > 1)
    as_one = law.words(AS_ONE) if AS_ONE in law.policy.parameters else ()
    return (
        _unless_gone(situation, "dwelling")
        .with_columns(place=address_parts(pl.col("address").fill_null("")))
        .with_columns(told=dwelling_key(pl.col("place")))
        .with_columns(told=pl.coalesce("told", pl.when(numbered).then(pl.col("told").min().over("unit_number"))))
        .with_columns(
            home=pl.coalesce("told", "unit_number", "fact_id"),
            in_doubt=pl.col("in_doubt") | (pl.col("told").is_null() & same_area).fill_null(False),
        )
        .with_columns(counted_as=pl.when(pl.col("text").is_in(list(as_one))).then(pl.lit("as one")).otherwise("home"))
    )


def _unless_gone(situation: Situation, kind: str) -> pl.DataFrame:
    """The units that the register does not note as gone, and whether one may be (`in_doubt`)."""
    gone = "|".join(situation.law.words("dwelling.not_counted_notes"))
    going = "|".join(situation.law.words("dwelling.review_notes"))
    units = detailed(situation.of(kind), _SAID).with_columns(pl.col("note").fill_null(""))
    return units.filter(~pl.col("note").str.contains(gone)).with_columns(in_doubt=pl.col("note").str.contains(going))


def other_units(situation: Situation, people: pl.DataFrame, *, group: str) -> pl.DataFrame:
    """The units that are no dwellings of each group of `people`, with `effect` and the value by share (`low`, `high`).

    Without a declared table nothing but dwellings counts. `sole_dwelling`: the group holds no dwelling, so that the unit may be
    where it lives; `value_unknown`: nothing tells its value. One noted as gone is left out; one that may be gone wants a look.
    """
    units = people.join(_unless_gone(situation, "other_property"), on="person_id").with_columns(
        level=pl.max_horizontal("level", "level_right"),
        low=_cents(pl.col("value") * pl.col("value_low_cents")),
        high=_cents(pl.col("value").fill_null(1.0) * pl.col("value_high_cents")),
    )
    if OTHER not in situation.law.policy.parameters:
        return units.clear().with_columns(effect=pl.lit("", dtype=pl.String))
    housed = people.join(_dwellings(situation), on="person_id", how="semi")[group].unique().sort()
    things = Things(
        columns={"use": "text", "state": "state"},
        needs={"sole_dwelling": ~pl.col(group).is_in(housed.implode()), "value_unknown": pl.col("low").is_null()},
        low=pl.col("low"),
        high=pl.col("high"),
    )
    effect = effect_of(OTHER, things, situation.law)
    to_see = pl.col("in_doubt") & effect.is_in([VETO, COUNT_VALUE])
    return units.with_columns(effect=pl.when(to_see).then(pl.lit(REVIEW)).otherwise(effect))


def detailed(facts: pl.DataFrame, said: Mapping[str, type[pl.DataType]]) -> pl.DataFrame:
    """The facts with these columns of their detail."""
    return facts.with_columns(pl.col("detail").str.json_decode(pl.Struct(dict(said))).struct.unnest())
