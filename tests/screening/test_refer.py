"""One ranking for the run: capacity, lot, shares, order."""

from collections import Counter
from typing import Any

import polars as pl
import pytest

from targeting.screening.capacity import rounded_by_lot


def opened(referrals: pl.DataFrame) -> pl.DataFrame:
    return referrals.filter("opened")


def test_every_award_and_every_missing_subject_is_ranked_once(referred: Any, award: Any, missing: Any) -> None:
    referrals, arms = referred([award(f"D{n}") for n in range(40)], [missing("h1"), missing("h2")])
    assert referrals["rank"].to_list() == list(range(1, 43))
    assert referrals.filter(pl.col("direction") == "over").height == 40
    assert len(arms) == 42


def test_without_a_model_findings_and_money_rank_and_the_log_says_so(
    referred: Any, award: Any, finding: Any, ranking: Any
) -> None:
    awards = [award("D1"), award("D2"), award("D3", amount=900_000), award("D4")]
    hits = [finding("dibao:D2", "X10"), finding("dibao:D2", "X07"), finding("dibao:D4", "X10", link_level="B")]
    referrals, arms = referred(awards, hits, capacity=ranking(random_share=0.0, value_of_a_correction_cents=10**9))
    assert referrals["subject"].to_list()[:2] == ["dibao:D2", "dibao:D4"]
    assert referrals["subject"][2] == "dibao:D3"
    assert referrals["probability"].null_count() == 4
    assert arms["ranked_by"].unique().to_list() == ["findings_and_money"]
    assert referrals["checks"][0] in ("X07,X10", "X10,X07")


def test_a_hit_that_informs_at_most_is_shown_and_claims_no_place(referred: Any, award: Any, finding: Any, ranking: Any) -> None:
    awards = [award("D1", amount=50_000), award("D2", amount=50_000), award("D3", amount=60_000)]
    hits = [finding("dibao:D1", "X26", amount_month=900_000), finding("dibao:D2", "X10")]
    chosen = ranking(random_share=0.0)
    referrals, _ = referred(awards, hits, capacity=chosen, informing=frozenset({"X26"}))
    assert referrals["subject"].to_list() == ["dibao:D2", "dibao:D3", "dibao:D1"]
    told = referrals.filter(pl.col("subject") == "dibao:D1").row(0, named=True)
    assert (told["checks"], told["amount_month"]) == ("X26", 50_000)
    as_if_verifying, _ = referred(awards, hits, capacity=chosen)
    assert as_if_verifying["amount_month"].max() == 900_000


def test_with_a_model_its_probability_ranks_and_is_named(referred: Any, award: Any, ranking: Any) -> None:
    awards = [award("D1"), award("D2"), award("D3")]
    chances = {"dibao:D1": 0.1, "dibao:D2": 0.9, "dibao:D3": 0.5}
    referrals, arms = referred(awards, [], probabilities=chances, capacity=ranking(random_share=0.0))
    assert referrals["subject"].to_list() == ["dibao:D2", "dibao:D3", "dibao:D1"]
    assert arms["ranked_by"].unique().to_list() == ["over 3"]


def test_more_money_ranks_first_at_equal_probability(referred: Any, award: Any, ranking: Any) -> None:
    awards = [award("D1", amount=10_000), award("D2", amount=200_000)]
    referrals, _ = referred(awards, [], probabilities={"dibao:D1": 0.4, "dibao:D2": 0.4}, capacity=ranking(random_share=0.0))
    assert referrals["subject"][0] == "dibao:D2"


def test_each_office_opens_what_it_can_review_and_no_more(referred: Any, award: Any, ranking: Any) -> None:
    awards = [award(f"D{n}", office="东街道" if n < 30 else "西镇") for n in range(50)]
    referrals, arms = referred(awards, [], capacity=ranking(share_of_awards=0.1, offices={"西镇": 4}))
    found = Counter(opened(referrals).join(arms.select("subject", "office"), on="subject")["office"].to_list())
    assert found == {"东街道": 3, "西镇": 4}


def test_the_opened_stand_before_all_others(referred: Any, award: Any) -> None:
    referrals, _ = referred([award(f"D{n}", office=f"o{n % 3}") for n in range(60)], [])
    assert referrals["opened"].to_list() == sorted(referrals["opened"].to_list(), reverse=True)


def test_a_share_is_kept_for_missing_coverage(referred: Any, award: Any, finding: Any, missing: Any, ranking: Any) -> None:
    awards = [award(f"D{n:02}", amount=500_000) for n in range(100)]
    hits = [finding(f"dibao:D{n:02}", "X10", amount_month=500_000) for n in range(100)]
    homes = {f"h{n}": "东街道" for n in range(20)}
    referrals, _ = referred(awards, [*hits, *(missing(h, amount=100) for h in homes)], homes=homes)
    assert Counter(opened(referrals)["direction"].to_list()) == {"over": 7, "missing": 3}


def test_slots_that_nobody_misses_out_for_go_to_the_other_direction(referred: Any, award: Any) -> None:
    referrals, _ = referred([award(f"D{n}") for n in range(100)], [])
    assert opened(referrals).height == 10


def test_every_prefix_of_the_opened_has_its_share_of_each(referred: Any, award: Any, missing: Any, ranking: Any) -> None:
    homes = {f"h{n:03}": "东街道" for n in range(60)}
    awards = [award(f"D{n:03}") for n in range(400)]
    wide = ranking(share_of_awards=0.25)
    referrals, _ = referred(awards, [missing(h) for h in homes], homes=homes, capacity=wide)
    first = referrals.head(50)
    assert first.filter(pl.col("direction") == "missing").height == pytest.approx(15, abs=1)
    assert first.filter(pl.col("arm") == "random").height == pytest.approx(5, abs=1)


