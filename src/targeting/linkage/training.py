"""What two files teach about their fields: m and u of every level, how frequent values are, how many records have a partner.

u is counted over random pairs, and for exact agreement over all pairs there are; m and the prior by EM over the pairs of a sample
of records, with the exactly settled ones as labels. Everything learnt is a table that can be stored and given to later runs.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from targeting.linkage.fields import ABSENT, Codes, levels
from targeting.linkage.forms import hashed
from targeting.linkage.pairing import Floats, record_of
from targeting.specs.files import Compared, FileSpec, Kind

SAMPLE = 20_000  # records, and settled pairs, that m is learnt from; more would not change its second digit
_STILL = 1e-5  # a round of EM that changes no rate by more is the last
_LARGEST = 300.0  # bits
_OTHERS = "others_number"


@dataclass(frozen=True, slots=True)
class Trained:
    """`rates` (field, level, m, u), `frequencies` (field, value, share) and the share of records with a partner."""

    rates: pl.DataFrame
    frequencies: pl.DataFrame
    prior: float


@dataclass(frozen=True, slots=True)
class Known:
    """How many pairs are settled, how many left records there are, and the levels of settled pairs by field."""

    settled: int
    left: int
    labels: Mapping[str, Codes]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Pairs with the level of every field, and for fields whose frequency counts the bits of a value's frequency."""

    pairs: pl.DataFrame
    codes: Mapping[str, Codes]
    surprise: Mapping[str, Floats]  # log2 of the share of records that have the value of the right record

    def few(self, at: npt.NDArray[np.intp]) -> "Agreement":
        """The pairs at these places."""
        codes = {name: values[at] for name, values in self.codes.items()}
        return Agreement(self.pairs[at], codes, {name: values[at] for name, values in self.surprise.items()})


def agreement(
    pairs: pl.DataFrame, one: pl.DataFrame, other: pl.DataFrame, *, rarity: Mapping[str, Floats], spec: FileSpec
) -> Agreement:
    """How far every pair agrees in every field."""
    codes = {field.name: levels(field, pairs, one, other) for field in spec.fields}
    right = pairs["right"].to_numpy()
    return Agreement(pairs, codes, {name: values[right] for name, values in rarity.items()})


def frequencies(table: pl.DataFrame, *, spec: FileSpec) -> pl.DataFrame:
    """The share of every value of the fields that are declared to count by frequency."""
    found = [pl.DataFrame(schema={"field": pl.String, "value": pl.String, "share": pl.Float64})]
    for field in spec.fields:
        if field.frequency:
            values = table[field.name].drop_nulls()
            counted = pl.DataFrame({"value": values}).group_by("value").agg(share=pl.len() / max(values.len(), 1))
            found.append(counted.select(pl.lit(field.name).alias("field"), "value", "share").sort("value"))
    return pl.concat(found)


def rarity(table: pl.DataFrame, counted: pl.DataFrame, *, spec: FileSpec) -> dict[str, Floats]:
    """log2 of the share of every record's value; a value that was not counted is as rare as the rarest."""
    found = {}
    for field in spec.fields:
        if field.frequency:
            shares = counted.filter(pl.col("field") == field.name).select("value", "share")
            values = pl.DataFrame({"value": table[field.name]})
            share = values.join(shares, on="value", how="left", maintain_order="left")["share"]
            found[field.name] = np.log2(share.fill_null(shares["share"].min() or 1.0).to_numpy())
    return found


def train(
    compared: Agreement,
    known: Known,
    *,
    u: Mapping[str, Floats],
    counted: pl.DataFrame,
    sampled: float,
    population: int,
    spec: FileSpec,
    alone: bool = False,
) -> Trained:
    """m and the prior of the pairs of a share `sampled` of the records; `alone`: one file with itself, with several partners."""
    learning = spec.learning
    m = {field.name: _started(len(field.levels())) for field in spec.fields}
    trained = Trained(_rates(m, u, spec=spec), counted, learning.start_prior)
    record = record_of(compared.pairs["left"])
    for _ in range(learning.rounds):
        before = trained
        odds = np.exp2(weights(compared, trained, population=population, spec=spec))
        share = odds / (odds + 1) if alone else odds / (np.bincount(record, odds)[record] + 1 - trained.prior)
        for field in spec.fields:
            size = len(field.levels())
            code = compared.codes[field.name]
            seen = code != ABSENT
            counts = np.bincount(code[seen], share[seen], minlength=size) / sampled
            counts += _settled_counts(field.name, known, size=size, spec=spec)
            m[field.name] = (counts + learning.pseudo_pairs / size) / (counts.sum() + learning.pseudo_pairs)
        partners = known.settled + float(share.sum()) / sampled
        prior = (partners + 1) / (known.left + 2)
        trained = Trained(_rates(m, u, spec=spec), counted, prior if alone else min(prior, 1 - 1e-4))
        change = (trained.rates["m"] - before.rates["m"]).abs().max()
        if abs(trained.prior - before.prior) < _STILL and isinstance(change, float) and change < _STILL:
            break
    return trained


