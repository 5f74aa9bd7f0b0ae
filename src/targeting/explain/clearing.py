"""What would clear a finding: the smallest change of fact after which the same check no longer hits, in words (DOMAIN G02).

How a check states it. Its `detail` carries entries named `clears_if_…`: a number, or a date as YYYY-MM-DD, worked out from the
law and the facts of that subject, such that the same registers with only that fact changed to that value would not be a hit.
Each is the smallest such change: `clears_if_income_at_most_cents` is the highest income that leaves no hit, tolerance included;
`clears_if_area_m2_below` a limit that is not itself enough. A way that is not open to a subject is null. Present values stand
beside it under their own names (`income_cents`, `area_m2`), so that the sentence can say "now".

How a language says it. `[checks.<code>] clears_if` in models/reasons/<language>.toml lists the ways; each way is a list of
variants, the fullest first, with the placeholders of the other texts (limits as `:money`, which does not round). A way is told
where all values of one of its variants are known:

    clears_if = [["household income is at most {clears_if_income_at_most_cents:yuan} yuan a month: now {income_cents:yuan}"]]

Every hit of every check must have a way that can be told: tests/situations/test_clearing.py walks all situations, and changes
the registers by what was computed (enough) and by less (not enough); a new check adds its change to tests/situations/changes.py.
"""

from collections.abc import Mapping

from targeting.specs.reasons import CheckTexts, ReasonTexts

PREFIX = "clears_if_"
"""How the names of computed changes begin in a finding's detail."""


def clearing(check: CheckTexts, values: Mapping[str, object], texts: ReasonTexts) -> str:
    """On the first line the smallest changes that clear the finding, on the second its ordinary explanations.

    One line where no change could be computed. The ways of the first line are set apart as the language joins.
    """
    ordinary = texts.sentence(check.clears, values) or check.clears[-1]
    told = [said for way in check.clears_if if (said := texts.sentence(way, values))]
    if not told:
        return ordinary
    return f"{texts.clears_if.format(ways=texts.either.join(told))}\n{ordinary}"
