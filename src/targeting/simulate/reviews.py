"""Two years of reviews: a random arm and a part chosen by officers who look at what registers show, with their biases and errors.

What an officer found wrong and acted on ends the award (or takes the deceased off it), so that what is still in payment today
is what reviews have missed.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from targeting.simulate.clock import FAR, Bools, Floats, Ints, first_day
from targeting.simulate.columns import Columns
from targeting.simulate.holdings import KINDS as VEHICLE_KINDS
from targeting.simulate.improper import KINDS
from targeting.simulate.income import Source
from targeting.simulate.law import assess, due_amounts, paid_amounts
from targeting.simulate.world import World

SOURCES = ("随机抽查", "年度复核", "信息比对预警", "群众举报", "专项核查")
ISSUES = {
    "deceased_member": "人员死亡未核减",
    "deceased_holder": "人员死亡未核减",
    "undeclared_pension": "未申报养老金",
    "undeclared_vehicle": "未申报车辆",
    "parked_assets": "未申报车辆",
    "second_home": "名下多套住房",
    "undeclared_business": "登记经营主体",
    "petty_trades_as_nominee": "登记经营主体",
    "undeclared_spouse": "配偶未申报",
    "duplicate_award": "重复享受",
    "coresident_income": "共同生活成员未申报",
    "false_household_split": "共同生活成员未申报",
    "shared_account_agent": "身份不实",
    "absent_long": "身份不实",
    "expired_certificate": "残疾证失效或等级不符",
    "lower_grade": "残疾证失效或等级不符",
}
OTHER_ISSUE = "隐瞒务工收入"


@dataclass(slots=True)
class Reviews(Columns):
    """One review; `source` a position in SOURCES, `finding` 0 conforms, 1 does not, 2 in part."""

    award: Ints
    day: Ints
    source: Ints
    finding: Ints
    issue: Ints
    amount: Ints
    wrong: Ints


def review(world: World, rates: dict[str, Any], law: dict[str, Any], random: np.random.Generator) -> Reviews:
    """The reviews of each month in turn; awards end where a finding was acted on."""
    reviews = Reviews.empty()
    awards = world.awards
    last_reviewed = np.full(len(awards), -100, dtype=np.int64)
    for month in range(world.month - rates["months"] + 1, world.last_month + 1):
        paid = paid_amounts(awards, world.members, month, law)
        running = np.flatnonzero(paid > 0)
        slots = min(len(running), int(rates["reviewed_a_month"] * len(running) + random.random()))
        if not slots:
            continue
        _, most = due_amounts(world.truth, awards, assess(world.truth, month, law), law)
        excess = np.maximum(paid - most, 0)
        rested = month - last_reviewed
        which, source = _selected(world, month, running, excess > law["amount_tolerance_yuan"], rested, slots, rates, random)
        last_reviewed[which] = month
        found = _findings(world, which, source, month, paid[which], excess[which], rates, law, random)
        reviews.grow(found)
        _act(world, found, month, rates["acted_on_share"], random)
    return reviews


def _selected(
    world: World,
    month: int,
    running: Ints,
    wrong: Bools,
    rested: Ints,
    slots: int,
    rates: dict[str, Any],
    random: np.random.Generator,
) -> tuple[Ints, Ints]:
    """The awards of one month with their source: some by lot, the others by what each kind of review looks at."""
    weights = rates["officer_weights"]
    signals, bias = _signals(world, month, weights), _bias(world, weights)
    scores = {
        "annual": np.minimum(rested, 24) * weights["month_since_review"] + bias,
        "data_alert": 1.6 * signals + 0.5 * bias,
        "tip_off": weights["neighbours_know"] * wrong + bias,
        "special": signals + bias,
    }
    shares = np.array([rates["source_weights"][name] for name in scores])
    counts = random.multinomial(slots - int(rates["random_share"] * slots + random.random()), shares / shares.sum())
    left = random.permutation(running)
    by_lot = slots - int(counts.sum())
    which, source = [left[:by_lot]], [np.zeros(by_lot, dtype=np.int64)]
    left = left[by_lot:]
    left = left[rested[left] >= rates["months_between_reviews"]]
    for place, (score, count) in enumerate(zip(scores.values(), counts, strict=True), start=1):
        order = np.argsort(-(score[left] + random.gumbel(size=len(left))), kind="stable")  # draws in proportion to exp(score)
        which.append(left[order[:count]])
        source.append(np.full(len(which[-1]), place, dtype=np.int64))
        left = left[order[count:]]
    return np.concatenate(which), np.concatenate(source)


def _findings(
    world: World,
    which: Ints,
    source: Ints,
    month: int,
    paid: Floats,
    excess: Floats,
    rates: dict[str, Any],
    law: dict[str, Any],
    random: np.random.Generator,
) -> Reviews:
    wrong = excess > law["amount_tolerance_yuan"]
    luck = random.random(len(which))
    finds = np.where(wrong, luck >= rates["officer_misses"], luck < rates["officer_accuses"])
    partly = finds & np.where(wrong, excess < 0.6 * paid, random.random(len(which)) < rates["partly_share"])
    kind = world.awards.kind[which]
    accused = random.choice(
        [KINDS.index("undeclared_wages"), KINDS.index("undeclared_vehicle"), KINDS.index("second_home")], len(which)
    )
    issue = np.where(wrong & (kind > 0), kind, accused)
    amount = np.where(wrong, excess, np.minimum(paid, random.integers(8, 40, len(which)) * 10))
    return Reviews.rows(
        award=which,
        day=first_day(np.full(len(which), month)) + random.integers(0, 28, len(which)),
        source=source,
        finding=np.where(finds, np.where(partly, 2, 1), 0),
        issue=np.where(finds, issue, 0),
        amount=np.where(finds, np.round(amount), 0).astype(np.int64),
        wrong=wrong.astype(np.int64),
    )


def _act(world: World, found: Reviews, month: int, share: float, random: np.random.Generator) -> None:
    """Most findings end the award within three months; where a member has died, the member leaves it."""
    acted = found.take((found.finding > 0) & (random.random(len(found)) < share))
    until = month + random.integers(0, 3, len(acted))
    died = np.isin(world.awards.kind[acted.award], [KINDS.index("deceased_member")])
    ends = acted.award[~died]
    world.awards.end[ends] = np.minimum(world.awards.end[ends], until[~died])
    last = np.full(len(world.awards), FAR, dtype=np.int64)
    last[acted.award[died]] = until[died]
    members = world.members
    of_dead = (last[members.award] < FAR) & (world.people.dies_on[members.person] <= first_day(np.array([month + 1]))[0])
    members.until = np.where(of_dead, np.minimum(members.until, last[members.award]), members.until)
    left = np.zeros(len(world.awards), dtype=np.int64)
    np.maximum.at(left, members.award, members.until)
    world.awards.end = np.minimum(world.awards.end, np.where(last < FAR, left, world.awards.end))


def _signals(world: World, month: int, weights: dict[str, float]) -> Floats:
    """How much each award stands out by what registers show in the listed members' names by a month."""
    people, truth, members, awards = world.people, world.truth, world.members, world.awards
    count, day = len(people), int(first_day(np.array([month + 1]))[0])
    seen = np.zeros(count, dtype=np.float64)
    counted = np.array([row[6] for row in VEHICLE_KINDS])[truth.vehicles.kind] > 0
    counted &= ~truth.vehicles.no_id & (truth.vehicles.since < day) & (truth.vehicles.left > day)
    seen += weights["vehicle"] * _any(truth.vehicles.holder[counted], count)
    paid = np.isin(truth.spells.source, (Source.WAGE, Source.PUBLIC_WAGE, Source.PENSION))
    paid &= (truth.spells.start < month) & (truth.spells.end >= month - 2)
    seen += weights["wage_record"] * _any(truth.spells.person[paid], count)
    seen += weights["death_record"] * (people.dies_on < day - 30)
    homes = truth.homes
    holders = homes.holder[(homes.use <= 1) & homes.registered & ~homes.no_id & (homes.since < day) & (homes.until > day)]
    seen += weights["second_home"] * (np.bincount(holders, minlength=count) > 1)
    seen += weights["business"] * _any(truth.firms.holder[(truth.firms.founded < day) & (truth.firms.closed > day)], count)
    signals = np.zeros(len(awards), dtype=np.float64)
    np.maximum.at(signals, members.award, seen[members.person])
    _, group, size = np.unique(awards.account, return_inverse=True, return_counts=True)
    return signals + weights["shared_account"] * (size[group] > 2)


def _any(persons: Ints, count: int) -> Bools:
    held: Bools = np.bincount(persons[persons >= 0], minlength=count) > 0
    return held


def _bias(world: World, weights: dict[str, float]) -> Floats:
    """Whom officers visit more for no good reason."""
    awards = world.awards
    bias = weights["rural"] * ~world.geography.urban[awards.community]
    bias = bias + weights["minority"] * (world.people.people[awards.applicant] > 0)
    bias = bias + weights["young_applicant"] * (world.age()[awards.applicant] < 40)
    return bias.astype(np.float64)