def weights(compared: Agreement, trained: Trained, *, population: int, spec: FileSpec) -> Floats:
    """The weight of every pair in bits: the fields' and the prior's, that any one of the `population` is the partner."""
    total: Floats = np.full(compared.pairs.height, np.log2(trained.prior / max(population, 1)))
    for field in spec.fields:
        total += bits(field, compared, trained)
    clipped: Floats = np.clip(total, -_LARGEST, _LARGEST)
    return clipped


def bits(field: Compared, compared: Agreement, trained: Trained) -> Floats:
    """What the field says of every pair; nothing where one side is silent."""
    rates = trained.rates.filter(pl.col("field") == field.name)
    code = compared.codes[field.name]
    told = np.append(np.log2(rates["m"].to_numpy() / rates["u"].to_numpy()), 0.0)  # the last is ABSENT's
    found: Floats = told[code]
    if field.frequency:
        exact = code == 0
        found[exact] = np.log2(rates["m"][0]) - compared.surprise[field.name][exact]
    return found


def weighed(compared: Agreement, trained: Trained, *, population: int, least: float, spec: FileSpec) -> pl.DataFrame:
    """left, right, `<field>_code`, `<field>_bits` and `weight` of the pairs whose odds, prior included, are at least `least`."""
    total = weights(compared, trained, population=population, spec=spec)
    kept = np.flatnonzero(total >= np.log2(least))
    few = compared.few(kept)
    codes = {f"{name}_code": code for name, code in few.codes.items()}
    said = {f"{field.name}_bits": bits(field, few, trained) for field in spec.fields}
    return few.pairs.with_columns(**{name: pl.Series(values) for name, values in (codes | said).items()}, weight=total[kept])


def chance(one: pl.DataFrame, other: pl.DataFrame, *, spec: FileSpec) -> dict[str, Floats]:
    """u of every level: over random pairs; of exact agreement over all pairs."""
    random = np.random.default_rng(spec.learning.seed)
    number = min(spec.learning.random_pairs, one.height * other.height)
    pairs = pl.DataFrame(
        {"left": random.integers(0, max(one.height, 1), number), "right": random.integers(0, max(other.height, 1), number)},
        schema={"left": pl.UInt32, "right": pl.UInt32},
    )
    if one is other:
        pairs = pairs.filter(pl.col("left") != pl.col("right"))
    rates = {}
    for field in spec.fields:
        size = len(field.levels())
        code = levels(field, pairs, one, other)
        counts = np.bincount(code[code != ABSENT], minlength=size) + spec.learning.pseudo_pairs / size
        rate = counts / counts.sum()
        if field.kind is not Kind.ADDRESS:
            rate[0] = max(_meeting(one[field.name], other[field.name], itself=one is other), 1e-9)
        if field.kind is Kind.RESIDENT_ID:
            rate[list(field.levels()).index(_OTHERS)] = max(one[f"{field.name}:doubtful"].mean() or 0.0, 1e-6)
        rates[field.name] = rate
    return rates


def _started(size: int) -> Floats:
    """Nine in ten agree, and the rest is spread over the other levels, before anything is learnt."""
    started = np.full(size, 0.1 / (size - 1))
    started[0] = 0.9
    return started


def _settled_counts(name: str, known: Known, *, size: int, spec: FileSpec) -> Floats:
    counts = np.zeros(size)
    if name in spec.exact:
        counts[0] = known.settled
    elif name in known.labels:
        code = known.labels[name]
        counts[:] = np.bincount(code[code != ABSENT], minlength=size) * (known.settled / max(len(code), 1))
    return counts


def _meeting(one: pl.Series, other: pl.Series, *, itself: bool) -> float:
    """The share of all pairs whose texts are equal."""
    left = pl.DataFrame({"value": hashed(one.drop_nulls())}).group_by("value").len("n")
    right = pl.DataFrame({"value": hashed(other.drop_nulls())}).group_by("value").len("k")
    both = left.join(right, on="value").select(pl.col("n").cast(pl.Int64) * (pl.col("k").cast(pl.Int64) - (1 if itself else 0)))
    return float(both.to_series().sum()) / max(one.count() * other.count(), 1)


def _rates(m: Mapping[str, Floats], u: Mapping[str, Floats], *, spec: FileSpec) -> pl.DataFrame:
    rows = [
        {"field": field.name, "level": level, "m": float(m[field.name][at]), "u": float(u[field.name][at])}
        for field in spec.fields
        for at, level in enumerate(field.levels())
    ]
    return pl.DataFrame(rows)
