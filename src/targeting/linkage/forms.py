"""The fields of a file in the forms by which they are compared and blocked, as their kinds say.

In: a table of texts as received. Out: `at` (position in the file), one column a field (the comparable text), its blocking keys as
`<field>.<key>`, and what the comparators of numbers, names and addresses need besides, as `<field>:<part>`.
"""

import polars as pl

from targeting.identifiers.names import clean_names, name_keys
from targeting.identifiers.resident_id import cleaned, forms, valid18
from targeting.linkage.prepare import number_keys, number_of, pinyin, places
from targeting.specs.files import Compared, FileSpec, Kind

START = 3
VERIFIED = ":verified"


def texts(frame: pl.DataFrame, spec: FileSpec) -> pl.DataFrame:
    """The fields as plain texts: trimmed, of one width and case; empty ones are null.

    Names and addresses in Chinese are normalised with their forms, and numbers only where a sign is not ASCII.
    """
    columns = []
    for field in spec.fields:
        received = frame[field.source].cast(pl.String)
        ascii_only = received.str.len_bytes().sum() == received.str.len_chars().sum()
        if field.kind in (Kind.HAN_NAME, Kind.ADDRESS) or ascii_only:
            text = pl.col(field.source).cast(pl.String).str.strip_chars()
        else:
            text = pl.col(field.source).cast(pl.String).str.normalize("NFKC").str.strip_chars()
        if field.kind in (Kind.TEXT, Kind.CATEGORY):
            text = text.str.to_lowercase().str.replace_all(r"\s+", " ")
        elif field.kind in (Kind.DIGITS, Kind.DATE):
            text = text.str.replace_all(r"[\s/.\-年月日]", "")
        columns.append(pl.when(text != "").then(text).alias(field.name))
    return frame.select(pl.int_range(pl.len(), dtype=pl.UInt32).alias("at"), *columns)


def verified(plain: pl.DataFrame, spec: FileSpec) -> pl.DataFrame:
    """The plain texts with `<field>:verified` for every number that has its right check character."""
    numbers = [field.name for field in spec.fields if field.kind is Kind.RESIDENT_ID]
    for name in numbers:
        number = cleaned(plain[name].fill_null(""))
        plain = plain.with_columns(pl.when(number != "").then(number).alias(name), valid18(number).alias(name + VERIFIED))
    return plain


def comparable(plain: pl.DataFrame, spec: FileSpec) -> pl.DataFrame:
    """The verified texts with every form and key that their kinds give."""
    for field in spec.fields:
        if field.kind in _FORMS:
            plain = plain.with_columns(_FORMS[field.kind](plain, field))
    return plain


def _start(plain: pl.DataFrame, field: Compared) -> list[pl.Series]:
    return [plain[field.name].str.slice(0, START).alias(f"{field.name}.start")]


def _number(plain: pl.DataFrame, field: Compared) -> list[pl.Series]:
    valid = plain[field.name + VERIFIED]
    form = forms(plain[field.name].fill_null(""), valid)
    frame = pl.DataFrame({"id_text": plain[field.name], "id_form": form}).with_columns(number_of()).with_columns(number_keys())
    keys = [frame[f"id_{key}"].alias(f"{field.name}.{key}") for key in ("front", "end", "start", "tail")]
    parts = [frame["number"].alias(f"{field.name}:number"), frame["id_form"].alias(f"{field.name}:form")]
    return [*keys, *parts]


def _name(plain: pl.DataFrame, field: Compared) -> list[pl.Series]:
    key = name_keys(clean_names(plain[field.name]), {})
    given = pl.select(pl.when(key.str.len_chars() > 2).then(key.str.slice(1))).to_series()
    return [
        key.alias(field.name),
        pinyin(key, surname_readings={}).alias(f"{field.name}.pinyin"),
        key.str.slice(0, 1).alias(f"{field.name}.surname"),
        given.alias(f"{field.name}.given"),
    ]


def _address(plain: pl.DataFrame, field: Compared) -> list[pl.Series]:
    known = places(plain[field.name])
    found = pl.DataFrame({"text": plain[field.name]}).join(known, on="text", how="left", maintain_order="left")
    return [found["place"].alias(f"{field.name}:place"), found["dwelling"].alias(f"{field.name}.dwelling")]


_FORMS = {
    Kind.TEXT: _start,
    Kind.DIGITS: _start,
    Kind.RESIDENT_ID: _number,
    Kind.HAN_NAME: _name,
    Kind.ADDRESS: _address,
}
