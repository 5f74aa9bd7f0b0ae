"""Families, facts, findings and features as known by one date: the middle of the flow, the same for a screening and for training.

Called with today's date it screens; called with the last day of a past month it shows what the office could have known then.
"""

from dataclasses import dataclass
from datetime import date

import polars as pl

from targeting.eligibility.determine import determine
from targeting.features.build import build
from targeting.frames.assessment import FACTS
from targeting.households.awards import awards
from targeting.households.compose import compose
from targeting.households.facts import facts
from targeting.households.price_index import price_index
from targeting.households.residents import residents
from targeting.households.supporters import supporter_facts, supporters
from targeting.households.ties import ties
from targeting.households.unit_prices import Prices
from targeting.jobs.inputs import Inputs
from targeting.specs.policy import Policy, PolicyOn
from targeting.specs.scoring import EvidenceSpec, ScoringSpec
from targeting.specs.valuation import load_valuation


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Who lives together, who is paid what, what is known of everybody and who is tied to whom on one date.

    `price_index`: what units were valued by (PRICE_INDEX), kept so that each value can be worked out again.
    """

    as_of: date
    households: pl.DataFrame
    awards: pl.DataFrame
    award_members: pl.DataFrame
    facts: pl.DataFrame
    ties: pl.DataFrame
    price_index: pl.DataFrame


def circumstances(inputs: Inputs, *, law: PolicyOn, as_of: date) -> Circumstances:
    """The families, awards, facts and ties of everybody, as known by `as_of`."""
    tables, links, how = inputs.tables, inputs.links, inputs.knowledge
    registered = residents(tables, links, knowledge=how, as_of=as_of)
    families = compose(registered, tables, links, inputs.persons, rules=law, knowledge=how, as_of=as_of)
    valuation = load_valuation()
    index = price_index(tables, knowledge=how, spec=valuation, as_of=as_of)
    running, members = awards(tables, links, families, knowledge=how, as_of=as_of)
    owing = supporters(registered, families, tables, links, rules=law, knowledge=how, as_of=as_of)
    known = facts(tables, links, knowledge=how, as_of=as_of, prices=Prices(index, valuation))
    return Circumstances(
        as_of=as_of,
        households=families,
        awards=running,
        award_members=members,
        facts=FACTS.conform(pl.concat([known, supporter_facts(owing)])),
        ties=ties(registered, tables, running, members, families, knowledge=how, as_of=as_of),
        price_index=index,
    )


def findings(of: Circumstances, coverage: pl.DataFrame, *, policy: Policy, dispositions: pl.DataFrame, run: str) -> pl.DataFrame:
    """What every check in force on the date answers for everybody."""
    return determine(
        of.households,
        of.awards,
        of.award_members,
        of.facts,
        coverage,
        ties=of.ties,
        policy=policy,
        dispositions=dispositions,
        run=run,
        as_of=of.as_of,
    )


def features(of: Circumstances, found: pl.DataFrame, *, spec: ScoringSpec, evidence: EvidenceSpec) -> pl.DataFrame:
    """The declared features of every award in payment, as known by the date, out of circumstances and findings."""
    return build(
        found, of.facts, of.households, of.awards, of.award_members, of.ties, spec=spec, evidence=evidence, as_of=of.as_of
    )
