"""Gives every identity the forms by which it is compared: number, pinyin of the name, birth day, parts of its addresses.

In: IDENTITIES. Out: the units, one a row of IDENTITIES that is a person's, with `unit` (position) first, and the forms of those
that are compared. A number that cannot stand for anybody ("none", masked, a few digits) is null. An old number is written with
its century, so that 17 digits compare.
"""

from collections.abc import Mapping
from functools import cache

import polars as pl
import pypinyin

from targeting.frames.identity import IDENTITIES
from targeting.identifiers.addresses import PARTS, address_parts, dwelling_key, reaches_room
from targeting.identifiers.resident_id import IdForm

LOST = "?"
SHORT = "/short"
SHORTEST_NUMBER, LONGEST_NUMBER = 14, 20  # fewer digits leave no birth date and sequence; more are not a resident ID
_FIGURES = 4  # a house number or code before building, unit and room
_DESIGNATORS = "(?:^| )(?:单元|号楼|[省市县区旗号栋幢座楼室户层])"  # of a number; other words are names
OLD_DIGITS = 17  # of an old number with its century; it has no check character
MANGLED_DIGITS = 15  # a spreadsheet keeps the first fifteen digits of a long number
_WRITTEN = pl.col("number").str.len_chars() >= OLD_DIGITS


def units(identities: pl.DataFrame) -> pl.DataFrame:
    """The persons' identities in order of register, row and role, with the number and birth day that settle most of them."""
    return numbered(IDENTITIES.conform(identities).filter(pl.col("kind") == "person").with_row_index("unit"))


def numbered(identities: pl.DataFrame) -> pl.DataFrame:
    """The identities with `number`, `verified` and `birth`."""
    return identities.with_columns(number_of(), _valid()).with_columns(_birth())


def with_own_birth(units: pl.DataFrame, states_birth: Mapping[str, bool]) -> pl.DataFrame:
    """The units with `own_birth`: the register states birth days itself (see `habits`), and this one."""
    states = pl.col("register").replace_strict(dict(states_birth), default=False, return_dtype=pl.Boolean)
    return units.with_columns(own_birth=states & pl.col("birth_date").is_not_null())


def with_forms(units: pl.DataFrame, *, surname_readings: Mapping[str, str]) -> pl.DataFrame:
    """The units with the forms by which they are compared; made only for those that are, because it is the dearer part."""
    spoken = pinyin(units["name_key"], surname_readings=surname_readings)
    return _with_places(units.with_columns(*derived(), pinyin=spoken))


def derived() -> list[pl.Expr]:
    """What `number`, `name_key` and `birth_date` give besides: parts of the number and of the name, and the birth day as text."""
    return [
        *number_keys(),
        surname(),
        pl.when(pl.col("name_key").str.len_chars() > 2).then(pl.col("name_key").str.slice(1)).alias("given"),
        _birth(),
    ]


def surname() -> pl.Expr:
    """`surname` of `name_key`: its first character."""
    return pl.col("name_key").str.slice(0, 1).alias("surname")


def _birth() -> pl.Expr:
    inside = pl.when(_WRITTEN).then(pl.col("number").str.slice(6, 8))
    return pl.coalesce(pl.col("birth_date").dt.strftime("%Y%m%d"), inside).alias("birth")


def number_keys() -> list[pl.Expr]:
    """Both halves of the number (a wrong digit spoils one of them) and two shorter parts, which need a name beside them."""
    number = pl.col("number")
    return [
        number.str.slice(0, 14).alias("id_front"),
        number.str.slice(0, 10).alias("id_start"),
        pl.when(_WRITTEN).then(number.str.slice(10, 7)).alias("id_tail"),
        pl.when(_WRITTEN).then(number.str.slice(8, 9)).otherwise(number.str.slice(-10, 9)).alias("id_end"),
    ]


def number_of() -> pl.Expr:
    """`number` of `id_text` and `id_form`: old ones with their century, mangled ones as far as they can be read."""
    text, form = pl.col("id_text"), pl.col("id_form")
    digits = text.str.contains(r"^[0-9]+X?$") & text.str.len_chars().is_between(SHORTEST_NUMBER, LONGEST_NUMBER)
    before_1900 = text.str.slice(12, 3).is_in(["996", "997", "998", "999"])
    with_century = pl.concat_str(
        text.str.slice(0, 6),
        pl.when(before_1900).then(pl.lit("18")).otherwise(pl.lit("19")),
        text.str.slice(6),
    )
    return (
        pl.when(form == IdForm.OLD15.value)
        .then(with_century)
        .when((form == IdForm.MANGLED.value) & digits)
        .then(text.str.slice(0, MANGLED_DIGITS))
        .when(form.is_in([IdForm.VALID18.value, IdForm.INVALID18.value, IdForm.OTHER.value]) & digits)
        .then(text)
        .alias("number")
    )


def _valid() -> pl.Expr:
    return (pl.col("id_form") == IdForm.VALID18.value).alias("verified")


