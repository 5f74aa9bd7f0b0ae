"""The critical path in a real browser: from the queue to an approved reduction, lawfully, and the doors that stay shut."""

from collections.abc import Callable

import pytest

from targeting.cases import audit, feedback

pytestmark = pytest.mark.browser


def to_case(officer, label: str) -> str:
    officer.open("/queue?view=all_open")
    officer.page.get_by_role("link", name=label, exact=True).first.click()
    officer.page.wait_for_url("**/cases/*")
    return officer.page.url.split("/cases/")[1].split("?")[0]


def record_own_finding(officer) -> None:
    marks = officer.page.locator(".facts .marks")
    marks.nth(0).locator("label.right").click()
    marks.nth(1).locator("label.right").click()
    officer.page.locator("input[name=own_finding][value=not_entitled]").check()
    officer.page.locator("#own_note").fill("Car and wage both confirmed by the husband on the telephone.")
    officer.press("Record marks and finding")


def serve_notice(officer, case_id: str) -> None:
    officer.open(f"/cases/{case_id}/notice?language=en")
    letter = officer.page.locator("#letter").input_value()
    assert "Nothing changes now" in letter
    assert "139921" not in letter
    officer.page.locator("#channel-1").select_option("letter")
    officer.page.locator("#channel-2").select_option("visit")
    officer.press("Record letter and service")


def record_waiver_and_hearing(officer, case_id: str) -> None:
    officer.open(f"/cases/{case_id}/reply")
    officer.page.get_by_label("Way").select_option("office")
    officer.page.get_by_label("What the household answered").fill("We sold nothing; the car is for my husband's job.")
    officer.page.get_by_label("The household waives the rest").check()
    officer.press("Record answer")
    officer.open(f"/cases/{case_id}/hearing")
    officer.page.get_by_label("Way").select_option("office")
    officer.page.locator("input[name=outcome][value=heard]").check()
    officer.page.get_by_label("What was said").fill("Husband confirms the job since May and the car since March.")
    officer.press("Record hearing")


def decide(officer, case_id: str) -> None:
    officer.open(f"/cases/{case_id}/decide")
    officer.page.locator("input[name=finding][value=not_entitled]").check()
    officer.page.locator("input[name=cause][value=change_not_reported]").check()
    officer.page.locator("#reason").fill("Since May the family's income is above the standard.")
    for check in ("X10", "X07"):
        officer.page.locator(f"input[name=ground][value={check}]").check()
        proof = officer.page.locator(f"input[name=proof-{check}]").first
        proof.check()
    month = officer.page.locator("input[name=month]").nth(1)
    month.check()
    officer.page.locator(f"[name=due-{month.get_attribute('value')}]").fill("0")
    officer.page.get_by_role("button", name="Decide", exact=False).first.click()


def test_a_reduction_goes_from_the_queue_to_a_second_persons_approval(service, sign_in: Callable) -> None:
    officer = sign_in("zhou")
    case_id = to_case(officer, "王建国")
    assert officer.sees("Shown after you have recorded your own finding")
    assert not officer.sees("Ranked 1 of")
    record_own_finding(officer)
    assert officer.sees("Your own finding is recorded")
    officer.page.get_by_text("Show rank and reasons").click()
    assert officer.sees("Ranked 1 of")

    decide(officer, case_id)
    assert officer.sees("An adverse decision is not possible yet")
    assert officer.sees("No letter has been served")
    assert officer.page.locator("#reason").input_value() == "Since May the family's income is above the standard."

    serve_notice(officer, case_id)
    assert officer.sees("Waiting for household")
    record_waiver_and_hearing(officer, case_id)
    decide(officer, case_id)
    assert officer.sees("Your decision waits for a second person")
    officer.open(f"/cases/{case_id}/approve")
    assert officer.sees("Not allowed")

    supervisor = sign_in("lin")
    supervisor.open("/approvals")
    supervisor.page.get_by_role("link", name="王建国", exact=True).first.click()
    supervisor.page.get_by_role("link", name="Approve or return").click()
    assert supervisor.sees("Since May the family's income is above the standard.")
    supervisor.page.get_by_label("Reason").fill("Evidence and hearing are complete.")
    supervisor.press("Approve")
    assert supervisor.sees("Approved. The case is decided.")

    outcome = next(row for row in feedback.outcomes(service.store) if row.case_id == case_id)
    assert (outcome.finding, outcome.cause) == ("not_entitled", "change_not_reported")
    assert audit.verify(service.store).ok
    timeline = supervisor.page.locator(".timeline").inner_text()
    for event in ("Decision approved", "Decision proposed", "Hearing recorded", "Letter served", "Own finding recorded"):
        assert event in timeline
    assert not officer.faults or all("403" in fault for fault in officer.faults)
    assert not supervisor.faults


