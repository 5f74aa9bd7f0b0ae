"""Forty links on a morning: judged by keys alone, one taken back, on to the next by itself; and all of it without scripts."""

from collections.abc import Callable

import pytest

from targeting.cases import audit, feedback

pytestmark = pytest.mark.browser


def judged(officer, key: str, then: str) -> None:
    officer.page.keyboard.press(key)
    officer.page.wait_for_url(f"**done=link_{then}**")


def test_three_links_are_judged_by_keys_and_one_is_taken_back(service, sign_in: Callable) -> None:
    officer = sign_in("zhou")
    officer.open("/links")
    assert officer.sees("0 of 4 decided")
    first = officer.page.locator(".links-list [aria-current]").get_attribute("href").split("?")[0]
    judged(officer, "y", "same")
    assert officer.sees("1 of 4 decided")
    judged(officer, "n", "different")
    judged(officer, "?", "unsure")
    assert officer.sees("3 of 4 decided")
    left = officer.page.url
    judged(officer, "u", "undone")
    assert officer.sees("2 of 4 decided")
    judged(officer, "y", "same")
    assert officer.sees("3 of 4 decided")
    assert officer.page.url.split("?")[0] == left.split("?")[0]
    officer.open(f"{first}?said=all")
    assert officer.sees("周敏 said on")
    judged(officer, "u", "undone")
    assert sorted(row["judgement"] for row in feedback.judgements(service.store)) == ["different", "same"]
    assert audit.verify(service.store).ok
    assert not officer.faults


def test_differences_read_without_colour_and_the_picture_has_words(sign_in: Callable) -> None:
    officer = sign_in("zhou")
    officer.open("/links?register=disability")
    marks = officer.page.locator(".beside mark")
    assert marks.all_inner_texts() == ["婧", "静"]
    assert "underline" in marks.first.evaluate("one => getComputedStyle(one).textDecorationLine")
    picture = officer.page.locator("svg.waterfall")
    assert "field by field" in picture.get_attribute("aria-label")
    officer.page.get_by_text("As a table").click()
    assert officer.page.locator(".bits tbody tr").count() == 8
    for width in (1440, 390):
        officer.page.set_viewport_size({"width": width, "height": 844})
        assert officer.page.evaluate("document.documentElement.scrollWidth") <= width
    assert not officer.faults


def test_a_link_is_judged_and_taken_back_without_scripts(sign_in: Callable) -> None:
    officer = sign_in("zhou", scripts=False)
    officer.open("/links?register=property")
    officer.page.get_by_label("Note").fill("The deed names her mother.")
    officer.press("Different person")
    assert officer.sees("Recorded: different person")
    officer.press("Undo my last answer")
    assert officer.sees("Undone; what was said stays on record")
    assert officer.sees("0 of 2 decided")
