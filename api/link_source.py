"""The links under review as one reader may see them: the table of the newest opened run, kept in memory, and links one by one."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Generic, TypeVar

import polars as pl
from fastapi import Request

from targeting.cases import links
from targeting.cases.links import LinkRef, Reach, Seen
from targeting.cases.records import Actor
from targeting.dates import now
from targeting.errors import NotFound
from targeting.reports.link_detail import Files, LinkDetail, Reader, from_case, from_table, ref_in
from targeting.reports.link_review import no_links, review_table, with_judged

from .access import store_of

Made = TypeVar("Made")


class Kept(Generic[Made]):
    """One thing that is slow to make, made once for its key and kept until another key is asked for; safe between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: tuple[object, Made] | None = None

    def of(self, key: object, make: Callable[[], Made]) -> Made:
        """The thing for the key."""
        with self._lock:
            if self._kept is None or self._kept[0] != key:
                self._kept = (key, make())
            return self._kept[1]


@dataclass(frozen=True, slots=True)
class Review:
    """What one reader has before them: the table of links, the files behind it, what they may see."""

    table: pl.DataFrame
    files: Files
    reach: Reach
    run: str

    def sees(self, person_id: str, office: str | None) -> bool:
        """Whether the reader may see that person."""
        persons, offices = self.reach.persons, self.reach.offices
        return persons is None or person_id in persons or (offices is not None and office in offices)


def review_of(request: Request, actor: Actor) -> Review:
    """The links of the run whose cases were opened last, within the reader's reach."""
    store, home = store_of(request), request.app.state.settings.home
    reach, run = links.reach(store, actor=actor), links.newest_run(store)
    link_run = str(run.manifest.get("link_run") or "") if run else ""
    if run is None or not link_run or not (home / "lake" / "links" / link_run).exists():
        return Review(no_links(), Files(home, run.snapshot if run else "", link_run), reach, run.run if run else "")
    tables: Kept[pl.DataFrame] = request.app.state.link_tables
    table = tables.of((home, run.run), lambda: review_table(home, snapshot=run.snapshot, link_run=link_run, run=run.run))
    listed = table.filter(pl.col("link").is_in(list(reach.words)))["link"]
    gone = links.judged(store, reach.words.keys() - set(listed))
    table = with_judged(table, gone, home=home, run=run.run)
    return Review(table, Files(home, run.snapshot, link_run), reach, run.run)


def ref_of(request: Request, review: Review, link_id: str, actor: Actor) -> LinkRef:
    """The record and person of the link.

    Raises:
        NotFound: neither the run nor a case of the actor's offices has it.
    """
    ref = ref_in(review.table, link_id)
    if ref is not None:
        return ref
    found = links.on_a_case(store_of(request), link_key=link_id, actor=actor)
    if found is None:
        raise NotFound("There is no such link in your offices.")
    return found.ref


def link_of(request: Request, review: Review, link_id: str, actor: Actor) -> tuple[LinkDetail, Seen]:
    """The link with all that speaks for and against it; the look is in the read log.

    Raises:
        NotFound: there is none in the actor's offices.
    """
    store = store_of(request)
    ref = ref_of(request, review, link_id, actor)
    seen = links.view(store, link=ref, actor=actor, at=now())
    reader = Reader(review.sees, lambda person_id: links.is_protected(store, person_id))
    if ref_in(review.table, link_id) is not None:
        return from_table(review.files, review.table, ref, reader=reader), seen
    found = links.on_a_case(store, link_key=link_id, actor=actor)
    if found is None:
        raise NotFound("There is no such link in your offices.")
    files = Files(Path(review.files.home), ref.snapshot, found.link_run or "")
    return from_case(files, ref, found.evidence, told=found.told, reader=reader), seen
