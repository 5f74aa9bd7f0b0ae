"""Tables, views and queries of SQLite and PostgreSQL as registers; nothing of an account is ever said."""

import sqlite3
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from targeting.errors import InvalidInput
from targeting.registers import database
from targeting.registers.intake import read_register
from targeting.specs.sources import Source

COLUMNS = ("社会保障号", "姓名", "险种", "参保状态", "单位名称", "缴费基数", "开始年月", "终止年月", "待遇月额", "经办机构")
TYPES = ("text", "text", "text", "text", "text", "numeric(12,2)", "date", "date", "numeric(12,2)", "text")


def rows(pensions: str) -> list[tuple[object, ...]]:
    """The pension rows as a database keeps them: amounts as numbers, months as days."""
    found = []
    for line in pensions.strip().split("\r\n")[1:]:
        cells: list[object] = [cell or None for cell in line.split(",")]
        for place, type_ in enumerate(TYPES):
            if cells[place] is not None and type_ != "text":
                cells[place] = Decimal(str(cells[place])) if "numeric" in type_ else date.fromisoformat(f"{cells[place]}-01")
        found.append(tuple(cells))
    return found


def fill(url: str, pensions: str) -> str:
    """The table `fund` with its rows, backwards, and a view of it, in the database at the URL."""
    engine = sa.create_engine(url)
    columns = ", ".join(f'"{name}" {type_}' for name, type_ in zip(COLUMNS, TYPES, strict=True))
    kept = [tuple(str(value) if isinstance(value, date | Decimal) else value for value in row) for row in rows(pensions)]
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP VIEW IF EXISTS fund_view")
        connection.exec_driver_sql("DROP TABLE IF EXISTS fund")
        connection.exec_driver_sql(f"CREATE TABLE fund (id integer primary key, {columns})")
        names = ", ".join(f'"{name}"' for name in COLUMNS)
        for number, row in reversed(list(enumerate(kept, start=1))):
            values = ", ".join("NULL" if value is None else f"'{value}'" for value in (number, *row))
            connection.exec_driver_sql(f"INSERT INTO fund (id, {names}) VALUES ({values})")
        connection.exec_driver_sql(f"CREATE VIEW fund_view AS SELECT {names} FROM fund")
    engine.dispose()
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path, pensions: str) -> str:
    """A database with the pensions in it."""
    if request.param == "sqlite":
        return fill(f"sqlite:///{tmp_path / 'fund.db'}", pensions)
    return fill(request.getfixturevalue("postgresql_server"), pensions)


def source(**more: object) -> Source:
    return Source.model_validate({"register_name": "social_security", "database": "FUND_URL", **more})


def taken(url: str, specs, values, **more: object):
    asked = source(**more)
    return read_register(asked, specs["social_security"], values=values, fetched=database.fetch(asked, url))


def test_a_table_gives_the_same_register_as_text_in_the_order_of_its_key(url, take, pensions, specs, values) -> None:
    found = taken(url, specs, values, table="fund")
    expected = take("social_security", pensions)
    assert found.table.equals(expected.table)
    assert found.identities.equals(expected.identities)
    assert found.summary.select("file", "encoding", "rows").row(0) == ("fund in the database of FUND_URL", "database", 3)
    assert found.unread_headers == ("id",)


def test_a_row_that_differs_from_an_earlier_one_by_its_key_only_is_a_duplicate(url, specs, values) -> None:
    engine = sa.create_engine(url)
    names = ", ".join(f'"{name}"' for name in COLUMNS)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"INSERT INTO fund (id, {names}) SELECT 77, {names} FROM fund WHERE id = 2")
    engine.dispose()
    found = taken(url, specs, values, table="fund")
    assert found.rejects.select("row", "rule", "shape").rows() == [(4, "duplicate_row", "same as row 2")]


