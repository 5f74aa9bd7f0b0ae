"""Every place in a document that Chinese rules cite reads as words in both languages."""

import pytest
from targeting_api.laws import ARTICLE
from targeting_api.texts import texts

from targeting.specs.jurisdictions import jurisdictions
from targeting.specs.policy import Policy, load_policy

CHINESE = [name for name in jurisdictions() if name.startswith("cn")]


def cited(law: Policy) -> set[str]:
    """The places of all articles, sources of values and points: what follows the code of the document."""
    limbs = [limb for benefit in law.benefits.values() for basis in benefit.limbs for limb in basis]
    limbs += [limb for check in law.checks.values() for limb in check.legal_basis]
    articles = {article.partition(" ")[2] for limb in limbs for article in limb}
    values = {value.article for parameter in law.parameters.values() for value in parameter.values}
    return articles | values | {point.article for series in law.series.values() for point in series.points}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_place_cited_is_an_article_or_has_words(language: str) -> None:
    t = texts(language)
    places = {place for name in CHINESE for place in cited(load_policy(name)) if not ARTICLE.match(place)}
    assert not sorted(place for place in places if not t.of("law_place", place.replace(" ", "_"), ""))
