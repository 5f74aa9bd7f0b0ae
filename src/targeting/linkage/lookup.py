"""Live lookup: one person's data against the linked population, with the explanation of every candidate.

The index holds, for every blocking pass, the persons in the order of their keys; a search reads the keys of what was typed in,
compares and weighs the few persons who share one, by the same functions and weights as the link run.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from targeting.frames.identity import IDENTITIES
from targeting.identifiers.characters import plain
from targeting.identifiers.names import clean_name, name_key
from targeting.identifiers.resident_id import cleaned, forms, valid18
from targeting.linkage.compare import compare
from targeting.linkage.decide import LINK, SAME_NAMES, decide
from targeting.linkage.frequency import with_frequencies
from targeting.linkage.prepare import units
from targeting.linkage.weigh import Learnt, weigh
from targeting.linkage.weights import Weights, restored
from targeting.specs.linkage import LinkageSpec, Pass

SEARCH = "lookup"
_SHOWN = ["person_id", "level", "rule", "probability", "weight"]
_FIELDS = ("number", "name", "birth", "address")
_DWELLING = "dwellings"


@dataclass(frozen=True, slots=True)
class PersonIndex:
    """The population's persons, sorted by the key of every blocking pass."""

    persons: pl.DataFrame
    passes: tuple[tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint32]], ...]
    learnt: Learnt
    spec: LinkageSpec

    def find(self, given: Mapping[str, Any]) -> pl.DataFrame:
        """The candidates for what is `given` (name, number, birth_date, address; each may be missing), best first.

        Columns: person_id, level (A, B or C), rule, probability, weight, and of each field its level and its bits.
        """
        record = _prepared(given, self.spec)
        rows = self._candidates(record)
        persons = self.persons[rows]
        pairs = pl.DataFrame({"unit": record["unit"].new_from_index(0, len(rows)), "person": persons["person"]})
        compared = compare(pairs, record, persons, partial_from_length=self.spec.names.partial_from_length)
        nothing = pl.lit(None, dtype=pl.String)
        compared = compared.with_columns(relation=nothing, chance=pl.lit(None, dtype=pl.Float64), judgement=nothing)
        decided = decide(weigh(compared, records=record, persons=persons, learnt=self.learnt), spec=self.spec)
        exact = (pl.col("number_level") == "exact") & pl.col("name_level").is_in(SAME_NAMES) & record["verified"].item()
        level = pl.when(exact).then(pl.lit("A")).when(pl.col("outcome") == LINK).then(pl.lit("B")).otherwise(pl.lit("C"))
        shown = [f"{field}_{what}" for field in _FIELDS for what in ("level", "bits")]
        named = decided.join(persons.select("person", "person_id"), on="person", how="left", maintain_order="left")
        return named.with_columns(level=level).sort("weight", "person_id", descending=[True, False]).select(*_SHOWN, *shown)

    def _candidates(self, record: pl.DataFrame) -> npt.NDArray[np.uint32]:
        found = [np.zeros(0, dtype=np.uint32)]
        for keys, (ordered, rows) in zip(_keys_of(record, self.spec.blocking.passes), self.passes, strict=True):
            for key in keys:
                start, end = np.searchsorted(ordered, key, "left"), np.searchsorted(ordered, key, "right")
                if end - start <= self.spec.blocking.max_block:
                    found.append(rows[start:end])
        return np.unique(np.concatenate(found))


def build(identities: pl.DataFrame, links: pl.DataFrame, *, kept: Weights, spec: LinkageSpec) -> PersonIndex:
    """The index of all persons whom the defining register's rows of a link run define; `kept`: the weights of that run."""
    rows = IDENTITIES.conform(identities).filter(pl.col("register") == spec.defining_register)
    ids = links.filter(pl.col("register") == spec.defining_register).select("register", "row", "role", "person_id")
    persons = units(rows, surname_readings=spec.names.surname_readings)
    persons = persons.join(ids, on=["register", "row", "role"], how="left", maintain_order="left")
    persons = persons.unique("person_id", keep="first", maintain_order=True).with_row_index("person")
    learnt = restored(kept)
    persons = with_frequencies(persons, learnt.rates.frequencies).with_columns(doubtful=pl.lit(value=False))
    passes = []
    for one in spec.blocking.passes:
        keyed = _keyed(persons, one).sort("key", "at")
        passes.append((keyed["key"].to_numpy(), keyed["at"].to_numpy()))
    return PersonIndex(persons, tuple(passes), learnt, spec)


def _keyed(frame: pl.DataFrame, one: Pass) -> pl.DataFrame:
    columns = [_DWELLING if key == "dwelling" else key for key in one.keys]
    keyed = frame.select(pl.int_range(pl.len(), dtype=pl.UInt32).alias("at"), *columns)
    if _DWELLING in columns:
        keyed = keyed.explode(_DWELLING, empty_as_null=True)
    return keyed.drop_nulls().select("at", key=pl.struct(columns).hash(seed=0))


def _keys_of(record: pl.DataFrame, passes: tuple[Pass, ...]) -> list[npt.NDArray[np.uint64]]:
    """The keys of one record for every pass: none where a part is missing, several where it names several dwellings."""
    homes = record.explode(_DWELLING, empty_as_null=True)
    columns = [[_DWELLING if key == "dwelling" else key for key in one.keys] for one in passes]
    hashed = homes.select(
        pl.when(pl.all_horizontal(pl.col(names).is_not_null())).then(pl.struct(names).hash(seed=0)).alias(str(at))
        for at, names in enumerate(columns)
    )
    return [hashed[str(at)].drop_nulls().unique().to_numpy() for at in range(len(passes))]


def _prepared(given: Mapping[str, Any], spec: LinkageSpec) -> pl.DataFrame:
    number = cleaned(pl.Series([plain(str(given.get("number") or ""))]))
    valid = valid18(number)
    name = clean_name(str(given.get("name") or "")) or None
    row = {
        "register": SEARCH,
        "row": 1,
        "role": SEARCH,
        "kind": "person",
        "id_form": forms(number, valid).item(),
        "id_text": number.item() or None,
        "resident_id": number.item() if valid.item() else None,
        "name": name,
        "name_key": name_key(name, {}) if name else None,
        "birth_date": given.get("birth_date"),
        "address": given.get("address"),
    }
    record = units(IDENTITIES.of([row]), surname_readings=spec.names.surname_readings)
    own = pl.col("birth_date").is_not_null()
    return record.with_columns(doubtful=pl.lit(value=False), own_birth=own)
