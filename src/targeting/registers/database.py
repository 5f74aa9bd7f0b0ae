"""A table, view or query of a database as a register: the only door to a database in the stages.

Rows are known by their numbers, so their order is fixed: by primary key, else by all columns; a query must order its own. Nothing
is written: PostgreSQL is read in a read-only transaction, SQLite with writing switched off. What a driver says may hold the
address, the account or a cell, so no message repeats it.
"""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import sqlalchemy as sa

from targeting.errors import InvalidInput
from targeting.registers.typed_cells import of_value
from targeting.specs.registers import ROW
from targeting.specs.sources import Source

CHUNK = 50_000
_ONE_QUERY = re.compile(r"\s*(select|with)\b[^;]*;?\s*", re.IGNORECASE | re.DOTALL)
_ORDERED = re.compile(r"\border\s+by\b", re.IGNORECASE)
# SQLSTATE classes and codes of PostgreSQL that a reader of the message can act on.
_STATES = {
    "42P01": "there is no such table",
    "42703": "there is no such column",
    "42501": "the account may not read it",
    "42601": "the query is not SQL",
    "28": "the account or its password is refused",
    "3D": "there is no such database",
    "57014": "it took too long and was cancelled",
}


@dataclass(frozen=True, slots=True)
class Fetched:
    """The rows of a table or query as text in c0, c1 … with `row`, under the names of its columns, and their hash.

    `keys` are the columns of the primary key: where nothing reads them they only number the rows.
    """

    columns: tuple[str, ...]
    keys: tuple[str, ...]
    cells: pl.DataFrame
    sha256: str


def fetch(source: Source, url: str) -> Fetched:
    """The rows that a source names, read in chunks from the database at `url`.

    Raises:
        InvalidInput: there is no such database or table, it cannot be read, or the order of the query's rows is not fixed.
    """
    if source.query is not None and not _ONE_QUERY.fullmatch(source.query):
        raise InvalidInput(f"{source.label}: query must be one SELECT.")
    if source.query is not None and not _ORDERED.search(source.query):
        raise InvalidInput(
            f"{source.label}: add ORDER BY to query; rows are known by their numbers, so their order must be fixed."
        )
    with _reading(source, url) as connection:
        keys: tuple[str, ...] = ()
        if source.table is not None:
            selected, keys = _of_table(connection, source.table)
            result = connection.execution_options(stream_results=True).execute(selected)
        else:
            options = {"stream_results": True, "no_parameters": True}
            result = connection.execution_options(**options).exec_driver_sql(source.query or "")
        columns = tuple(result.keys())
        names = [f"c{place}" for place in range(len(columns))]
        digest = hashlib.sha256("\x1f".join(columns).encode())
        parts = [pl.DataFrame(schema=dict.fromkeys(names, pl.String))]
        for rows in result.partitions(CHUNK):
            texts = [[of_value(value) for value in column] for column in zip(*rows, strict=True)]
            part = pl.DataFrame(dict(zip(names, texts, strict=True)), schema=dict.fromkeys(names, pl.String))
            digest.update(part.write_csv(include_header=False).encode())
            parts.append(part)
    cells = pl.concat(parts).select(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(ROW), *names)
    return Fetched(columns, keys, cells, digest.hexdigest())


@contextmanager
def _reading(source: Source, url: str) -> Iterator[sa.Connection]:
    """A connection that only reads; every fault of the driver becomes one sentence without what the driver says."""
    engine = None
    try:
        made = sa.make_url(url)
        if made.get_backend_name() not in ("sqlite", "postgresql"):
            raise ValueError("only these are known to read without writing")
        if made.get_backend_name() == "sqlite" and not Path(made.database or "").is_file():
            raise InvalidInput(f"{source.label}: there is no such database file. Correct the variable {source.database}.")
        engine = sa.create_engine(made, poolclass=sa.NullPool)
        with engine.connect() as connection:
            if made.get_backend_name() == "sqlite":
                connection.exec_driver_sql("PRAGMA query_only = ON")
            else:
                connection = connection.execution_options(**_read_only(made))
            yield connection
    except (sa.exc.ArgumentError, sa.exc.NoSuchModuleError, ImportError, ValueError):
        raise InvalidInput(
            f"{source.label}: the variable {source.database} holds no URL of a known kind of database. "
            "Expected sqlite:///… or postgresql+psycopg://…"
        ) from None
    except sa.exc.SQLAlchemyError as fault:
        raise InvalidInput(f"{source.label} cannot be read: {_why(fault)}. Correct the sources file or the database.") from None
    finally:
        if engine is not None:
            engine.dispose()


def _read_only(url: sa.URL) -> dict[str, bool]:
    return {"postgresql_readonly": True} if url.get_backend_name() == "postgresql" else {}


def _of_table(connection: sa.Connection, named: str) -> tuple[sa.Select[tuple[object, ...]], tuple[str, ...]]:
    """All columns of the table or view, in the order of its primary key, else of all columns; and the key."""
    schema, _, name = named.rpartition(".")
    inspector = sa.inspect(connection)
    columns = [column["name"] for column in inspector.get_columns(name, schema=schema or None)]
    keys = tuple(inspector.get_pk_constraint(name, schema=schema or None)["constrained_columns"])
    table = sa.table(name, *map(sa.column, columns), schema=schema or None)
    return sa.select(table).order_by(*(table.c[column] for column in keys or columns)), keys


def _why(fault: sa.exc.SQLAlchemyError) -> str:
    """What went wrong, without what the driver says of it."""
    if isinstance(fault, sa.exc.NoSuchTableError):
        return "there is no such table or view"
    state = str(getattr(getattr(fault, "orig", None), "sqlstate", None) or "")
    for known, words in _STATES.items():
        if state.startswith(known):
            return words
    if isinstance(fault, sa.exc.OperationalError) and not state:
        return "the database does not answer, or has no such table or column"
    return f"{type(fault).__name__}{f', state {state}' if state else ''}"
