"""Facts about what a person owns: dwellings and other units by share, vehicles, businesses.

One dwelling may stand on the register twice, under an old and a new unit number, or once per renewed deed: it counts once, at its
latest row. Joint ownership without stated shares is split evenly over the joint holders that the register names, halves at least.
"""

from collections.abc import Mapping
from datetime import date

import polars as pl

from targeting.frames.assessment import FACTS
from targeting.households.fact import fact_rows
from targeting.households.known import known_by, of_persons
from targeting.households.unit_prices import Prices, with_values
from targeting.households.unit_value import LAST_PRICE
from targeting.identifiers.addresses import dwelling_key, with_address_parts
from targeting.specs.knowledge import Knowledge

DWELLINGS = ("dwelling", "homestead")
JOINT_HOLDERS_AT_LEAST = 2
"""Joint ownership has two owners or more (Civil Code art. 299); a spouse is often not on the title."""

Tables = Mapping[str, pl.DataFrame]
Known = Mapping[str, Knowledge]


def dwellings(
    tables: Tables, links: pl.DataFrame, *, knowledge: Known, as_of: date, prices: Prices | None = None
) -> pl.DataFrame:
    """Shares of units held on the date: dwellings with their floor area by share, and other units; each unit once.

    With `prices` the detail of a unit says what the whole of it is worth on the date, in which interval, by which source.
    """
    table = known_by(tables, "property", knowledge=knowledge, as_of=as_of, derived={"passed_on": _passed_on()})
    if not table.width:
        return FACTS.empty()
    known = with_address_parts(table.with_columns(address=pl.col("address").fill_null("")), "address", "place")
    owned = _once(of_persons(_with_share(_held(known, as_of)), links, "property", "owner"))
    values: dict[str, pl.Expr] = {}
    if prices is not None:
        owned = with_values(owned, known, prices, as_of=as_of)
        values = _value_detail(as_of)
    home = pl.col("use").is_in(DWELLINGS)
    detail = {
        "unit_number": pl.col("unit_number"),
        "address": pl.col("address"),
        "area_m2": pl.col("floor_area_m2"),
        "co_ownership": pl.col("co_ownership"),
        "share_basis": pl.col("share_basis"),
        "holders": pl.col("holders"),
        "state": pl.col("state"),
        "registered_on": pl.col("registered_on"),
        "price_cents": pl.col("price_cents"),
        "note": pl.col("address").str.extract(r"[（(]([^（()）]*)[)）]\s*$"),
        "rows": pl.col("rows"),
        **values,
    }
    return pl.concat(
        [
            _unit_facts(owned.filter(home), "dwelling", "dwelling_share", pl.col("share"), detail),
            _unit_facts(owned.filter(home), "floor_area", "m2", pl.col("share") * pl.col("floor_area_m2"), None),
            _unit_facts(owned.filter(~home), "other_property", "dwelling_share", pl.col("share"), detail),
        ]
    )


def _value_detail(as_of: date) -> dict[str, pl.Expr]:
    """Value of the whole unit and its 95 % interval in cents, the way it was valued, and how many months old its level is."""
    month = pl.col("value_month")
    return {
        "street": pl.col("street"),
        "priced_on": pl.when(pl.col("value_source").str.starts_with(LAST_PRICE)).then("priced_on"),
        "value_cents": pl.col("value_cents"),
        "value_low_cents": pl.col("value_low_cents"),
        "value_high_cents": pl.col("value_high_cents"),
        "value_source": pl.col("value_source"),
        "value_month": month,
        "value_lag_months": (as_of.year - month.dt.year()) * 12 + as_of.month - month.dt.month(),
    }


def _unit_facts(owned: pl.DataFrame, kind: str, unit: str, value: pl.Expr, detail: Mapping[str, pl.Expr] | None) -> pl.DataFrame:
    return fact_rows(
        owned,
        kind,
        register="property",
        role="owner",
        unit=unit,
        value=value,
        text=pl.col("use"),
        valid_from=pl.col("registered_on"),
        detail=detail,
    )


