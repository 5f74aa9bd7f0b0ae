"""Both rounds of deciding, for the records that a change can reach; the others keep what was decided of them."""

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from targeting.linkage.affected import Flags, Ground, in_changed_company, open_together, relatives_changed
from targeting.linkage.align import Moved
from targeting.linkage.circle import Circle, with_couples
from targeting.linkage.decide import decide
from targeting.linkage.prepare import numbered
from targeting.linkage.relate import Common, Company
from targeting.linkage.repair import Forms, Repaired
from targeting.linkage.resettle import Resettled
from targeting.linkage.resolve import said_the_same
from targeting.linkage.rounds import LEVELS, PAIR, Question, in_company, leveled, linked_by, suggested, weighed
from targeting.linkage.standing import ELSEWHERE, NOBODY, Places, Standing
from targeting.specs.linkage import LinkageSpec

_COUPLE = ["person", "relative", "ways"]


@dataclass(frozen=True, slots=True)
class Done:
    """What both rounds decided, of all records; `first`: the first round's links, by first unit; kin as of `Standing`."""

    decided: pl.DataFrame
    first: Places
    kin: pl.DataFrame
    later_kin: pl.DataFrame
    ground: Ground
    redecided: int


@dataclass(frozen=True, slots=True)
class Rounds:
    """All that the rounds are decided with."""

    moves: Moved
    before: Standing
    now: Resettled
    forms: Forms
    pairs: Repaired
    names: Common
    spec: LinkageSpec

    def decided(self) -> Done:
        """What is decided of all records."""
        rows = self.now.rows
        person = _at(rows["person"])
        record = (person == NOBODY) | (rows["known"].to_numpy() == ELSEWHERE)
        first = np.where(record, _at(rows["first"]), NOBODY)
        ground = Ground(rows, person, np.where(person != NOBODY, person, first))
        reached, kin_first = self._reached(ground, self.now.changed, self.before.kin, person)
        asked = record & (reached | self.pairs.dirty)
        at_first, levels = self._first_round(ground, asked, kin_first)
        linked = self._linked(at_first, first, asked)
        ground = replace(ground, owner=np.where(person != NOBODY, person, linked))
        had = self.moves.carried(_at(self.before.rows["first"]), default=NOBODY) != NOBODY
        other = (linked != first) | (had & (first == NOBODY))  # linked to somebody who is gone
        reached, kin_second = self._reached(ground, self.now.changed | other, self.before.later_kin, ground.owner)
        more = record & reached & ~asked
        at_more, levels_more = self._first_round(ground, more, kin_first)
        at_first, levels, asked = pl.concat([at_first, at_more]), pl.concat([levels, levels_more]), asked | more
        left, at_second = self._second_round(ground, asked & (ground.owner == NOBODY), kin_second, levels)
        fresh = pl.concat([at_first.join(left, on="unit", how="anti"), at_second])
        decided = pl.concat([self._kept(asked, record, fresh), fresh]).sort("unit", "place")
        return Done(decided, linked, kin_first, kin_second, ground, int(asked.sum()))

    def _circle(self, ground: Ground) -> Circle:
        return Circle(self.moves.units, ground, self.now.index(), self.forms.learnt.habits, self.spec)

    def _reached(self, ground: Ground, touched: Flags, old: pl.DataFrame, owner: Places) -> tuple[Flags, pl.DataFrame]:
        """Units whose company may have changed in the round whose kin were `old`, and all kin of now in that round."""
        moves, size = self.moves, len(self.moves.came)
        person, first = _at(self.before.rows["person"]), _at(self.before.rows["first"])
        then = Ground(self.before.rows, person, np.where(person != NOBODY, person, first))
        before = moves.gone | touched[moves.to]
        changed = moves.to[relatives_changed(then, before)]
        changed = np.concatenate([changed[changed != NOBODY], relatives_changed(ground, touched)])
        index = self.now.index()
        kin = np.zeros(size, dtype=bool)
        kin[changed[index[changed] != NOBODY]] = True
        fresh = self._circle(ground).kin(kin, owner)
        old = old.with_columns(pl.Series(side, moves.now(old[side])) for side in ("person", "relative"))
        one, other = old["person"].to_numpy(), old["relative"].to_numpy()
        dropped = pl.Series((one == NOBODY) | (other == NOBODY) | kin[one] | kin[other])
        gone, stayed = old.filter(dropped), old.filter(~dropped).cast(fresh.schema)
        told = fresh.cast(gone.schema)
        names = _differing(gone, told, [*_COUPLE, "names"])["names"]
        other = np.zeros(size, dtype=bool)
        for side in ("person", "relative"):
            at = _differing(gone, told, _COUPLE)[side].to_numpy()
            other[at[(at != NOBODY) & (index[at] != NOBODY)]] = True
        groups = then.of("group", before)
        reached = in_changed_company(ground, touched, groups, other, names, max_group=self.spec.blocking.max_group)
        return reached, pl.concat([stayed, fresh])

    def _first_round(self, ground: Ground, asked: Flags, kin: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """What the first round decides of these records, and the levels of their pairs."""
        known = self._known(ground, asked, ground.person, kin)
        open_units = ground.person == NOBODY
        question = self._question(ground, asked, open_units, known)
        pairs = self._of(self.pairs.pairs, asked)
        said = said_the_same(self.now.judged, self._settled(ground))
        more = pl.concat([suggested(question, self.names), said.cast({"unit": pl.UInt32, "person": pl.UInt32})]).unique()
        more = more.join(self._own(), on=PAIR, how="anti")
        levels = self._with_more(pairs, more, asked)
        return decide(self._weighed(levels, question), spec=self.spec), levels

    def _second_round(
        self, ground: Ground, asked: Flags, kin: pl.DataFrame, levels: pl.DataFrame
    ) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The open records that have company, and what is decided of them."""
        known = self._known(ground, asked, ground.owner, kin)
        asked = asked & _flags(known.bonds["unit"], len(asked))
        question = self._question(ground, asked, ground.owner == NOBODY, known)
        left = pl.DataFrame({"unit": pl.Series(np.flatnonzero(asked).astype(np.uint32))})
        levels = self._with_more(levels.join(left, on="unit", how="semi"), suggested(question, self.names).unique(), asked)
        return left, decide(self._weighed(levels, question), spec=self.spec)

    def _known(self, ground: Ground, asked: Flags, owner: Places, kin: pl.DataFrame) -> Company:
        circle = self._circle(ground)
        beside = asked | (circle.beside(asked) & (owner == NOBODY))
        names = open_together(ground, beside & (owner == NOBODY), max_group=self.spec.blocking.max_group)["names"]
        return with_couples(circle.company(asked, owner), kin, names.drop_nulls(), circle.index)

    def _question(self, ground: Ground, asked: Flags, open_units: Flags, known: Company) -> Question:
        """The records asked about and the open ones beside them; all persons of whom company speaks."""
        units, index = self.moves.units, self.now.index()
        beside = asked | (self._circle(ground).beside(asked) & open_units)
        records = numbered(units[np.flatnonzero(beside)])
        holders = index[ground.sharing("number", ground.of("number", beside))]
        spoken = [known.kin["person"], known.kin["relative"], known.couples["person"], known.couples["relative"]]
        numbers = np.unique(np.concatenate([holders[holders != NOBODY], *(one.to_numpy() for one in spoken)])).astype(np.int64)
        persons = numbered(units[self.now.persons[numbers]]).with_columns(person=pl.Series(numbers.astype(np.uint32)))
        return Question(records, records.filter(pl.Series(open_units[beside])), known, persons)

    def _of(self, pairs: pl.DataFrame, asked: Flags) -> pl.DataFrame:
        """The pairs of these records, persons by number."""
        some = pairs.filter(pl.Series(asked[pairs["unit"].to_numpy()]))
        return some.with_columns(person=pl.Series(self.now.index()[some["person"].to_numpy()].astype(np.uint32)))

    def _own(self) -> pl.DataFrame:
        persons = self.now.persons
        return pl.DataFrame({"unit": persons.astype(np.uint32), "person": np.arange(len(persons), dtype=np.uint32)})

    def _settled(self, ground: Ground) -> pl.DataFrame:
        judged = self.now.judged.select("unit").unique()
        return judged.filter(pl.Series(ground.person[judged["unit"].to_numpy()] != NOBODY))

    def _with_more(self, pairs: pl.DataFrame, more: pl.DataFrame, asked: Flags) -> pl.DataFrame:
        """The pairs and, compared now, those of the records asked about that are not among them."""
        new = more.filter(pl.Series(asked[more["unit"].to_numpy()])).join(pairs, on=PAIR, how="anti").sort(PAIR)
        records = self.forms.of(new["unit"].unique().to_numpy().astype(np.int64))
        numbers = new["person"].unique().to_numpy().astype(np.int64)
        persons = self.forms.persons(self.now.persons[numbers], numbers)
        return pl.concat([pairs, leveled(new, records, persons, spec=self.spec)]).cast(pl.Schema(LEVELS)).sort(PAIR)

    def _weighed(self, levels: pl.DataFrame, question: Question) -> pl.DataFrame:
        compared = in_company(levels, question, self.now.judged, self.names)
        records = self.forms.of(levels["unit"].unique().to_numpy().astype(np.int64))
        numbers = levels["person"].unique().to_numpy().astype(np.int64)
        persons = self.forms.named(self.now.persons[numbers], numbers)
        asked = replace(question, records=records, persons=persons)
        return weighed(compared, asked, self.forms.learnt, spec=self.spec)

    def _linked(self, decided: pl.DataFrame, first: Places, asked: Flags) -> Places:
        """Whom the first round links, by first unit: those asked about as decided now."""
        linked = np.where(asked, NOBODY, first)
        fresh = linked_by(decided)
        linked[fresh["unit"].to_numpy()] = self.now.persons[fresh["person"].to_numpy()]
        return linked

    def _kept(self, asked: Flags, record: Flags, like: pl.DataFrame) -> pl.DataFrame:
        """What was decided before of the records that are not asked about."""
        old, index = self.before.decided, self.now.index()
        unit = self.moves.now(old["unit"])
        kept = (unit != NOBODY) & record[unit] & ~asked[unit]
        old = old.with_columns(unit=pl.Series(unit)).filter(pl.Series(kept))
        for column in ("person", "next_person"):
            at = self.moves.now(old[column])
            numbers = pl.Series(np.where(at == NOBODY, NOBODY, index[at]))
            old = old.with_columns(numbers.replace(NOBODY, None).alias(column))
        return old.select(like.columns).cast(like.schema)


def _at(places: pl.Series) -> Places:
    """Positions, -1 for null."""
    return places.cast(pl.Int64).fill_null(NOBODY).to_numpy()


def _flags(units: pl.Series, size: int) -> Flags:
    found = np.zeros(size, dtype=bool)
    found[units.to_numpy()] = True
    return found


def _differing(one: pl.DataFrame, other: pl.DataFrame, on: list[str]) -> pl.DataFrame:
    """The rows of each table that the other has not."""
    return pl.concat([one.join(other, on=on, how="anti"), other.join(one, on=on, how="anti")])
