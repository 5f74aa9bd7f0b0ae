"""What is true in the imaginary county: shares, kinds, look-alikes, reviews, families."""

import numpy as np
import pytest

from targeting.simulate.awards import CARE, DIBAO, LIVING
from targeting.simulate.clock import FAR, NOBODY
from targeting.simulate.improper import KINDS, UNNAMED
from targeting.simulate.law import assess, due_amounts, paid_amounts
from targeting.simulate.look_alikes import LOOKS
from targeting.simulate.reviews import SOURCES

from .conftest import Truth

MISSING_KINDS = ("left_out_member", "outdated_amount")


def excess_of(truth: Truth) -> tuple[np.ndarray, np.ndarray]:
    """By award what is paid, and paid too much, in the first month."""
    world, law = truth.world, truth.law
    assessment = assess(world.truth, world.month, law)
    paid = paid_amounts(world.awards, world.members, world.month, law)
    _, most = due_amounts(world.truth, world.awards, assessment, law)
    return paid, np.maximum(paid - most, 0)


def test_between_one_in_twenty_and_one_in_five_dibao_awards_is_wrong(truth: Truth) -> None:
    paid, excess = excess_of(truth)
    running = (paid > 0) & (truth.world.awards.benefit == DIBAO)
    assert 0.05 < (excess[running] > 60).mean() < 0.20


def test_between_5_and_20_percent_of_entitled_families_do_not_receive(truth: Truth) -> None:
    world = truth.world
    assessment = assess(world.truth, world.month, truth.law)
    paid, _ = excess_of(truth)
    has = np.zeros(len(world.people), dtype=bool)
    has[world.awards.unit[(paid > 0) & (world.awards.benefit == DIBAO)]] = True
    entitled = assessment.due > 60
    assert 0.05 < (entitled & ~has).sum() / entitled.sum() < 0.20


def test_at_least_three_kinds_that_no_check_names_make_awards_wrong(truth: Truth) -> None:
    _, excess = excess_of(truth)
    wrong = {KINDS[kind] for kind in truth.world.awards.kind[excess > 60]}
    assert len(wrong & set(UNNAMED)) >= 5


@pytest.mark.parametrize("kind", [kind for kind in KINDS[1:] if kind not in MISSING_KINDS])
def test_each_circumstance_is_found_wrong_by_the_law(truth: Truth, kind: str) -> None:
    world, law = truth.world, truth.law
    planted = np.flatnonzero(world.awards.kind == KINDS.index(kind))
    assert len(planted)
    ever = np.zeros(len(planted), dtype=bool)
    for month in range(world.month - 12, world.last_month + 1):
        paid = paid_amounts(world.awards, world.members, month, law)
        _, most = due_amounts(world.truth, world.awards, assess(world.truth, month, law), law)
        ever |= (paid - most)[planted] > 60
    assert ever.any()


def test_look_alikes_are_right_unless_something_else_has_happened(truth: Truth) -> None:
    _, excess = excess_of(truth)
    awards = truth.world.awards
    seen = awards.look > 0
    assert {LOOKS[look] for look in awards.look[seen]} == set(LOOKS[1:])
    assert (excess[seen] > 60).mean() < 0.05


def test_a_wrong_award_always_has_a_reason_in_the_truth(truth: Truth) -> None:
    paid, excess = excess_of(truth)
    awards = truth.world.awards
    plain = (awards.kind == 0) & (paid > 0)
    assert (excess[plain] > 60).mean() < 0.05


def test_no_case_number_tells_what_was_brought_about(truth: Truth) -> None:
    awards = truth.world.awards
    assert len(np.unique(awards.number)) == len(awards)
    place = np.argsort(np.argsort(awards.number)) / len(awards)
    assert abs(place[awards.kind > 0].mean() - 0.5) < 0.06


def test_reviews_have_a_random_arm_and_a_chosen_one_that_finds_more(truth: Truth) -> None:
    reviews = truth.reviews
    drawn = reviews.source == SOURCES.index("随机抽查")
    assert 0.15 < drawn.mean() < 0.25
    assert reviews.wrong[~drawn].mean() > reviews.wrong[drawn].mean()


def test_officers_err_in_both_directions(truth: Truth) -> None:
    reviews = truth.reviews
    wrong, finds = reviews.wrong == 1, reviews.finding > 0
    assert 0.05 < (~finds[wrong]).mean() < 0.25
    assert 0.005 < finds[~wrong].mean() < 0.04


def test_most_findings_end_the_award_soon(truth: Truth) -> None:
    world, reviews = truth.world, truth.reviews
    found = (reviews.finding == 1) & (reviews.day < world.last - 150)
    assert (world.awards.end[reviews.award[found]] <= world.last_month).mean() > 0.7


def test_children_are_younger_than_their_parents_and_nobody_marries_a_brother_or_sister(truth: Truth) -> None:
    people = truth.world.people
    for parent in (people.father, people.mother):
        child = np.flatnonzero(parent != NOBODY)
        years = (people.born[child] - people.born[parent[child]]) / 365.25
        assert years.min() > 14
    wed = np.flatnonzero((people.spouse != NOBODY) & (people.father != NOBODY))
    assert (people.father[wed] != people.father[people.spouse[wed]]).all()
    assert (people.spouse[people.spouse[people.spouse != NOBODY]] == np.flatnonzero(people.spouse != NOBODY)).all()


def test_three_generations_live_together_and_twins_share_a_birthday(truth: Truth) -> None:
    world = truth.world
    people, unit = world.people, world.truth.living.unit
    child = np.flatnonzero((people.father != NOBODY) & world.truth.living.present)
    with_father = child[unit[child] == unit[people.father[child]]]
    grandfather = people.father[people.father[with_father]]
    assert ((grandfather != NOBODY) & (unit[with_father] == unit[grandfather])).sum() > 100
    twins = np.flatnonzero(people.twin != NOBODY)
    assert len(twins) > 100
    assert (people.born[twins] == people.born[people.twin[twins]]).all()


def test_a_twin_whose_number_differs_in_one_digit_of_the_sequence_exists(truth: Truth) -> None:
    world = truth.world
    twins = np.flatnonzero((world.people.twin != NOBODY) & (world.people.male == world.people.male[world.people.twin]))
    numbers = world.ids.to_numpy()
    near = [sum(a != b for a, b in zip(numbers[one][:17], numbers[other][:17], strict=True)) for one, other in
            zip(twins, world.people.twin[twins], strict=True)]  # fmt: skip
    assert np.mean(np.array(near) == 1) > 0.5


def test_every_living_person_of_the_county_is_in_one_family_with_an_adult(truth: Truth) -> None:
    world = truth.world
    here = world.truth.living.present & world.people.alive(world.last)
    adult = here & (world.age() >= 18)
    led = np.zeros(len(world.people), dtype=bool)
    led[world.truth.living.unit[adult]] = True
    assert led[world.truth.living.unit[here]].mean() > 0.999


def test_subsidies_follow_certificates(truth: Truth) -> None:
    world = truth.world
    holders = set(world.truth.certificates.person)
    of = np.isin(world.awards.benefit, [LIVING, CARE])
    assert set(world.awards.applicant[of]) <= holders


def test_the_dead_leave_an_award_within_three_months_where_the_office_knows(truth: Truth) -> None:
    world = truth.world
    members = world.members
    dead = (world.people.dies_on[members.person] < world.last - 150) & ~world.unreported_death[members.person]
    dead &= world.people.dies_on[members.person] < FAR
    assert (members.until[dead] <= world.last_month).all()