def test_a_view_and_a_query_hold_the_same_rows(url, take, pensions, specs, values, monkeypatch) -> None:
    monkeypatch.setattr(database, "CHUNK", 2)
    names = ", ".join(f'"{name}"' for name in COLUMNS)
    by_query = taken(url, specs, values, query=f"SELECT {names} FROM fund WHERE '%' <> ':x' ORDER BY id")
    assert by_query.table.equals(take("social_security", pensions).table)
    by_view = taken(url, specs, values, table="fund_view")
    assert sorted(by_view.table.drop("row").rows(), key=str) == sorted(by_query.table.drop("row").rows(), key=str)


def test_the_hash_changes_with_a_cell_only(url, pensions) -> None:
    before = database.fetch(source(table="fund"), url)
    assert database.fetch(source(table="fund"), url).sha256 == before.sha256
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE fund SET \"姓名\" = '赵六' WHERE id = 3")
    engine.dispose()
    assert database.fetch(source(table="fund"), url).sha256 != before.sha256


def test_nothing_is_written(url) -> None:
    with pytest.raises(InvalidInput, match="one SELECT"):
        database.fetch(source(query="DELETE FROM fund"), url)
    with pytest.raises(InvalidInput, match="cannot be read"):
        database.fetch(source(query="WITH x AS (SELECT 1) DELETE FROM fund WHERE id IN (SELECT 1 ORDER BY 1)"), url)
    assert len(database.fetch(source(table="fund"), url).cells) == 3


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"table": "nothing"}, "there is no such table"),
        ({"query": "SELECT nothing FROM fund ORDER BY 1"}, "no such"),
        ({"query": "SELECT * FROM fund"}, "add ORDER BY"),
        ({"query": "SELECT 1; DROP TABLE fund"}, "one SELECT"),
        ({"query": "SELECT (( ORDER BY 1"}, "not SQL|does not answer"),
    ],
)
def test_a_wrong_table_or_query_is_said_in_one_sentence(url, wrong, said) -> None:
    with pytest.raises(InvalidInput, match=said):
        database.fetch(source(**wrong), url)


@pytest.mark.parametrize(
    "address",
    [
        "postgresql+psycopg://clerk:S3cret@127.0.0.1:1/fund",
        "mysql+nothing://clerk:S3cret@127.0.0.1/fund",
        "clerk:S3cret@nowhere",
        "oracle://clerk:S3cret@127.0.0.1/fund",
        "sqlite:////nowhere/S3cret/clerk.db",
        "sqlite://",
        "postgresql+psycopg://clerk:S3cret@127.0.0.1:port/fund",
    ],
)
def test_no_message_holds_the_address_the_account_or_the_password(address) -> None:
    with pytest.raises(InvalidInput) as refused:
        database.fetch(source(table="fund"), address)
    chained = [refused.value, refused.value.__cause__]
    assert "FUND_URL" in str(refused.value)
    assert not any(secret in str(fault) for fault in chained for secret in ("S3cret", "clerk", "127.0.0.1", "nowhere"))
    assert refused.value.__context__ is None or refused.value.__suppress_context__


def test_a_resident_id_kept_as_a_floating_point_number_has_lost_its_last_digits(tmp_path, specs, values, pensions) -> None:
    url = fill(f"sqlite:///{tmp_path / 'fund.db'}", pensions)
    with sqlite3.connect(tmp_path / "fund.db") as connection:
        connection.execute('CREATE TABLE real AS SELECT *, CAST(440524188001010014 AS REAL) AS "证件号码" FROM fund WHERE id = 2')
    connection.close()
    found = taken(url, specs, values, table="real", headers={"insured_id": "证件号码"})
    assert found.identities["id_form"].to_list() == ["mangled"]


def test_a_file_that_is_no_database_is_refused(tmp_path) -> None:
    (tmp_path / "a.db").write_bytes(b"not a database" * 100)
    with pytest.raises(InvalidInput, match="cannot be read"):
        database.fetch(source(table="fund"), f"sqlite:///{tmp_path / 'a.db'}")
