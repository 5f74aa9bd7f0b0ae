"""What follows for findings when facts are disputed, links are judged or a case is decided: dispositions and reassessment.

A disposition is keyed by subject, check and a hash of what the facts say, so that a clearance holds exactly until a fact changes.
"""

from collections.abc import Iterable, Sequence

from targeting.cases import store_evidence
from targeting.cases.codes import Disposition, Finding, Judgement, Strength
from targeting.cases.columns import new_id
from targeting.cases.schema import Case, CaseFact, CaseFinding, Settled
from targeting.cases.store import Unit


def reassess(unit: Unit, case: Case) -> None:
    """Strength, need of confirmation and of screening again follow from the present hits, facts and judged links.

    A cut link under any present fact asks for another screening: families and incomes were put together with it.
    """
    unit.session.flush()
    proofs = store_evidence.proofs(unit.session, case.id)
    facts = [row for row in store_evidence.facts(unit.session, case.id) if row.current]
    hits = [row for row in store_evidence.findings(unit.session, case.id) if row.current and row.result == "hit"]
    open_hits, certain = 0, 0
    for hit in hits:
        behind = [proofs[fact.fact_key] for fact in _behind(hit, facts)]
        if any(proof.judgement is Judgement.DIFFERENT for proof in behind):
            continue
        known = hit.link_level != "B" or any(proof.level == "B" for proof in behind)
        sure = known and all(proof.confirmed() for proof in behind)
        certain += sure
        open_hits += not sure
    case.needs_confirmation = open_hits > 0
    case.rescreen_due = any(proofs[fact.fact_key].judgement is Judgement.DIFFERENT for fact in facts)
    case.strength = (Strength.STRONG if certain else Strength.MEDIUM if open_hits else Strength.WEAK).value


def _behind(hit: CaseFinding, facts: Sequence[CaseFact]) -> list[CaseFact]:
    """The facts that a hit uses; where it hangs on a probable link that none of them shows, also those about its person."""
    used = [fact for fact in facts if fact.fact_id in fact_ids(hit)]
    if hit.link_level != "B" or any(fact.level == "B" for fact in used):
        return used
    return used + [fact for fact in facts if fact.level == "B" and hit.person_id in (None, fact.person_id)]


def park(unit: Unit, case: Case, fact: CaseFact) -> None:
    """The hits that use the fact are parked for later runs."""
    for hit in _hits_with(unit, case, [fact.fact_id]):
        _settle(unit, case, hit, Disposition.PARKED)


def unpark(unit: Unit, case: Case, fact: CaseFact, *, upheld: bool) -> None:
    """The hits that use the fact are no longer parked: cleared where the register was wrong, else in force again."""
    for hit in _hits_with(unit, case, [fact.fact_id]):
        if upheld:
            _settle(unit, case, hit, Disposition.CLEARED)
        elif (standing := _in_force(unit, case, hit)) is not None and standing.disposition == Disposition.PARKED:
            standing.lifted_at = unit.at


def settle_decided(unit: Unit, case: Case, finding: Finding) -> None:
    """What the decision clears stays cleared until the facts change."""
    if finding is Finding.ENTITLED_AS_PAID:
        cleared = _hits(unit, case)
    elif finding is Finding.WRONG_PERSON_LINKED:
        proofs = store_evidence.proofs(unit.session, case.id)
        cut = [
            row.fact_id
            for row in store_evidence.facts(unit.session, case.id)
            if proofs[row.fact_key].judgement is Judgement.DIFFERENT
        ]
        cleared = _hits_with(unit, case, cut)
    else:
        cleared = []
    for hit in cleared:
        _settle(unit, case, hit, Disposition.CLEARED)


def fact_ids(finding: CaseFinding) -> list[str]:
    """The ids of the facts that a finding uses; an unknown one lists reasons instead."""
    return [entry for entry in finding.facts if isinstance(entry, str)]


def _hits(unit: Unit, case: Case) -> list[CaseFinding]:
    found = store_evidence.findings(unit.session, case.id)
    return [row for row in found if row.result == "hit" and row.current]


def _hits_with(unit: Unit, case: Case, ids: Iterable[str]) -> list[CaseFinding]:
    wanted = set(ids)
    return [hit for hit in _hits(unit, case) if wanted & set(fact_ids(hit))]


def _in_force(unit: Unit, case: Case, hit: CaseFinding) -> Settled | None:
    return store_evidence.disposition(unit.session, case.subject, hit.check, hit.facts_sha256)


def _settle(unit: Unit, case: Case, hit: CaseFinding, disposition: Disposition) -> None:
    standing = _in_force(unit, case, hit)
    if standing is not None:
        if standing.disposition == disposition:
            return
        standing.lifted_at = unit.at
        unit.session.flush()
    user_id = unit.actor.user_id if unit.actor else ""
    row = Settled(
        id=new_id(unit.at), subject=case.subject, check=hit.check, facts_sha256=hit.facts_sha256,
        disposition=disposition.value, case_id=case.id, user_id=user_id, at=unit.at, lifted_at=None,
    )  # fmt: skip
    unit.add(row)
    unit.event(f"finding.{disposition}", case_id=case.id, check=hit.check, facts_sha256=hit.facts_sha256)
