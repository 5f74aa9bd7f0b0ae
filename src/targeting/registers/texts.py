"""Columns of text, tokens, resident IDs and names: cleaned as whole columns, with a note on every cell that was not clean.

An identity's text is cleaned and classed, never corrected: what a defective number may mean is for linkage to weigh. Most cells
are as they should be: one look tells, and only the odd ones are worked on.
"""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from targeting.identifiers import credit_code, disability_certificate, names, resident_id, unit_number
from targeting.identifiers.characters import plain_series
from targeting.identifiers.resident_id import IdForm
from targeting.specs.registers import Check, ColumnSpec
from targeting.specs.values import Values

REFUSED = "refused"
SET_ASIDE = "set_aside"
NOTES = {"index": pl.UInt32, "rule": pl.String, "action": pl.String}

_CHECKS: dict[Check, Callable[[pl.Series], pl.Series]] = {
    Check.CREDIT_CODE: credit_code.valid,
    Check.UNIT_NUMBER: unit_number.valid,
    Check.CERTIFICATE: disability_certificate.valid,
}
_MANGLED = r"^[0-9](?:\.[0-9]+)?E\+?[0-9]{1,2}$"
_QUOTES = r"['‘’`\"“”]"
_WIDE = r"[！-～]"
# Cells that need no work; anything else, a rare character too, is looked at closely.
_CLEAN_TEXT = r"^[0-9A-Za-z#\x{4E00}-\x{9FFF}]+$"
_CLEAN_TOKEN = r"^(?:[0-9]+|[0-9]*[A-DF-Z\x{4E00}-\x{9FFF}][0-9A-Z\x{4E00}-\x{9FFF}]*)$"
_CLEAN_NAME = r"^[\x{4E00}-\x{9FFF}]+(?:·[\x{4E00}-\x{9FFF}]+)*$"


@dataclass(frozen=True, slots=True)
class ReadColumn:
    """Values of one column, and notes (index of the cell, rule, action) on the cells that were not taken as they stood."""

    values: pl.Series
    notes: pl.DataFrame


def read_text(texts: pl.Series, values: Values) -> ReadColumn:
    """Texts in half width without outer spaces; words for nothing are blank."""

    def read(odd: pl.Series) -> ReadColumn:
        plain = plain_series(odd)
        absent = _among(plain, values.absent)
        return ReadColumn(_blank(plain, absent | (plain == "")), _notes((absent, "absent_word", "read_as_blank")))

    return _read_odd(texts, ~_matches(texts, _CLEAN_TEXT) | _among(texts, values.absent), read)


def read_tokens(texts: pl.Series, column: ColumnSpec, values: Values) -> ReadColumn:
    """Numbers and codes in half width and upper case without any spaces; one that a spreadsheet has cut is set aside."""
    words = (*values.absent, *values.absent_id) if column.check else values.absent

    def read(odd: pl.Series) -> ReadColumn:
        plain = plain_series(odd)
        upper = plain.str.replace_all(rf"\s|{_QUOTES}", "").str.to_uppercase()
        tokens = upper.str.replace(r"^([0-9]{4,})\.0$", "$1")
        absent = _among(plain, words)
        mangled = _matches(tokens, _MANGLED)
        notes = _notes(
            (absent, "absent_word", "read_as_blank"),
            (mangled, "mangled_number", SET_ASIDE),
            ((tokens != upper).fill_null(value=False), "decimal_point", "removed"),
            *_sign_notes(odd, plain),
        )
        return ReadColumn(_blank(tokens, absent | mangled | (tokens == "")), notes)

    read_cells = _read_odd(texts, ~_matches(texts, _CLEAN_TOKEN) | _among(texts, words), read)
    if column.check is None:
        return read_cells
    kept = read_cells.values
    off_scheme = _notes((~(_CHECKS[column.check](kept) | kept.is_null()), f"not_a_{column.check}", "kept"))
    return ReadColumn(kept, pl.concat([read_cells.notes, off_scheme]))


def read_resident_ids(texts: pl.Series, values: Values) -> ReadColumn:
    """Numbers of persons or organisations, cleaned of width, case, spaces and quotes; words for nothing are blank."""

    def read(odd: pl.Series) -> ReadColumn:
        plain = plain_series(odd)
        cleaned = resident_id.cleaned(plain)
        words = (*values.absent, *values.absent_id)
        absent = _among(plain, values.absent) | _among(cleaned, tuple(word.upper() for word in words))
        numbers = _blank(cleaned, absent | (cleaned == ""))
        notes = _notes(
            (absent, "absent_word", "read_as_blank"),
            *_sign_notes(odd, plain),
            (_matches(plain, r"[0-9]x$"), "lower_case_x", "upper_case"),
            *_defects(numbers),
        )
        return ReadColumn(numbers, notes)

    return _read_odd(texts, ~resident_id.valid18(texts), read)


