from targeting.jobs.inputs import coverage


def test_a_register_without_rows_gives_no_answer_and_one_not_received_was_not_asked() -> None:
    registers = [
        {"register": "property", "data_until": None, "rows": 0, "rejected": 0},
        {"register": "vehicle", "data_until": "2026-10-01", "rows": 3, "rejected": 1},
    ]
    found = coverage({"registers": registers, "stale": [], "outreach": []})
    answers = dict(found.select("register", "answer").iter_rows())
    assert (answers["property"], answers["vehicle"], answers["deaths"]) == ("no_answer", "answered", "not_asked")
