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


@pytest.mark.parametrize("judgement", ["same", "different"])
def test_forty_judgements_against_the_weights_move_them_and_bind(
    resolve: Resolve, make: SimpleNamespace, town: list[dict[str, Any]], judgement: str
) -> None:
    """Two wrong digits: beside the same name the weights say one person, beside another name two; people say the contrary."""
    rows = []
    for at, one in enumerate(town[:40]):
        broken = make.with_defect(make.with_defect(one["id_text"], 7), 12)
        rows.append(make.identity("disability", at + 1, one["name"] if judgement == "different" else "郗不识", broken))
    before = resolve(rows)
    ids = [make.person_at(before, one["row"]) for one in town[:40]]
    said = pl.concat([judged(row, person, judgement) for row, person in zip(rows, ids, strict=True)])
    after = resolve(rows, ledger=before.ledger, judgements=said)
    m, u = (rate_of(before, rate) for rate in "mu")
    m_after, u_after = (rate_of(after, rate) for rate in "mu")
    found = after.links.filter(pl.col("register") == "disability").sort("row")
    if judgement == "same":
        assert m_after > 1.2 * m
        assert u_after <= u
        assert found["person_id"].to_list() == ids
    else:
        assert m_after < m / 1.2
        assert u_after >= u
        assert not any(one == person for one, person in zip(found["person_id"], ids, strict=True))


def rate_of(result: LinkResult, rate: str) -> float:
    wanted = (pl.col("field") == "number") & (pl.col("level") == "two_defects")
    return float(result.weights.filter(wanted)[rate].item())


def test_a_second_opinion_is_given_on_every_pair_and_those_it_differs_on_stand_first(
    make: SimpleNamespace, resolve: Resolve, town: list[dict[str, Any]]
) -> None:
    rows = [
        make.identity("disability", at + 1, one["name"], make.with_defect(one["id_text"], 12), address=one["address"])
        if at < 40
        else make.identity("disability", at + 1, "郗" + one["name"][1:], birth_date=one["birth_date"], address=one["address"])
        for at, one in enumerate(town[:60])
    ]
    before = resolve(rows)
    ids = [make.person_at(before, one["row"]) for one in town[:60]]
    words = ["same"] * 10 + ["different"] * 10
    said = pl.concat(judged(row, person, word) for row, person, word in zip(rows[30:50], ids[30:50], words, strict=True))
    assert before.opinions.is_empty()
    after = resolve(rows, ledger=before.ledger, judgements=said, second_opinion=True)
    told = after.opinions
    assert told["differs"].is_sorted(descending=True)
    assert told.filter(pl.col("linked") & pl.col("ecm")).height >= 40
    assert told.filter(pl.col("linked") == pl.col("reviews")).height == told.height
