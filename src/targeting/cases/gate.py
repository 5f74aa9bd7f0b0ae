"""What an adverse decision lacks, as the server sees it; the database has its own words for the same in `migrations/`.

A notice *counts* when it was served on two channels at least and its window has ended, or the household has waived
the rest of it, by the day of the decision. Silence about a notice that counts is no admission: it asks for a visit
after the window (G04). Every ground needs facts; each of them is named in a notice that counts, is not disputed, and
hangs on a link that is certain or that a person has confirmed (G03, G05, G06). A score is not a fact and cannot be a
ground (G12).

Source: 社会救助法 art. 48; DOMAIN §1.9 and G01–G06; Michigan MiDAS settlement (no finding from silence alone).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from targeting.cases.codes import Channel, GateFault, Judgement

CHANNELS_NEEDED = 2


@dataclass(frozen=True, slots=True)
class ServedNotice:
    """A notice, the channels it was served on, the facts it names, the answers to it."""

    id: str
    issued_on: date
    reply_until: date
    channels: frozenset[Channel]
    fact_keys: frozenset[str]
    replied_on: tuple[date, ...] = ()
    waived_on: tuple[date, ...] = ()

    def counts(self, on: date) -> bool:
        """Whether it was served well and its window has ended by that day."""
        return len(self.channels) >= CHANNELS_NEEDED and self.ended(on)

    def ended(self, on: date) -> bool:
        """Whether the window is over or waived."""
        return self.reply_until < on or any(day <= on for day in self.waived_on)

    def silent(self, on: date, heard_on: Sequence[date]) -> bool:
        """Whether nobody has answered it, in writing by that day or by being heard within the window."""
        heard = any(self.issued_on <= day <= self.reply_until for day in heard_on)
        return not heard and not any(day <= on for day in self.replied_on)


@dataclass(frozen=True, slots=True)
class Proof:
    """A fact that is to prove a ground: where it comes from, its link level, what was judged, whether it is disputed."""

    fact_key: str
    from_register: bool
    level: str | None
    judgement: Judgement | None
    disputed: bool

    def confirmed(self) -> bool:
        """Whether the link is certain and not denied, or confirmed by a person."""
        if not self.from_register:
            return True
        return self.judgement is Judgement.SAME or (self.judgement is None and self.level == "A")


@dataclass(frozen=True, slots=True)
class Procedure:
    """What has been done with the household."""

    notices: tuple[ServedNotice, ...] = ()
    visited_on: tuple[date, ...] = ()
    heard_on: tuple[date, ...] = ()


def procedure_faults(procedure: Procedure, *, on: date, named: frozenset[str] | None = None) -> tuple[GateFault, ...]:
    """What was not done with the household by that day; `named` limits the notices to those that name one of these facts."""
    if not procedure.notices:
        return (GateFault.NOTICE, GateFault.HEARING)
    counting = [notice for notice in procedure.notices if notice.counts(on) and (named is None or notice.fact_keys & named)]
    faults = []
    if not any(len(notice.channels) >= CHANNELS_NEEDED for notice in procedure.notices):
        faults.append(GateFault.CHANNELS)
    elif not counting:
        faults.append(GateFault.REPLY_WINDOW)
    heard = [day for day in procedure.heard_on if day <= on]
    silent = [notice for notice in counting if notice.silent(on, heard)]
    if any(not any(notice.reply_until < day <= on for day in procedure.visited_on) for notice in silent):
        faults.append(GateFault.VISIT)
    if not heard or any(not any(notice.issued_on <= day for day in heard) for notice in counting):
        faults.append(GateFault.HEARING)
    return tuple(faults)


def ground_faults(procedure: Procedure, grounds: Sequence[Sequence[Proof]], *, on: date) -> tuple[GateFault, ...]:
    """What the grounds lack: `grounds` holds the proofs of each."""
    if not grounds:
        return (GateFault.GROUND,)
    proofs = [proof for ground in grounds for proof in ground]
    named = frozenset(key for notice in procedure.notices if notice.counts(on) for key in notice.fact_keys)
    found = {
        GateFault.EVIDENCE: any(not ground for ground in grounds),
        GateFault.PARKED: any(proof.disputed for proof in proofs),
        GateFault.UNCONFIRMED: any(not proof.confirmed() for proof in proofs),
        GateFault.NOT_IN_NOTICE: any(proof.fact_key not in named for proof in proofs),
    }
    return tuple(fault for fault, is_so in found.items() if is_so)


def adverse_faults(procedure: Procedure, grounds: Sequence[Sequence[Proof]], *, on: date) -> tuple[GateFault, ...]:
    """Everything an adverse decision taken on that day lacks, but for the second person."""
    named = frozenset(proof.fact_key for ground in grounds for proof in ground)
    return (*procedure_faults(procedure, on=on, named=named or None), *ground_faults(procedure, grounds, on=on))
