"""A run opens its cases once; the next run is taken in; what was settled stays settled until its facts change."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from case_office import HERE, MONDAY, Office, days, doubtful, fact, finding, reason, referral_of

from targeting.cases import feedback, opening, queue, reading, work
from targeting.cases.codes import Arm, Cause, DisputeRoute, Finding, Judgement, State
from targeting.cases.queue import View
from targeting.cases.records import Referral, RunManifest
from targeting.errors import InvalidInput

NOVEMBER = {"run": "run-2", "snapshot": "2026-11-30", "at": MONDAY + days(28)}


def with_fact(number: int, **values):
    """The referral, its one fact saying something else."""
    before = referral_of(number)
    return replace(before, facts=({**before.facts[0], **values},))


def test_the_counts_add_up_and_only_what_is_within_capacity_opens(office: Office) -> None:
    counts = office.open(*(referral_of(n, opened=n <= 3) for n in range(1, 11)))
    assert (counts.planned, counts.evaluated, counts.created, counts.updated, counts.skipped) == (10, 10, 3, 0, 7)
    assert counts.skip_reasons == {"beyond_capacity": 7}
    assert counts.created + counts.updated + counts.skipped == counts.evaluated
    run = reading.run(office.store, run="run-1", actor=office.officer)
    assert (run.open_cases, run.decided_cases, run.manifest) == (3, 0, {"seed": 7})


def test_the_same_run_opens_nothing_twice(office: Office) -> None:
    first = office.open(referral_of(1), referral_of(2))
    again = office.open(referral_of(1), referral_of(2), at=MONDAY + days(1))
    assert again == replace(first, repeated=True)
    assert office.sql("SELECT count(*) FROM cases") == [(2,)]
    assert office.sql("SELECT count(*) FROM runs") == [(1,)]


def test_a_run_that_breaks_half_way_has_opened_nothing(office: Office) -> None:
    nameless = replace(referral_of(2), facts=(fact("vehicle", 7, level="C"),))
    with pytest.raises(InvalidInput, match="no link of level A or B"):
        office.open(referral_of(1), nameless)
    for table in ("cases", "runs", "run_entries", "audit_contents"):
        assert office.sql(f"SELECT count(*) FROM {table}") == [(0,)]
    assert office.open(referral_of(1)).created == 1


def test_a_finding_on_a_fact_that_was_not_sent_is_refused(office: Office) -> None:
    with pytest.raises(InvalidInput, match="were not sent: checks X10"):
        office.open(replace(referral_of(1), facts=()))


def test_case_numbers_are_consecutive_and_ids_are_opaque(office: Office) -> None:
    office.open(*(referral_of(n) for n in (1, 2, 3)))
    rows = queue.cases(office.store, view=View.ALL_OPEN, actor=office.officer, at=MONDAY).rows
    assert sorted(row.number for row in rows) == ["2026-000001", "2026-000002", "2026-000003"]
    assert all(row.id[14] == "7" and row.subject_kind == "award" for row in rows)
    assert rows[0].masked_id == "139***********001X"


def test_a_case_has_thirty_workdays(office: Office) -> None:
    # From Monday 2026-11-02, no holidays: thirty workdays are six weeks.
    assert office.case(office.one()).case.deadline.isoformat() == "2026-12-14"


def test_an_unchanged_open_case_keeps_its_version_through_the_next_run(office: Office) -> None:
    case_id = office.one()
    version = office.case(case_id).case.version
    moved = with_fact(1, row=7777, fact_id="vehicle:7777:owner:vehicle")
    moved = replace(moved, findings=(finding("X10", ["vehicle:7777:owner:vehicle"]),))
    counts = office.open(moved, **NOVEMBER)
    assert (counts.updated, counts.skip_reasons) == (0, {"unchanged": 1})
    after = office.case(case_id)
    assert (after.case.version, after.run, after.facts[0].row) == (version, "run-2", 7777)
    assert len(after.facts) == 1


def test_an_open_case_takes_in_new_hits_and_says_so(office: Office) -> None:
    case_id = office.one()
    office.case(case_id)
    wage = fact("wage_base", 5, register="social_security", value=450000.0, fact_id="social_security:5:insured:wage_base")
    before = referral_of(1)
    richer = replace(
        before, facts=(*before.facts, wage), findings=(*before.findings, finding("X07", [wage["fact_id"]])), opened=False,
        reasons=(reason("X07"), reason("X10")), amount_month=120000,
    )  # fmt: skip
    assert opening.open_subjects(office.store) == {("award", before.subject, "over", "dibao")}
    counts = office.open(richer, **NOVEMBER)
    assert (counts.created, counts.updated, counts.skipped) == (0, 1, 0)
    after = office.case(case_id)
    assert {row.check for row in after.findings if row.current} == {"X10", "X07"}
    assert (after.case.amount_month, after.case.main_reason_en, after.case.version) == (120000, "X07 hit", 2)
    event = after.timeline[-1]
    assert (event.kind, event.payload["new_checks"], event.payload["new_facts"]) == ("case.absorbed", ["X07"], 1)


def test_a_fact_that_changes_ends_its_mark_and_stays_on_record(office: Office) -> None:
    case_id = office.one()
    key = office.fact_keys(case_id)[0]
    work.record_verdict(office.store, case_id=case_id, fact_key=key, verdict="wrong", actor=office.officer, at=MONDAY)
    office.open(with_fact(1, value=2500000.0), **NOVEMBER)
    old, new = sorted(office.case(case_id).facts, key=lambda row: row.current)
    assert (old.my_verdict, old.current, new.my_verdict, new.current) == ("wrong", False, None, True)


def test_a_case_whose_flag_is_gone_is_weak_and_still_open(office: Office) -> None:
    case_id = office.one()
    before = referral_of(1)
    office.open(replace(before, findings=(finding("X10", [before.facts[0]["fact_id"]], result="clear"),), reasons=()), **NOVEMBER)
    after = office.case(case_id)
    assert (after.case.strength, after.case.main_check, after.case.state) == ("weak", None, State.NEW)
    assert after.timeline[-1].payload["gone_checks"] == ["X10"]


def test_what_was_cleared_stays_cleared_until_the_fact_changes(office: Office) -> None:
    office.clear(office.one())
    (cleared,) = feedback.dispositions(office.store)
    assert (cleared["subject"], cleared["check"], cleared["disposition"]) == ("dibao:D000001", "X10", "cleared")
    same = office.open(referral_of(1), **NOVEMBER)
    assert same.skip_reasons == {"cleared": 1}
    changed = office.open(with_fact(1, value=1.0), run="run-3", snapshot="2026-12-31", at=MONDAY + days(60))
    assert changed.created == 1
    assert [row.number for row in office.case(office.id_of(referral_of(1))).earlier_cases] == ["2026-000001"]


def test_a_decided_reduction_does_not_reopen_by_itself(office: Office) -> None:
    case_id = office.one()
    office.processed(case_id)
    office.propose(case_id)
    office.approve(case_id)
    assert office.open(referral_of(1), **NOVEMBER).skip_reasons == {"decided": 1}
    assert office.case(case_id).case.state is State.DECIDED
    assert feedback.dispositions(office.store) == []


def test_a_disputed_fact_opens_no_new_case_while_it_is_parked(office: Office) -> None:
    case_id = office.one()
    work.dispute(office.store, case_id=case_id, fact_key=office.fact_keys(case_id)[0], route=DisputeRoute.REGISTER_ERROR,
                 reason="Sold.", actor=office.officer, at=MONDAY)  # fmt: skip
    office.clear(case_id, finding=Finding.REGISTER_IS_WRONG, cause=Cause.REGISTER_ERROR)
    assert [row["disposition"] for row in feedback.dispositions(office.store)] == ["parked"]
    assert office.open(referral_of(1), **NOVEMBER).skip_reasons == {"parked": 1}


def test_what_could_not_be_decided_comes_back_after_a_year_only(office: Office) -> None:
    office.clear(office.one(), finding=Finding.CANNOT_DECIDE)
    assert office.open(referral_of(1), **NOVEMBER).skip_reasons == {"reviewed_recently": 1}
    later = office.open(referral_of(1), run="run-9", snapshot="2027-11-30", at=MONDAY + timedelta(days=370))
    assert later.created == 1


def test_the_score_alone_does_not_bring_a_decided_household_back_within_a_year(office: Office) -> None:
    flagged = replace(referral_of(1), findings=(), facts=(), reasons=(reason("vehicles", "model"),))
    office.clear(office.one(flagged))
    assert office.open(flagged, **NOVEMBER).skip_reasons == {"reviewed_recently": 1}


def test_the_random_arm_is_drawn_whatever_was_settled(office: Office) -> None:
    office.clear(office.one())
    counts = office.open(replace(referral_of(1), arm=Arm.RANDOM, selection_probability=0.1), **NOVEMBER)
    assert counts.created == 1


def test_a_draw_that_meets_an_open_case_is_on_record_for_the_evaluation(office: Office) -> None:
    case_id = office.one()
    office.open(replace(referral_of(1), arm=Arm.RANDOM, selection_probability=0.1), **NOVEMBER)
    office.clear(case_id, at=MONDAY + days(29))
    outcomes = feedback.outcomes(office.store)
    assert [(row.run, row.arm, row.selection_probability) for row in outcomes] == [
        ("run-1", "ranked", 1.0),
        ("run-2", "random", 0.1),
    ]
    (label,) = feedback.label_rows(office.store)
    assert (label["arm"], label["finding"], label["office"]) == ("random", "entitled_as_paid", HERE)


def test_both_directions_of_a_subject_are_two_cases(office: Office) -> None:
    office.open(referral_of(1), replace(referral_of(1), direction="missing", rank=2))
    assert office.sql("SELECT count(*) FROM cases") == [(2,)]


def test_a_judged_link_goes_back_with_the_hash_of_its_identity(office: Office) -> None:
    case_id = office.one(doubtful(1))
    key = office.fact_keys(case_id)[0]
    for at, judgement in ((MONDAY, Judgement.UNSURE), (MONDAY + days(1), Judgement.DIFFERENT)):
        work.judge_link(office.store, case_id=case_id, fact_key=key, judgement=judgement, reason="Born elsewhere.",
                        actor=office.officer, at=at)  # fmt: skip
        expected = [] if judgement is Judgement.UNSURE else [(f"{900:064d}", "P1", "different", 900, "2026-10-31")]
        found = [
            (j["identity_sha256"], j["person_id"], j["judgement"], j["row"], j["snapshot"])
            for j in feedback.judgements(office.store)
        ]
        assert found == expected
    office.clear(case_id, finding=Finding.WRONG_PERSON_LINKED, cause=Cause.LINKAGE_ERROR)
    assert [row["disposition"] for row in feedback.dispositions(office.store)] == ["cleared"]


def test_a_link_confirmed_before_is_confirmed_in_a_new_case_too(office: Office) -> None:
    case_id = office.one(doubtful(1))
    work.judge_link(office.store, case_id=case_id, fact_key=office.fact_keys(case_id)[0], judgement=Judgement.SAME,
                    reason="Deed compared.", actor=office.officer, at=MONDAY)  # fmt: skip
    office.open(doubtful(2), doubtful(3, row=901), **NOVEMBER)
    known, unknown = (office.case(office.id_of(referral_of(n))).case for n in (2, 3))
    assert (known.needs_confirmation, known.strength) == (False, "strong")
    assert (unknown.needs_confirmation, unknown.strength) == (True, "medium")


def test_a_killed_run_is_opened_whole_by_the_repetition(office: Office) -> None:
    class Killed(BaseException):
        """The process ends."""

    manifest = RunManifest("run-1", "2026-10-31", date(2026, 10, 31), "over 3")

    def referrals() -> Iterator[Referral]:
        yield referral_of(1)
        raise Killed

    with pytest.raises(Killed):
        opening.open_run(office.store, manifest, referrals(), at=MONDAY)
    assert office.open(referral_of(1), referral_of(2)).created == 2
