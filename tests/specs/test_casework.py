"""The clocks of the case work: local days, workdays, and all faults of a declaration at once."""

from datetime import UTC, date, datetime

import pytest

from targeting.errors import Misconfigured
from targeting.specs import casework
from targeting.specs.casework import load_casework


# 16:00 UTC is midnight in Beijing.
@pytest.mark.parametrize(("hour", "day"), [(15, 30), (16, 31)])
def test_a_day_is_the_local_one(hour: int, day: int) -> None:
    assert load_casework().day(datetime(2026, 10, 30, hour, 30, tzinfo=UTC)) == date(2026, 10, day)


@pytest.mark.parametrize(
    ("start", "workdays", "end"),
    [
        (date(2026, 10, 30), 1, date(2026, 11, 2)),  # over a weekend
        (date(2026, 9, 30), 1, date(2026, 10, 8)),  # over the National Day holidays
        (date(2026, 10, 9), 1, date(2026, 10, 10)),  # to a Saturday worked by decree
        (date(2026, 11, 2), 10, date(2026, 11, 16)),  # the reply window
    ],
)
def test_workdays_leave_holidays_out_and_count_decreed_ones(start: date, workdays: int, end: date) -> None:
    assert load_casework().after(start, workdays) == end


def test_all_faults_of_a_declaration_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    declared, sha256 = casework.declaration("casework", "clocks")
    broken = {
        **declared,
        "reply_window": {"value": 0},
        "lease": {"value": "30"},
        "calendar": {"holidays": ["1 May"], "workdays": []},
    }
    del broken["bulk"]
    monkeypatch.setattr(casework, "declaration", lambda *_: (broken, sha256))
    with pytest.raises(Misconfigured, match=r"clocks\.toml has 4 faults") as refused:
        load_casework()
    assert {fault.split(":")[0] for fault in refused.value.faults} == {
        "reply_window.value", "bulk.value", "lease.value", "calendar.holidays",
    }  # fmt: skip
