"""The state machine of a case: which step may be taken from which state, by whom, and where it leads.

::

    new ──► in_review ──► waiting_household ──► visit_due ──► in_review ──► waiting_approval ──► decided
                │                 └── reply or waiver ──► in_review              └── sent back ──► in_review
                └── a finding that harms nobody ──► decided                      any open state ──► withdrawn

What an adverse decision needs besides its state is in `gate`; being snoozed is an attribute. A step that is not declared here
does not exist.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from targeting.cases.codes import OPEN_STATES, Power, State
from targeting.errors import Conflict


class Step(StrEnum):
    """Everything that can be done to a case."""

    TAKE = "take"
    RELEASE = "release"
    ASSIGN = "assign"
    SNOOZE = "snooze"
    NOTE = "note"
    VERDICT = "verdict"
    OWN_FINDING = "own_finding"
    ADD_FACT = "add_fact"
    JUDGE_LINK = "judge_link"
    DISPUTE = "dispute"
    RESOLVE_DISPUTE = "resolve_dispute"
    SERVE_NOTICE = "serve_notice"
    REPLY = "reply"
    SILENCE = "silence"
    VISIT = "visit"
    HEARING = "hearing"
    PROPOSE = "propose"
    TAKE_BACK = "take_back"
    APPROVE = "approve"
    SEND_BACK = "send_back"
    WITHDRAW = "withdraw"
    ABSORB = "absorb"


@dataclass(frozen=True, slots=True)
class Rule:
    """From where a step may be taken, the power it needs, and where it leads; a state not in `leads` stays.

    `held`: only the officer who holds the case takes it; a case nobody holds is then held by that officer.
    `ends` lists the states that the use case itself chooses between.
    """

    sources: frozenset[State]
    power: Power | None
    leads: Mapping[State, State] = field(default_factory=dict)
    held: bool = True
    ends: frozenset[State] = frozenset()


_OPEN = frozenset(OPEN_STATES)
_WORKED = _OPEN - {State.WAITING_APPROVAL}
_STARTS = {State.NEW: State.IN_REVIEW}
_NOTICED = frozenset({State.NEW, State.IN_REVIEW, State.WAITING_HOUSEHOLD, State.VISIT_DUE})

RULES: dict[Step, Rule] = {
    Step.TAKE: Rule(_WORKED, Power.WORK_CASES, _STARTS),
    Step.RELEASE: Rule(_WORKED, Power.WORK_CASES),
    Step.ASSIGN: Rule(_OPEN, Power.ASSIGN, held=False),
    Step.SNOOZE: Rule(_WORKED, Power.WORK_CASES),
    Step.NOTE: Rule(frozenset(State), Power.WORK_CASES, held=False),
    Step.VERDICT: Rule(_WORKED, Power.WORK_CASES, _STARTS),
    Step.OWN_FINDING: Rule(_WORKED, Power.WORK_CASES, _STARTS),
    Step.ADD_FACT: Rule(_WORKED, Power.WORK_CASES, _STARTS),
    Step.JUDGE_LINK: Rule(_WORKED, Power.WORK_CASES, _STARTS),
    Step.DISPUTE: Rule(_OPEN, Power.WORK_CASES, _STARTS, held=False),
    Step.RESOLVE_DISPUTE: Rule(frozenset(State), Power.WORK_CASES, held=False),
    Step.SERVE_NOTICE: Rule(_NOTICED, Power.WORK_CASES, dict.fromkeys(_NOTICED, State.WAITING_HOUSEHOLD)),
    Step.REPLY: Rule(
        _WORKED - {State.NEW},
        Power.WORK_CASES,
        {State.WAITING_HOUSEHOLD: State.IN_REVIEW, State.VISIT_DUE: State.IN_REVIEW},
    ),
    Step.SILENCE: Rule(
        frozenset({State.WAITING_HOUSEHOLD}), None, held=False, ends=frozenset({State.VISIT_DUE, State.IN_REVIEW})
    ),
    Step.VISIT: Rule(_WORKED, Power.WORK_CASES, _STARTS, ends=frozenset({State.IN_REVIEW})),
    Step.HEARING: Rule(_WORKED, Power.WORK_CASES, _STARTS, ends=frozenset({State.IN_REVIEW})),
    Step.PROPOSE: Rule(_WORKED, Power.DECIDE, ends=frozenset({State.WAITING_APPROVAL, State.DECIDED})),
    Step.TAKE_BACK: Rule(
        frozenset({State.WAITING_APPROVAL}), Power.DECIDE, {State.WAITING_APPROVAL: State.IN_REVIEW}, held=False
    ),
    Step.APPROVE: Rule(frozenset({State.WAITING_APPROVAL}), Power.APPROVE, held=False, ends=frozenset({State.DECIDED})),
    Step.SEND_BACK: Rule(
        frozenset({State.WAITING_APPROVAL}), Power.APPROVE, {State.WAITING_APPROVAL: State.IN_REVIEW}, held=False
    ),
    Step.WITHDRAW: Rule(_OPEN, Power.WITHDRAW, dict.fromkeys(_OPEN, State.WITHDRAWN), held=False),
    Step.ABSORB: Rule(_OPEN, None, held=False),
}


def after(step: Step, state: State) -> State:
    """The state in which the step leaves the case, as far as the step alone decides it.

    Raises:
        Conflict: the step cannot be taken from this state.

    >>> after(Step.SERVE_NOTICE, State.IN_REVIEW)
    <State.WAITING_HOUSEHOLD: 'waiting_household'>
    """
    rule = RULES[step]
    if state not in rule.sources:
        allowed = ", ".join(sorted(rule.sources))
        raise Conflict(f"The step '{step}' does not fit the state '{state}' of the case: it can be taken from {allowed}.")
    return rule.leads.get(state, state)


def steps_from(state: State) -> tuple[Step, ...]:
    """The steps that may be taken by people from a state, in the order of the machine."""
    return tuple(step for step, rule in RULES.items() if rule.power is not None and state in rule.sources)
