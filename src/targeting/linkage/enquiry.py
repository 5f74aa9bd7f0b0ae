"""One person who is looked up: what is known of them, in the forms by which records are compared, and the keys of the blocks.

The forms are those of a link run (`prepare`), made on a table of one row and without the checks of a whole table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from targeting.identifiers.addresses import PARTS
from targeting.identifiers.characters import plain
from targeting.identifiers.names import clean_name, name_key
from targeting.identifiers.resident_id import IdForm, cleaned, forms, valid18
from targeting.linkage.prepare import SHORT, derived, number_of, places, sound
from targeting.specs.linkage import LinkageSpec, Pass

_GIVEN = {"id_text": pl.String, "id_form": pl.String, "name_key": pl.String, "pinyin": pl.String, "birth_date": pl.Date}


@dataclass(frozen=True, slots=True)
class Enquiry:
    """One record. `place`: the hash of each part of its address, 0 where it is silent; `reach`: SHORT where it
    names no dwelling; `keys`: of each pass, where the record has one.
    """

    name_key: str | None
    pinyin: str | None
    number: str | None
    id_form: str
    birth: str | None
    own_birth: bool
    place: npt.NDArray[np.uint64]
    reach: str
    keys: tuple[np.uint64 | None, ...]

    @property
    def verified(self) -> bool:
        """The number has its right check character."""
        return self.id_form == IdForm.VALID18.value


def enquiry(given: Mapping[str, Any], *, spec: LinkageSpec) -> Enquiry:
    """The record of what is `given`: name, number, birth_date, address; each may be missing."""
    text = cleaned(pl.Series([plain(str(given.get("number") or ""))]))
    name = clean_name(str(given.get("name") or ""))
    key = (name_key(name, {}) or None) if name else None
    born: date | None = given.get("birth_date")
    row = {
        "id_text": text.item() or None,
        "id_form": forms(text, valid18(text)).item(),
        "name_key": key,
        "pinyin": sound(key, surname_readings=spec.names.surname_readings) if key else None,
        "birth_date": born,
    }
    place, dwelling = _home(given.get("address"))
    number, others = _expressions()
    record = pl.DataFrame([row], schema=_GIVEN).with_columns(number).with_columns(*others, pl.lit(dwelling).alias("dwelling"))
    said = record.row(0, named=True)
    return Enquiry(
        key,
        row["pinyin"],
        said["number"],
        row["id_form"],
        said["birth"],
        born is not None,
        place,
        SHORT if dwelling is None else "",
        _keys(record, said, spec.blocking.passes),
    )


def keys_of(one: Pass) -> pl.Expr:
    """The key of one pass: a hash of its parts."""
    return pl.struct(one.keys).hash(seed=0)


def part_hashes(addresses: pl.Series) -> npt.NDArray[np.uint64]:
    """A row an address (struct of PARTS), a column a part: the hash of what it says, 0 where it is silent."""
    part = pl.DataFrame({"place": addresses}).unnest("place").select(PARTS)
    said = part.select(pl.when(pl.all().is_not_null()).then(pl.all().hash(seed=0)).otherwise(0))
    return np.ascontiguousarray(said.to_numpy().astype(np.uint64))


@cache
def _expressions() -> tuple[pl.Expr, list[pl.Expr]]:
    return number_of(), derived()


def _home(address: Any) -> tuple[npt.NDArray[np.uint64], str | None]:
    if not address:
        return np.zeros(len(PARTS), dtype=np.uint64), None
    place, dwelling = places(pl.Series([str(address)])).select("place", "dwelling").row(0)
    said = pl.Series([place[part] for part in PARTS], dtype=pl.String)
    return np.where(said.is_not_null().to_numpy(), said.hash(seed=0).to_numpy(), np.uint64(0)), dwelling


def _keys(record: pl.DataFrame, said: Mapping[str, Any], passes: tuple[Pass, ...]) -> tuple[np.uint64 | None, ...]:
    whole = [at for at, one in enumerate(passes) if all(said[part] is not None for part in one.keys)]
    hashed = record.select(keys_of(passes[at]).alias(str(at)) for at in whole).row(0) if whole else ()
    found = dict(zip(whole, hashed, strict=True))
    return tuple(np.uint64(found[at]) if at in found else None for at in range(len(passes)))