def vehicles(tables: Tables, links: pl.DataFrame, *, knowledge: Known, as_of: date) -> pl.DataFrame:
    """Vehicles in a person's name on the date; scrapped and cancelled ones, where the present state is known, are left out.

    An inspection that had lapsed by the date is known for the past too: a later inspection would have moved its end beyond.
    """
    until = pl.col("inspection_until")
    lapsed = {"lapsed": pl.when(until < as_of).then(until)}
    table = known_by(tables, "vehicle", knowledge=knowledge, as_of=as_of, derived=lapsed)
    if not table.width:
        return FACTS.empty()
    kept = table.filter(~pl.col("state").is_in(["scrapped", "cancelled"]).fill_null(False))
    vin = pl.coalesce("vin", pl.concat_str(pl.lit("row "), "row"))
    latest = kept.with_columns(vin=vin).sort("row").unique("vin", keep="last", maintain_order=True)
    return fact_rows(
        of_persons(latest, links, "vehicle", "owner"),
        "vehicle",
        register="vehicle",
        role="owner",
        unit="cents",
        value=pl.col("price_new_cents"),
        text=pl.col("vehicle_type"),
        valid_from=pl.col("first_registered"),
        detail={
            "plate": pl.col("plate"),
            "use_class": pl.col("use_class"),
            "model": pl.col("model"),
            "state": pl.col("state"),
            "inspection_until": pl.coalesce("inspection_until", "lapsed"),
            "transfers": pl.col("transfers"),
        },
    )


def businesses(tables: Tables, links: pl.DataFrame, *, knowledge: Known, as_of: date) -> pl.DataFrame:
    """Businesses whose legal representative or owner the person is; revoked and cancelled ones, where known, are left out."""
    table = known_by(tables, "business", knowledge=knowledge, as_of=as_of)
    if not table.width:
        return FACTS.empty()
    kept = table.filter(~pl.col("state").is_in(["revoked", "cancelled"]).fill_null(False))
    return fact_rows(
        of_persons(kept, links, "business", "representative"),
        "business",
        register="business",
        role="representative",
        unit="cents",
        value=pl.col("capital_cents"),
        text=pl.col("type"),
        valid_from=pl.col("founded"),
        detail={
            "state": pl.col("state"),
            "name": pl.col("business_name"),
            "credit_code": pl.col("credit_code"),
            "holds": pl.col("holds"),
            "profit_year_cents": pl.col("profit_year_cents"),
        },
    )


def _held(table: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """The rows that give ownership on the date: not historic, where the present state is known, and not passed on by then.

    A historic row ended when the unit's next holder was registered. Where no row says when, the state of an earlier date is not
    known, and the row counts as held.
    """
    historic = (pl.col("state") == "historic").fill_null(False)
    gone = pl.col("passed_on").is_not_null() & (pl.col("passed_on") <= as_of)
    return table.filter(~historic & ~gone)


def _passed_on() -> pl.Expr:
    """When a later row of the same unit replaced a historic one."""
    later = pl.col("registered_on").shift(-1).over("unit_number", order_by=["registered_on", "row"])
    return pl.when(
        (pl.col("state") == "historic") & pl.col("unit_number").is_not_null() & (later > pl.col("registered_on"))
    ).then(later)


def _with_share(held: pl.DataFrame) -> pl.DataFrame:
    """The rows with `share`, how it is known (`share_basis`), and how many holders the unit names."""
    unit = pl.when(pl.col("unit_number").is_null()).then(pl.concat_str(pl.lit("row "), "row")).otherwise("unit_number")
    counted = held.with_columns(unit=unit).with_columns(
        holders=pl.when(pl.col("co_ownership") == "joint").then(pl.len().over("unit", "co_ownership"))
    )
    evenly = 1.0 / pl.max_horizontal(pl.col("holders"), pl.lit(JOINT_HOLDERS_AT_LEAST))
    stated = pl.col("share").is_not_null()
    return counted.with_columns(
        share=pl.when(stated)
        .then("share")
        .when(pl.col("co_ownership") == "joint")
        .then(evenly)
        .when(pl.col("co_ownership") == "sole")
        .then(1.0),
        share_basis=pl.when(stated)
        .then(pl.lit("stated"))
        .when(pl.col("co_ownership") == "joint")
        .then(pl.lit("split_evenly"))
        .when(pl.col("co_ownership") == "sole")
        .then(pl.lit("sole"))
        .otherwise(pl.lit("unknown")),
    )


def _once(owned: pl.DataFrame) -> pl.DataFrame:
    """Each person's units once: rows of one unit number, or of one dwelling by its address, leave the latest, listing all."""
    by_number = _latest(owned.with_columns(rows=pl.concat_list("row")), ["person_id", "unit"])
    home = pl.coalesce(dwelling_key(pl.col("place")), "unit")
    return _latest(by_number.with_columns(key=pl.concat_str("use", home, separator="|")), ["person_id", "key"])


def _latest(rows: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    every = rows.group_by(key).agg(rows=pl.col("rows").explode().sort())
    latest = rows.sort("registered_on", "row", nulls_last=False).unique(key, keep="last", maintain_order=True)
    return latest.drop("rows").join(every, on=key, how="left")
