"""A judgement binds: must link, cannot link, in this snapshot and in the next."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest

from targeting.frames.identity import IDENTITIES, JUDGEMENTS
from targeting.linkage.judgements import identity_sha256
from targeting.linkage.resolve import LinkResult

Resolve = Callable[..., LinkResult]
BORN = date(1975, 3, 14)


@pytest.fixture
def wei(make: SimpleNamespace) -> dict[str, Any]:
    """张文博, registered in row 1."""
    return make.identity("population", 1, "张文博", make.number(BORN, 17), address="柳林镇荷湾村3组135号", group="F1")


def judged(identity: dict[str, Any], person_id: str, judgement: str) -> pl.DataFrame:
    sha256 = identity_sha256(IDENTITIES.of([identity])).item()
    row = {"register": identity["register"], "row": identity["row"], "role": identity["role"], "snapshot": "2026-10"}
    return JUDGEMENTS.of([row | {"identity_sha256": sha256, "person_id": person_id, "judgement": judgement}])


def test_different_cuts_even_an_exact_link_and_stays_cut_next_month(
    resolve: Resolve, make: SimpleNamespace, wei: dict[str, Any]
) -> None:
    car = make.identity("vehicle", 1, "张文博", make.number(BORN, 17))
    first = resolve([wei, car])
    said = judged(car, make.person_at(first, 1), "different")
    again = resolve([wei, car], ledger=first.ledger, judgements=said)
    assert make.link_of(again, "vehicle", 1)["person_id"] is None
    later = resolve([wei, car | {"row": 4}], ledger=again.ledger, judgements=said, snapshot="2026-11")
    assert make.link_of(later, "vehicle", 4)["person_id"] is None
    assert later.candidates.filter(pl.col("register") == "vehicle").is_empty()


def test_same_links_what_no_rule_would_link_and_binds_next_month(
    resolve: Resolve, make: SimpleNamespace, wei: dict[str, Any]
) -> None:
    car = make.identity("vehicle", 1, "张文博")
    first = resolve([wei, car])
    said = judged(car, make.person_at(first, 1), "same")
    later = resolve([wei | {"row": 2}, car | {"row": 4}], ledger=first.ledger, judgements=said, snapshot="2026-11")
    found = make.link_of(later, "vehicle", 4)
    assert (found["person_id"], found["level"], found["method"]) == (make.person_at(first, 1), "B", "judged_same")
    assert later.evidence.filter(pl.col("register") == "vehicle")["rule"].to_list() == ["judged_same"]


def test_same_with_another_person_moves_an_exact_link(resolve: Resolve, make: SimpleNamespace, wei: dict[str, Any]) -> None:
    other = make.identity("population", 2, "张文博", make.number(date(1990, 1, 1), 3), address="石桥镇云店村1组2号", group="F2")
    car = make.identity("vehicle", 1, "张文博", make.number(BORN, 17))
    first = resolve([wei, other, car])
    said = judged(car, make.person_at(first, 2), "same")
    again = resolve([wei, other, car], ledger=first.ledger, judgements=said)
    assert make.link_of(again, "vehicle", 1)["person_id"] == make.person_at(first, 2)


def test_a_judgement_asks_again_once_the_number_is_corrected(
    resolve: Resolve, make: SimpleNamespace, wei: dict[str, Any]
) -> None:
    car = make.identity("vehicle", 1, "张文博")
    first = resolve([wei, car])
    said = judged(car, make.person_at(first, 1), "different")
    corrected = make.identity("vehicle", 1, "张文博", make.number(BORN, 17))
    again = resolve([wei, corrected], ledger=first.ledger, judgements=said)
    assert make.link_of(again, "vehicle", 1)["level"] == "A"


def test_a_judgement_does_not_depend_on_the_row() -> None:
    rows = [{"register": "vehicle", "row": row, "role": "owner", "kind": "person", "id_form": "absent"} for row in (1, 2)]
    assert identity_sha256(IDENTITIES.of(rows)).n_unique() == 1
