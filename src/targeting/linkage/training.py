"""What two files teach about their fields: m and u of every level, how frequent values are, how many records have a partner.

u is counted over random pairs, and for exact agreement over all pairs there are; m and the prior by EM over the compared pairs,
with the exactly settled ones as labels. Everything learnt is a table that can be stored and given to later runs.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from targeting.linkage.fields import levels
from targeting.linkage.pairing import record_of
from targeting.specs.files import FileSpec, Kind

LABELS = 20_000  # settled pairs that are compared for m; more would not change the third digit
_LARGEST = 300.0  # bits
_NEVER = "different_valid"
_OTHERS = "others_number"


@dataclass(frozen=True, slots=True)
class Trained:
    """`rates` (field, level, m, u), `frequencies` (field, value, share) and the share of records with a partner."""

    rates: pl.DataFrame
    frequencies: pl.DataFrame
    prior: float


@dataclass(frozen=True, slots=True)
class Known:
    """How many pairs are settled, how many records there are, and the settled pairs' levels by field."""

    settled: int
    left: int
    right: int
    labels: dict[str, pl.Series]


@dataclass(frozen=True, slots=True)
class Weighed:
    """The pairs with bits, weight and probability; the odds of each and of nobody."""

    pairs: pl.DataFrame
    odds: npt.NDArray[np.float64]
    nobody: float


def frequencies(table: pl.DataFrame, *, spec: FileSpec) -> pl.DataFrame:
    """The share of every value of the fields that are declared to count by frequency."""
    found = [pl.DataFrame(schema={"field": pl.String, "value": pl.String, "share": pl.Float64})]
    for field in spec.fields:
        if field.frequency:
            values = table[field.name].drop_nulls()
            counted = pl.DataFrame({"value": values}).group_by("value").agg(share=pl.len() / max(values.len(), 1))
            found.append(counted.select(pl.lit(field.name).alias("field"), "value", "share").sort("value"))
    return pl.concat(found)


def train(
    compared: pl.DataFrame,
    one: pl.DataFrame,
    other: pl.DataFrame,
    known: Known,
    *,
    frequencies: pl.DataFrame,
    spec: FileSpec,
    alone: bool = False,
) -> Trained:
    """m, u and the prior of these pairs; `alone`: one file with itself, where a record may have several partners."""
    learning = spec.learning
    u = _chance(one, other, spec=spec)
    m = {field.name: np.full(len(field.levels()), 1 / len(field.levels())) for field in spec.fields}
    m = {name: _started(values) for name, values in m.items()}
    trained = Trained(_rates(m, u, spec=spec), frequencies, learning.start_prior)
    for _ in range(learning.rounds):
        result = weighed(compared, other, trained, population=known.right, spec=spec, alone=alone)
        share = result.pairs["probability"].to_numpy()
        for field in spec.fields:
            code = compared[f"{field.name}_code"]
            seen = code.is_not_null().to_numpy()
            size = len(field.levels())
            counted = np.bincount(code.fill_null(0).to_numpy()[seen], share[seen], minlength=size).astype(np.float64)
            counted += _settled_counts(field.name, known, size=size, spec=spec)
            m[field.name] = (counted + learning.pseudo_pairs / size) / (counted.sum() + learning.pseudo_pairs)
        partners = known.settled + float(share.sum())
        prior = (partners + 1) / (known.left + 2)
        trained = Trained(_rates(m, u, spec=spec), frequencies, min(prior, 1 - 1e-4) if not alone else prior)
    return trained


def weighed(
    compared: pl.DataFrame, other: pl.DataFrame, trained: Trained, *, population: int, spec: FileSpec, alone: bool = False
) -> Weighed:
    """The pairs with `<field>_bits`, `weight` (prior included) and `probability`."""
    columns = {f"{field.name}_bits": _bits(field.name, compared, other, trained, spec=spec) for field in spec.fields}
    total = np.sum(list(columns.values()), axis=0) if compared.height else np.zeros(0)
    weight = np.clip(total + np.log2(trained.prior / max(population, 1)), -_LARGEST, _LARGEST)
    odds = np.exp2(weight)
    nobody = 1.0 if alone else 1 - trained.prior
    if alone:
        probability = odds / (odds + 1)
    else:
        record = record_of(compared)
        probability = odds / (np.bincount(record, odds)[record] + nobody) if compared.height else odds
    frame = compared.with_columns(pl.Series(name, bits).round(6) for name, bits in columns.items())
    frame = frame.with_columns(weight=pl.Series(weight).round(6), probability=pl.Series(probability).round(9))
    return Weighed(frame, odds, nobody)


