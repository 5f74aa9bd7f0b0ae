"""What waits for a second person, and the page on which that person decides; the author never can (G01)."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from targeting.cases import deciding
from targeting.cases.codes import ApprovalVerdict
from targeting.errors import Conflict

from ..access import Approver, Form, store_of
from ..fields import Fields
from ..once import submitted
from ..rendering import page
from .case_steps import guard
from .facts_table import facts_table
from .view import case_values, read_case, reader_texts

router = APIRouter()


@router.get("/approvals")
def waiting(actor: Approver) -> Response:  # noqa: ARG001 (its power is what matters)
    """The queue of what waits for a second person."""
    return RedirectResponse("/queue?view=to_approve", status_code=303)


@router.get("/cases/{case_id}/approve")
def show(request: Request, case_id: str, actor: Approver) -> Response:
    """The proposed decision with its evidence and what the household said."""
    d = read_case(request, case_id, actor)
    proposed = [decision for decision in d.decisions if decision.approval is None]
    if d.case.state != "waiting_approval" or not proposed:
        raise Conflict("No decision of this case waits for a second person.")
    decision = proposed[-1]
    keys = [key for ground in decision.grounds for key in ground.fact_keys]
    proofs = facts_table(d, reader_texts(request)).of(keys)
    own = decision.author.id == actor.user_id
    values = case_values(request, d, actor)
    values["steps"] = [step for step in values["steps"] if not step.personal]
    return page(request, "approve.html", **values, x=decision, proofs=proofs, own=own)


@router.post("/cases/{case_id}/approve")
def approve(request: Request, case_id: str, form: Form, actor: Approver) -> Response:
    """The second person has approved the decision or sent it back with a reason."""
    fields = Fields(form)
    verdict, reason = fields.code("verdict", ApprovalVerdict), fields.text("reason")
    guarded = guard(fields, actor)
    step = deciding.approve if verdict is ApprovalVerdict.APPROVED else deciding.send_back

    def act() -> str:
        step(store_of(request), case_id=case_id, reason=reason, **guarded)
        return f"/cases/{case_id}?done={verdict}"

    return submitted(request, form, actor=actor, act=act)
