"""The ways in which departments spoil what they write, at declared rates; the same row is spoilt alike in every snapshot.

`Defects` holds the rates (models/simulation/defects.toml). A part of the spoilt identities is corrected in a later month.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from targeting.simulate.chance import chance, choice
from targeting.simulate.clock import Bools, Floats, Ints
from targeting.simulate.names import DOT, DOTS, HOMOPHONES, LOOK_ALIKES, TRADITIONAL
from targeting.specs.loading import declaration

NOT_STATED = ("不详", "无", "0")
IMPOSSIBLE_DATES = ("0000-00-00", "1900-01-01", "2099-12-31", "1000-01-01", "2026-13-45")
IMPOSSIBLE_AMOUNTS = ("-1", "99999999.99", "999999999")
FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
CHECK_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True)
class Defects:
    """The rates of all defects; `dirtier` scales them, `replace` changes single groups."""

    identity: dict[str, Any]
    name: dict[str, float]
    cell: dict[str, float]
    row: dict[str, float]
    lag: dict[str, int]

    @classmethod
    def declared(cls) -> Defects:
        """The rates of models/simulation/defects.toml."""
        content, _ = declaration("simulation", "defects")
        return cls(**{group: content[group] for group in ("identity", "name", "cell", "row", "lag")})

    def dirtier(self, factor: float) -> Defects:
        """The same defects at `factor` times their rates; 0 gives faultless files."""

        def scaled(rates: dict[str, Any]) -> dict[str, Any]:
            return {name: scaled(rate) if isinstance(rate, dict) else min(rate * factor, 1.0) for name, rate in rates.items()}

        identity = scaled(self.identity)
        identity["register_weights"] = self.identity["register_weights"]
        identity["corrected_share"] = self.identity["corrected_share"]
        return replace(self, identity=identity, name=scaled(self.name), cell=scaled(self.cell), row=scaled(self.row))


@dataclass(frozen=True, slots=True)
class Clerk:
    """Who writes one register of one snapshot: its rates, its luck, and how many months have passed since the first snapshot."""

    defects: Defects
    seed: int
    register: str
    snapshot: int

    def luck(self, name: str, keys: Ints) -> Floats:
        """A number in [0, 1) for each row, the same in every snapshot."""
        return chance(self.seed, f"{self.register}.{name}", keys)

    def hits(self, name: str, keys: Ints, rate: float | Floats) -> Bools:
        """Rows with a defect that lasts."""
        hit: Bools = np.less(self.luck(name, keys), rate)
        return hit

    def hits_until_corrected(self, name: str, keys: Ints, rate: float | Floats) -> Bools:
        """Rows with a defect that somebody may correct in a later month."""
        share = float(self.defects.identity["corrected_share"])
        corrected = chance(self.seed, f"{self.register}.{name}.corrected", keys) < share
        month = 1 + choice(self.seed, f"{self.register}.{name}.month", keys, 6)
        return self.hits(name, keys, rate) & ~(corrected & (self.snapshot >= month))

    def numbers(self, ids: pl.Series, keys: Ints, spouse_ids: pl.Series, old_deed: Bools | None = None) -> pl.Series:
        """The resident IDs as this register holds them."""
        rates = self.defects.identity
        weight = rates["register_weights"].get(self.register, 1.0)
        old = np.zeros(len(ids), dtype=bool) if old_deed is None else old_deed

        def rate(name: str) -> Floats:
            general = np.full(len(ids), rates[name] * weight)
            return np.where(old, rates["old_deeds"].get(name, rates[name] * weight), general)

        steps: list[tuple[str, Callable[[str, int], str]]] = [
            ("mistyped", _mistyped), ("mistyped_valid", _mistyped_valid), ("transposed", _transposed), ("old_form", _old_form),
            ("full_width", lambda text, _: text.translate(FULL_WIDTH)), ("spaced", _spaced), ("excel", _excel),
            ("trailing_zeros", lambda text, _: text[:15] + "000"), ("not_stated", lambda _, luck: NOT_STATED[luck % 3]),
            ("missing", lambda _text, _luck: ""),
        ]  # fmt: skip
        ids = ids.zip_with(
            pl.Series(~(self.hits("of_spouse", keys, rate("of_spouse")) & (spouse_ids != "").to_numpy())), spouse_ids
        )
        for name, spoil in steps:
            ids = self.spoil(ids, name, keys, self.hits_until_corrected(name, keys, rate(name)), spoil)
        ends_x = ids.str.ends_with("X").to_numpy()
        return self.spoil(ids, "x", keys, ends_x & self.hits("x", keys, rates["lower_case_x"]), lambda text, _: text[:-1] + "x")

    def names(self, names: pl.Series, keys: Ints) -> pl.Series:
        """The names as this register holds them."""
        rates = self.defects.name
        for name, table in (("homophone", HOMOPHONES), ("look_alike", LOOK_ALIKES), ("traditional", TRADITIONAL)):
            # Most names hold no such character, so more rows are tried than are changed.
            hit = self.hits_until_corrected(f"name.{name}", keys, rates[name] * 1.5)
            names = self.spoil(names, f"name.{name}", keys, hit, lambda text, luck, table=table: _swapped(text, luck, table))  # type: ignore[misc]
        names = self.spoil(names, "lost", keys, self.hits("name.lost", keys, rates["lost_character"]), _lost)
        dotted = names.str.contains(DOT, literal=True).to_numpy() & self.hits("name.dot", keys, rates["dot"])
        names = self.spoil(names, "dot", keys, dotted, lambda text, luck: text.replace(DOT, DOTS[luck % len(DOTS)]))
        return self.spoil(names, "space", keys, self.hits("name.space", keys, rates["spaced"]), _spaced_name)

    def dates(self, texts: pl.Series, column: str, keys: Ints) -> pl.Series:
        """Dates or months, some in another form, a few impossible."""
        rates = self.defects.cell
        filled = (texts != "").to_numpy()
        texts = self.spoil(texts, column, keys, filled & self.hits(column + ".form", keys, rates["date_form"]), _other_date)
        impossible = filled & self.hits(column + ".impossible", keys, rates["date_impossible"])
        return self.spoil(texts, column, keys, impossible, lambda text, luck: IMPOSSIBLE_DATES[luck % 5][: len(text)])

    def amounts(self, texts: pl.Series, column: str, keys: Ints) -> pl.Series:
        """Amounts, some with a unit, a sign or separators, a few impossible."""
        rates = self.defects.cell
        filled = (texts != "").to_numpy()
        texts = self.spoil(texts, column, keys, filled & self.hits(column + ".form", keys, rates["amount_form"]), _other_amount)
        impossible = filled & self.hits(column + ".impossible", keys, rates["amount_impossible"])
        return self.spoil(texts, column, keys, impossible, lambda _, luck: IMPOSSIBLE_AMOUNTS[luck % 3])

    def forms(self, keys: Ints, column: str, forms: int) -> Ints:
        """In which way each address is written; 0 is the full one."""
        other = self.hits(column, keys, self.defects.cell["address_form"])
        return np.where(other, 1 + choice(self.seed, f"{self.register}.{column}.which", keys, forms - 1), 0)

    def spoil(self, texts: pl.Series, name: str, keys: Ints, where: Bools, change: Callable[[str, int], str]) -> pl.Series:
        """The texts with one change made where it hits."""
        places = np.flatnonzero(where)
        if not len(places):
            return texts
        luck = choice(self.seed, f"{self.register}.{name}.how", keys[places], 2**31)
        old = texts.gather(pl.Series(places.astype(np.uint32))).to_list()
        new = [change(text, int(number)) if text else text for text, number in zip(old, luck, strict=True)]
        return texts.clone().scatter(pl.Series(places.astype(np.uint32)), pl.Series(new, dtype=pl.String))


def _check_digit(digits17: str) -> str:
    return "10X98765432"[sum(int(digit) * weight for digit, weight in zip(digits17, CHECK_WEIGHTS, strict=True)) % 11]


def _mistyped(text: str, luck: int) -> str:
    if len(text) != 18:
        return text
    place = 2 + luck % 15
    digit = str((int(text[place]) + 1 + luck // 97 % 9) % 10)
    return text[:place] + digit + text[place + 1 :]


def _mistyped_valid(text: str, luck: int) -> str:
    if len(text) != 18:
        return text
    changed = text[:14] + str((int(text[14]) + 1 + luck % 9) % 10) + text[15:17]
    return changed + _check_digit(changed)


def _transposed(text: str, luck: int) -> str:
    if len(text) != 18:
        return text
    place = 6 + luck % 10
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


def _old_form(text: str, _luck: int) -> str:
    return text[:6] + text[8:17] if len(text) == 18 and text[6:8] == "19" else text


def _spaced(text: str, luck: int) -> str:
    return (f"{text} ", f" {text}", f"{text[:6]} {text[6:14]} {text[14:]}")[luck % 3]


def _excel(text: str, _luck: int) -> str:
    return f"{text[0]}.{text[1:6]}E+17" if len(text) == 18 and text.isdigit() else text


def _swapped(text: str, luck: int, table: dict[str, str]) -> str:
    places = [at for at, character in enumerate(text) if character in table]
    if not places:
        return text
    at = places[luck % len(places)]
    return text[:at] + table[text[at]] + text[at + 1 :]


def _lost(text: str, luck: int) -> str:
    at = luck % len(text)
    return text[:at] + "?" + text[at + 1 :]


def _spaced_name(text: str, luck: int) -> str:
    return f"{text[:1]} {text[1:]}" if luck % 2 else f"{text} "


def _other_date(text: str, luck: int) -> str:
    parts = text.split("-")
    whole = [str(int(part)) for part in parts]
    if luck % 3 == 0:
        return "".join(part + unit for part, unit in zip(whole, "年月日", strict=False))
    return "/".join(whole) if luck % 3 == 1 else "".join(parts)


def _other_amount(text: str, luck: int) -> str:
    number = float(text)
    if luck % 4 == 0 and number >= 10_000 and number % 100 == 0:
        return f"{number / 10_000:g}万元"
    return (f"{text}元", f"￥{number:.2f}", f"{number:,.2f}", f"{text}元")[luck % 4]
