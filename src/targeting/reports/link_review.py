"""The links that are worth a person's look, as one table of a run: probable links, possible links, ties.

In: evidence of level B and candidates of a link run, the snapshot's identities, the run's households. Out: one row a pair of
identity and person, in the order in which review is worth most: nearest to the cut first. `leads_of` narrows it to what
somebody may see, lays the words that stand over it and leaves one pair an identity: the one that is to be decided next.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import polars as pl

from targeting.cases.links import LinkRef, Reach
from targeting.cases.received import link_key
from targeting.frames.identity import EVIDENCE
from targeting.linkage.judgements import identity_sha256
from targeting.reports.waterfall import weight_of
from targeting.specs.linkage import load_linkage

KEY = ["register", "row", "role"]
LAST = 2**31
"""Places from here on are those of links that only a judgement remembers."""
SURE = 1e-9
"""The last digit of a probability as it is kept."""


class Kind(StrEnum):
    """Why a link is to be looked at."""

    PROBABLE = "probable"
    AMBIGUOUS = "ambiguous"
    POSSIBLE = "possible"
    JUDGED = "judged"


class View(StrEnum):
    """What the list shows: the links of open cases, of one kind, or all."""

    CASES = "cases"
    PROBABLE = "probable"
    AMBIGUOUS = "ambiguous"
    POSSIBLE = "possible"
    ALL = "all"


class Said(StrEnum):
    """What has been said of a link."""

    UNDECIDED = "undecided"
    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"
    ALL = "all"


BANDS = {"below_50": (0.0, 0.5), "50_95": (0.5, 0.95), "95_99": (0.95, 0.99), "99_999": (0.99, 0.999), "above_999": (0.999, 1.01)}


@dataclass(frozen=True, slots=True)
class LinkFilters:
    """What narrows the list; None lets everything through."""

    view: View = View.CASES
    said: Said = Said.UNDECIDED
    register: str | None = None
    rule: str | None = None
    band: str | None = None
    office: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a link stands in the list: how it matters for open cases, then its place among all."""

    first: int
    place: int


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of the list (columns of `leads_of`), and how far the work has come."""

    rows: pl.DataFrame
    decided: int
    total: int
    shown: int
    following: Place | None
    choices: dict[str, list[str]]
    counts: dict[View, int]


def review_table(home: Path, *, snapshot: str, link_run: str, run: str) -> pl.DataFrame:
    """All probable and possible links of a run, ordered: link, identity, register, row, role, person_id, kind, level, rule,
    probability, weight, margin_bits, name, identity_sha256, office, snapshot, place."""
    lake = home / "lake"
    folder = lake / "links" / link_run
    probable = _rows(folder / "evidence.parquet").filter(pl.col("level") == "B")
    pairs = pl.concat([probable, _rows(folder / "candidates.parquet")]).collect()
    scanned = pl.scan_parquet(lake / "snapshots" / snapshot / "identities.parquet")
    identities = scanned.join(pairs.lazy().select(KEY).unique(), on=KEY, how="semi").collect()
    hashed = identities.select(*KEY, "name").with_columns(identity_sha256(identities))
    pairs = pairs.join(hashed, on=KEY).join(_offices(lake / "runs" / run, pl.lit(value=True)), on="person_id", how="left")
    keys = [link_key(sha, person) for sha, person in pairs.select("identity_sha256", "person_id").iter_rows()]
    return _ordered(pairs.with_columns(link=pl.Series(keys, dtype=pl.String), snapshot=pl.lit(snapshot)))


def with_judged(table: pl.DataFrame, refs: list[LinkRef], *, home: Path, run: str) -> pl.DataFrame:
    """The table with the judged links that the run does not have, because they were cut: each a record of its own, at the end."""
    if not refs:
        return table
    offices = offices_of(home, run, [ref.person_id for ref in refs])
    known = {"kind": Kind.JUDGED.value, "level": "C", "probability": None, "weight": None, "margin_bits": None}
    rows = [
        {
            **known, "link": ref.link_key, "register": ref.register, "row": ref.row, "role": ref.role, "rule": ref.rule,
            "person_id": ref.person_id, "identity_sha256": ref.identity_sha256, "snapshot": ref.snapshot,
            "name": _name_then(home, ref), "office": offices.get(ref.person_id), "identity": LAST + at, "place": LAST + at,
        }
        for at, ref in enumerate(refs)
    ]  # fmt: skip
    return pl.concat([table, pl.DataFrame(rows, schema={name: table.schema[name] for name in table.columns})])


def _name_then(home: Path, ref: LinkRef) -> str | None:
    """The name in the record, as the snapshot has it in which it was judged."""
    path = home / "lake" / "snapshots" / ref.snapshot / "identities.parquet"
    if not path.exists():
        return None
    same = (pl.col("register") == ref.register) & (pl.col("row") == ref.row) & (pl.col("role") == ref.role)
    found = pl.scan_parquet(path).filter(same).select("name").collect()
    return str(found.item()) if found.height and found.item() else None


def no_links() -> pl.DataFrame:
    """The table of a home that holds no link run."""
    texts = ("link", "register", "role", "person_id", "kind", "level", "rule", "name", "identity_sha256", "office", "snapshot")
    numbers = {"probability": pl.Float64, "weight": pl.Float64, "margin_bits": pl.Float64}
    places = {"row": pl.Int64, "identity": pl.UInt32, "place": pl.Int64}
    return pl.DataFrame(schema={**dict.fromkeys(texts, pl.String), **numbers, **places})


def leads_of(table: pl.DataFrame, reach: Reach) -> pl.DataFrame:
    """One pair an identity that somebody may see, the one to be decided next, in the order of the list.

    With `word`, `decided`, `first` (0: under a fact of an open case, 1: a person of one, 2: neither), `offices` of all pairs.
    """
    words = pl.DataFrame(
        {"link": list(reach.words), "word": [word.value for word in reach.words.values()]},
        schema={"link": pl.String, "word": pl.String},
    )
    seen = table.filter(in_reach(reach)).join(words, on="link", how="left", maintain_order="left")
    settled = (pl.col("word") == "same").fill_null(value=False).any().over("identity")
    turn = pl.when(pl.col("word") == "same").then(0).when(pl.col("word").fill_null("") != "different").then(1).otherwise(2)
    first = (
        pl.when(pl.col("link").is_in(sorted(reach.links)))
        .then(0)
        .when(pl.col("person_id").is_in(sorted(reach.open_persons)))
        .then(1)
        .otherwise(2)
    )
    seen = seen.with_columns(turn=turn, first=first.min().over("identity"), decided=settled | pl.col("word").is_not_null())
    seen = seen.with_columns(offices=pl.col("office").unique().implode().over("identity"))
    leads = seen.sort("identity", "turn", "place").unique("identity", keep="first", maintain_order=True)
    return leads.sort("first", "place")


def listed(leads: pl.DataFrame, filters: LinkFilters, *, limit: int, after: Place | None = None) -> Listed:
    """The page of the list after a place; `decided` of `total` counts what the filters hold, whatever was said."""
    choices = {name: sorted(leads[name].drop_nulls().unique()) for name in ("register", "rule", "office")}
    held = leads.filter(_held(filters))
    decided = int(held["decided"].sum())
    shown = held.filter(_said(filters.said))
    page = shown if after is None else shown.filter(_beyond(after))
    rows = page.head(limit)
    last = rows.row(-1, named=True) if page.height > limit else None
    following = Place(last["first"], last["place"]) if last else None
    open_ones = leads.filter(~pl.col("decided"))
    counts = {view: open_ones.filter(_held(LinkFilters(view=view))).height for view in View}
    return Listed(rows, decided, held.height, shown.height, following, choices, counts)


def next_undecided(table: pl.DataFrame, leads: pl.DataFrame, filters: LinkFilters, *, after: str) -> str | None:
    """The link to be decided after this one: the same record's next person, the next in the list, else the first one left."""
    here = table.filter(pl.col("link") == after)
    left = leads.filter(_held(filters) & ~pl.col("decided") & (pl.col("link") != after))
    if left.is_empty():
        return None
    if here.height:
        again = left.filter(pl.col("identity") == here["identity"][0])
        at = leads.filter(pl.col("identity") == here["identity"][0])
        beyond = left.filter(_beyond(Place(at["first"][0], at["place"][0]))) if at.height else left.clear()
        for part in (again, beyond):
            if part.height:
                return str(part["link"][0])
    return str(left["link"][0])


