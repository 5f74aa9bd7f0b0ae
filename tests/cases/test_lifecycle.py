"""The state machine: every step from every state, as declared and no other."""

import pytest

from targeting.cases.codes import OPEN_STATES, State
from targeting.cases.lifecycle import RULES, Step, after, steps_from
from targeting.errors import Conflict

N, R, W, V, A, D, X = State
# From each state, the state that the step alone leads to; "-" where it cannot be taken.
TABLE = """
                 new  in_review  waiting  visit_due  approval  decided  withdrawn
take             R    R          W        V          -         -        -
release          N    R          W        V          -         -        -
assign           N    R          W        V          A         -        -
snooze           N    R          W        V          -         -        -
note             N    R          W        V          A         D        X
verdict          R    R          W        V          -         -        -
own_finding      R    R          W        V          -         -        -
add_fact         R    R          W        V          -         -        -
judge_link       R    R          W        V          -         -        -
dispute          R    R          W        V          A         -        -
resolve_dispute  N    R          W        V          A         D        X
serve_notice     W    W          W        W          -         -        -
reply            -    R          R        R          -         -        -
silence          -    -          W        -          -         -        -
visit            R    R          W        V          -         -        -
hearing          R    R          W        V          -         -        -
propose          N    R          W        V          -         -        -
take_back        -    -          -        -          R         -        -
approve          -    -          -        -          A         -        -
send_back        -    -          -        -          R         -        -
withdraw         X    X          X        X          X         -        -
absorb           N    R          W        V          A         -        -
"""
LETTERS = dict(zip("NRWVADX", State, strict=True))
CELLS = [
    (Step(name), state, None if letter == "-" else LETTERS[letter])
    for name, *letters in (line.split() for line in TABLE.strip().splitlines()[1:])
    for state, letter in zip(State, letters, strict=True)
]


def test_the_table_names_every_step() -> None:
    assert {step for step, _, _ in CELLS} == set(Step) == set(RULES)


@pytest.mark.parametrize(("step", "state", "expected"), CELLS)
def test_a_step_leads_where_it_is_declared_to(step: Step, state: State, expected: State | None) -> None:
    if expected is None:
        with pytest.raises(Conflict, match="does not fit the state"):
            after(step, state)
    else:
        assert after(step, state) is expected


def test_only_a_proposal_or_an_approval_can_close_a_case_with_an_outcome() -> None:
    ends = {step for step, rule in RULES.items() if State.DECIDED in rule.ends or State.DECIDED in rule.leads.values()}
    assert ends == {Step.PROPOSE, Step.APPROVE}


def test_no_person_takes_the_steps_of_the_system_and_closed_cases_are_left_alone() -> None:
    for state in State:
        assert not {Step.SILENCE, Step.ABSORB} & set(steps_from(state))
    for state in set(State) - set(OPEN_STATES):
        assert set(steps_from(state)) == {Step.NOTE, Step.RESOLVE_DISPUTE}
