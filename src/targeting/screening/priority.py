"""Findings, awards and scores → one row a subject in one direction: what is at stake, how likely, and the order of work.

The order is by expected benefit of a review: probability × (value of a correction + money a month). Without a trained model the
probability is the share of such findings that past reviews confirmed (`models/scoring/checks.toml`).
"""

import polars as pl

from targeting.specs.scoring import EvidenceSpec, Ranking

KEY = ["subject_kind", "subject", "direction", "benefit"]
BY_FINDINGS = "findings_and_money"
HOUSEHOLD_BENEFIT = "dibao"  # paid to a family; the disability subsidies are paid to one person


def priorities(
    findings: pl.DataFrame,
    scores: pl.DataFrame,
    awards: pl.DataFrame,
    award_members: pl.DataFrame,
    households: pl.DataFrame,
    *,
    ranking: Ranking,
    informing: frozenset[str] = frozenset(),
) -> pl.DataFrame:
    """Every award in scope (over) and every subject with a hit in the missing direction, with `priority` and what it rests on.

    Columns: the key, office, household_id, person_ids, checks, amount_month, evidence, probability (null without a model),
    likely (what the order uses), priority, ranked_by.
    """
    subjects = pl.concat([_awards(awards), _missing(findings, awards)])
    offices = households.group_by("household_id").agg(pl.col("office").drop_nulls().sort().first().alias("home_office"))
    described = (
        subjects.join(_hits(findings, evidence=ranking.evidence, informing=informing), on=KEY, how="left")
        .join(scores.select(*KEY, "probability", "model"), on=KEY, how="left")
        .join(offices, on="household_id", how="left")
        .join(_family(subjects, award_members, households), on=KEY, how="left")
        .with_columns(office=pl.coalesce("office", "home_office"))
        .drop("home_office")
    )
    return _weighed(described, ranking=ranking)


def _weighed(subjects: pl.DataFrame, *, ranking: Ranking) -> pl.DataFrame:
    evidence = pl.col("evidence").fill_null(0.0)
    base = 1.0 - ranking.evidence.base
    amount = pl.col("hit_amount").fill_null(pl.col("award_amount")).fill_null(0)
    value = ranking.capacity.value_of_a_correction_cents + pl.col("amount_month").clip(lower_bound=0)
    return (
        subjects.with_columns(
            evidence=evidence,
            checks=pl.col("checks").fill_null(""),
            amount_month=amount,
            likely=pl.coalesce("probability", 1.0 - base * (-evidence).exp()),
            ranked_by=pl.col("model").fill_null(BY_FINDINGS),
            person_ids=_joined("persons", "family", "person_id"),
        )
        .with_columns(priority=pl.col("likely") * value)
        .drop("hit_amount", "award_amount", "model", "person_id", "persons", "family")
    )


def _joined(persons: str, family: str, person: str) -> pl.Expr:
    """Everybody of the subject, once, in order of id: those of the hits, the family or the listed, the person of the subject."""
    none = pl.lit([], dtype=pl.List(pl.String))
    everybody = pl.concat_list(pl.col(persons).fill_null(none), pl.col(family).fill_null(none), pl.col(person))
    return everybody.list.drop_nulls().list.unique().list.sort().list.join(",")


def _family(subjects: pl.DataFrame, award_members: pl.DataFrame, households: pl.DataFrame) -> pl.DataFrame:
    """The people of each subject of a household's benefit: the assessed family and those whom the award lists."""
    of_household = subjects.filter(pl.col("benefit") == HOUSEHOLD_BENEFIT)
    family = of_household.join(households.select("household_id", member="person_id"), on="household_id")
    listed = award_members.select(subject=pl.format("{}:{}", "benefit", "case_no"), member="person_id").drop_nulls()
    named = of_household.join(listed, on="subject")
    everybody = pl.concat([family.select(*KEY, "member"), named.select(*KEY, "member")])
    return everybody.group_by(KEY).agg(family=pl.col("member").unique().sort())


def _awards(awards: pl.DataFrame) -> pl.DataFrame:
    return awards.select(
        subject_kind=pl.lit("award"),
        subject=pl.format("{}:{}", "benefit", "case_no"),
        direction=pl.lit("over"),
        benefit="benefit",
        office="office",
        household_id="household_id",
        person_id="person_id",
        award_amount="amount_month",
    )


def _missing(findings: pl.DataFrame, awards: pl.DataFrame) -> pl.DataFrame:
    """Subjects in the missing direction: only those with a hit; nobody is invited without a reason."""
    offices = awards.select(subject=pl.format("{}:{}", "benefit", "case_no"), office="office")
    hits = findings.filter((pl.col("direction") == "missing") & (pl.col("result") == "hit"))
    return (
        hits.sort(*KEY, "check", "person_id")
        .group_by(KEY, maintain_order=True)
        .agg(pl.col("household_id").drop_nulls().first(), pl.col("person_id").drop_nulls().first())
        .join(offices, on="subject", how="left")
        .with_columns(award_amount=pl.lit(None, dtype=pl.Int64))
        .select("subject_kind", "subject", "direction", "benefit", "office", "household_id", "person_id", "award_amount")
    )


def _hits(findings: pl.DataFrame, *, evidence: EvidenceSpec, informing: frozenset[str]) -> pl.DataFrame:
    """What the hits of one subject come to: each check once, at its most certain link, strongest first.

    A check that informs at most adds neither weight nor money: an award with such hits alone stands where it would without.
    """
    hits = (
        findings.filter(pl.col("result") == "hit")
        .with_columns(certain=pl.col("link_level").fill_null("A") == "A")
        .group_by(*KEY, "check")
        .agg(
            pl.col("certain").max(),
            pl.col("amount_month").max(),
            pl.col("person_id").drop_nulls().unique().sort().alias("persons"),
        )
    )
    weights = [
        0.0 if check in informing else evidence.weight(check, certain=certain)
        for check, certain in hits.select("check", "certain").iter_rows()
    ]
    return (
        hits.with_columns(weight=pl.Series(weights, dtype=pl.Float64))
        .sort(*KEY, pl.col("weight").neg(), "check")
        .group_by(KEY, maintain_order=True)
        .agg(
            evidence=pl.col("weight").sum(),
            checks=pl.col("check").str.join(","),
            hit_amount=pl.col("amount_month").filter(~pl.col("check").is_in(sorted(informing))).max(),
            persons=pl.col("persons").explode().drop_nulls().unique().sort(),
        )
    )