def beside(leads: pl.DataFrame, filters: LinkFilters, *, link: str) -> tuple[str | None, str | None]:
    """The links before and after this one in the list as filtered."""
    held = leads.filter(_held(filters) & (_said(filters.said) | (pl.col("link") == link)))
    at = held["link"].index_of(link)
    if at is None:
        return None, held["link"][0] if held.height else None
    return (held["link"][at - 1] if at else None), (held["link"][at + 1] if at + 1 < held.height else None)


def in_reach(reach: Reach) -> pl.Expr:
    """The pairs that somebody may see."""
    if reach.persons is None:
        return pl.lit(value=True)
    seen = pl.col("person_id").is_in(sorted(reach.persons))
    return (
        seen | pl.col("link").is_in(sorted(reach.links)) | pl.col("office").is_in(_listed(reach.offices)).fill_null(value=False)
    )


def offices_of(home: Path, run: str, person_ids: list[str]) -> dict[str, str | None]:
    """Where these persons live, as the run knows it."""
    return dict(_offices(home / "lake" / "runs" / run, pl.col("person_id").is_in(person_ids)).iter_rows())


def _listed(values: Collection[str] | None) -> list[str]:
    return sorted(values or ())


def _rows(path: Path) -> pl.LazyFrame:
    """Evidence rows; those of a link run made before bits were kept have none."""
    scanned = pl.scan_parquet(path)
    missing = [name for name in ("margin_bits",) if name not in scanned.collect_schema()]
    scanned = scanned.with_columns(pl.lit(None, dtype=EVIDENCE.schema[name]).alias(name) for name in missing)
    return scanned.select(*KEY, "person_id", "level", "rule", "probability", "weight", "margin_bits")


