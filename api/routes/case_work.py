"""An officer's work on a case: take, give back, hand on, put aside, note, mark facts, own finding, judge links, dispute."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from targeting.cases import work
from targeting.cases.codes import Power
from targeting.cases.records import CaseRow
from targeting.dates import now

from ..access import needs
from ..payloads import AddFact, Assign, DisputeAnswer, DisputeIn, JudgeLink, MarkFact, Note, OwnFindingIn, Snooze
from .cases import CaseId
from .changing import Change, Changes

router = APIRouter(tags=["work"])

Working = Annotated[Change, Depends(Changes(needs(Power.WORK_CASES)))]
Answering = Annotated[Change, Depends(Changes(needs(Power.WORK_CASES), versioned=False))]
Assigning = Annotated[Change, Depends(Changes(needs(Power.ASSIGN)))]


@router.post("/cases/{case_id}/take", response_model=CaseRow)
def take(case_id: CaseId, change: Working) -> Response:
    """The case is the caller's."""
    return change.case(None, lambda: work.take(change.store, case_id=case_id, **change.guard))


@router.post("/cases/{case_id}/release", response_model=CaseRow)
def release(case_id: CaseId, change: Working) -> Response:
    """The case is back in the office's queue."""
    return change.case(None, lambda: work.release(change.store, case_id=case_id, **change.guard))


@router.post("/cases/{case_id}/assign", response_model=CaseRow)
def assign(case_id: CaseId, body: Assign, change: Assigning) -> Response:
    """The case is that officer's, or nobody's."""
    return change.case(body, lambda: work.assign(change.store, case_id=case_id, to_login=body.to_login, **change.guard))


@router.post("/cases/{case_id}/snooze", response_model=CaseRow)
def snooze(case_id: CaseId, body: Snooze, change: Working) -> Response:
    """The case is out of the queue until a day; its deadline runs on."""
    return change.case(
        body, lambda: work.snooze(change.store, case_id=case_id, until=body.until, reason=body.reason, **change.guard)
    )


@router.post("/cases/{case_id}/unsnooze", response_model=CaseRow)
def unsnooze(case_id: CaseId, change: Working) -> Response:
    """The case is back before its day."""
    return change.case(None, lambda: work.unsnooze(change.store, case_id=case_id, **change.guard))


@router.post("/cases/{case_id}/notes", response_model=CaseRow)
def note(case_id: CaseId, body: Note, change: Working) -> Response:
    """The note stands in the timeline."""
    return change.case(body, lambda: work.add_note(change.store, case_id=case_id, text=body.text, **change.guard))


@router.post("/cases/{case_id}/verdicts", response_model=CaseRow)
def mark(case_id: CaseId, body: MarkFact, change: Working) -> Response:
    """The caller's mark on one fact is recorded."""
    return change.case(
        body,
        lambda: work.record_verdict(change.store, case_id=case_id, fact_key=body.fact_key, verdict=body.verdict, **change.guard),
    )


@router.post("/cases/{case_id}/own-finding", response_model=CaseRow)
def own_finding(case_id: CaseId, body: OwnFindingIn, change: Working) -> Response:
    """The caller's own finding is recorded; rank and model reasons may be shown from now on."""
    return change.case(
        body,
        lambda: work.record_own_finding(change.store, case_id=case_id, finding=body.finding, note=body.note, **change.guard),
    )


@router.post("/cases/{case_id}/facts", response_model=CaseRow)
def add_fact(case_id: CaseId, body: AddFact, change: Working) -> Response:
    """What the caller saw or was shown is a fact of the case."""
    return change.case(
        body,
        lambda: work.add_fact(
            change.store, case_id=case_id, source=body.source, kind=body.kind, text=body.text,
            person_id=body.person_id, **change.guard,
        )[0],
    )  # fmt: skip


@router.post("/cases/{case_id}/link-judgements", response_model=CaseRow)
def judge_link(case_id: CaseId, body: JudgeLink, change: Working) -> Response:
    """The judgement binds every case that uses the link."""
    return change.case(
        body,
        lambda: work.judge_link(
            change.store, case_id=case_id, fact_key=body.fact_key, judgement=body.judgement, reason=body.reason,
            **change.guard,
        ),
    )  # fmt: skip


@router.post("/cases/{case_id}/disputes", response_model=CaseRow)
def dispute(case_id: CaseId, body: DisputeIn, change: Working) -> Response:
    """The fact is parked; nothing rests on it until the register has answered."""
    return change.case(
        body,
        lambda: work.dispute(
            change.store, case_id=case_id, fact_key=body.fact_key, route=body.route, reason=body.reason, **change.guard
        ),
    )


@router.post("/disputes/{dispute_id}/answer", response_model=CaseRow)
def answer_dispute(dispute_id: CaseId, body: DisputeAnswer, change: Answering) -> Response:
    """The register's answer is recorded."""
    return change.case(
        body,
        lambda: work.resolve_dispute(
            change.store, dispute_id=dispute_id, state=body.state, resolution=body.resolution, actor=change.actor, at=now()
        ),
    )
