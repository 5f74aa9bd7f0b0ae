"""The files of one installation (DESIGN §5.3): where each lies, written whole or not at all.

A folder of tables (a snapshot, a link run, a screening run) is written under a temporary name and then renamed; a process killed
at any moment leaves either the whole folder or none, and the next run clears what was half written.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import polars as pl

from targeting.errors import NotFound

Kind = Literal["snapshots", "links", "runs", "whatif"]
WHAT = {"snapshots": "snapshot", "links": "link run", "runs": "screening run", "whatif": "what-if answer"}
MADE_BY = {"snapshots": "targeting intake", "links": "targeting link", "runs": "targeting screen", "whatif": "targeting whatif"}


def fingerprint(value: object) -> str:
    """The sha256 of a JSON value in canonical form."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()


def frame_fingerprint(frame: pl.DataFrame) -> str:
    """The sha256 of a table's content, independent of how it is stored."""
    return hashlib.sha256(frame.write_csv().encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Lake:
    """The lake under one home folder."""

    home: Path

    def folder(self, kind: Kind, name: str) -> Path:
        """The folder of one snapshot, link run or screening run."""
        return self.home / "lake" / kind / name

    def names(self, kind: Kind) -> list[str]:
        """All complete ones of a kind, by name."""
        folder = self.home / "lake" / kind
        return sorted(path.name for path in folder.glob("*") if (path / "manifest.json").exists() and path.name[0] != ".")

    def newest(self, kind: Kind) -> str:
        """The one made last.

        Raises:
            NotFound: there is none yet; the message names the command that makes one.
        """
        pointer = self.home / "lake" / kind / "NEWEST"
        if not pointer.exists():
            raise NotFound(f"There is no {WHAT[kind]} under {self.home} yet. Make one with '{MADE_BY[kind]}'.")
        return pointer.read_text("utf-8").strip()

    def manifest(self, kind: Kind, name: str) -> dict[str, Any]:
        """The manifest of one: inputs, specification hashes, counts.

        Raises:
            NotFound: there is none of that name.
        """
        path = self.folder(kind, name) / "manifest.json"
        if not path.exists():
            raise NotFound(
                f"There is no {WHAT[kind]} {name} under {self.home}; there are: {', '.join(self.names(kind)) or 'none'}."
            )
        manifest: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return manifest

    def table(self, kind: Kind, name: str, table: str) -> pl.DataFrame:
        """One table of one snapshot, link run or screening run."""
        return pl.read_parquet(self.folder(kind, name) / f"{table}.parquet")

    def tables(self, kind: Kind, name: str, wanted: Mapping[str, object]) -> dict[str, pl.DataFrame]:
        """Those of the wanted tables that are there, by name."""
        folder = self.folder(kind, name)
        return {table: pl.read_parquet(path) for table in wanted if (path := folder / f"{table}.parquet").exists()}

    def write(
        self,
        kind: Kind,
        name: str,
        tables: Mapping[str, pl.DataFrame],
        manifest: Mapping[str, object],
        *,
        beside: Callable[[Path], None] | None = None,
    ) -> None:
        """The tables and their manifest stand whole under the name, which is now the newest of its kind.

        `beside` puts more into the folder.
        """
        folder = self.folder(kind, name)
        if not (folder / "manifest.json").exists():
            with whole_folder(folder) as unfinished:
                for table, frame in tables.items():
                    frame.write_parquet(unfinished / f"{table}.parquet", compression_level=1)
                if beside is not None:
                    beside(unfinished)
                write_json(unfinished / "manifest.json", manifest)
        self.point(kind, name)

    def point(self, kind: Kind, name: str) -> None:
        """The name is the newest of its kind."""
        write_text(self.home / "lake" / kind / "NEWEST", name)


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """A folder that appears under its name only when the block ends well; leftovers of killed runs are cleared."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = folder.parent / f".{folder.name}.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    yield unfinished
    shutil.rmtree(folder, ignore_errors=True)
    unfinished.rename(folder)


def write_text(path: Path, text: str) -> None:
    """The file holds the text, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.write_text(text, "utf-8")
    os.replace(unfinished, path)


def write_json(path: Path, value: Mapping[str, object]) -> None:
    """The file holds the value as JSON with sorted keys, whole or not at all."""
    write_text(path, json.dumps(value, sort_keys=True, ensure_ascii=False, indent=1, default=str) + "\n")
