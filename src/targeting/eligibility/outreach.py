"""What may be known of people who have asked for nothing: only registers that declare a basis for outreach (DOMAIN G20).

The law lets a register of means (property, vehicles, businesses) be asked about those who apply and have agreed (社会救助法 art.
40, 41). Who is invited gives that agreement when applying; until then such a register is not looked at, neither to find anybody
nor to leave anybody out.
"""

from dataclasses import replace

import polars as pl

from targeting.eligibility.situation import Situation


def for_outreach(situation: Situation, coverage: pl.DataFrame) -> Situation:
    """The situation without the facts of registers that have no outreach basis: what the missing direction may see."""
    allowed = coverage.filter("outreach")["register"].implode()
    seen = pl.col("register").is_in(allowed)
    facts, history = situation.facts.filter(seen), situation.history.filter(seen)
    if history.height == situation.history.height:
        return situation
    return replace(situation, facts=facts, history=history, shared={})