def test_a_supervisor_cannot_approve_an_own_decision(service, sign_in: Callable) -> None:
    supervisor = sign_in("lin")
    case_id = to_case(supervisor, "王建国")
    serve_notice(supervisor, case_id)
    record_waiver_and_hearing(supervisor, case_id)
    decide(supervisor, case_id)
    assert supervisor.sees("Your decision waits for a second person")
    supervisor.open(f"/cases/{case_id}/approve")
    assert supervisor.sees("You wrote this decision. Another person has to approve it.")
    assert supervisor.page.get_by_role("button", name="Approve").count() == 0


def test_a_probable_link_is_compared_before_it_counts(sign_in: Callable) -> None:
    officer = sign_in("zhou")
    to_case(officer, "李秀英")
    assert officer.sees("A finding rests on a probable link")
    officer.page.get_by_role("link", name="Property register").first.click()
    assert officer.sees("one digit differs")
    officer.page.get_by_label("Note").fill("The deed's holder was born in another county.")
    officer.press("Different person")
    assert officer.sees("Your judgement of the link is recorded")
    assert officer.sees("A link was judged to be another person")
    assert not officer.sees("A finding rests on a probable link")
    assert not officer.faults


def test_the_queue_is_worked_by_keys_alone(sign_in: Callable) -> None:
    officer = sign_in("zhou")
    officer.open("/queue?view=all_open")
    keyboard = officer.page.keyboard
    keyboard.press("j")
    keyboard.press("j")
    selected = officer.page.locator("tr[aria-selected=true]")
    label = selected.locator(".who a").first.inner_text()
    keyboard.press("p")
    officer.page.locator("#preview h2").wait_for()
    assert officer.page.locator("#preview h2").inner_text() == label
    keyboard.press("o")
    officer.page.wait_for_url("**/cases/*")
    assert officer.page.locator("h1").inner_text() == label
    keyboard.press("1")
    assert officer.page.locator("input[name=own_finding]").first.is_checked()
    keyboard.press("Control+Enter")
    officer.page.wait_for_url("**done=own_finding**")
    assert not officer.faults


def test_a_case_is_decided_without_scripts(sign_in: Callable) -> None:
    officer = sign_in("zhou", scripts=False)
    case_id = to_case(officer, "刘洋")
    assert officer.sees("No rule found anything")
    officer.page.locator("input[name=own_finding][value=entitled_as_paid]").check()
    officer.press("Record marks and finding")
    officer.open(f"/cases/{case_id}/decide")
    officer.page.locator("input[name=finding][value=entitled_as_paid]").check()
    officer.page.locator("input[name=cause][value=none]").check()
    officer.page.locator("#reason").fill("Visited in October; nothing has changed.")
    officer.press("Decide")
    assert officer.sees("Decided. The case is closed.")


def test_the_language_is_switched_and_remembered(sign_in: Callable) -> None:
    officer = sign_in("zhou")
    officer.press("中文")
    officer.open("/queue")
    assert officer.sees("我的未结案件")
    assert officer.page.locator("html").get_attribute("lang") == "zh-CN"
