"""Linking a new snapshot in proportion to what changed, with the result of linking all of it.

The run before leaves a fingerprint of every unit, the links that need no weighing, and every pair that counts (`standing`).
1. Units are matched by fingerprint, in order; what is new, gone or judged is changed (`align`).
2. Exact links are made again for all who are bound to a change by number or booklet (`resettle`); whose differ, are changed too.
3. Pairs of changed records, and of all records with changed persons, are blocked and compared (`repair`). A record whose pairs
   that count changed is decided again, and so is one whose company may have changed (`affected`, `circle`).
4. A record is decided by its own pairs, its company and the frozen weights, so the others keep what was decided of them.
5. What this changed in the links of the first round is a change of company for the second: step 3 once more.
The ledger and all tables are then made by the code of a whole run. Where this cannot be done, NotPossible says why.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from targeting.frames.identity import IDENTITIES
from targeting.linkage.affected import Flags
from targeting.linkage.align import NotPossible, moved
from targeting.linkage.assemble import assemble
from targeting.linkage.decide import distinct_within_rows
from targeting.linkage.opinion import SCHEMA
from targeting.linkage.redecide import Rounds
from targeting.linkage.relate import common
from targeting.linkage.repair import Forms, repaired
from targeting.linkage.resettle import Resettled, judged_units, places, resettled
from targeting.linkage.resolve import LinkResult
from targeting.linkage.standing import RULES, Standing, renamed
from targeting.linkage.weights import Weights, restored
from targeting.specs.linkage import LinkageSpec


@dataclass(frozen=True, slots=True)
class Relinked:
    """The tables of the run, what it leaves for the next, and how many units changed and were decided again."""

    result: LinkResult
    standing: Standing
    changed: int
    redecided: int


def relink(
    identities: pl.DataFrame,
    *,
    before: Standing,
    spec: LinkageSpec,
    ledger: pl.DataFrame,
    judgements: pl.DataFrame,
    same_judgements: bool,
    snapshot: str,
    trained: Weights,
) -> Relinked:
    """What `resolve.link` makes of the same arguments; `before`: what the run with the same specification and weights left.

    `same_judgements`: they are those of the run before.

    Raises:
        NotPossible: this snapshot has to be linked as a whole.
    """
    identities = IDENTITIES.conform(identities)
    learnt = restored(trained)
    moves = moved(identities, before)
    new = set(moves.units["register"].unique()) - set(learnt.habits.states_birth)
    if new:
        raise NotPossible("a register has come anew")
    judged = judged_units(moves, before, judgements, same_judgements=same_judgements)
    now = resettled(moves, before, learnt.habits, ledger, judgements, judged, spec=spec)
    forms = Forms(moves.units, now.rows["doubtful"], now.formed, learnt, spec)
    pairs = repaired(moves, before, now, forms, spec=spec)
    names = common(learnt.rates.frequencies, learnt.rates.persons, learnt.habits.kin)
    done = Rounds(moves, before, now, forms, pairs, names, spec).decided()
    units = moves.units.select("unit", "register", "row", "role", "name", "name_key")
    links = _links(now)
    some = units[np.flatnonzero(done.ground.sharing_row(_flags(done.decided["unit"], len(moves.came))))]
    final = distinct_within_rows(done.decided, some, links.join(some.select("unit"), on="unit", how="semi"))
    tables = assemble(
        identities, units, links, now.described, final, now.recalled, ledger, spec_sha256=spec.sha256, snapshot=snapshot
    )
    first_unit = pl.Series(now.persons.astype(np.uint32))
    standing = Standing(
        now.rows.with_columns(first=places(done.first)),
        pairs.keys,
        now.homes,
        pairs.pairs,
        renamed(done.decided, first_unit, ["person", "next_person"]),
        done.kin,
        done.later_kin,
    )
    result = LinkResult(
        tables.links,
        tables.evidence,
        tables.candidates,
        tables.persons,
        tables.ledger,
        trained.weights,
        trained.frequencies,
        pl.DataFrame(schema=SCHEMA),
    )
    return Relinked(result, standing, int(moves.new.sum()), done.redecided)


def _flags(units: pl.Series, size: int) -> Flags:
    found = np.zeros(size, dtype=bool)
    found[units.to_numpy()] = True
    return found


def _links(now: Resettled) -> pl.DataFrame:
    """`unit`, `person`, `rule` of the exact links."""
    rows = now.rows.select("person", "rule").with_row_index("unit").drop_nulls("person")
    rows = rows.with_columns(pl.Series("rule", RULES).gather(rows["rule"]))
    index = now.index()
    return rows.with_columns(person=pl.Series(index[rows["person"].to_numpy()].astype(np.uint32)))
