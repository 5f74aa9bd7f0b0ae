"""How often strangers bear a name, told from how many persons bear it."""

import numpy as np
import polars as pl
import pytest

from targeting.linkage.frequency import discounts, frequencies, with_frequencies


def test_a_rare_name_is_met_less_often_among_strangers_than_it_was_counted() -> None:
    """Names drawn from a heavy tail: those counted once are met, in another draw of that size, as often as is said of them."""
    random = np.random.default_rng(4)
    one, other = (pl.Series(random.zipf(1.3, 30_000) % 1_000_000).value_counts(name="n") for _ in range(2))
    once, more = discounts(one["n"])
    again = one.join(other, on="", how="left", suffix="_again").fill_null(0)
    for bearers, taken_off in ((1, once), (2, more), (3, more)):
        met = again.filter(pl.col("n") == bearers)["n_again"].mean()
        assert met == pytest.approx(bearers - taken_off, abs=0.2)


def test_too_few_names_to_tell_leave_the_counts_as_they_are() -> None:
    columns = {"name_key": ["王一", "王一", "李二"], "pinyin": ["wy", "wy", "le"], "surname": ["王", "王", "李"]}
    persons = pl.DataFrame(columns)
    assert discounts(frequencies(persons).filter(pl.col("count") == "namesakes")["n"]) == (0.0, 0.0)
    assert with_frequencies(persons, frequencies(persons))["namesakes"].to_list() == [2.0, 2.0, 1.0]


def test_a_name_that_lost_a_character_may_be_that_of_the_few_who_share_the_others() -> None:
    """王 and any of ten characters in either place: one in ten shares the character that is left."""
    signs = "一二三四五六七八九十"
    names = ["王" + one + other for one in signs for other in signs]
    persons = pl.DataFrame({"name_key": names, "pinyin": names, "surname": ["王"] * 100})
    assert with_frequencies(persons, frequencies(persons))["alike"].to_list() == pytest.approx([10.0] * 100)
