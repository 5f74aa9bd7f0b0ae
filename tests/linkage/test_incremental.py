"""Deciding only what changed gives, frame for frame, what deciding everything gives, month after month."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from targeting.frames.identity import IDENTITIES, JUDGEMENTS, LEDGER
from targeting.linkage.align import NotPossible
from targeting.linkage.incremental import Relinked, relink
from targeting.linkage.judgements import identity_sha256
from targeting.linkage.resolve import LinkResult, residue, tables
from targeting.linkage.standing import Standing, standing
from targeting.linkage.weights import Weights
from targeting.specs.linkage import load_linkage

pytestmark = pytest.mark.slow

SPEC = load_linkage()
TABLES = ("links", "evidence", "candidates", "persons", "ledger")
LEFT = ("rows", "keys", "homes", "pairs", "decided", "kin", "later_kin")
HAPPENINGS = (
    "name",
    "lost_character",
    "number",
    "own_number",
    "no_number",
    "old_form",
    "moved",
    "gone",
    "came",
    "death",
    "married",
)

Identity = dict[str, Any]


@dataclass(frozen=True, repr=False)
class Month:
    """A snapshot as it was linked."""

    identities: pl.DataFrame
    result: LinkResult
    standing: Standing
    judgements: pl.DataFrame


def whole(rows: list[Identity], judgements: pl.DataFrame, before: LinkResult | None, snapshot: str) -> Month:
    """All identities decided."""
    identities = IDENTITIES.of(rows)
    trained = Weights(before.weights, before.frequencies) if before else None
    ledger = before.ledger if before else LEDGER.empty()
    found = residue(identities, spec=SPEC, ledger=ledger, judgements=judgements, trained=trained, every_pair=False)
    result = tables(found, identities, spec=SPEC, ledger=ledger, snapshot=snapshot)
    return Month(identities, result, standing(found, judgements, spec=SPEC), judgements)


def what_changed(rows: list[Identity], judgements: pl.DataFrame, before: Month, snapshot: str) -> Relinked:
    """Only what changed decided."""
    return relink(
        IDENTITIES.of(rows),
        before=before.standing,
        spec=SPEC,
        ledger=before.result.ledger,
        judgements=judgements,
        same_judgements=judgements.equals(before.judgements),
        snapshot=snapshot,
        trained=Weights(before.result.weights, before.result.frequencies),
    )


def county(make: SimpleNamespace) -> list[Identity]:
    """Some of the town's people in other registers: deeds, cars, weddings, awards; a third without a usable number."""
    town = make.townspeople(160)
    rows = list(town)
    for at, one in enumerate(town):
        said = {"address": one["address"]} if at % 2 else {}
        number = (one["id_text"], None, make.with_defect(one["id_text"], 12))[at % 3]
        if at % 2 == 0:
            rows.append(make.identity("property", at, one["name"], number, group=f"U{at // 4}", **said))
        if at % 3:
            rows.append(make.identity("vehicle", at, one["name"], number, address=one["address"]))
        if at % 5 == 0:
            rows.append(make.identity("assistance_roll", at, one["name"], number, group=f"A{at // 10}", **said))
        if at % 4 == 0:
            wed = {"group": f"M{at}"}
            rows.append(make.identity("marriage", at, one["name"], one["id_text"] if at % 8 else None, role="husband", **wed))
            rows.append(make.identity("marriage", at, town[at + 1]["name"], town[at + 1]["id_text"], role="wife", **wed))
    rows.append(make.identity("deaths", 1, town[7]["name"], town[7]["id_text"]))
    for at in range(12):  # people whom only other registers know
        stranger = make.number(date(1971, 1 + at, 3), 700 + at)
        for register in ("vehicle", "property"):
            rows.append(make.identity(register, 500 + at, f"赵远{'山川河海江湖'[at % 6]}", stranger))
    return rows


def happen(rows: list[Identity], what: str, at: int, make: SimpleNamespace) -> Iterator[Identity]:
    """The rows after something has happened to the one at this place."""
    one = rows[at % len(rows)]
    other = rows[(at * 7 + 3) % len(rows)]
    for row in rows:
        if row is not one:
            yield row
        elif what != "gone":
            yield row | changes(row, other, what, at, make)
    extra = {"came": "vehicle", "death": "deaths", "married": "marriage"}.get(what)
    if extra:
        number = one["id_text"] if at % 2 else None
        yield make.identity(extra, 2000 + at, one["name"], number, address=one["address"], role="husband")
    if extra == "marriage":
        yield make.identity(extra, 2000 + at, other["name"], other["id_text"], role="wife")


def changes(row: Identity, other: Identity, what: str, at: int, make: SimpleNamespace) -> Identity:
    """What is another value now of a row."""
    if what == "name":
        return {"name": other["name"], "name_key": other["name_key"]}
    if what == "lost_character" and row["name"]:
        return {"name": row["name"][:-1] + "?", "name_key": row["name"][:-1] + "?"}
    if what == "moved":
        return {"address": other["address"], "group": other["group"] if row["register"] == "population" else row["group"]}
    texts = {
        "number": make.number(date(1960 + at % 40, 5, 1 + at % 28), 1 + at % 900),
        "own_number": other["id_text"],
        "no_number": None,
        "old_form": row["id_text"] and make.old_form(row["id_text"]) if len(row["id_text"] or "") == 18 else row["id_text"],
    }
    if what not in texts:
        return {}
    written = make.identity(row["register"], row["row"], row["name"], texts[what])
    return {key: written[key] for key in ("id_text", "id_form", "resident_id", "birth_date")}


