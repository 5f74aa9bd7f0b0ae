"""Families, facts, findings and features as known by one date: the middle of the flow, the same for a screening and for training.

Called with today's date it screens; called with the last day of a past month it shows what the office could have known then.
"""

from dataclasses import dataclass
from datetime import date

import polars as pl

from targeting.eligibility.determine import determine
from targeting.features.build import build
from targeting.households.awards import awards
from targeting.households.compose import compose
from targeting.households.facts import facts
from targeting.households.residents import residents
from targeting.households.ties import ties
from targeting.jobs.inputs import Inputs
from targeting.specs.policy import Policy
from targeting.specs.scoring import EvidenceSpec, ScoringSpec


@dataclass(frozen=True, slots=True)
class Assessment:
    """Everything that is worked out about everybody on one date."""

    as_of: date
    households: pl.DataFrame
    awards: pl.DataFrame
    award_members: pl.DataFrame
    facts: pl.DataFrame
    ties: pl.DataFrame
    findings: pl.DataFrame


def assess(inputs: Inputs, *, policy: Policy, dispositions: pl.DataFrame, run: str, as_of: date) -> Assessment:
    """The families, awards, facts and findings of everybody, as known by `as_of`."""
    law = policy.on(as_of)
    tables, links, how = inputs.tables, inputs.links, inputs.knowledge
    registered = residents(tables, links, knowledge=how, as_of=as_of)
    families = compose(registered, tables, links, inputs.persons, rules=law, knowledge=how, as_of=as_of)
    running, members = awards(tables, links, families, knowledge=how, as_of=as_of)
    what_is_known = facts(tables, links, knowledge=how, as_of=as_of)
    findings = determine(
        families,
        running,
        members,
        what_is_known,
        inputs.coverage,
        policy=policy,
        dispositions=dispositions,
        run=run,
        as_of=as_of,
    )
    tied = ties(registered, tables, running, members, families, knowledge=how, as_of=as_of)
    return Assessment(as_of, families, running, members, what_is_known, tied, findings)


def features(assessment: Assessment, *, spec: ScoringSpec, evidence: EvidenceSpec) -> pl.DataFrame:
    """The declared features of every award in payment, as known by the assessment's date."""
    return build(
        assessment.findings,
        assessment.facts,
        assessment.households,
        assessment.awards,
        assessment.award_members,
        assessment.ties,
        spec=spec,
        evidence=evidence,
        as_of=assessment.as_of,
    )
