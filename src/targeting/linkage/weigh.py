"""Match weight and match probability of every compared pair.

Fellegi & Sunter 1969: the weight of a pair is the sum over fields of log2(m/u), plus the prior. u of a name is the frequency of that
name (Winkler 1989), or, inside a home, how often people of one home share it. A record is one of the persons or nobody known, so the
probability is shared out among its pairs: two equal namesakes get half each. m of the number is learnt by EM (Dempster, Laird &
Rubin 1977) with the exact links as labels.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl

from targeting.linkage.learn import POOLED, Rates
from targeting.linkage.relate import TOGETHER
from targeting.specs.linkage import LinkageSpec

_FLOOR = 1e-12
_HOME_NUMBERS = ("exact", "relatives_number")


@dataclass(frozen=True, slots=True)
class Weighed:
    """The pairs with `weight` (bits, prior included) and `probability`; the rates with the learnt m of the number."""

    pairs: pl.DataFrame
    rates: Rates
    priors: dict[str, float]


def weigh(
    pairs: pl.DataFrame, *, records: pl.DataFrame, persons: pl.DataFrame, rates: Rates, exact: pl.DataFrame, spec: LinkageSpec
) -> Weighed:
    """Every pair has a weight and a probability; `exact` counts linked and all records a register (`register, linked, records`)."""
    pairs = _with_field_bits(pairs, records, persons, rates=rates)
    levels = spec.comparison("number").names()
    evidence = _Evidence.of(pairs, levels)
    m, u = _number_rates(rates, levels)
    priors = np.full(evidence.registers.size, spec.learning.start_prior)
    labelled = exact.filter(pl.col("register").is_in(evidence.registers.tolist())).sort("register")
    linked, total = _aligned(labelled, evidence.registers)
    start, weight = m.copy(), spec.learning.prior_weight
    veto = np.array([level.veto for level in spec.comparison("number").levels])
    exact_at = levels.index("exact")
    for _ in range(spec.learning.rounds):
        share = _posterior(evidence, m, u, priors, veto, rates.persons)
        matched = np.bincount(evidence.number[evidence.numbered], share[evidence.numbered], minlength=levels.__len__())
        matched[exact_at] += linked.sum()
        m = (start * weight + matched) / (weight + matched.sum())
        others = np.bincount(evidence.number[evidence.numbered], (1 - share)[evidence.numbered], minlength=len(levels))
        u = np.where(_counted(levels), (others + 0.5) / max(evidence.numbered_records * rates.persons, 1), u)
        found = linked + np.bincount(evidence.register, share, minlength=evidence.registers.size)
        priors = (spec.learning.start_prior * weight + found) / (weight + np.maximum(total, found))
    share = _posterior(evidence, m, u, priors, veto, rates.persons)
    bits = _number_bits(m, u, veto)
    weights = evidence.bits + np.where(evidence.numbered, bits[evidence.number], 0.0)
    weights = weights + np.log2(priors[evidence.register] / rates.persons)
    pairs = pairs.with_columns(weight=pl.Series(weights), probability=pl.Series(share))
    learnt = {name: (float(m[at]), float(u[at])) for at, name in enumerate(levels)}
    return Weighed(pairs, _with_number(rates, learnt), dict(zip(evidence.registers.tolist(), priors.tolist(), strict=True)))


@dataclass(frozen=True, slots=True)
class _Evidence:
    """The pairs as arrays: position of the record and register, level of the number, bits of all other fields."""

    record: npt.NDArray[np.int64]
    register: npt.NDArray[np.int64]
    registers: npt.NDArray[np.str_]
    number: npt.NDArray[np.int64]
    numbered: npt.NDArray[np.bool_]
    numbered_records: int
    bits: npt.NDArray[np.float64]

    @classmethod
    def of(cls, pairs: pl.DataFrame, levels: tuple[str, ...]) -> "_Evidence":
        """The arrays of these pairs."""
        _, record = np.unique(pairs["unit"].to_numpy(), return_inverse=True)
        registers, register = np.unique(np.array(pairs["register"].to_list(), dtype=np.str_), return_inverse=True)
        codes = {level: at for at, level in enumerate(levels)}
        number = pairs["number_level"].replace_strict(codes, default=None, return_dtype=pl.Int64)
        numbered = number.is_not_null().to_numpy()
        return cls(
            record.astype(np.int64),
            register.astype(np.int64),
            registers,
            number.fill_null(0).to_numpy(),
            numbered,
            pairs.filter(pl.Series(numbered))["unit"].n_unique(),
            pairs["bits"].to_numpy(),
        )


def _posterior(
    evidence: _Evidence,
    m: npt.NDArray[np.float64],
    u: npt.NDArray[np.float64],
    priors: npt.NDArray[np.float64],
    veto: npt.NDArray[np.bool_],
    persons: int,
) -> npt.NDArray[np.float64]:
    """Each record is one of its persons, or nobody: shares of the odds."""
    bits = evidence.bits + np.where(evidence.numbered, _number_bits(m, u, veto)[evidence.number], 0.0)
    prior = priors[evidence.register]
    odds = np.exp2(np.clip(bits, -200, 200)) * prior / persons
    total = np.bincount(evidence.record, odds, minlength=int(evidence.record.max(initial=-1)) + 1)
    share: npt.NDArray[np.float64] = odds / (total[evidence.record] + (1 - prior))
    return share


def _number_bits(
    m: npt.NDArray[np.float64], u: npt.NDArray[np.float64], veto: npt.NDArray[np.bool_]
) -> npt.NDArray[np.float64]:
    bits: npt.NDArray[np.float64] = np.where(veto, -np.inf, np.log2(np.maximum(m, _FLOOR) / np.maximum(u, _FLOOR)))
    return bits


def _counted(levels: tuple[str, ...]) -> npt.NDArray[np.bool_]:
    """Levels of which blocking finds every pair, so that u can be counted; what is different is never blocked in full."""
    return np.array([level not in ("different", "different_valid") for level in levels])


def _number_rates(rates: Rates, levels: tuple[str, ...]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    table = rates.table.filter((pl.col("field") == "number") & (pl.col("register") == POOLED))
    rows = {row["level"]: row for row in table.iter_rows(named=True)}
    return np.array([rows[level]["m"] for level in levels]), np.array([rows[level]["u"] for level in levels])


def _with_number(rates: Rates, learnt: dict[str, tuple[float, float]]) -> Rates:
    number = pl.col("field") == "number"
    m = pl.col("level").replace_strict({k: v[0] for k, v in learnt.items()}, default=None, return_dtype=pl.Float64)
    u = pl.col("level").replace_strict({k: v[1] for k, v in learnt.items()}, default=None, return_dtype=pl.Float64)
    return replace(rates, table=rates.table.with_columns(m=pl.when(number).then(m).otherwise("m"), u=pl.when(number).then(u).otherwise("u")))


def _aligned(
    exact: pl.DataFrame, registers: npt.NDArray[np.str_]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    known = pl.DataFrame({"register": registers.tolist()}, schema={"register": pl.String})
    joined = known.join(exact, on="register", how="left", maintain_order="left").fill_null(0)
    return joined["linked"].cast(pl.Float64).to_numpy(), joined["records"].cast(pl.Float64).to_numpy()


def _with_field_bits(pairs: pl.DataFrame, records: pl.DataFrame, persons: pl.DataFrame, *, rates: Rates) -> pl.DataFrame:
    """The pairs with `register` and `bits`: the weight of all fields but the number."""
    pairs = pairs.join(records.select("unit", "register"), on="unit", how="left", maintain_order="left")
    for field in ("birth", "address", "relation"):
        pairs = _with_bits(pairs, field, f"{field}_level" if field != "relation" else "relation", rates)
    pairs = pairs.with_columns(name_bits=_name_bits(pairs, persons, rates))
    place, company = pl.col("address_bits"), pl.col("relation_bits")
    # One home seen twice is one piece of evidence: the stronger of the two counts, not their sum.
    home = pl.when((place > 0) | (company > 0)).then(pl.max_horizontal(place, company)).otherwise(place + company)
    return pairs.with_columns(bits=pl.col("name_bits") + pl.col("birth_bits") + home)


def _with_bits(pairs: pl.DataFrame, field: str, column: str, rates: Rates) -> pl.DataFrame:
    bits = rates.bits(field)
    own = bits.rename({"level": column, "bits": "own"})
    pooled = bits.filter(pl.col("register") == POOLED).select(pl.col("level").alias(column), pooled="bits")
    pairs = pairs.join(own, on=["register", column], how="left", maintain_order="left")
    pairs = pairs.join(pooled, on=column, how="left", maintain_order="left")
    return pairs.with_columns(pl.coalesce("own", "pooled", pl.lit(0.0)).alias(f"{field}_bits")).drop("own", "pooled")


def _name_bits(pairs: pl.DataFrame, persons: pl.DataFrame, rates: Rates) -> pl.Series:
    total = max(rates.persons, 1)
    frequency = persons.select(
        "person",
        namesakes=pl.len().over("name_key"),
        homophones=pl.len().over("pinyin"),
        alike=pl.len().over("surname", pl.col("name_key").str.len_chars()),
    )
    frame = pairs.select("person", "name_level", "address_level", "relation", "number_level").join(
        frequency, on="person", how="left", maintain_order="left"
    )
    frame = frame.join(
        rates.table.filter((pl.col("field") == "name") & (pl.col("register") == POOLED)).select(name_level="level", m="m", u="u"),
        on="name_level",
        how="left",
        maintain_order="left",
    )
    level = pl.col("name_level")
    u = (
        pl.when(level == "exact")
        .then(pl.col("namesakes") / total)
        .when(level == "pinyin")
        .then((pl.col("homophones").cast(pl.Int64) - pl.col("namesakes") + 1) / total)
        .when(level == "unknown_character")
        .then(pl.col("alike") / total)
        .otherwise(pl.col("u"))
    )
    home = (
        (pl.col("address_level") == "room")
        | (pl.col("relation") == TOGETHER)
        | pl.col("number_level").is_in(_HOME_NUMBERS)
    ).fill_null(value=False)
    at_home = level.replace_strict(rates.home, default=None, return_dtype=pl.Float64)
    u = pl.when(home).then(pl.max_horizontal(u, at_home)).otherwise(u)
    return frame.select(bits=(pl.col("m") / u).log(2).fill_null(0.0))["bits"]
