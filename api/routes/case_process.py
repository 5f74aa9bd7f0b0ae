"""The lawful process over the API: notice, service, reply, visit, hearing, decision, second approval, withdrawal."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from targeting.cases import deciding, process
from targeting.cases.codes import ApprovalVerdict, Power
from targeting.cases.dossier import GroundInput
from targeting.cases.records import CaseRow, MonthInput
from targeting.dates import Month

from ..access import needs
from ..payloads import ApprovalIn, DecisionIn, HearingIn, NoticeIn, Reason, ReplyIn, VisitIn
from .case_work import Working
from .cases import CaseId
from .changing import Change, Changes

router = APIRouter(tags=["process"])

Deciding = Annotated[Change, Depends(Changes(needs(Power.DECIDE)))]
Approving = Annotated[Change, Depends(Changes(needs(Power.APPROVE)))]
Withdrawing = Annotated[Change, Depends(Changes(needs(Power.WITHDRAW)))]


@router.post("/cases/{case_id}/notices", response_model=CaseRow)
def serve_notice(case_id: CaseId, body: NoticeIn, change: Working) -> Response:
    """The letter is recorded with the ways it was served; the reply window runs."""
    return change.case(
        body,
        lambda: process.serve_notice(
            change.store, case_id=case_id, letter=body.letter, language=body.language, services=body.services,
            fact_keys=body.fact_keys, **change.guard,
        ),
    )  # fmt: skip


@router.post("/cases/{case_id}/replies", response_model=CaseRow)
def reply(case_id: CaseId, body: ReplyIn, change: Working) -> Response:
    """The household's answer is recorded."""
    return change.case(
        body,
        lambda: process.record_reply(
            change.store, case_id=case_id, received_on=body.received_on, channel=body.channel, text=body.text,
            waives_window=body.waives_window, **change.guard,
        ),
    )  # fmt: skip


@router.post("/cases/{case_id}/visits", response_model=CaseRow)
def visit(case_id: CaseId, body: VisitIn, change: Working) -> Response:
    """The visit is recorded."""
    return change.case(
        body,
        lambda: process.record_visit(
            change.store, case_id=case_id, attempted_on=body.attempted_on, outcome=body.outcome,
            second_visitor=body.second_visitor, text=body.text, **change.guard,
        ),
    )  # fmt: skip


@router.post("/cases/{case_id}/hearings", response_model=CaseRow)
def hearing(case_id: CaseId, body: HearingIn, change: Working) -> Response:
    """The hearing is recorded."""
    return change.case(
        body,
        lambda: process.record_hearing(
            change.store, case_id=case_id, held_on=body.held_on, channel=body.channel, outcome=body.outcome,
            text=body.text, **change.guard,
        ),
    )  # fmt: skip


@router.post("/cases/{case_id}/decisions", response_model=CaseRow)
def decide(case_id: CaseId, body: DecisionIn, change: Deciding) -> Response:
    """Decided at once where it harms nobody, else waiting for a second person; refused (403) with all that is missing."""
    grounds = [GroundInput(g.text, tuple(g.fact_keys), g.check) for g in body.grounds]
    months = [MonthInput(Month.parse(m.month).first_day, m.paid_cents, m.due_cents) for m in body.months]
    return change.case(
        body,
        lambda: deciding.propose(
            change.store, case_id=case_id, finding=body.finding, cause=body.cause, reason=body.reason,
            grounds=grounds, months=months, **change.guard,
        ),
    )  # fmt: skip


@router.post("/cases/{case_id}/approvals", response_model=CaseRow)
def approve(case_id: CaseId, body: ApprovalIn, change: Approving) -> Response:
    """The second person has approved the decision or sent it back; its author never can."""
    step = deciding.approve if body.verdict is ApprovalVerdict.APPROVED else deciding.send_back
    return change.case(body, lambda: step(change.store, case_id=case_id, reason=body.reason, **change.guard))


@router.post("/cases/{case_id}/take-back", response_model=CaseRow)
def take_back(case_id: CaseId, change: Deciding) -> Response:
    """The author has taken the proposed decision back."""
    return change.case(None, lambda: deciding.take_back(change.store, case_id=case_id, **change.guard))


@router.post("/cases/{case_id}/withdraw", response_model=CaseRow)
def withdraw(case_id: CaseId, body: Reason, change: Withdrawing) -> Response:
    """The case is withdrawn with a reason."""
    return change.case(body, lambda: deciding.withdraw(change.store, case_id=case_id, reason=body.reason, **change.guard))
