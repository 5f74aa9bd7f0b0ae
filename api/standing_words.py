"""Why a check was not evaluated, in words: the law that is missing, the register it needs, the register that is silent."""

from collections.abc import Sequence

from targeting.eligibility.standing import Standing
from targeting.specs.checks import CatalogueWords

from .laws import law_name
from .texts import Texts


def standing_words(state: str, because: Sequence[str], t: Texts, words: CatalogueWords) -> str:
    """The state in words with what says so; one that runs as the state alone."""
    why = [_why(state, one, t, words) for one in because]
    told = t("word.comma").join(one for one in why if one)
    return t("catalogue.because", state=t("standing." + state), why=told) if told else t("standing." + state)


def _why(state: str, one: str, t: Texts, words: CatalogueWords) -> str:
    if state == Standing.NO_LAW:
        return law_name(one.replace(" / ", "; "), t)
    if state == Standing.NEEDS_REGISTER:
        return words.word("register", one, t.language)
    if state == Standing.REGISTER_SILENT:
        answer, _, register = one.partition(":")
        return t("catalogue.silent", register=t.of("register", register), answer=t.of("unknown_reason", answer))
    return ""
