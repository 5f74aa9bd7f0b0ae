"""G16 on an imagined history: what reviews confirmed switches a check off, and only a named person switches it on."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from case_office import MONDAY, staff

from targeting.cases import check_switches, migrate
from targeting.cases.store import Store
from targeting.frames.assessment import FINDINGS
from targeting.jobs import precision
from targeting.jobs.lake import Lake
from targeting.specs.policy import Policy, load_policy

AS_OF = date(2026, 10, 31)
MONTHS = (date(2026, 5, 31), date(2026, 6, 30), date(2026, 7, 31))
A_MONTH = 20
POLICY = load_policy("cn-qinghe-sample")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    url = f"sqlite:///{tmp_path / 'cases.db'}"
    migrate.upgrade(url)
    kept = Store(url)
    yield kept
    kept.close()


def history(home: Path, *, confirmed: int, months: tuple[date, ...] = MONTHS) -> Lake:
    """Runs of some months with 20 hits of X10, each reviewed in the month after it; `confirmed` of all were found wrong."""
    lake, reviews, roll = Lake(home), [], []
    for number, month in enumerate(months):
        cases = [f"D{number}-{n}" for n in range(A_MONTH)]
        lake.write("runs", f"{month}-run", {"findings": FINDINGS.of([hit(case) for case in cases])}, {"as_of": str(month)})
        visited = date(month.year, month.month + 1, 10)
        reviews += [{"case_no": case, "reviewed_on": visited} for case in cases]
        roll += [{"case_no": case, "benefit": "dibao"} for case in cases]
    wrong = ["not_conforming"] * confirmed + ["conforms"] * (len(reviews) - confirmed)
    table = pl.DataFrame(reviews).with_columns(
        pl.Series("finding", wrong), row=pl.int_range(1, len(reviews) + 1, dtype=pl.Int64), source=pl.lit("data_alert"),
        amount_cents=pl.lit(None, dtype=pl.Int64), office=pl.lit("东街道"),
    )  # fmt: skip
    lake.write("snapshots", "s", {"reviews": table, "assistance_roll": pl.DataFrame(roll)}, {"as_of": str(AS_OF)})
    return lake


def hit(case: str) -> dict[str, object]:
    return {
        "run": "r", "subject_kind": "award", "subject": f"dibao:{case}", "benefit": "dibao", "person_id": case,
        "direction": "over", "check": "X10", "result": "hit", "legal_basis": "CN-DBR21 art. 14", "facts": "[]", "detail": "{}",
    }  # fmt: skip


def off(store: Store, lake: Lake, *, as_of: date = AS_OF, policy: Policy = POLICY) -> set[str]:
    return set(precision.switched_off(store, lake, snapshot="s", policy=policy, as_of=as_of))


def test_a_check_surely_below_its_floor_switches_itself_off_and_stays_off(store: Store, tmp_path: Path) -> None:
    # 22 of 60 confirmed: 37 %, at most 49 % by Wilson's interval; the floor is 50 %.
    lake = history(tmp_path, confirmed=22)
    assert off(store, lake) == {"X10"}
    assert off(store, lake) == {"X10"}
    told = check_switches.switches(store)["X10"]
    assert (told.figures["reviews"], told.figures["confirmed"], told.figures["floor"]) == (60, 22, 0.5)
    assert told.reason == "22 of 60 reviewed hits were confirmed: at most 49%, below the floor of 50%"


def test_a_check_that_may_lie_above_its_floor_runs_on(store: Store, tmp_path: Path) -> None:
    # 23 of 60: 38 %, at most 51 %.
    assert off(store, history(tmp_path, confirmed=23)) == set()


def test_too_few_reviews_switch_nothing_off(store: Store, tmp_path: Path) -> None:
    # 20 reviews; the catalogue asks for 30.
    assert off(store, history(tmp_path, confirmed=0, months=MONTHS[:1])) == set()


def test_what_is_known_later_does_not_count(store: Store, tmp_path: Path) -> None:
    # The reviews of 10 June, July and August are known 30 days later: on 31 July only the first 20.
    assert off(store, history(tmp_path, confirmed=0), as_of=date(2026, 7, 31)) == set()


def test_a_review_of_a_month_that_was_not_screened_says_nothing_of_a_check(store: Store, tmp_path: Path) -> None:
    lake = history(tmp_path, confirmed=0)
    for month in MONTHS[1:]:
        (lake.folder("runs", f"{month}-run") / "manifest.json").unlink()
    assert off(store, lake) == set()


def test_once_switched_on_only_later_reviews_count(store: Store, tmp_path: Path) -> None:
    lake = history(tmp_path, confirmed=0)
    assert off(store, lake) == {"X10"}
    supervisor = staff(store).supervisor
    check_switches.switch_on(store, "X10", reason="the register is repaired", actor=supervisor, at=MONDAY.replace(year=2099))
    assert off(store, lake) == set()
