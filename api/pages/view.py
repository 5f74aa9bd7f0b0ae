"""What several pages of one case need: the case as read for this person, its facts, steps and header actions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import Request

from targeting.cases import reading
from targeting.cases.dossier import CaseDetail
from targeting.cases.records import Actor, CaseRow
from targeting.dates import now

from ..access import store_of
from ..rendering import language_of, office_day
from ..texts import Texts, texts
from .facts_table import FactLine, FactsTable, facts_table
from .steps import steps


@dataclass(frozen=True, slots=True)
class HeadAction:
    """One button of the header."""

    name: str
    href: str
    key: str = ""
    main: bool = False
    post: bool = False


HEAD = (
    ("approve", "approve", "approve", "", True, False),
    ("propose", "decide", "decide", "d", True, False),
    ("serve_notice", "ask", "notice", "", False, False),
    ("reply", "reply", "reply", "", False, False),
    ("hearing", "hearing", "hearing", "", False, False),
    ("visit", "visit", "visit", "", False, False),
    ("snooze", "snooze", "snooze", "s", False, False),
    ("take", "take", "take", "", False, True),
    ("release", "release", "release", "", False, True),
    ("assign", "assign", "assign", "a", False, False),
    ("take_back", "take_back", "take-back", "u", False, True),
    ("withdraw", "withdraw", "withdraw", "", False, False),
)
"""Step of the life cycle, name of the button, its page, key, whether it stands out, whether it acts at once."""


def read_case(request: Request, case_id: str, actor: Actor) -> CaseDetail:
    """The case as this person may see it; the reading is logged."""
    return reading.case(store_of(request), case_id=case_id, actor=actor, at=now())


def head_actions(d: CaseDetail, actor: Actor) -> list[HeadAction]:
    """The buttons that this person can use now."""
    at = f"/cases/{d.case.id}"
    mine = d.case.assignee is not None and d.case.assignee.id == actor.user_id
    shown = []
    for step, name, page, key, main, post in HEAD:
        if step == "reply" and not d.notices:
            continue
        if step not in d.actions or (step == "take" and mine) or (step == "release" and not mine):
            continue
        shown.append(HeadAction(name, f"{at}/{page}", key, main, post))
    if d.case.snoozed_until and "snooze" in d.actions:
        shown.append(HeadAction("unsnooze", f"{at}/unsnooze", "", False, True))
    return shown


def leased(row: CaseRow, at: datetime) -> str:
    """Minutes for which the case is still somebody's by lease; empty where there is no lease or it is over."""
    if row.lease_until is None or row.lease_until <= at:
        return ""
    return str(max(1, round((row.lease_until - at).total_seconds() / 60)))


def reader_texts(request: Request) -> Texts:
    """The texts in the reader's language."""
    return texts(language_of(request))


def case_values(request: Request, d: CaseDetail, actor: Actor) -> dict[str, Any]:
    """The values that the templates of a case share."""
    t = reader_texts(request)
    table = facts_table(d, t)
    return {
        "d": d,
        "facts": table,
        "actions": head_actions(d, actor),
        "steps": steps(d, t, office_day(request)),
        "leased": leased(d.case, now()),
        "may_work": "verdict" in d.actions,
        "protected": any(m.detail.get("protected") for m in d.members),
        "unconfirmed": unconfirmed(table),
    }


def unconfirmed(table: FactsTable) -> list[FactLine]:
    """One line for each probable link to be judged: those behind a hit, else those of the persons on whom a hit depends."""
    open_links = [line for line in table.all if line.level == "B" and not line.judgement]
    behind = [line for line in open_links if line.behind_a_hit] or open_links
    return list({(line.register, line.source, line.person): line for line in behind}.values())


def main_reason(row: CaseRow, t: Texts) -> str:
    """Why the case is here, in one sentence of the reader's language; the same words for all without a finding."""
    text = row.main_reason_en if t.language == "en" else row.main_reason_zh
    return text or t("queue.no_finding")