def _with_places(frame: pl.DataFrame) -> pl.DataFrame:
    """Distinct addresses are taken apart once; `place` and `other_place` hold the parts, `dwellings` the keys of both.

    `reach` is SHORT where no address names a dwelling: such a record cannot agree to the room, and its m and u are its own.
    """
    texts = pl.concat([frame["address"], frame["other_address"]]).drop_nulls().unique(maintain_order=True)
    parsed = places(texts)
    frame = frame.join(parsed, left_on="address", right_on="text", how="left", maintain_order="left")
    if frame["other_address"].count():
        frame = frame.join(
            parsed, left_on="other_address", right_on="text", how="left", maintain_order="left", suffix="_of_other"
        )
    else:
        silent = [pl.lit(None, dtype=parsed.schema[name]).alias(f"{name}_of_other") for name in ("place", "dwelling")]
        frame = frame.with_columns(silent)
    frame = frame.with_columns(
        other_place=pl.col("place_of_other"),
        dwellings=pl.concat_list("dwelling", "dwelling_of_other").list.drop_nulls().list.unique(maintain_order=True),
    ).drop("place_of_other", "dwelling", "dwelling_of_other")
    return frame.with_columns(reach=pl.when(pl.col("dwellings").list.len() == 0).then(pl.lit(SHORT)).otherwise(pl.lit("")))


def places(texts: pl.Series) -> pl.DataFrame:
    """`text`, `place` (its parts) and `dwelling` (the key of the room or house that it names) of every distinct text.

    The parser reads no address that starts with a number, so those of four numbers or more are not given to it.
    """
    distinct = pl.DataFrame({"text": texts.drop_nulls().unique(maintain_order=True)})
    plain = pl.col("text").str.normalize("NFKC").str.replace_all(r"\s+", "")
    distinct = distinct.with_columns(plain=plain, figures=plain.str.extract_all(r"\d+"))
    distinct = distinct.with_columns(many=pl.col("figures").list.len() >= _FIGURES)
    unread = distinct.filter(pl.col("many") & pl.col("plain").str.contains(r"^\d"))
    read = distinct.join(unread, on="text", how="anti", maintain_order="left") if unread.height else distinct
    parsed = read.with_columns(place=address_parts(pl.col("text")))
    if read["many"].any():
        estate = pl.col("place").struct.field("estate").str.contains(r"\d").fill_null(value=False)
        parsed = parsed.with_columns(place=pl.when(pl.col("many") & estate).then(_by_figures()).otherwise("place"))
    if unread.height:
        parsed = pl.concat([unread.with_columns(place=_by_figures()), parsed])
    parsed = parsed.select("text", "place")
    return parsed.with_columns(dwelling=pl.when(reaches_room(pl.col("place"))).then(dwelling_key(pl.col("place"))))


def _by_figures() -> pl.Expr:
    """An address of four numbers or more that the parser leaves unread: the last three are building, unit and room.

    What precedes them (words without designators, then numbers) is the estate, so that 12号3幢1-502 and 12-3-1-502 compare.
    """
    figures = pl.col("figures")
    words = pl.col("plain").str.replace_all(r"[\d\p{P}\p{S}]+", " ").str.replace_all(_DESIGNATORS, "").str.replace_all(" ", "")
    before = figures.list.slice(0, figures.list.len() - 3).list.join("/")
    said = {
        "estate": pl.concat_str(words, before, separator="/"),
        "building": figures.list.get(-3, null_on_oob=True),
        "unit": figures.list.get(-2, null_on_oob=True),
        "room": figures.list.get(-1, null_on_oob=True),
    }
    silent = pl.lit(None, dtype=pl.String)
    return pl.struct(said.get(part, silent).alias(part) for part in PARTS)


def pinyin(names: pl.Series, *, surname_readings: Mapping[str, str]) -> pl.Series:
    """The names in pinyin without tones, the first character read as a surname; null where the name or a character is unknown."""
    frame = pl.DataFrame({"name": names.drop_nulls().unique(maintain_order=True)})
    characters = frame.with_row_index("of").with_columns(character=pl.col("name").str.split("")).explode("character")
    characters = characters.with_columns(first=pl.int_range(pl.len()).over("of") == 0)
    readings = {character: _reading(character) for character in characters["character"].unique().sort().to_list()}
    spoken = pl.col("character").replace_strict(readings, default=None, return_dtype=pl.String)
    as_surname = pl.col("character").replace_strict(dict(surname_readings), default=None, return_dtype=pl.String)
    characters = characters.with_columns(sound=pl.when(pl.col("first")).then(pl.coalesce(as_surname, spoken)).otherwise(spoken))
    whole = characters.group_by("of", maintain_order=True).agg(
        pl.col("name").first(),
        pl.when(pl.col("sound").is_null().any()).then(None).otherwise(pl.col("sound").str.join("")).alias("pinyin"),
    )
    known = pl.DataFrame({"name": names})
    return known.join(whole.select("name", "pinyin"), on="name", how="left", maintain_order="left")["pinyin"]


def sound(name: str, *, surname_readings: Mapping[str, str]) -> str | None:
    """One name in pinyin, as `pinyin` gives it."""
    spoken = [surname_readings.get(name[0], _reading(name[0])), *map(_reading, name[1:])]
    return None if None in spoken else "".join(filter(None, spoken))


@cache
def _reading(character: str) -> str | None:
    read: str = pypinyin.lazy_pinyin(character, errors="default")[0]
    return None if character == LOST else read.lower()
