"""A draft of a specification for a file of which nothing is declared, for a person to complete and correct.

Purpose and legal basis are left blank, so that nothing is read before a person has stated them (G20). No value of a person is
written: only headers, shares, types, and the words of code lists that stand in many rows. Attributes that are protected in a
declared register are protected in the draft.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from targeting.registers.codes import folded_word
from targeting.registers.headers import folded
from targeting.registers.likeness import Likeness, likeness
from targeting.registers.profile import SHOWN_FROM, ColumnProfile, profile
from targeting.registers.unknown import UnknownFile, read_unknown
from targeting.specs.registers import ROW, Check, ColumnType, RegisterSpec
from targeting.specs.sources import DateOrder
from targeting.specs.toml_text import inline
from targeting.specs.values import Values


@dataclass(frozen=True, slots=True)
class Draft:
    """The texts of a specification and of a sources file, and what they rest on."""

    register: str
    specification: str
    sources: str
    rows: int
    profiles: tuple[ColumnProfile, ...]
    like: Likeness | None


def draft(
    path: Path, *, register: str, place: str, specs: Mapping[str, RegisterSpec], values: Values, sheet: str | int | None = None
) -> Draft:
    """The draft for a file; `place` is its path as the sources file will name it.

    Raises:
        InvalidInput: the file cannot be read, or has no header.
    """
    file = read_unknown(path, sheet=sheet)
    known = frozenset(
        folded_word(word)
        for spec in specs.values()
        for column in spec.columns
        for words in column.codes.values()
        for word in words
    )
    profiles = tuple(
        profile(header, at, file.cells[f"c{at}"], values=values, known=known) for at, header in enumerate(file.headers)
    )
    like = likeness(file, profiles, specs, values)
    names = _names(file, like)
    return Draft(
        register=register,
        specification=_specification(file, path.name, register, profiles, names, like, specs),
        sources=_sources(file, register, place, profiles, names, like, specs),
        rows=len(file.cells),
        profiles=profiles,
        like=like,
    )


def _names(file: UnknownFile, like: Likeness | None) -> list[str]:
    """A name for each column: the declared one that it is like, else its header's letters, else its number."""
    found = {place: name for name, place in like.columns.items()} if like else {}
    names: list[str] = []
    for place, header in enumerate(file.headers):
        plain = re.sub(r"[^a-z0-9]+", "_", header.lower()).strip("_")
        usable = plain and plain[0].isalpha() and header.isascii() and plain != ROW and plain not in found.values()
        name = found.get(place) or (plain if usable else f"column_{place + 1}")
        names.append(name if name not in names else f"column_{place + 1}")
    return names


def _specification(
    file: UnknownFile,
    name: str,
    register: str,
    profiles: tuple[ColumnProfile, ...],
    names: list[str],
    like: Likeness | None,
    specs: Mapping[str, RegisterSpec],
) -> str:
    columns = [
        _column(file, column, name, like, specs) for column, name in zip(profiles, names, strict=True) if column.header.strip()
    ]
    return "\n".join([*_opening(file, name, register, like), *columns, _roles(profiles, names)])


def _opening(file: UnknownFile, name: str, register: str, like: Likeness | None) -> list[str]:
    lines = [
        f"# Draft for {name}: {len(file.cells):,} rows, {len(file.headers)} columns; {file.encoding}, {file.written}.",
        "# A proposal: compare each line with the file and with what its holder says. State holder, purpose and legal basis:",
        "# the file is not read before.",
    ]
    if like is not None:
        lines.append(
            f"# By its {like.by} it is like the register {like.register} ({len(like.columns)} columns): see sources.toml."
        )
    twice = sorted({header for header in file.headers if header.strip() and file.headers.count(header) > 1})
    lines += [f"# The header {header} stands twice: rename one in the file." for header in twice]
    unnamed = [str(place) for place, header in enumerate(file.headers, start=1) if not header.strip()]
    lines += [f"# Columns without a header, which are not read: {', '.join(unnamed)}."] if unnamed else []
    return [
        *lines,
        "",
        f"register = {inline(register)}",
        f"title_zh = {inline(Path(name).stem)}",
        f"title_en = {inline(register.replace('_', ' '))}",
        'holder = ""           # which department keeps it',
        'purpose = ""          # what it is used for',
        'legal_basis = ""      # document and article',
        '# outreach_basis = "" # without it, never used to find people who are entitled and not paid',
        "# current_only = []   # columns that hold the present state only",
        "",
        "# [event]             # as of = known by then: the column of the event's date, and how many days later it is known",
        '# column = ""',
        "# lag_days = 30",
        '# source = ""         # who says so',
        "",
    ]


