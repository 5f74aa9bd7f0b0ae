"""Parameter sets over the API: what is in use, proposals with their changes, propose, approve by a second person."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import JSONResponse, Response

from targeting.cases import publishing
from targeting.cases.codes import Power
from targeting.cases.publishing import Proposal
from targeting.dates import today
from targeting.jobs import policies
from targeting.specs.parameter_sets import of_files

from ..access import needs, store_of
from ..payloads_policies import FilesIn, SetOut, SetsOut, ValueIn
from .changing import Change, Changes

router = APIRouter(prefix="/policies", tags=["policies"])

READS = Depends(needs(Power.READ_RUNS))
Hash = Annotated[str, Path(pattern=r"^[0-9a-f]{6,64}$")]
Proposing = Annotated[Change, Depends(Changes(needs(Power.PROPOSE_RULES), versioned=False))]
Publishing = Annotated[Change, Depends(Changes(needs(Power.PUBLISH_RULES), versioned=False))]


@router.get("", dependencies=[READS])
def list_sets(request: Request) -> SetsOut:
    """The set in use, and every proposal."""
    settings, store = request.app.state.settings, store_of(request)
    law = policies.law_in_use(settings, store)
    standing = law.standing(today())
    return SetsOut(
        jurisdiction=settings.jurisdiction,
        in_use=law.set.sha256,
        published=law.published,
        sample=standing["sample"],
        sets=[_out(one, law.set.sha256) for one in publishing.proposals(store, jurisdiction=settings.jurisdiction)],
    )


@router.get("/{sha256}", dependencies=[READS])
def show(request: Request, sha256: Hash) -> SetOut:
    """One proposed set with what it changes, by date."""
    settings, store = request.app.state.settings, store_of(request)
    return _out(policies.proposal_of(settings, store, sha256), policies.law_in_use(settings, store).set.sha256)


@router.post("/values", response_model=SetOut)
def propose_value(body: ValueIn, change: Proposing) -> Response:
    """The set in use with one new value waits for a second person."""
    settings = change.request.app.state.settings
    return _answered(
        change, body, lambda: policies.propose_value(settings, change.store, actor=change.actor, **body.model_dump())
    )


@router.post("/files", response_model=SetOut)
def propose_files(body: FilesIn, change: Proposing) -> Response:
    """The set of these files waits for a second person."""
    settings = change.request.app.state.settings

    def act() -> Proposal:
        files = {f"{settings.jurisdiction}/{name}": text.encode() for name, text in body.files.items()}
        proposed = of_files(files, settings.jurisdiction)
        return policies.propose(
            settings, change.store, proposed, note=body.note, past_reason=body.past_reason, actor=change.actor
        )

    return _answered(change, body, act)


@router.post("/{sha256}/approve", response_model=SetOut)
def approve(sha256: Hash, change: Publishing) -> Response:
    """The set that somebody else proposed is the law from the next run on."""
    settings = change.request.app.state.settings
    return _answered(change, None, lambda: policies.approve(settings, change.store, sha256=sha256, actor=change.actor))


def _answered(change: Change, body: ValueIn | FilesIn | None, act: Callable[[], Proposal]) -> Response:
    def answer() -> Response:
        made = act()
        in_use = policies.law_in_use(change.request.app.state.settings, change.store).set.sha256
        return JSONResponse(_out(made, in_use).model_dump(mode="json"))

    return change.any(body, answer)


def _out(one: Proposal, in_use: str) -> SetOut:
    return SetOut(
        sha256=one.sha256,
        jurisdiction=one.jurisdiction,
        state=policies.state(one, in_use),
        proposer=one.proposer.label,
        proposed_at=one.at,
        note=one.note,
        past_reason=one.past_reason,
        reaches_back=one.reaches_back,
        approver=one.approver.label if one.approver else None,
        approved_at=one.approved_at,
        changes=[dict(change) for change in one.changes],
    )
