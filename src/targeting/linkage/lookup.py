"""Live lookup: one person's data against the linked population, with the explanation of every candidate.

The index holds, for every blocking pass, the persons in the order of their keys; a search reads the keys of what was typed in,
compares and weighs the few persons who share one. Levels, bits, probability and decision are those of a link run with the same
weights: the rules and the decision are the same code, the bits were worked out by it when the index was made.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from targeting.linkage import beside
from targeting.linkage.decide import LINK, SAME_NAMES, decide
from targeting.linkage.enquiry import Enquiry, enquiry
from targeting.linkage.exact import EXACT, names_agree
from targeting.linkage.weigh import Learnt, matters, totals
from targeting.specs.linkage import LinkageSpec

SEARCH = "lookup"  # the register to which what is typed in belongs
RELATIVES_NUMBER = "relatives_number"
FREQUENT = ("exact", "pinyin", "unknown_character")  # levels of a name whose bits depend on how frequent it is
FIELDS = ("number", "name", "birth", "address")
SHOWN = {"person_id": pl.String, "level": pl.String, "rule": pl.String, "probability": pl.Float64, "weight": pl.Float64} | {
    f"{field}_{what}": dtype for field in FIELDS for what, dtype in (("level", pl.String), ("bits", pl.Float64))
}
_NOBODY = np.zeros(0, dtype=np.uint32)

Bits = tuple[float, float]  # of a level, and by which a relative of the person explains it better than a stranger


@dataclass(frozen=True, slots=True)
class Blocks:
    """Keys in order, and the position of the person who has each."""

    keys: npt.NDArray[np.uint64]
    rows: npt.NDArray[np.uint32]

    def holding(self, key: np.uint64) -> npt.NDArray[np.uint32]:
        """The persons of that key."""
        return self.rows[np.searchsorted(self.keys, key, "left") : np.searchsorted(self.keys, key, "right")]


@dataclass(frozen=True, slots=True)
class PersonIndex:
    """All persons of a link run, those of the defining register first, by position."""

    # person_id, number, id_form, name_key, pinyin, birth; rule, weight and probability of those linked to a registered person
    people: pl.DataFrame
    passes: tuple[Blocks, ...]
    numbers: Blocks  # verified numbers
    kin: Blocks  # by position of the person
    verified: npt.NDArray[np.bool_]
    parts: npt.NDArray[np.uint64]  # distinct addresses by part; the first is silent
    addresses: npt.NDArray[np.uint32]  # persons by (place, other place): rows of `parts`
    name_bits: npt.NDArray[np.float64]  # persons by (level of FREQUENT, bits and bits of kin)
    bits: Mapping[tuple[str, str], Bits]  # of field and level, and of a short address
    learnt: Learnt
    spec: LinkageSpec

    def find(self, given: Mapping[str, Any]) -> pl.DataFrame:
        """The candidates for what is `given` (name, number, birth_date, address; each may be missing), best first.

        Columns: person_id, level (A, B or C), rule, probability, weight, and of each field its level and its bits.
        """
        one = enquiry(given, spec=self.spec)
        holders = self.numbers.holding(number_key(one.number)) if one.verified and one.number else _NOBODY
        relatives = np.concatenate([_NOBODY, *(self.kin.holding(np.uint64(row)) for row in holders)])
        doubtful = len(holders) > 0 and one.name_key is not None
        rows = self._candidates(one, holders, relatives, doubtful=doubtful)
        if not len(rows):
            return pl.DataFrame(schema=SHOWN)
        people = self.people[rows]
        few = self._few(rows, people)
        pairs = self._weighed(one, few, rows, np.isin(rows, relatives), doubtful=doubtful)
        exact = _exact(one, few, np.isin(rows, holders))
        if exact is None:
            level = pl.when(pl.col("outcome") == LINK).then(pl.lit("B")).otherwise(pl.lit("C"))
            found = decide(pairs, spec=self.spec).with_columns(level=level)
        else:
            found = _as_linked(pairs.filter(pl.col("person") == exact), people[exact : exact + 1])
        found = found.with_columns(person_id=people["person_id"].gather(found["person"])).drop_nulls("person_id")
        once = found.select(*SHOWN).unique("person_id", keep="first", maintain_order=True)
        return once.sort("weight", "person_id", descending=[True, False])

    def _candidates(
        self, one: Enquiry, holders: npt.NDArray[np.uint32], relatives: npt.NDArray[np.uint32], *, doubtful: bool
    ) -> npt.NDArray[np.uint32]:
        """Who shares a key, unless another verified number tells the two apart; the holder of the number, and their kin."""
        sharing = [block.holding(key) for block, key in zip(self.passes, one.keys, strict=True) if key is not None]
        met = np.concatenate([_NOBODY, *sharing])
        if one.verified and not doubtful:
            met = met[~self.verified[met]]
        return np.unique(np.concatenate([met, holders, relatives]))

    def _few(self, rows: npt.NDArray[np.uint32], people: pl.DataFrame) -> beside.Few:
        columns = {name: people[name].to_list() for name in ("number", "id_form", "name_key", "pinyin", "birth")}
        return beside.Few(**columns, places=[self.parts[at] for at in self.addresses[rows].T])

    def _weighed(
        self, one: Enquiry, few: beside.Few, rows: npt.NDArray[np.uint32], kin: npt.NDArray[np.bool_], *, doubtful: bool
    ) -> pl.DataFrame:
        """The pairs with levels, bits, weight and probability, as a link run hands them to the decision."""
        names = self.spec.names
        levels = {
            "number": beside.number_levels(one, few, doubtful=doubtful),
            "name": beside.name_levels(one, few, partial_from_length=names.partial_from_length),
            "birth": beside.birth_levels(one, few),
            "address": beside.address_levels(one, few),
        }
        levels["number"][kin & np.isin(levels["name"], SAME_NAMES)] = RELATIVES_NUMBER
        weights = {field: self._bits(field + (one.reach if field == "address" else ""), found) for field, found in levels.items()}
        for at, level in enumerate(FREQUENT):
            same = levels["name"] == level
            weights["name"][same] = self.name_bits[rows[same], at]
        total = sum((weights[field] for field in ("name", "birth", "address", "number")), np.zeros((len(rows), 2)))
        prior = np.full(len(rows), self.learnt.priors.get(SEARCH, self.learnt.usual_prior))
        rates, negligible = self.learnt.rates, self.spec.decision.negligible
        kept = np.flatnonzero(
            matters(total[:, 0], total[:, 1], prior, rates=rates, negligible=negligible) | (levels["number"] == "exact")
        )
        record, total = np.zeros(len(kept), dtype=np.intp), total[kept]
        return pl.DataFrame(
            {
                "unit": record,
                "person": kept,
                **{f"{field}_level": pl.Series(found[kept].tolist(), dtype=pl.String) for field, found in levels.items()},
                **{f"{field}_bits": found[kept, 0] for field, found in weights.items()},
                "relation_bits": np.zeros(len(kept)),
            }
        ).with_columns(
            *totals(total[:, 0], record, prior[kept], kin=total[:, 1], rates=rates),
            relation=pl.lit(None, dtype=pl.String),
            judgement=pl.lit(None, dtype=pl.String),
        )

    def _bits(self, field: str, levels: beside.Levels) -> npt.NDArray[np.float64]:
        return np.array([self.bits.get((field, level), (0.0, 0.0)) for level in levels]).reshape(-1, 2)


def _as_linked(pair: pl.DataFrame, person: pl.DataFrame) -> pl.DataFrame:
    """Level A; but who is known from elsewhere and was linked to a registered person is that one at the level of that link."""
    if person["rule"].item() is None:
        return pair.with_columns(rule=pl.lit(EXACT), level=pl.lit("A"))
    return pair.with_columns(person["rule"], person["weight"], person["probability"], level=pl.lit("B"))


def number_key(number: str) -> np.uint64:
    """The key of a verified number: its digits, X counting ten."""
    return np.uint64(int(number[:-1]) * 11 + (10 if number[-1] == "X" else int(number[-1])))


def _exact(one: Enquiry, few: beside.Few, holding: npt.NDArray[np.bool_]) -> int | None:
    """The position of the holder of the verified number whose name agrees: level A."""
    if not holding.any() or one.name_key is None:
        return None
    holders = [(few.name_key[at] != one.name_key, int(at)) for at in np.flatnonzero(holding) if few.name_key[at] is not None]
    names = pl.DataFrame({"own": one.name_key, "held": [few.name_key[at] for _, at in holders]})
    agree = names.select(names_agree(pl.col("own"), pl.col("held"))).to_series().fill_null(value=False)
    return min((holder for holder, same in zip(holders, agree, strict=True) if same), default=(True, None))[1]
