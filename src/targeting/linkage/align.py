"""Which unit of a snapshot is which of the one before: the same fingerprint, in the same order."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from targeting.linkage.affected import Flags
from targeting.linkage.standing import NOBODY, Places, Standing, counted_rows, prints

Prints = npt.NDArray[np.uint64]
LARGEST_SHARE = 0.25
"""Of the units: where more have changed, deciding all of them again is no dearer."""


class NotPossible(Exception):
    """The snapshot has to be linked as a whole; the message says why."""


@dataclass(frozen=True, slots=True)
class Moved:
    """Two snapshots beside each other.

    `units`: those of the new one; `to`: for each unit of before its place now; `came`: for each now its place before; -1: none.
    """

    units: pl.DataFrame
    row: Places
    prints: pl.Series
    to: Places
    came: Places

    @property
    def new(self) -> Flags:
        """The units that were not there."""
        found: Flags = self.came == NOBODY
        return found

    @property
    def gone(self) -> Flags:
        """The units of before that are not there any more."""
        found: Flags = self.to == NOBODY
        return found

    def now(self, places: pl.Series) -> Places:
        """The places now of units of before; -1 for null and for what is gone."""
        at = places.cast(pl.Int64).fill_null(NOBODY).to_numpy()
        return np.where(at == NOBODY, NOBODY, self.to[at])

    def carried(self, old: npt.NDArray[Any], default: int) -> npt.NDArray[Any]:
        """A column of before in the order of now, with a default for what is new."""
        found = np.full(len(self.came), default, dtype=old.dtype)
        stayed = self.came != NOBODY
        found[stayed] = old[self.came[stayed]]
        return found


def moved(identities: pl.DataFrame, before: Standing) -> Moved:
    """The units of now beside those of before.

    Raises:
        NotPossible: units that stayed have changed places, or too many have changed.
    """
    units = identities.filter(pl.col("kind") == "person").with_row_index("unit")
    row = counted_rows(units)
    now = prints(units, row)
    to = aligned(before.rows["print"].to_numpy(), now)
    if to is None:
        raise NotPossible("rows stand in another order")
    came = np.full(len(now), NOBODY, dtype=np.int64)
    stayed = np.flatnonzero(to != NOBODY)
    came[to[stayed]] = stayed
    if (came == NOBODY).sum() + (to == NOBODY).sum() > LARGEST_SHARE * len(now):
        raise NotPossible("too much has changed")
    return Moved(units, row, pl.Series("print", now), to, came)


def aligned(before: Prints, after: Prints) -> Places | None:
    """For every unit of before its place after, or -1 where it is gone; None where those that stayed have changed places.

    Of equal units whose number has changed, all count as gone and come anew.
    """
    then, now = pl.Series("print", before), pl.Series("print", after)
    stay, stayed = then.is_in(now.implode()), now.is_in(then.implode())
    one, other = then.filter(stay), now.filter(stayed)
    if not one.equals(other):
        moved = _recounted(one, other).implode()
        stay, stayed = stay & ~then.is_in(moved), stayed & ~now.is_in(moved)
        if not then.filter(stay).equals(now.filter(stayed)):
            return None
    stay_at, stayed_at = np.flatnonzero(stay.to_numpy()), np.flatnonzero(stayed.to_numpy())
    places = np.full(len(before), NOBODY, dtype=np.int64)
    places[stay_at] = stayed_at
    return places


def _recounted(then: pl.Series, now: pl.Series) -> pl.Series:
    """Prints that more than one unit has, another number of them before and after."""
    several = pl.concat([one.filter(one.is_duplicated()) for one in (then, now)]).unique()
    counts = [one.filter(one.is_in(several.implode())).value_counts(name="n") for one in (then, now)]
    both = counts[0].join(counts[1], on="print", suffix="_now")
    return both.filter(pl.col("n") != pl.col("n_now"))["print"]
