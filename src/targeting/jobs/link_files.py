"""Two files of person data, or one with itself, linked by a specification: the tables of links and of what was learnt.

Independent of snapshots and registers. The folder that is written holds links, possible links, rates and frequencies (which later
runs can be given, so that they weigh alike) and a manifest with the hashes of all that went in.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import polars as pl

import targeting
from targeting.errors import Conflict, InvalidInput, NotFound
from targeting.jobs.lake import whole_folder, write_json
from targeting.jobs.progress import step
from targeting.linkage.files import FileLinks, dedupe
from targeting.linkage.files import link_files as link_tables
from targeting.linkage.training import Trained
from targeting.specs.files import FileSpec, load_file_linkage


@dataclass(frozen=True, slots=True)
class FileRun:
    """Where the tables lie, and how many records, pairs and links there are."""

    folder: str
    counts: dict[str, int]


def link_files(left: Path, right: Path | None, *, spec: str, to: Path, trained: Path | None = None) -> FileRun:
    """`left` is linked to `right`, or deduplicated where there is no `right`, and the tables stand in the folder `to`.

    `spec` names a declaration of models/linkage or a TOML file; `trained` is the folder of an earlier run whose weights hold.

    Raises:
        InvalidInput: a file cannot be read or lacks a declared column.
        Conflict: the folder `to` is there already.
        Misconfigured: the specification has faults.
    """
    declared = load_file_linkage(spec)
    if to.exists():
        raise Conflict(f"{to} is there already. Name a new folder, or remove it.")
    tables = [_table(file, declared) for file in (left, right) if file is not None]
    known = None if trained is None else _trained(trained, declared)
    with step("link records"):
        done = (
            dedupe(tables[0], spec=declared, trained=known)
            if right is None
            else link_tables(tables[0], tables[1], spec=declared, trained=known)
        )
    files = [file for file in (left, right) if file is not None]
    _write(done, to, tables, declared, {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files})
    return FileRun(str(to), done.counts)


def _table(file: Path, spec: FileSpec) -> pl.DataFrame:
    try:
        table = pl.read_parquet(file) if file.suffix == ".parquet" else pl.read_csv(_utf8(file), infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as fault:
        raise InvalidInput(f"{file.name} cannot be read as Parquet or CSV: {fault}.") from fault
    wanted = {field.source for field in spec.fields} | ({spec.record} if spec.record else set())
    missing = sorted(wanted - set(table.columns))
    if missing:
        faults = [f"column {name} is missing" for name in missing]
        raise InvalidInput(f"{file.name} has the columns {', '.join(table.columns)}. Correct these:", faults=faults)
    return table


def _utf8(file: Path) -> bytes:
    content = file.read_bytes()
    try:
        return content.decode("utf-8-sig").encode()
    except UnicodeDecodeError:
        return content.decode("gb18030", errors="replace").encode()


def _trained(folder: Path, spec: FileSpec) -> Trained:
    manifest = folder / "manifest.json"
    if not manifest.exists():
        raise NotFound(f"{folder} holds no linkage of files. Name the folder that an earlier run wrote.")
    content = json.loads(manifest.read_text("utf-8"))
    if content["specification"] != spec.sha256:
        raise InvalidInput(f"{folder} was trained for another specification. Train anew, or use that specification.")
    rates, frequencies = (pl.read_parquet(folder / f"{name}.parquet") for name in ("rates", "frequencies"))
    return Trained(rates, frequencies, float(content["prior"]))


def _write(done: FileLinks, to: Path, tables: list[pl.DataFrame], spec: FileSpec, inputs: dict[str, str]) -> None:
    left, right = tables[0], tables[-1]
    manifest = {
        "specification": spec.sha256,
        "inputs": inputs,
        "prior": done.trained.prior,
        "counts": done.counts,
        "code": targeting.__version__,
    }
    with whole_folder(to) as unfinished:
        for name, pairs in (("links", done.links), ("possible", done.possible)):
            _with_records(pairs, left, right, spec).write_parquet(unfinished / f"{name}.parquet")
        done.trained.rates.write_parquet(unfinished / "rates.parquet")
        done.trained.frequencies.write_parquet(unfinished / "frequencies.parquet")
        write_json(unfinished / "manifest.json", manifest)


def _with_records(pairs: pl.DataFrame, left: pl.DataFrame, right: pl.DataFrame, spec: FileSpec) -> pl.DataFrame:
    if spec.record is None:
        return pairs
    return pairs.with_columns(
        left_record=left[spec.record].gather(pairs["left"]), right_record=right[spec.record].gather(pairs["right"])
    )
