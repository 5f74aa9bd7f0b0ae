from pathlib import Path

import polars as pl
import pytest

from targeting.errors import NotFound
from targeting.jobs.lake import Lake, fingerprint, whole_folder


def test_a_folder_whose_writing_fails_never_appears(tmp_path: Path) -> None:
    def write_half() -> None:
        with whole_folder(tmp_path / "run") as unfinished:
            (unfinished / "half.txt").write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_half()
    assert not (tmp_path / "run").exists()


def test_leftovers_of_a_killed_run_do_not_reach_the_next_one(tmp_path: Path) -> None:
    leftover = tmp_path / ".run.unfinished"
    leftover.mkdir()
    (leftover / "stale.txt").write_text("stale")
    with whole_folder(tmp_path / "run") as unfinished:
        (unfinished / "whole.txt").write_text("whole")
    assert [path.name for path in (tmp_path / "run").iterdir()] == ["whole.txt"]


def test_an_empty_home_says_which_command_makes_a_run(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="targeting screen"):
        Lake(tmp_path).newest("runs")


def test_what_was_written_under_a_name_is_not_written_again(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    lake.write("runs", "one", {"t": pl.DataFrame({"a": [1]})}, {"n": 1})
    lake.write("runs", "one", {"t": pl.DataFrame({"a": [2]})}, {"n": 2})
    assert lake.table("runs", "one", "t")["a"].to_list() == [1]
    assert lake.manifest("runs", "one") == {"n": 1}
    assert lake.newest("runs") == "one"


def test_a_fingerprint_does_not_depend_on_the_order_of_keys() -> None:
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1}) != fingerprint({"a": 2, "b": 1})
