"""A word on a link binds at once wherever the link is used, can be taken back, and belongs to those whose cases it concerns."""

from dataclasses import replace

import pytest
from case_office import ELSEWHERE, HERE, MONDAY, Office, days, doubtful, fact, finding, referral_of
from sqlalchemy.exc import DBAPIError

from targeting.cases import feedback, links, process
from targeting.cases.codes import Channel, Direction, GateFault, Judgement
from targeting.cases.dossier import GroundInput
from targeting.cases.links import LinkRef
from targeting.cases.received import link_key
from targeting.cases.records import Actor
from targeting.errors import AdverseBlocked, Conflict, InvalidInput, NotAllowed, NotFound

NOVEMBER = {"run": "run-2", "snapshot": "2026-11-30"}


def link(row: int = 900, person: str = "P1", **values: object) -> LinkRef:
    """The link of a deed to a person, as `doubtful` brings it."""
    sha256 = f"{row:064d}"
    known = {"link_key": link_key(sha256, person), "register": "property", "row": row, "role": "owner", "snapshot": "2026-10-31",
             "identity_sha256": sha256, "person_id": person, "rule": "name_and_birth", "office": None}  # fmt: skip
    return LinkRef(**(known | values))  # type: ignore[arg-type]


def say(
    office: Office, judgement: Judgement, *, actor: Actor | None = None, which: LinkRef | None = None, after: float = 0
) -> None:
    links.judge(office.store, link=which or link(), judgement=judgement, actor=actor or office.officer, at=MONDAY + days(after))


def test_a_cut_link_marks_every_open_case_and_no_adverse_step_rests_on_it(office: Office) -> None:
    office.open(doubtful(1), doubtful(2))
    first, second = (office.id_of(referral_of(n)) for n in (1, 2))
    say(office, Judgement.SAME)
    office.processed(first)
    grounds = (GroundInput("A second home.", office.fact_keys(first), "X09"),)
    office.propose(first, grounds=grounds)
    before = office.case(second).case.version
    say(office, Judgement.DIFFERENT, actor=office.colleague, after=0.1)
    for case_id in (first, second):
        found = office.case(case_id)
        assert (found.case.rescreen_due, found.case.strength, found.timeline[-1].kind) == (True, "weak", "link.judged")
    assert office.case(second).case.version == before + 1
    with pytest.raises(AdverseBlocked) as refused:
        office.approve(first)
    assert refused.value.faults == (GateFault.RESCREEN.value, GateFault.UNCONFIRMED.value)
    with pytest.raises(DBAPIError, match="link_cut"):
        office.sql("UPDATE cases SET state = 'decided', finding = 'paid_too_much', cause = 'change_not_reported',"
                   " decision_id = (SELECT id FROM decisions WHERE case_id = :i), decided_at = opened_at WHERE id = :i",
                   i=first)  # fmt: skip


def test_a_notice_cannot_name_a_fact_of_somebody_else(office: Office) -> None:
    case_id = office.one(doubtful(1))
    keys = office.fact_keys(case_id)
    say(office, Judgement.DIFFERENT)
    today = office.store.rules.day(MONDAY)
    with pytest.raises(InvalidInput, match="another person"):
        process.serve_notice(
            office.store, case_id=case_id, letter="x", language="en", fact_keys=keys,
            services={Channel.LETTER: today, Channel.VISIT: today}, actor=office.officer, at=MONDAY,
        )  # fmt: skip
    office.serve(case_id)
    assert office.case(case_id).notices[0].fact_keys == ()
    with pytest.raises(DBAPIError, match="unconfirmed"):
        office.sql("INSERT INTO notice_facts (notice_id, case_id, fact_key) SELECT id, case_id, :k FROM notices", k=keys[0])


def test_taking_a_word_back_lets_the_one_before_hold_and_keeps_both(office: Office) -> None:
    case_id = office.one(doubtful(1))
    say(office, Judgement.SAME)
    say(office, Judgement.DIFFERENT, after=0.1)
    assert links.undo_last(office.store, actor=office.officer, at=MONDAY + days(0.2)) == link().link_key
    found = office.case(case_id)
    assert (found.facts[0].judgement, found.case.strength, found.case.rescreen_due) == ("same", "strong", False)
    assert [row["judgement"] for row in feedback.judgements(office.store)] == ["same"]
    links.undo(office.store, link=link(), actor=office.officer, at=MONDAY + days(0.3))
    assert office.case(case_id).facts[0].judgement is None
    assert feedback.judgements(office.store) == []
    assert office.sql("SELECT count(*) FROM link_judgements") == [(2,)]
    assert [entry.kind for entry in found.timeline][-3:] == ["link.judged", "link.judged", "link.undone"]
    for attempt in (lambda: links.undo(office.store, link=link(), actor=office.officer, at=MONDAY + days(1)),
                    lambda: links.undo_last(office.store, actor=office.officer, at=MONDAY + days(1))):  # fmt: skip
        with pytest.raises(Conflict, match="nothing to undo"):
            attempt()
    with pytest.raises(DBAPIError, match="append_only"):
        office.sql("DELETE FROM link_undos")


