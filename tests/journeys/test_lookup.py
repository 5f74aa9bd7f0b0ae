"""A new applicant is looked up at the counter."""

from collections.abc import Callable

import pytest

pytestmark = pytest.mark.browser


def test_somebody_is_looked_up_and_no_address_holds_what_was_typed(sign_in: Callable) -> None:
    officer = sign_in("zhou")
    officer.open("/lookup")
    officer.page.get_by_label("Name", exact=True).fill("赵丽华")
    officer.page.get_by_label("Birth date").fill("1981-07-02")
    officer.page.get_by_label("Purpose").fill("New applicant at the counter.")
    officer.page.locator("main").get_by_role("button", name="Find").click()
    assert officer.sees("1 found, nearest first")
    assert officer.sees("name and birth date")
    assert officer.page.url.endswith("/lookup")
    assert not officer.faults