def odds_of(result: Weighed) -> pl.DataFrame:
    """left, right, odds and nobody of the weighed pairs."""
    return result.pairs.select("left", "right", odds=pl.Series(result.odds), nobody=pl.lit(result.nobody))


def _started(even: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Nine in ten agree, and the rest is spread over the other levels, before anything is learnt."""
    started = np.full(len(even), 0.1 / (len(even) - 1))
    started[0] = 0.9
    return started


def _settled_counts(name: str, known: Known, *, size: int, spec: FileSpec) -> npt.NDArray[np.float64]:
    counts = np.zeros(size)
    if name in spec.exact:
        counts[0] = known.settled
    elif name in known.labels:
        code = known.labels[name].drop_nulls().to_numpy()
        counts[:] = np.bincount(code, minlength=size) * (known.settled / max(len(known.labels[name]), 1))
    return counts


def _chance(one: pl.DataFrame, other: pl.DataFrame, *, spec: FileSpec) -> dict[str, npt.NDArray[np.float64]]:
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
        code = levels(field, pairs, one, other).drop_nulls().to_numpy()
        counts = np.bincount(code, minlength=size) + spec.learning.pseudo_pairs / size
        rate = counts / counts.sum()
        if field.kind is not Kind.ADDRESS:
            rate[0] = max(_meeting(one[field.name], other[field.name], itself=one is other), 1e-9)
        if field.kind is Kind.RESIDENT_ID:
            rate[list(field.levels()).index(_OTHERS)] = max(one[f"{field.name}:doubtful"].mean() or 0.0, 1e-6)
        rates[field.name] = rate
    return rates


def _meeting(one: pl.Series, other: pl.Series, *, itself: bool) -> float:
    """The share of all pairs whose texts are equal."""
    left = pl.DataFrame({"value": one.drop_nulls()}).group_by("value").len("n")
    right = pl.DataFrame({"value": other.drop_nulls()}).group_by("value").len("k")
    both = left.join(right, on="value").select(pl.col("n").cast(pl.Int64) * (pl.col("k").cast(pl.Int64) - (1 if itself else 0)))
    return float(both.to_series().sum()) / max(one.count() * other.count(), 1)


def _rates(m: dict[str, npt.NDArray[np.float64]], u: dict[str, npt.NDArray[np.float64]], *, spec: FileSpec) -> pl.DataFrame:
    rows = [
        {"field": field.name, "level": level, "m": float(m[field.name][at]), "u": float(u[field.name][at])}
        for field in spec.fields
        for at, level in enumerate(field.levels())
    ]
    return pl.DataFrame(rows)


def _bits(name: str, compared: pl.DataFrame, other: pl.DataFrame, trained: Trained, *, spec: FileSpec) -> npt.NDArray[np.float64]:
    field, rates = spec.field(name), trained.rates.filter(pl.col("field") == name)
    m, u = rates["m"].to_numpy(), rates["u"].to_numpy()
    code = compared[f"{name}_code"]
    seen, at = code.is_not_null().to_numpy(), code.fill_null(0).to_numpy()
    chance = u[at]
    if field.frequency and compared.height:
        shares = trained.frequencies.filter(pl.col("field") == name).select("value", "share")
        own = pl.DataFrame({"value": other[name]}).join(shares, on="value", how="left", maintain_order="left")["share"]
        found = own.gather(compared["right"]).fill_null(shares["share"].min() or 1.0).to_numpy()
        chance = np.where(at == 0, found, chance)
    bits: npt.NDArray[np.float64] = np.where(seen, np.log2(m[at] / chance), 0.0)
    return bits