def _column(file: UnknownFile, column: ColumnProfile, name: str, like: Likeness | None, specs: Mapping[str, RegisterSpec]) -> str:
    lines = [
        f"# {column.place + 1} of {len(file.headers)} · {column.filled:.1%} filled · {column.share:.1%} of them fit the type",
        *(f"# {note}" for note in column.notes),
        "[[columns]]",
        f"name = {inline(name)}",
        f"headers = {inline([column.header])}",
        f"type = {inline(column.type.value)}",
    ]
    if column.check is not None:
        lines.append(f"check = {inline(column.check.value)}")
    if column.unit is not None:
        lines.append(f"unit = {inline(column.unit)}")
    if _is_protected(column, specs):
        lines.append("protected = true   # an attribute that nothing may be decided by: kept apart, for audit only")
    if column.words:
        declared = specs[like.register].by_name[name].codes if like is not None and name in like.columns else {}
        lines += _codes(column, declared)
    return "\n".join([*lines, ""])


def _is_protected(column: ColumnProfile, specs: Mapping[str, RegisterSpec]) -> bool:
    """A declared register protects the attribute, by its header or by its words."""
    declared = [known for spec in specs.values() for known in spec.columns if known.protected]
    if any(folded(column.header) in map(folded, (known.name, *known.headers)) for known in declared):
        return True
    said = {folded_word(word) for word, _ in column.words if not word.isascii()}
    listed = ({folded_word(word) for words in known.codes.values() for word in words} for known in declared)
    return bool(said) and any(said <= words for words in listed)


def _codes(column: ColumnProfile, declared: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The words under the declared code that lists them, else under a code of their own, the commonest first."""
    listed = {folded_word(word): code for code, words in declared.items() for word in words}
    by_code: dict[str, list[str]] = {}
    for number, (word, _) in enumerate(column.words, start=1):
        by_code.setdefault(listed.get(folded_word(word), f"code_{number}"), []).append(word)
    counts = ", ".join(f"{word} {count}" for word, count in column.words)
    lines = [f"# cells: {counts}"]
    if column.hidden_words:
        lines.append(
            f"# and {column.hidden_words} more, in fewer than {SHOWN_FROM} cells each or like names or numbers: look in the file"
        )
    return [*lines, f"codes = {inline(by_code)}"]


def _roles(profiles: tuple[ColumnProfile, ...], names: list[str]) -> str:
    """An identity for each number of a person, with the nearest column of names; the first is the row's own."""
    named = [column for column in profiles if column.header.strip()]
    numbers = [column for column in named if column.type is ColumnType.RESIDENT_ID or column.check is Check.CERTIFICATE]
    free = [column for column in named if column.type is ColumnType.NAME]
    lines = []
    for order, number in enumerate(numbers, start=1):
        role = "holder" if order == 1 else f"person_{order}"
        nearest = min(free, key=lambda column: abs(column.place - number.place), default=None)
        lines += ["[[roles]]", f"role = {inline(role)}", f"id = {inline(names[number.place])}"]
        if nearest is not None:
            free.remove(nearest)
            lines.append(f"name = {inline(names[nearest.place])}")
        lines.append("")
    if not lines:
        lines = ["# No column looks like the number of a person: without [[roles]] nobody is linked.", ""]
    return "\n".join(lines)


def _sources(
    file: UnknownFile,
    register: str,
    place: str,
    profiles: tuple[ColumnProfile, ...],
    names: list[str],
    like: Likeness | None,
    specs: Mapping[str, RegisterSpec],
) -> str:
    """The entry of a sources file; one for the declared register that the file is like stands beside it, or in its place."""
    keys = dict(file.keys)
    if "layout" in keys:
        layout = dict(keys["layout"])  # type: ignore[call-overload]
        layout["fields"] = {names[at]: span for at, span in enumerate(layout["fields"].values())}
        keys["layout"] = layout
    orders = sorted({column.date_order.value for column in profiles} - {DateOrder.YMD.value})
    keys |= {"date_order": orders[0]} if orders else {}
    common = [f"path = {inline(place)}", *(f"{key} = {inline(value)}" for key, value in keys.items())]
    own = ["[[sources]]", f"register = {inline(register)}", *common, f"specification = {inline(f'{register}.toml')}"]
    if like is None or "layout" in keys:
        return "\n".join([*own, ""])
    declared = {column.name: column.headers for column in specs[like.register].columns}
    headers = {
        name: file.headers[at]
        for name, at in like.columns.items()
        if like.by == "content" or file.headers[at] not in declared[name]
    }
    missing = [c.name for c in specs[like.register].columns if c.required and c.name not in like.columns]
    other = ["[[sources]]", f"register = {inline(like.register)}", *common]
    other += [f"headers = {inline(headers)}"] if headers else []
    other += [f"# not found, and needed: {', '.join(missing)}: add them to headers"] if missing else []
    surely = like.by == "headers" and like.complete
    chosen, instead = (other, own) if surely else (own, other)
    reason = f"By its {like.by} the file is like the register {like.register}, which is declared."
    hint = "If it is another one, use this instead:" if surely else "If it is that one, use this instead:"
    return "\n".join([*chosen, "", f"# {reason} {hint}", *(f"# {line}" for line in instead), ""])
