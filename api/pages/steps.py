"""The lawful steps of a case, done or not, so that nobody fills in a decision that will be refused (G03, G04)."""

from dataclasses import dataclass
from datetime import date

from targeting.cases.codes import Direction, GateFault
from targeting.cases.dossier import CaseDetail

from ..formats import day
from ..texts import Texts


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step: what, whether it is done, details, where it is done, and whether each reader takes it for themselves."""

    done: bool
    text: str
    more: str = ""
    href: str = ""
    personal: bool = False


def steps(d: CaseDetail, t: Texts, today: date) -> list[StepLine]:
    """Own finding, letter, reply window, visit after silence, hearing; in the missing direction own finding and contact."""
    at = f"/cases/{d.case.id}"
    if d.case.direction is Direction.MISSING:
        return [
            StepLine(d.own_finding is not None, t("steps.own_finding"), href=f"{at}#own", personal=True),
            StepLine(bool(d.notices), t("steps.contact"), href=f"{at}/notice"),
            StepLine(bool(d.replies or d.hearings), t("steps.answer"), href=f"{at}/reply" if d.notices else f"{at}/hearing"),
        ]
    lacking = set(d.missing_for_adverse)
    lines = [
        StepLine(d.own_finding is not None, t("steps.own_finding"), href=f"{at}#own", personal=True),
        _notice(d, lacking, t, at),
        _window(d, lacking, t, today, at),
    ]
    if GateFault.VISIT in lacking or d.visits:
        lines.append(StepLine(GateFault.VISIT not in lacking, t("steps.visit"), href=f"{at}/visit"))
    held = d.hearings[-1] if d.hearings else None
    heard = bool(d.hearings) and GateFault.HEARING not in lacking
    more = t("steps.on", day=day(held.held_on), channel=t.of("channel", held.channel)) if held and heard else ""
    lines.append(StepLine(heard, t("steps.hearing"), more, f"{at}/hearing"))
    if d.case.needs_confirmation:
        open_links = [f for f in d.facts if f.current and f.level == "B" and not f.judgement]
        href = f"{at}/links/{open_links[0].fact_key}" if open_links else ""
        lines.append(StepLine(not open_links, t("steps.links"), href=href))
    if d.case.rescreen_due:
        lines.append(StepLine(False, t("steps.rescreen")))
    if any(dispute.state == "parked" for dispute in d.disputes):
        lines.append(StepLine(False, t("steps.dispute")))
    return lines


def _notice(d: CaseDetail, lacking: set[GateFault], t: Texts, at: str) -> StepLine:
    done = not lacking & {GateFault.NOTICE, GateFault.CHANNELS} and bool(d.notices)
    more = ""
    if d.notices:
        more = " · ".join(f"{t.of('channel', channel)} {day(on)}" for channel, on in d.notices[-1].services.items())
    return StepLine(done, t("steps.notice"), more, f"{at}/notice")


def _window(d: CaseDetail, lacking: set[GateFault], t: Texts, today: date, at: str) -> StepLine:
    if not d.notices:
        return StepLine(False, t("steps.window"))
    latest = d.notices[-1]
    waived = any(reply.waives_window for reply in d.replies)
    if waived and GateFault.REPLY_WINDOW not in lacking:
        return StepLine(True, t("steps.window"), t("steps.waived"))
    ended = latest.reply_until < today
    more = t("steps.ended", day=day(latest.reply_until)) if ended else t("steps.runs", day=day(latest.reply_until))
    return StepLine(ended and GateFault.REPLY_WINDOW not in lacking, t("steps.window"), more, f"{at}/reply")


def fault_words(faults: tuple[str, ...], t: Texts) -> list[str]:
    """What an adverse decision lacks, in words."""
    return [t.of("gate", fault.removeprefix("gate.")) for fault in faults]