def renumbered(rows: list[Identity]) -> list[Identity]:
    """Row numbers without gaps in every register, as a new extract has them; a row number is kept by the roles of one row."""
    ordered = sorted(rows, key=lambda row: (row["register"], row["row"], row["role"]))
    found: list[Identity] = []
    number, last = 0, None
    for row in ordered:
        key = (row["register"], row["row"])
        number = (1 if last is None or key[0] != last[0] else number + 1) if key != last or _twice(found, row) else number
        last = key
        found.append(row | {"row": number})
    return found


def _twice(found: list[Identity], row: Identity) -> bool:
    return bool(found) and found[-1]["role"] == row["role"]


def judged(month: Month, picks: list[tuple[int, bool]]) -> pl.DataFrame:
    """Judgements on links and possible links of the month: that they are one person, or two."""
    said = pl.concat([month.result.evidence, month.result.candidates]).select("register", "row", "role", "person_id", "snapshot")
    told = month.judgements
    for pick, same in picks:
        one = said[pick % said.height].join(month.identities, on=["register", "row", "role"], maintain_order="left")
        word = pl.lit("same" if same else "different")
        told = pl.concat(
            [told, one.select("register", "row", "role", "snapshot", identity_sha256(one), "person_id", judgement=word)]
        )
    return JUDGEMENTS.conform(told.unique(["identity_sha256", "person_id"], keep="last", maintain_order=True))


def assert_same(month: Month, again: Relinked) -> None:
    """All tables are equal, and so is what is left for the next run."""
    for name in TABLES:
        assert getattr(month.result, name).equals(getattr(again.result, name)), name
    for name in LEFT:
        whole, part = getattr(month.standing, name), getattr(again.standing, name)
        if name.endswith("kin"):
            whole, part = whole.sort(pl.all()), part.sort(pl.all())
        assert whole.equals(part.select(whole.columns).cast(whole.schema)), name


@pytest.fixture(scope="module")
def start(make: SimpleNamespace) -> Month:
    """A county linked twice: the weights are learnt by the first run and hold in the second."""
    rows = renumbered(county(make))
    learnt = whole(rows, JUDGEMENTS.empty(), None, "2026-09")
    return whole(rows, JUDGEMENTS.empty(), learnt.result, "2026-10")


months = st.lists(
    st.tuples(
        st.lists(st.tuples(st.sampled_from(HAPPENINGS), st.integers(0, 400)), min_size=1, max_size=12),
        st.lists(st.tuples(st.integers(0, 1000), st.booleans()), max_size=2),
    ),
    min_size=1,
    max_size=3,
)


@settings(max_examples=8, deadline=None, derandomize=True, phases=[Phase.generate])
@given(months)
def test_months_of_changes_link_as_if_everything_were_decided_again(
    start: Month, make: SimpleNamespace, happenings: list[tuple[list[tuple[str, int]], list[tuple[int, bool]]]]
) -> None:
    month, rows = start, start.identities.to_dicts()
    for at, (happened, picks) in enumerate(happenings):
        for what, where in happened:
            rows = list(happen(rows, what, where, make))
        rows = renumbered(rows)
        told, snapshot = judged(month, picks), f"2026-1{at + 1}"
        again = what_changed(rows, told, month, snapshot)
        month = whole(rows, told, month.result, snapshot)
        assert_same(month, again)
        month = Month(month.identities, again.result, again.standing, told)


def test_nothing_changed_decides_nobody_again(start: Month) -> None:
    again = what_changed(start.identities.to_dicts(), JUDGEMENTS.empty(), start, "2026-11")
    assert (again.changed, again.redecided) == (0, 0)
    assert_same(whole(start.identities.to_dicts(), JUDGEMENTS.empty(), start.result, "2026-11"), again)


def test_one_change_decides_few_again(start: Month, make: SimpleNamespace) -> None:
    rows = renumbered(list(happen(start.identities.to_dicts(), "no_number", 30, make)))
    again = what_changed(rows, JUDGEMENTS.empty(), start, "2026-11")
    assert 0 < again.redecided < start.standing.keys.height / 4


def test_rows_in_another_order_are_linked_as_a_whole(start: Month) -> None:
    rows = start.identities.to_dicts()
    last = max(row["row"] for row in rows if row["register"] == "vehicle")
    turned = [row | {"row": last + 1 - row["row"]} if row["register"] == "vehicle" else row for row in rows]
    with pytest.raises(NotPossible, match="order"):
        what_changed(turned, JUDGEMENTS.empty(), start, "2026-11")


def test_a_register_that_has_come_anew_is_linked_as_a_whole(start: Month, make: SimpleNamespace) -> None:
    rows = [*start.identities.to_dicts(), make.identity("grid", 1, "王伟", None)]
    with pytest.raises(NotPossible, match="register"):
        what_changed(rows, JUDGEMENTS.empty(), start, "2026-11")
