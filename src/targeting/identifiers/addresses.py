"""Addresses, taken apart and compared part by part: a place is written in several ways, so text is never compared with text.

In: a text column. Out: its parts (county, town, community or village, road, estate, building, unit, room, group, house),
each null where the text does not say it; then, for two addresses, the narrowest level at which they agree. Parts after
GB/T 23705 and the forms that registers send: 12号楼3单元303室, 12栋三单元303号, 12#3-303, 12-3-303, 村3组55号, 村三组55,
村第三村民小组.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import polars as pl

PARTS = ("county", "town", "community", "road", "estate", "building", "unit", "room", "group", "house")

_DIGITS = "一二三四五六七八九"
_NUMERAL = rf"[\d{_DIGITS}十]+"
_COUNTY = r"^(?:[^省市县路街号\d]{2,8}省)?(?:([^省市县路街号\d]{2,6}市)?([^省市县社小园路街号\d]{2,6}[县区])?)"
_TOWN = r"^([^路街号村社\d]{1,8}(?:街道|镇|乡))"
_RURAL = rf"^([^路街号社\d]{{1,8}}村)(?:第?({_NUMERAL})(?:村民小组|组))?(?:(\d+)号?)?$"
_COMMUNITY = r"^([^路街号\d]{1,8}?社区)"
_ROAD = r"^([^\d号]{1,8}?(?:大道|路|街|巷|胡同|弄)\d+号)"
_ROOM = rf"^(.*?[^\d])({_NUMERAL})(?:号楼|栋|幢|#|-)({_NUMERAL})(?:单元|-)(\d+)(?:室|号)?$"


def address_parts(text: pl.Expr) -> pl.Expr:
    """The address taken apart: a struct of PARTS, null where the text does not say them.

    >>> frame = pl.DataFrame({"a": ["清河县白坊社区翠湖名邸1栋四单元401", "青集村三组31号"]})
    >>> parts = frame.select(address_parts(pl.col("a"))).unnest("address")
    >>> parts.select("community", "estate", "building", "unit", "room", "group", "house").rows()
    [('白坊社区', '翠湖名邸', '1', '4', '401', None, None), ('青集村', None, None, None, None, '3', '31')]
    """
    return text.map_batches(_taken_apart, return_dtype=pl.Struct(dict.fromkeys(PARTS, pl.String))).alias("address")


def _taken_apart(texts: pl.Series) -> pl.Series:
    """The parts of each text, stage by stage, so that no pattern is searched twice."""
    text, county, room, rural = pl.col("text"), pl.col("in_county"), pl.col("in_room"), pl.col("in_village")
    plain = text.str.normalize("NFKC").str.replace_all(r"\s+", "").str.replace(r"\([^()]*\)$", "")
    frame = pl.DataFrame({"text": texts}, schema={"text": pl.String}).select(plain)
    frame = frame.select(text.str.extract_groups(_COUNTY).alias("in_county"), text.str.replace(_COUNTY, ""))
    frame = frame.with_columns(text.str.extract(_TOWN, 1).alias("town"), text.str.replace(_TOWN, ""))
    frame = frame.with_columns(
        text.str.extract_groups(_RURAL).alias("in_village"), text.str.extract(_COMMUNITY, 1).alias("quarter")
    )
    frame = frame.with_columns(urban=rural.struct[0].is_null()).with_columns(
        pl.when("urban").then(text.str.replace(_COMMUNITY, ""))
    )
    frame = frame.with_columns(text.str.extract(_ROAD, 1).alias("road"), text.str.replace(_ROAD, ""))
    frame = frame.with_columns(text.str.extract_groups(_ROOM).alias("in_room"))
    said = {
        "county": pl.coalesce(county.struct[1], county.struct[0]),
        "town": pl.col("town"),
        "community": pl.coalesce(rural.struct[0], "quarter"),
        "road": pl.col("road"),
        "estate": room.struct[0],
        "building": _number(room.struct[1]),
        "unit": _number(room.struct[2]),
        "room": room.struct[3],
        "group": _number(rural.struct[1]),
        "house": rural.struct[2],
    }
    return frame.select(pl.struct(said[part].alias(part) for part in PARTS)).to_series()


def with_address_parts(frame: pl.DataFrame, column: str, parts: str) -> pl.DataFrame:
    """The frame with the addresses of `column` taken apart in `parts`; a text that many rows share is taken apart once."""
    texts = frame.select(column).unique()
    return frame.join(texts.with_columns(address_parts(pl.col(column)).alias(parts)), on=column, how="left")


def address_agreement(one: pl.Expr, other: pl.Expr) -> pl.Expr:
    """The narrowest level at which two addresses (structs of PARTS) agree: room, building, community, town; different; absent."""

    def same(part: str) -> pl.Expr:
        return (one.struct.field(part) == other.struct.field(part)).fill_null(False)

    def apart(part: str) -> pl.Expr:
        return (one.struct.field(part) != other.struct.field(part)).fill_null(False)

    houses = one.struct.field("estate").is_null() | other.struct.field("estate").is_null()
    level: Any = pl.when(_silent(one) | _silent(other)).then(pl.lit("absent"))
    for holds, name in agreement_rules(same, apart, houses=houses):
        level = level.when(holds).then(pl.lit(name))
    narrowest: pl.Expr = level.otherwise(pl.lit("different"))
    return narrowest


def agreement_rules(same: Callable[[str], Any], apart: Callable[[str], Any], *, houses: Any) -> list[tuple[Any, str]]:
    """What must hold of two addresses, and the level at which they then agree; the first that holds counts.

    `same`, `apart`: both name the part, and alike or differently (an expression, or an array of bool); `houses`: one of them
    names no estate. A house in a village counts as a room; its group may be missing on one side. Where one side stops short (no
    house number), the level is the one that both reach. A part that only one side names does not separate them.
    """
    elsewhere = apart("county") | apart("town") | (apart("community") & houses)
    estate = same("estate") & ~apart("road")
    building = estate & same("building")
    room = (building & same("unit") & same("room")) | (same("community") & same("house") & ~apart("group"))
    return [
        (elsewhere & same("town") & ~apart("county"), "town"),
        (elsewhere, "different"),
        (room, "room"),
        (building, "building"),
        (same("community") | estate, "community"),
        (same("town"), "town"),
    ]


def reaches_room(address: pl.Expr) -> pl.Expr:
    """The address (struct of PARTS) names one dwelling: a room, or a house in a village."""
    return address.struct.field("room").is_not_null() | address.struct.field("house").is_not_null()


def dwelling_key(address: pl.Expr) -> pl.Expr:
    """One text for the dwelling that an address (struct of PARTS) names, without town, road and group; null where it names none.

    Equal keys are candidates for the same dwelling; `address_agreement` says whether the other parts allow it.
    """
    indoors = pl.concat_str([address.struct.field(part) for part in ("estate", "building", "unit", "room")], separator="/")
    village = pl.concat_str([address.struct.field(part) for part in ("community", "house")], separator="/")
    return pl.coalesce(indoors, village)


def _silent(address: pl.Expr) -> pl.Expr:
    return pl.all_horizontal([address.struct.field(part).is_null() for part in PARTS])


def _number(numeral: pl.Expr) -> pl.Expr:
    """Digits from a Chinese numeral below one hundred, or from digits."""
    return numeral.replace(*_numerals())


@cache
def _numerals() -> tuple[pl.Series, pl.Series]:
    """The numerals below one hundred, and their digits."""
    written = {"十": "10"}
    for value in range(1, 100):
        tens, ones = divmod(value, 10)
        text = ("" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens - 1]}十") + ("" if ones == 0 else _DIGITS[ones - 1])
        written[text] = str(value)
    return pl.Series(list(written), dtype=pl.String), pl.Series(list(written.values()), dtype=pl.String)
