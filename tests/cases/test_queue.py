"""The queue: scope, views, order, pages, filters, export; and what it never tells."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from case_office import ELSEWHERE, HERE, MONDAY, Office, days, doubtful, fact, finding, reason, referral_of

from targeting.cases import bulk, queue, reading, work
from targeting.cases.codes import Arm, Direction, Finding, Strength
from targeting.cases.queue import Filters, View
from targeting.cases.records import CaseRow
from targeting.errors import InvalidInput, NotAllowed, NotFound


def serials(office: Office, view: View = View.ALL_OPEN, /, *, actor=None, at=MONDAY, **filters) -> list[str]:
    page = queue.cases(office.store, view=view, filters=Filters(**filters), actor=actor or office.officer, at=at)
    return [serial(office, row) for row in page.rows]


def serial(office: Office, row: CaseRow) -> str:
    """The number of the referral behind a case."""
    return str(int(office.sql("SELECT subject FROM cases WHERE id = :i", i=row.id)[0][0][-6:]))


@pytest.fixture
def busy(office: Office) -> Office:
    """Six cases, one of another office and one of none."""
    office.open(
        referral_of(1), replace(doubtful(2), benefit="dis_care"), replace(referral_of(3), direction=Direction.MISSING),
        replace(referral_of(4), office=ELSEWHERE), replace(referral_of(5), office=None),
        replace(referral_of(6), findings=(), facts=(), reasons=(reason("award", "model"),), household_label="李秀英"),
    )  # fmt: skip
    return office


def test_nobody_sees_cases_of_other_offices(busy: Office) -> None:
    assert serials(busy) == ["1", "2", "3", "6"]
    assert serials(busy, actor=busy.stranger) == ["4"]
    assert serials(busy, actor=busy.auditor) == ["1", "2", "3", "4", "5", "6"]
    hidden = busy.id_of(referral_of(4))
    for look in (
        lambda: reading.case(busy.store, case_id=hidden, actor=busy.officer, at=MONDAY),
        lambda: reading.preview(busy.store, case_id=hidden, actor=busy.officer, at=MONDAY),
        lambda: reading.reveal_identity(busy.store, case_id=hidden, person_id="P4", purpose="x", actor=busy.officer, at=MONDAY),
        lambda: work.add_note(busy.store, case_id=hidden, text="x", actor=busy.officer, at=MONDAY),
        lambda: work.take(busy.store, case_id=hidden, actor=busy.officer, at=MONDAY),
    ):
        with pytest.raises(NotFound):
            look()


def test_views_hold_what_their_names_say_and_count_it(busy: Office) -> None:
    mine, snoozed = busy.id_of(referral_of(1)), busy.id_of(referral_of(6))
    work.take(busy.store, case_id=mine, actor=busy.officer, at=MONDAY)
    busy.serve(mine)
    work.snooze(busy.store, case_id=snoozed, until=MONDAY.date() + days(9), reason="away", actor=busy.officer, at=MONDAY)
    expected = {
        View.MY_OPEN: ["1"], View.UNASSIGNED: ["2", "3"], View.WAITING_HOUSEHOLD: ["1"], View.LINK_TO_CHECK: ["2"],
        View.MAY_BE_MISSING: ["3"], View.SNOOZED: ["6"], View.ALL_OPEN: ["1", "2", "3", "6"], View.TO_APPROVE: [],
        View.VISIT_DUE: [], View.DUE_THIS_WEEK: [], View.CLOSED: [],
    }  # fmt: skip
    counted = queue.counts(busy.store, actor=busy.officer, at=MONDAY)
    assert {view: serials(busy, view) for view in View} == expected
    assert counted == {view: len(rows) for view, rows in expected.items()}
    assert serials(busy, View.MY_OPEN, at=MONDAY + days(10)) == ["1", "6"]
    assert serials(busy, View.DUE_THIS_WEEK, at=MONDAY + days(36)) == ["1", "2", "3", "6"]


def test_a_supervisor_sees_what_others_proposed(office: Office) -> None:
    case_id = office.one()
    office.processed(case_id)
    office.propose(case_id)
    assert serials(office, View.TO_APPROVE, actor=office.supervisor) == ["1"]
    assert serials(office, View.TO_APPROVE) == []


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"direction": Direction.MISSING}, ["3"]),
        ({"benefit": "dis_care"}, ["2"]),
        ({"check": "X09"}, ["2"]),
        ({"strength": Strength.WEAK}, ["6"]),
        ({"strength": Strength.MEDIUM}, ["2"]),
        ({"text": "秀英"}, ["6"]),
        ({"text": "%"}, []),
        ({"office": HERE, "state": "new", "run": "run-1", "direction": Direction.OVER}, ["1", "2", "6"]),
        ({"run": "run-2"}, []),
        ({"finding": Finding.CANNOT_DECIDE}, []),
    ],
)
def test_filters_narrow_a_view_and_are_all_heeded(busy: Office, filters: dict, expected: list[str]) -> None:
    assert serials(busy, **filters) == expected


def test_a_case_is_found_by_its_number(busy: Office) -> None:
    rows = queue.cases(busy.store, view=View.ALL_OPEN, actor=busy.officer, at=MONDAY).rows
    for row in rows:
        assert serials(busy, text=row.number) == [serial(busy, row)]


def test_pages_go_on_where_they_stopped_and_miss_nothing(office: Office) -> None:
    office.open(*(referral_of(n) for n in range(1, 12)))
    office.open(*(referral_of(n) for n in range(12, 24)), run="run-2", at=MONDAY - days(40))
    seen, cursor = [], None
    while True:
        page = queue.cases(
            office.store, view=View.ALL_OPEN, limit=5, cursor=cursor, with_total=True, actor=office.officer, at=MONDAY
        )
        seen += [serial(office, row) for row in page.rows]
        assert page.total == 23
        cursor = page.cursor
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 23
    # The cases of September are late and come first; within a band the benefit of a review decides.
    assert seen == [str(n) for n in [*range(12, 24), *range(1, 12)]]


@pytest.mark.parametrize("cursor", ["", "x", "!!", "W10", "WyIyMDI2LTExLTAyIiwxLDEuMCwieCIsImlkIl0"])
def test_a_cursor_that_was_not_given_out_is_refused(office: Office, cursor: str) -> None:
    if cursor:
        with pytest.raises(InvalidInput, match="cursor"):
            queue.cases(office.store, view=View.ALL_OPEN, cursor=cursor, actor=office.officer, at=MONDAY)
    with pytest.raises(InvalidInput, match="limit"):
        queue.cases(office.store, view=View.ALL_OPEN, limit=201, actor=office.officer, at=MONDAY)


def test_the_place_in_the_queue_does_not_tell_the_random_arm(office: Office) -> None:
    drawn = [replace(referral_of(n), arm=Arm.RANDOM) for n in range(101, 121)]
    office.open(*(referral_of(n) for n in range(1, 41)), *drawn)
    page = queue.cases(office.store, view=View.ALL_OPEN, limit=200, actor=office.officer, at=MONDAY)
    places = [place for place, row in enumerate(page.rows) if int(serial(office, row)) > 40]
    assert len(places) == 20
    assert min(places) < 15
    assert 20 < sum(places) / 20 < 40  # spread over the sixty places, not gathered at the end


def test_the_number_of_a_case_tells_neither_its_rank_nor_its_arm(office: Office) -> None:
    drawn = [replace(referral_of(n), arm=Arm.RANDOM) for n in range(10, 61, 10)]
    office.open(*(referral_of(n) for n in range(1, 61) if n % 10), *drawn)
    rows = queue.cases(office.store, view=View.ALL_OPEN, limit=200, actor=office.officer, at=MONDAY).rows
    places = [row.number for row in rows]
    in_order = sum(one < next_one for one, next_one in pairwise(places))
    assert 15 < in_order < 45  # of 59 neighbours in the queue; numbers by rank would leave only the drawn ones out of order


def test_rank_arm_and_model_reasons_come_after_the_own_finding(office: Office) -> None:
    case_id = office.one()
    before = office.case(case_id)
    assert (before.placement, {r.source for r in before.reasons}) == (None, {"finding"})
    work.record_own_finding(office.store, case_id=case_id, finding=Finding.NOT_ENTITLED, actor=office.officer, at=MONDAY)
    after = office.case(case_id)
    assert after.placement is not None
    assert (after.placement.rank, after.placement.ranked_of, after.placement.arm) == (1, 1, "ranked")
    assert {r.source for r in after.reasons} == {"finding", "model"}
    assert (after.own_finding, after.case.judged_by_person) == ("not_entitled", True)
    other = office.case(case_id, actor=office.supervisor)
    assert (other.placement, other.own_finding) == (None, None)


def test_a_number_is_revealed_for_a_purpose_and_logged(office: Office) -> None:
    case_id = office.one()
    with pytest.raises(InvalidInput, match="purpose"):
        reading.reveal_identity(office.store, case_id=case_id, person_id="P1", purpose=" ", actor=office.officer, at=MONDAY)
    found = reading.reveal_identity(
        office.store, case_id=case_id, person_id="P1", purpose="letter", actor=office.officer, at=MONDAY
    )
    assert found.resident_id == "13992119680412001X"
    assert "13992119680412001X" not in str(office.case(case_id))
    (row,) = queue.find_by_identity(
        office.store, resident_id="13992119680412001x", purpose="call", actor=office.officer, at=MONDAY
    )
    assert row.id == case_id
    assert (
        queue.find_by_identity(office.store, resident_id=found.resident_id, purpose="x", actor=office.stranger, at=MONDAY) == ()
    )
    with pytest.raises(NotAllowed):
        reading.reveal_identity(office.store, case_id=case_id, person_id="P1", purpose="x", actor=office.auditor, at=MONDAY)
    log = reading.read_log(office.store, actor=office.auditor)
    assert {(r.kind.value, r.purpose) for r in log} == {
        ("reveal_identity", "letter"), ("view_case", None), ("search_identity", "call"), ("search_identity", "x"),
    }  # fmt: skip


def test_the_export_is_what_the_filter_shows_with_flag_and_outcome_apart(busy: Office) -> None:
    decided = busy.id_of(referral_of(1))
    busy.clear(decided)
    rows = {row["subject"][-1]: row for view in (View.CLOSED, View.ALL_OPEN)
            for row in queue.export_rows(busy.store, view=view, actor=busy.officer, at=MONDAY)}  # fmt: skip
    assert sorted(rows) == ["1", "2", "3", "6"]
    assert (rows["1"]["flag_checks"], rows["1"]["outcome_finding"], rows["1"]["flag_rank"]) == ("X10", "entitled_as_paid", 1)
    assert (rows["2"]["flag_checks"], rows["2"]["outcome_finding"], rows["2"]["flag_rank"]) == ("X09", None, None)
    assert all(row["flag_probability"] is None for number, row in rows.items() if number != "1")
    assert len(list(queue.all_rows(busy.store))) == 6
    narrowed = queue.export_rows(busy.store, view=View.ALL_OPEN, filters=Filters(check="X09"), actor=busy.officer, at=MONDAY)
    assert [row["subject"][-1] for row in narrowed] == ["2"]
    with pytest.raises(NotAllowed):
        queue.export_rows(busy.store, view=View.ALL_OPEN, actor=busy.auditor, at=MONDAY)


def test_bulk_work_tells_what_became_of_each_case_and_is_never_adverse(busy: Office) -> None:
    ids = [busy.id_of(referral_of(n)) for n in (1, 6, 4)]
    noted = bulk.note_all(busy.store, case_ids=[*ids, ids[0]], text="Called.", actor=busy.officer, at=MONDAY)
    assert [(r.case_id == i, r.error is None) for r, i in zip(noted, ids, strict=True)] == [
        (True, True),
        (True, True),
        (True, False),
    ]
    until = MONDAY.date() + days(3)
    assert bulk.snooze_all(busy.store, case_ids=ids[:1], until=until, reason="x", actor=busy.officer, at=MONDAY)[0].error is None
    assert bulk.assign_all(busy.store, case_ids=ids[:1], to_login=None, actor=busy.supervisor, at=MONDAY)[0].error is None
    cleared = bulk.clear_all(busy.store, case_ids=ids[:2], reason="All sold.", actor=busy.officer, at=MONDAY)
    assert [r.error for r in cleared] == [None, None]
    assert set(busy.sql("SELECT DISTINCT finding FROM cases WHERE finding IS NOT NULL")) == {("entitled_as_paid",)}
    with pytest.raises(InvalidInput, match="1 to 50"):
        bulk.note_all(busy.store, case_ids=[str(n) for n in range(51)], text="x", actor=busy.officer, at=MONDAY)
    assert not [name for name in dir(bulk) if "propose" in name or "approve" in name or "reduce" in name]


def test_what_could_not_be_evaluated_is_told_with_its_reason(office: Office) -> None:
    stale = finding("X11", [{"reason": "stale"}], result="unknown", link_level=None)
    seen = fact("vehicle", 101)
    case_id = office.one(replace(referral_of(1), findings=(finding("X10", [seen["fact_id"]]), stale)))
    rows = {row.check: row for row in office.case(case_id).findings}
    assert (rows["X11"].result, rows["X11"].unknown_because, rows["X11"].fact_keys) == ("unknown", ("stale",), ())
    assert rows["X10"].fact_keys == office.fact_keys(case_id)


def test_a_preview_is_read_logged_too(office: Office) -> None:
    case_id = office.one()
    assert reading.preview(office.store, case_id=case_id, actor=office.officer, at=MONDAY + timedelta(hours=1)).id == case_id
    assert [row.kind.value for row in reading.read_log(office.store, actor=office.auditor, case_id=case_id)] == ["view_case"]
