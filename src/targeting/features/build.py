"""Findings, facts, families, awards and ties → one row of declared features an award, as known by a date.

Out: FEATURE_SUBJECTS followed by the declared features, Float64, in declared order. What is not declared is not built; what is
declared is admitted (`specs.scoring.check_features`) and has a function here of the same name, whose first line says the fact.
"""

from collections.abc import Callable
from datetime import date

import polars as pl

from targeting.errors import Misconfigured
from targeting.features import family, means, rules
from targeting.features.inputs import Inputs, narrowed
from targeting.frames.referral import FEATURE_SUBJECTS
from targeting.specs.scoring import EvidenceSpec, FeatureSpec, ScoringSpec, check_features

Feature = Callable[[Inputs], pl.DataFrame]

FUNCTIONS: tuple[Feature, ...] = (
    rules.evidence,
    rules.evidence_beside,
    means.income_found,
    means.income_unlisted,
    means.income_beside,
    means.vehicles_and_firms_beside,
    means.dwelling_shares,
    means.vehicle_price_new,
    means.firms_on_one_person,
    means.other_awards,
    family.family_not_assessed,
    family.listed_outside_family,
    family.listed_unresolved,
    family.listed_uncertain,
    family.shared_accounts,
)


def catalogue() -> dict[str, Feature]:
    """Every feature that a declaration may name."""
    return {getattr(function, "__name__", ""): function for function in FUNCTIONS}


def build(
    findings: pl.DataFrame,
    facts: pl.DataFrame,
    households: pl.DataFrame,
    awards: pl.DataFrame,
    award_members: pl.DataFrame,
    ties: pl.DataFrame,
    *,
    spec: ScoringSpec,
    evidence: EvidenceSpec,
    as_of: date,
) -> pl.DataFrame:
    """Every award in payment has each declared feature, a number or unknown.

    Raises:
        Misconfigured: a declared feature is refused (G10) or unknown; every one is listed.
        InvalidInput: a fact became known after `as_of`.
    """
    check_features(spec)
    known = catalogue()
    unknown = [f"{name}: no function builds it" for name in spec.feature_names if name not in known]
    if unknown:
        raise Misconfigured(f"models/scoring/{spec.name}.toml declares features that nothing builds.", faults=unknown)
    inputs = narrowed(findings, facts, households, awards, award_members, ties, spec=spec, evidence=evidence, as_of=as_of)
    frame = awards.select(
        subject_kind=pl.lit("award"),
        subject=pl.format("{}:{}", "benefit", "case_no"),
        benefit="benefit",
        direction=pl.lit(spec.direction),
        household_id="household_id",
        as_of=pl.lit(as_of),
    )
    subjects = FEATURE_SUBJECTS.conform(frame)
    for feature in spec.features:
        values = known[feature.name](inputs).select("subject", pl.col("value").cast(pl.Float64).alias(feature.name))
        subjects = subjects.join(values, on="subject", how="left", maintain_order="left")
    return subjects.with_columns(_where_it_bears(feature) for feature in spec.features)


def _where_it_bears(feature: FeatureSpec) -> pl.Expr:
    """The feature, unknown for awards of benefits on which it does not bear."""
    if not feature.benefits:
        return pl.col(feature.name)
    return pl.when(pl.col("benefit").is_in(feature.benefits)).then(feature.name).alias(feature.name)
