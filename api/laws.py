"""Names of legal documents for their codes, from the declared policies: `CN-DBR21 art. 14` becomes title and article."""

import re
from functools import cache

from targeting.specs.loading import declaration, declared_names

from .texts import Texts

ARTICLE = re.compile(r"^art\. (\S+)$")


@cache
def _titles() -> dict[str, dict[str, str]]:
    """Titles by code and language, of every declared jurisdiction."""
    titles: dict[str, dict[str, str]] = {}
    for name in declared_names("policies"):
        if name.endswith("/instruments"):
            declared, _ = declaration("policies", name)
            for code, instrument in declared.get("instruments", {}).items():
                titles[code] = {"zh": str(instrument["title_zh"]), "en": str(instrument["title_en"])}
    return titles


def law_name(basis: str, t: Texts) -> str:
    """The legal basis in the reader's words; a code that no policy declares is shown as it is."""
    return t("word.semicolon").join(_one(part.strip(), t) for part in basis.split(";") if part.strip())


def _one(part: str, t: Texts) -> str:
    code, _, place = part.partition(" ")
    title = _titles().get(code, {}).get(t.language)
    if title is None:
        return part
    article = ARTICLE.match(place)
    if article:
        return t("law.article", title=title, article=article.group(1))
    return t("law.place", title=title, place=t.of("law_place", place.replace(" ", "_"), place)) if place else title
