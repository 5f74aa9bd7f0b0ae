"""Several officers at once: one wins, the other is told; the chain has no gap; nobody takes what another has taken."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from case_office import MONDAY, Office, referral_of

from targeting.cases import accounts, audit, deciding, opening, work
from targeting.cases.records import RunManifest
from targeting.errors import Conflict, Outdated, TargetingError


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What each call returned or raised."""

    def answer(call: Callable[[], Any]) -> Any:
        try:
            return call()
        except TargetingError as refused:
            return refused

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(answer, calls))


def test_the_chain_is_whole_after_many_wrote_at_once(office: Office) -> None:
    office.open(*(referral_of(n) for n in range(1, 9)))
    ids = [office.id_of(referral_of(n)) for n in range(1, 9)]
    notes = [
        lambda i=i, n=n: work.add_note(office.store, case_id=ids[i], text=f"Note {n}", actor=office.officer, at=MONDAY)
        for n in range(3)
        for i in range(8)
    ]
    assert not [answer for answer in at_once(*notes) if isinstance(answer, Exception)]
    found = audit.verify(office.store)
    assert (found.ok, found.events) == (True, 9 + 24)


def test_of_two_who_decide_the_same_case_one_wins_and_the_other_is_told(office: Office) -> None:
    case_id = office.one()
    version = office.case(case_id).case.version
    answers = at_once(
        lambda: office.clear(case_id, version=version),
        lambda: office.clear(case_id, version=version, actor=office.colleague),
    )
    assert sum(isinstance(answer, Outdated) for answer in answers) == 1
    assert office.sql("SELECT count(*) FROM decisions") == [(1,)]


def test_nobody_is_handed_a_case_that_another_was_handed(office: Office) -> None:
    office.open(*(referral_of(n) for n in range(1, 7)))
    people = (office.officer, office.colleague, office.supervisor)
    rows = at_once(*(lambda p=p: work.take_next(office.store, actor=p, at=MONDAY) for p in people * 2))
    taken = [row.id for row in rows if row is not None and not isinstance(row, Exception)]
    assert len(taken) == len(set(taken)) == 6


def test_a_run_opened_twice_at_once_opens_once(office: Office) -> None:
    manifest = RunManifest("run-1", "2026-10-31", MONDAY.date(), "over 3")
    ranking = [referral_of(n) for n in range(1, 6)]
    answers = at_once(*(lambda: opening.open_run(office.store, manifest, ranking, at=MONDAY) for _ in range(3)))
    done = [answer for answer in answers if not isinstance(answer, Conflict)]
    assert sum(not answer.repeated for answer in done) == 1
    assert office.sql("SELECT count(*) FROM cases") == [(5,)]


def test_a_key_claimed_twice_at_once_is_claimed_once(office: Office) -> None:
    arguments = {"actor": office.officer, "key": "k", "route": "POST /cases", "body_sha256": "1", "at": MONDAY}
    answers = at_once(*(lambda: accounts.claim_key(office.store, **arguments) for _ in range(4)))
    assert sum(not isinstance(answer, Conflict) for answer in answers) == 1


def test_two_supervisors_answer_one_proposal_once(office: Office) -> None:
    case_id = office.one()
    office.processed(case_id)
    office.propose(case_id)
    answers = at_once(
        lambda: office.approve(case_id),
        lambda: deciding.send_back(office.store, case_id=case_id, reason="More.", actor=office.deputy, at=MONDAY),
    )
    assert sum(isinstance(answer, Conflict) for answer in answers) == 1
    assert office.sql("SELECT count(*) FROM approvals") == [(1,)]
