"""The fields of a file in the forms by which they are compared and blocked, as their kinds say.

In: a table of texts as received. Out: `at` (position in the file), one column a field (the comparable text), and as 64-bit hashes
what is only ever tested for equality: blocking keys `<field>.<key>`, the parts of an address `<field>:<part>`.
"""

import polars as pl

from targeting.identifiers.addresses import PARTS
from targeting.identifiers.names import clean_names, name_keys
from targeting.identifiers.resident_id import cleaned, forms, valid18
from targeting.linkage.prepare import number_keys, number_of, pinyin, places
from targeting.specs.files import Compared, FileSpec, Kind

START = 3
VERIFIED = ":verified"
_MARKS = r"[\s/.\-年月日]"  # of dates and codes
_AT_ONCE = 100_000  # addresses taken apart at a time: their parts as texts take much room


def texts(frame: pl.DataFrame, spec: FileSpec) -> pl.DataFrame:
    """The fields as plain texts: trimmed, of one width and case; empty ones are null.

    Names and addresses in Chinese are normalised with their forms, and numbers only where a sign is not ASCII.
    """
    columns = [_text(frame[field.source], field) for field in spec.fields]
    return frame.select(pl.int_range(pl.len(), dtype=pl.UInt32).alias("at"), *columns)


def _text(received: pl.Series, field: Compared) -> pl.Series:
    """A column that needs no change is taken as it is: a copy of every text costs more than to look."""
    text = received.cast(pl.String)
    if field.kind not in (Kind.HAN_NAME, Kind.ADDRESS) and text.str.len_bytes().sum() != text.str.len_chars().sum():
        text = text.str.normalize("NFKC")
    if text.str.contains(r"^\s|\s$").any():
        text = text.str.strip_chars()
    if field.kind in (Kind.TEXT, Kind.CATEGORY):
        text = text.str.to_lowercase().str.replace_all(r"\s+", " ")
    elif field.kind in (Kind.DIGITS, Kind.DATE) and text.str.contains(_MARKS).any():
        text = text.str.replace_all(_MARKS, "")
    elif field.kind is Kind.RESIDENT_ID:
        text = cleaned(text)
    return text.set(text == "", None).alias(field.name) if (text == "").any() else text.alias(field.name)


def verified(plain: pl.DataFrame, spec: FileSpec) -> pl.DataFrame:
    """The plain texts with `<field>:verified` for every number that has its right check character."""
    numbers = [field.name for field in spec.fields if field.kind is Kind.RESIDENT_ID]
    return plain.with_columns(valid18(plain[name]).alias(name + VERIFIED) for name in numbers)


def comparable(plain: pl.DataFrame, spec: FileSpec) -> pl.DataFrame:
    """The verified texts with every form and key that their kinds give."""
    for field in spec.fields:
        if field.kind is Kind.HAN_NAME:
            plain = plain.with_columns(name_keys(clean_names(plain[field.name]), {}).alias(field.name))
        if field.kind is Kind.ADDRESS:
            plain = plain.with_columns(_address(plain[field.name], field))
        elif field.kind in _SPELT:
            plain = plain.with_columns(hashed(key).alias(f"{field.name}.{key.name}") for key in _SPELT[field.kind](plain, field))
    return plain


def spelt_keys(plain: pl.DataFrame, spec: FileSpec) -> pl.DataFrame:
    """The blocking keys of comparable texts as texts, `<field>.<key>` each: for tools that are given them."""
    keys = []
    for field in spec.fields:
        if field.kind is Kind.ADDRESS:
            known = places(plain[field.name])
            found = plain.select(text=field.name).join(known, on="text", how="left", maintain_order="left")
            keys.append(found["dwelling"].alias(f"{field.name}.dwelling"))
        elif field.kind in _SPELT:
            keys += [key.alias(f"{field.name}.{key.name}") for key in _SPELT[field.kind](plain, field)]
    return pl.DataFrame(keys)


def hashed(values: pl.Series) -> pl.Series:
    """The 64-bit hash of every value; null stays null."""
    return pl.select(pl.when(values.is_not_null()).then(values.hash())).to_series().alias(values.name)


def _start(plain: pl.DataFrame, field: Compared) -> list[pl.Series]:
    return [plain[field.name].str.slice(0, START).alias("start")]


def _number(plain: pl.DataFrame, field: Compared) -> list[pl.Series]:
    keys = numbers(plain[field.name], plain[field.name + VERIFIED]).select(number_keys())
    return [keys[f"id_{key}"].alias(key) for key in ("front", "end", "start", "tail")]


def numbers(text: pl.Series, valid: pl.Series) -> pl.DataFrame:
    """`number` and `id_form` of cleaned numbers, of which the `valid` ones are verified."""
    return pl.DataFrame({"id_text": text, "id_form": forms(text, valid)}).select(number_of(), "id_form")


def _name(plain: pl.DataFrame, field: Compared) -> list[pl.Series]:
    name = pl.col(field.name)
    keys = plain.select(surname=name.str.slice(0, 1), given=pl.when(name.str.len_chars() > 2).then(name.str.slice(1)))
    return [pinyin(plain[field.name], surname_readings={}).alias("pinyin"), *keys]


def _address(text: pl.Series, field: Compared) -> list[pl.Series]:
    """The hashed key of the dwelling, and the hashed parts that any address names."""
    distinct = pl.DataFrame({"text": text.drop_nulls().unique(maintain_order=True)})
    known = pl.concat([_coded(places(batch["text"])) for batch in distinct.iter_slices(_AT_ONCE)] or [_coded(places(text))])
    found = pl.DataFrame({"text": text}).join(known, on="text", how="left", maintain_order="left")
    named = [found[part].alias(f"{field.name}:{part}") for part in PARTS if known[part].count()]
    return [found["dwelling"].alias(f"{field.name}.dwelling"), *named]


def _coded(known: pl.DataFrame) -> pl.DataFrame:
    flat = known.unnest("place")
    return pl.DataFrame([flat["text"], *(hashed(flat[name]) for name in ("dwelling", *PARTS))])


_SPELT = {Kind.TEXT: _start, Kind.DIGITS: _start, Kind.RESIDENT_ID: _number, Kind.HAN_NAME: _name}