def _defects(numbers: pl.Series) -> list[tuple[pl.Series, str, str]]:
    valid = resident_id.valid18(numbers)
    form = resident_id.forms(numbers, valid)
    code = ~valid & credit_code.valid(numbers)
    return [
        ((form == defect.value) & ~code, rule, action)
        for defect, rule, action in (
            (IdForm.OLD15, "old_15_digits", "kept_as_old_form"),
            (IdForm.INVALID18, "check_digit_or_date_wrong", "kept_unverified"),
            (IdForm.MANGLED, "last_digits_lost", "kept_unverified"),
            (IdForm.MASKED, "masked", "kept_unverified"),
            (IdForm.OTHER, "not_a_resident_id", "kept_unverified"),
        )
    ]


def read_names(texts: pl.Series, values: Values) -> ReadColumn:
    """Names cleaned of spaces and stray signs, with one kind of dot and one sign for a lost character."""

    def read(odd: pl.Series) -> ReadColumn:
        plain = plain_series(odd)
        absent = _among(plain, values.absent)
        cleaned = names.clean_names(odd)
        spaced = _matches(plain, r"\s") | _matches(odd, r"^\s|\s$")
        other_dot = _matches(plain, r"[•‧∙⋅・.。\-—–－_]") & ~absent
        notes = _notes(
            (absent, "absent_word", "read_as_blank"),
            (spaced, "spaces", "removed"),
            (other_dot, "other_dot", "one_dot"),
            (_matches(cleaned, r"\?"), "lost_character", "kept_as_unknown"),
        )
        return ReadColumn(_blank(cleaned, absent), notes)

    return _read_odd(texts, ~_matches(texts, _CLEAN_NAME) | _among(texts, values.absent), read)


def _read_odd(texts: pl.Series, odd: pl.Series, read: Callable[[pl.Series], ReadColumn]) -> ReadColumn:
    """The texts as they are, but those marked odd as `read` reads them."""
    places = odd.arg_true()
    if places.is_empty():
        return ReadColumn(texts, pl.DataFrame(schema=NOTES))
    found = read(texts.gather(places))
    values = found.values if len(places) == len(texts) else _scattered(texts, odd, places, found.values)
    return ReadColumn(values, found.notes.with_columns(pl.Series("index", places.gather(found.notes["index"]))))


def _scattered(texts: pl.Series, odd: pl.Series, places: pl.Series, values: pl.Series) -> pl.Series:
    kept = pl.DataFrame({"index": pl.int_range(len(texts), eager=True), "text": texts}).filter(~odd)
    read = pl.DataFrame({"index": places.cast(pl.Int64), "text": values})
    return pl.concat([kept, read]).sort("index")["text"]


def _sign_notes(texts: pl.Series, plain: pl.Series) -> list[tuple[pl.Series, str, str]]:
    spaced = _matches(plain, r"\s") | _matches(texts, r"^\s|\s$")
    return [
        (_matches(texts, _WIDE), "full_width", "half_width"),
        (spaced, "spaces", "removed"),
        (_matches(plain, _QUOTES), "quotation_mark", "removed"),
    ]


def _matches(texts: pl.Series, pattern: str) -> pl.Series:
    return texts.str.contains(pattern).fill_null(value=False)


def _among(texts: pl.Series, words: tuple[str, ...]) -> pl.Series:
    return texts.is_in(list(words)).fill_null(value=False)


def _blank(texts: pl.Series, where: pl.Series) -> pl.Series:
    return pl.select(pl.when(~where.fill_null(value=True)).then(texts)).to_series()


def _notes(*found: tuple[pl.Series, str, str]) -> pl.DataFrame:
    """The notes of masks, in the order of the rules."""
    parts = [
        pl.DataFrame({"index": mask.arg_true()}, schema={"index": pl.UInt32}).with_columns(
            rule=pl.lit(rule), action=pl.lit(action)
        )
        for mask, rule, action in found
        if mask.any()
    ]
    return pl.concat(parts) if parts else pl.DataFrame(schema=NOTES)
