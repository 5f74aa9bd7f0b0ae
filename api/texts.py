"""Every word a page shows, in Chinese and English, from `api/texts/{zh,en}.toml`; both files hold the same keys."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from targeting.errors import Misconfigured

LANGUAGES = {"zh": "中文", "en": "English"}


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of one language; a key is `section.name`."""

    language: str
    entries: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """The text of `key` with its `{placeholders}` filled; a key that is not declared is a defect of ours."""
        try:
            text = self.entries[key]
        except KeyError:
            raise Misconfigured(f"api/texts/{self.language}.toml has no text {key!r}.") from None
        return text.format(**values) if values else text

    def of(self, section: str, code: str | None, default: str | None = None) -> str:
        """The word for a code of a declared list; a code nobody has worded yet is shown as it is."""
        if code is None:
            return "–" if default is None else default
        return self.entries.get(f"{section}.{code}", code if default is None else default)

    def has(self, key: str) -> bool:
        """Whether the language has this text."""
        return key in self.entries


def _flat(tree: Mapping[str, object], prefix: str = "") -> dict[str, str]:
    entries: dict[str, str] = {}
    for key, value in tree.items():
        if isinstance(value, Mapping):
            entries |= _flat(value, f"{prefix}{key}.")
        else:
            entries[f"{prefix}{key}"] = str(value)
    return entries


@cache
def texts(language: str) -> Texts:
    """The texts of one language, read once; an unknown language is Chinese."""
    language = language if language in LANGUAGES else "zh"
    source = files(__package__ or "targeting_api") / "texts" / f"{language}.toml"
    return Texts(language, _flat(tomllib.loads(source.read_text(encoding="utf-8"))))
