"""The command line: exit codes, one clear sentence for a user's mistake, JSON on request."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from targeting import cli


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    returncode: object
    stdout: str
    stderr: str


@pytest.fixture
def targeting(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    """Runs a command in this process: starting Python and importing everything anew takes seconds each time."""

    def command(*arguments: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["targeting", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return Done(ended.value.code or 0, said.out, said.err)

    return command


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["run", "--sources", "no-such-file.toml", "--as-of", "2026-10-31"], "no-such-file.toml"),
        (["run", "--sources", "no-such-file.toml", "--as-of", "31.10.2026"], "expected a date such as 2026-10-31"),
        (["export", "everything", "--to", "x.parquet"], "expected one of links, persons"),
        (["export", "links", "--to", "x.parquet"], "targeting link"),
        (["evaluate", "links", "--truth", "no-such-file.csv"], "targeting link"),
        (["promote", "1", "--approver", "somebody"], "There is no version 1"),
        (["links", "diff", "--before", "x"], "targeting link"),
        (["link", "--left", "a.csv"], "--left needs --spec"),
        (["link", "--left", "a.csv", "--spec", "febrl4", "--to", "links"], "--left needs either --right"),
        (["link", "--left", "a.csv", "--right", "b.csv", "--dedupe", "--spec", "febrl4", "--to", "links"], "--left needs either"),
    ],
)
def test_a_users_mistake_is_one_clear_sentence_and_exit_code_2(
    targeting: Callable[..., Done], arguments: list[str], says: str, tmp_path: Path
) -> None:
    done = targeting(*arguments, "--home", str(tmp_path / "home"))
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_draft_of_a_specification_tells_what_it_found(targeting: Callable[..., Done], tmp_path: Path) -> None:
    file = tmp_path / "fund.csv"
    file.write_text("\n".join(["no,state", *(f"{row},{'paid' if row % 2 else 'sealed'}" for row in range(40))]), encoding="utf-8")
    told = targeting("specs", "draft", str(file), "--to", str(tmp_path / "drafts"), "--json")
    found = json.loads(told.stdout)
    assert (told.returncode, found["rows"], found["like"]) == (0, 40, None)
    assert [column["type"] for column in found["columns"]] == ["int", "code"]
    assert (tmp_path / "drafts" / "fund.toml").exists()
    again = targeting("specs", "draft", str(file), "--to", str(tmp_path / "drafts"))
    assert (again.returncode, "nothing was changed" in again.stderr) == (2, True)


def test_an_account_with_a_role_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "targeting.cli", "users", "add", "x", "--role", "boss", "--label", "X", "--home", str(tmp_path)],
        input="a long passphrase\na long passphrase\n", capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert "expected one of caseworker, supervisor" in done.stderr


def test_the_export_of_an_unknown_ending_says_which_endings_there_are(
    targeting: Callable[..., Done], small_home: Path, tmp_path: Path
) -> None:
    done = targeting("export", "links", "--to", str(tmp_path / "links.doc"), "--home", str(small_home))
    assert done.returncode == 2
    assert ".parquet, .csv, .xlsx" in done.stderr


def test_the_catalogue_names_every_check_with_its_law() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "targeting.cli", "catalogue", "--json"], capture_output=True, text=True, check=True
    )
    checks = {row["check"]: row for row in json.loads(done.stdout)["checks"]}
    assert {"X01", "X04", "X05", "X07", "X08", "X09", "X10", "X11", "X16", "U01", "M01", "M02"} <= set(checks)
    assert all(row["legal_basis"] for row in checks.values())


def test_links_and_referrals_are_measured_against_the_truth(
    targeting: Callable[..., Done], small_home: Path, small_county: Path
) -> None:
    truth = small_county / "2026-10" / "truth"
    links = json.loads(
        targeting("evaluate", "links", "--truth", str(truth / "links.csv"), "--home", str(small_home), "--json").stdout
    )
    level_a = next(row for row in links["measures"] if row["register"] == "all" and row["level"] == "A")
    assert level_a["linked"] > 3000
    assert level_a["precision"] > 0.995
    done = targeting("evaluate", "referrals", "--truth", str(truth / "referrals.csv"), "--home", str(small_home), "--json")
    assert {row["measure"] for row in json.loads(done.stdout)["measures"]} >= {"precision", "recall", "money found"}