def test_who_may_say_what_about_a_link(office: Office) -> None:
    office.open(doubtful(1))
    with pytest.raises(NotFound):
        say(office, Judgement.SAME, actor=office.stranger)
    with pytest.raises(NotAllowed):
        say(office, Judgement.SAME, actor=office.auditor)
    assert links.view(office.store, link=link(), actor=office.auditor, at=MONDAY).word is None
    unused = link(row=901, person="P9", office=HERE)
    with pytest.raises(NotFound):
        say(office, Judgement.SAME, which=unused)
    say(office, Judgement.SAME, which=unused, actor=office.supervisor)
    with pytest.raises(NotFound):
        say(office, Judgement.SAME, which=replace(unused, office=ELSEWHERE), actor=office.supervisor)
    say(office, Judgement.SAME)
    with pytest.raises(NotAllowed, match="somebody else's"):
        links.undo(office.store, link=link(), actor=office.colleague, at=MONDAY)
    links.undo(office.store, link=link(), actor=office.supervisor, at=MONDAY)


def test_one_record_is_not_two_people(office: Office) -> None:
    office.open(doubtful(1))
    say(office, Judgement.SAME)
    other = link(person="P2", office=HERE)
    with pytest.raises(Conflict, match="another person"):
        say(office, Judgement.SAME, which=other, actor=office.supervisor)
    say(office, Judgement.DIFFERENT, which=other, actor=office.supervisor)
    with pytest.raises(InvalidInput, match="own entry"):
        say(office, Judgement.DIFFERENT, which=link(rule="defines_person"))


def test_every_look_and_search_is_in_the_read_log_with_its_purpose(office: Office) -> None:
    case_id = office.one(doubtful(1))
    links.view(office.store, link=link(), actor=office.officer, at=MONDAY)
    links.look_up(office.store, purpose="new application", found=["P1", "P2"], actor=office.officer, at=MONDAY)
    rows = office.sql("SELECT kind, person_id, case_id, purpose FROM read_log ORDER BY kind, person_id")
    assert [tuple(row) for row in rows] == [
        ("lookup", "P1", None, "new application"), ("lookup", "P2", None, "new application"), ("view_link", "P1", case_id, None),
    ]  # fmt: skip
    with pytest.raises(InvalidInput, match="purpose"):
        links.look_up(office.store, purpose=" ", found=[], actor=office.officer, at=MONDAY)


def test_the_next_run_withdraws_what_rested_on_a_cut_link(office: Office) -> None:
    missing = replace(doubtful(1), direction=Direction.MISSING)
    office.open(missing, doubtful(2))
    first, second = office.id_of(missing), office.id_of(referral_of(2))
    say(office, Judgement.DIFFERENT)
    office.open(referral_of(2), at=MONDAY + days(30), **NOVEMBER)
    left, stands = office.case(first), office.case(second)
    assert (left.case.rescreen_due, left.case.main_check, [f.current for f in left.findings]) == (False, None, [False])
    assert (left.timeline[-1].kind, left.timeline[-1].payload["gone_checks"]) == ("case.absorbed", ["X09"])
    assert (stands.case.rescreen_due, stands.case.main_check, stands.case.strength) == (False, "X10", "strong")


def test_another_office_is_told_the_word_and_not_the_note(office: Office) -> None:
    theirs = replace(doubtful(2), office=ELSEWHERE)
    office.open(doubtful(1), theirs)
    links.judge(
        office.store, link=link(), judgement=Judgement.DIFFERENT, note="Her sister said so.", actor=office.officer, at=MONDAY
    )
    here, there = (office.case(office.id_of(case), actor=office.auditor).timeline[-1] for case in (doubtful(1), theirs))
    assert here.content == {"reason": "Her sister said so."}
    assert (there.kind, there.payload["judgement"], there.content) == ("link.judged", "different", None)


def test_a_cut_link_under_any_fact_holds_up_the_whole_case_until_it_is_screened_again(office: Office) -> None:
    """A finding may hang on a row of the roll that it does not cite: who belongs to the family."""
    member = fact("declared_income", 31, level="B", register="assistance_roll", fact_id="roll:31:member:declared_income")
    base = referral_of(1)
    told = replace(base, facts=(*base.facts, member), findings=(finding("X10", [base.facts[0]["fact_id"]], link_level="B"),))
    case_id = office.one(told)
    office.processed(case_id)
    assert (office.case(case_id).case.needs_confirmation, office.case(case_id).case.strength) == (True, "medium")
    roll = link(row=31, register="assistance_roll")
    say(office, Judgement.SAME, which=roll)
    assert (office.case(case_id).case.needs_confirmation, office.case(case_id).case.strength) == (False, "strong")
    say(office, Judgement.DIFFERENT, which=roll, after=0.1)
    assert GateFault.RESCREEN in office.case(case_id).missing_for_adverse
    with pytest.raises(AdverseBlocked) as refused:
        office.propose(case_id)
    assert refused.value.faults == (GateFault.RESCREEN.value,)
    office.open(base, at=MONDAY + days(1), **NOVEMBER)
    assert not office.case(case_id).case.rescreen_due
    assert office.propose(case_id, at=MONDAY + days(1)).state == "waiting_approval"