def test_a_tenth_of_the_reviews_is_drawn_from_all_awards_flagged_or_not(
    referred: Any, award: Any, finding: Any, ranking: Any
) -> None:
    awards = [award(f"D{n:03}") for n in range(300)]
    hits = [finding(f"dibao:D{n:03}", "X10") for n in range(150)]
    drawn: Counter[bool] = Counter()
    for seed in range(40):
        referrals, _ = referred(awards, hits, seed=seed)
        lot = opened(referrals).filter(pl.col("arm") == "random")
        assert lot.height == 3
        drawn.update((lot["checks"] != "").to_list())
    # 120 draws, half the awards flagged: 60 ± 3 standard deviations of 5.5.
    assert 43 < drawn[True] < 77


def test_the_lot_is_the_same_for_the_same_seed_and_another_for_another(referred: Any, award: Any) -> None:
    awards = [award(f"D{n:03}") for n in range(300)]
    lots = []
    for seed, order in ((1, awards), (1, awards[::-1]), (2, awards)):
        referrals, _ = referred(order, [], seed=seed)
        lots.append(referrals.filter(pl.col("arm") == "random")["subject"].sort().to_list())
    assert lots[0] == lots[1] != lots[2]


def test_every_office_is_drawn_from_with_the_logged_chance(referred: Any, award: Any, ranking: Any) -> None:
    awards = [award(f"D{n}", office=f"o{n % 7}") for n in range(70)]
    times: Counter[int] = Counter()
    for seed in range(60):
        referrals, arms = referred(awards, [], capacity=ranking(share_of_awards=0.3), seed=seed)
        drawn = referrals.filter(pl.col("arm") == "random")["subject"]
        times.update(int(subject.removeprefix("dibao:D")) % 7 for subject in drawn)
    chance = arms.filter(pl.col("arm") == "random")["selection_probability"][0]
    assert chance == pytest.approx(0.03)
    # 60 draws of 70 awards at .03 each: 126 in all, 18 ± 2.5 an office, for .3 of a slot is rounded by lot.
    assert sum(times.values()) == pytest.approx(126, abs=8)
    assert all(8 <= times[office] <= 28 for office in range(7))


def test_rounding_by_lot_gives_each_quota_on_average() -> None:
    quotas = {"a": 0.25, "b": 1.5, "c": 0.75}
    starts = [n / 200 for n in range(200)]
    sums = Counter[str]()
    for start in starts:
        sums.update(rounded_by_lot(quotas, start=start))
    assert {name: round(total / 200, 2) for name, total in sums.items()} == quotas


def test_clear_and_unknown_findings_and_missing_without_a_hit_refer_nobody(
    referred: Any, award: Any, finding: Any, missing: Any
) -> None:
    quiet = [finding("dibao:D1", "X10", result="clear"), {**missing("h1"), "result": "unknown"}]
    referrals, _ = referred([award("D1")], quiet)
    assert referrals.select("subject", "checks").rows() == [("dibao:D1", "")]


def test_an_underpaid_award_is_ranked_in_both_directions(referred: Any, award: Any, finding: Any) -> None:
    under = finding("dibao:D1", "M03", direction="missing", amount_month=20_000)
    referrals, _ = referred([award("D1")], [under])
    assert sorted(referrals.select("subject", "direction").rows()) == [("dibao:D1", "missing"), ("dibao:D1", "over")]


def test_the_probability_of_the_missing_is_null_not_guessed(referred: Any, award: Any, missing: Any) -> None:
    referrals, _ = referred([award("D1")], [missing("h1")], probabilities={"dibao:D1": 0.5})
    assert referrals.filter(pl.col("direction") == "missing")["probability"].to_list() == [None]


def test_a_familys_referral_names_everybody_of_the_family_and_of_the_list(referred: Any, award: Any) -> None:
    members = [
        {"benefit": "dibao", "case_no": "D1", "row": row, "person_id": person}
        for row, person in ((1, "p-a"), (2, "p-b"), (3, None))
    ]
    applied = {**award("D1"), "person_id": "p-a", "household_id": "p-head"}
    referrals, _ = referred([applied], [], homes={"p-head": "柳林镇"}, members=members)
    assert referrals["person_ids"].to_list() == ["p-a,p-b,p-head"]


def test_a_personal_subsidy_names_the_person_alone(referred: Any, award: Any) -> None:
    subsidy = {**award("H1"), "benefit": "dis_care", "person_id": "p-b", "household_id": "p-head"}
    referrals, _ = referred([subsidy], [], homes={"p-head": "柳林镇"})
    assert referrals["person_ids"].to_list() == ["p-b"]


def test_many_certain_small_subsidies_leave_room_for_a_family_without_dibao(
    referred: Any, award: Any, finding: Any, missing: Any, ranking: Any
) -> None:
    certain = [
        finding(
            f"p{n}", "M02", subject_kind="person", direction="missing", benefit="dis_care", household_id="h0", amount_month=11_000
        )
        for n in range(6)
    ]
    referrals, _ = referred(
        [award(f"D{n}") for n in range(10)], [*certain, missing("h1")],
        homes={"h0": "东街道", "h1": "东街道"}, capacity=ranking(share_of_awards=0.6, missing_share=0.34),
    )  # fmt: skip
    opened = referrals.filter(pl.col("opened") & (pl.col("direction") == "missing"))
    assert sorted(opened["benefit"]) == ["dibao", "dis_care"]