def _offices(run: Path, wanted: pl.Expr) -> pl.DataFrame:
    """Where each person lives, as the run knows it."""
    path = run / "households.parquet"
    if not path.exists():
        return pl.DataFrame(schema={"person_id": pl.String, "office": pl.String})
    found = pl.scan_parquet(path).filter(wanted).select("person_id", "office").collect()
    return found.unique("person_id", keep="first", maintain_order=True)


def _ordered(pairs: pl.DataFrame) -> pl.DataFrame:
    """The pairs of one identity together, best first; identities nearest to the cut first."""
    decision = load_linkage().decision
    pairs = pairs.sort(*KEY, pl.col("weight").neg(), "person_id", nulls_last=True)
    best = pl.col("weight").first().over(KEY)
    chance = pl.col("probability").clip(SURE, 1 - SURE)
    odds = (chance / (1 - chance)).log(2)
    second = pl.col("weight").get(1, null_on_oob=True).over(KEY)
    margin = pl.coalesce(pl.col("margin_bits").first().over(KEY), best - second)
    tie = (pl.col("level") == "C") & ((pl.col("rule") == "ambiguous").any().over(KEY) | (margin < decision.margin_bits))
    kind = pl.when(pl.col("level") == "B").then(pl.lit(Kind.PROBABLE.value))
    pairs = pairs.with_columns(
        kind=kind.when(tie.fill_null(value=False)).then(pl.lit(Kind.AMBIGUOUS.value)).otherwise(pl.lit(Kind.POSSIBLE.value)),
        margin_bits=margin,
        far=(odds.first().over(KEY) - weight_of(decision.link)).abs(),
    )
    pairs = pairs.sort("far", *KEY, maintain_order=True, nulls_last=True).with_row_index("place")
    identity = pl.struct(KEY).rle_id().alias("identity")
    return pairs.with_columns(identity, pl.col("place").cast(pl.Int64)).drop("far")


def _held(filters: LinkFilters) -> pl.Expr:
    held = pl.lit(value=True)
    if filters.view is View.CASES:
        held &= pl.col("first") < 2
    elif filters.view is not View.ALL:
        held &= pl.col("kind") == filters.view.value
    for name in ("register", "rule"):
        wanted = getattr(filters, name)
        if wanted is not None:
            held &= (pl.col(name) == wanted).fill_null(value=False)
    if filters.office is not None:
        held &= pl.col("offices").list.contains(filters.office)
    if filters.band is not None:
        low, high = BANDS[filters.band]
        held &= ((pl.col("probability") >= low) & (pl.col("probability") < high)).fill_null(value=False)
    return held


def _said(said: Said) -> pl.Expr:
    if said is Said.ALL:
        return pl.lit(value=True)
    if said is Said.UNDECIDED:
        return ~pl.col("decided")
    return (pl.col("word") == said.value).fill_null(value=False)


def _beyond(after: Place) -> pl.Expr:
    return (pl.col("first") > after.first) | ((pl.col("first") == after.first) & (pl.col("place") > after.place))
