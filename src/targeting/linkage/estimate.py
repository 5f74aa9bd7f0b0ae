"""m and u of the number's levels, by EM over the compared pairs; each register's share of records whose person is known.

The exact links are labels, and so are judgements; of every other pair EM (Dempster, Laird & Rubin 1977) says how likely it is one
person. Pairs that blocking never brings together are two people, so u is counted over all pairs there are, not over the compared
ones. The share of known persons is counted among records with a verified number: those without one are no more often known.

People judge pairs near the cut, no random sample. A judged pair therefore takes the place of its own probability and stands for
no other pair: which pairs were picked depends on their levels alone, and then EM needs no other weights (Rubin 1976).
"""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import polars as pl

from targeting.linkage.habits import Habits
from targeting.linkage.learn import POOLED, Rates
from targeting.linkage.weigh import Learnt, shares, with_bits
from targeting.specs.linkage import LinkageSpec

_FLOOR = 1e-12  # of m and u, so that a level nobody showed has a weight
_NOT_BLOCKED = ("different", "different_valid", "others_number")


def estimate(
    pairs: pl.DataFrame,
    *,
    records: pl.DataFrame,
    persons: pl.DataFrame,
    rates: Rates,
    exact: pl.DataFrame,
    habits: Habits,
    spec: LinkageSpec,
) -> Learnt:
    """What the pairs teach; `exact` counts the `records` with a verified number by `register`, those `linked` and `known`.

    `habits` are kept with it.
    """
    levels = spec.comparison("number").levels
    pairs = with_bits(pairs, records, persons, rates=rates)
    codes = {level.name: at for at, level in enumerate(levels)}
    number = pairs["number_level"].replace_strict(codes, default=None, return_dtype=pl.Int64)
    has = number.is_not_null().to_numpy()
    number_at = number.fill_null(0).to_numpy()
    priors = _priors(exact, spec=spec)
    usual = priors.pop(POOLED)
    prior = pairs["register"].replace_strict(priors, default=usual, return_dtype=pl.Float64).to_numpy()
    _, record = np.unique(pairs["unit"].to_numpy(), return_inverse=True)
    same, apart = ((pairs["judgement"] == said).fill_null(value=False).to_numpy() for said in ("same", "different"))
    other = np.where(apart, -np.inf, pairs["other_bits"].to_numpy())
    kin = (pairs["kin_bits"] + pairs["number_kin_bits"]).to_numpy()
    linked = float(exact["linked"].sum())
    start, start_u = np.array([level.m for level in levels]), np.array([level.u for level in levels])
    veto = np.array([level.veto for level in levels])
    countable = np.array([level.name not in _NOT_BLOCKED for level in levels])
    weight = spec.learning.prior_weight
    start_u = _with_doubtful(start_u, codes["others_number"], records, linked, weight=weight)
    numbered = pairs.filter(number.is_not_null())["unit"].n_unique()
    # Another person's exact number is never settled, so it is counted over all records with a number, the settled ones too.
    seen = np.where(np.arange(len(levels)) == codes["exact"], numbered + linked, numbered)
    start_pairs, all_pairs = weight * max(rates.persons, 1), (weight + seen) * max(rates.persons, 1)
    m, u = start.copy(), start_u.copy()
    for _ in range(spec.learning.rounds if pairs.height else 0):
        bits = other + np.where(has, number_bits(m, u, veto)[number_at], 0.0)
        share = _as_judged(shares(bits, record, prior, kin=kin, rates=rates), record, same)
        matched = np.bincount(number_at[has], share[has], minlength=len(levels))
        matched[codes["exact"]] += linked
        others = np.bincount(number_at[has], 1 - share[has], minlength=len(levels))
        m = (start * weight + matched) / (weight + matched.sum())
        u = np.where(countable, (start_u * start_pairs + others) / all_pairs, start_u)
    m = np.where(veto, 0.0, m)
    table = _replaced(rates.table, [level.name for level in levels], m, u)
    # A relative's number is any one relative's: that of this one stands in so many fewer records.
    lent = (pl.col("field") == "number") & (pl.col("level") == "exact")
    home = pl.when(lent).then(float(m[codes["relatives_number"]]) / rates.relatives).otherwise("home")
    return Learnt(replace(rates, table=table, home=rates.home.with_columns(home=home)), priors, usual, habits)


def _as_judged(
    share: npt.NDArray[np.float64], record: npt.NDArray[np.intp], same: npt.NDArray[np.bool_]
) -> npt.NDArray[np.float64]:
    """A record that was judged to be somebody is that one and nobody else."""
    told = np.bincount(record, same)[record] > 0
    return np.where(told, same, share)


def _with_doubtful(
    u: npt.NDArray[np.float64], at: int, records: pl.DataFrame, linked: float, *, weight: float
) -> npt.NDArray[np.float64]:
    """u of a number that is registered under another name: the share of such records, because all other persons see it so."""
    doubtful, numbered = float(records["doubtful"].sum()), linked + records["number"].count()
    u = u.copy()
    u[at] = (u[at] * weight + doubtful) / (weight + numbered)
    return u


def _priors(exact: pl.DataFrame, *, spec: LinkageSpec) -> dict[str, float]:
    """The share of known persons in each register, drawn to that of all (`*`), and that one to the declared start."""
    weight, known, records = spec.learning.prior_weight, float(exact["known"].sum()), float(exact["records"].sum())
    usual = (spec.learning.start_prior * weight + known) / (weight + records)
    each = {row["register"]: (usual * weight + row["known"]) / (weight + row["records"]) for row in exact.iter_rows(named=True)}
    return {**each, POOLED: usual}


def number_bits(m: npt.NDArray[np.float64], u: npt.NDArray[np.float64], veto: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """log2(m/u) of each level; a veto outweighs everything."""
    bits: npt.NDArray[np.float64] = np.log2(np.maximum(m, _FLOOR) / np.maximum(u, _FLOOR))
    return np.where(veto, -np.inf, bits)


def _replaced(table: pl.DataFrame, levels: list[str], m: npt.NDArray[np.float64], u: npt.NDArray[np.float64]) -> pl.DataFrame:
    learnt = pl.DataFrame({"level": levels, "m": m, "u": u}).select(
        field=pl.lit("number"), register=pl.lit(POOLED), level="level", m="m", u="u"
    )
    return pl.concat([learnt, table.filter(pl.col("field") != "number")])
