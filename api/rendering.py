"""Server-rendered pages: one environment, autoescaped, strict about unknown names; nothing inline, so the CSP is tight."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from uuid_utils import uuid7

from targeting.cases import law_behind
from targeting.dates import now

from . import formats
from .texts import LANGUAGES, texts

LANGUAGE_COOKIE = "targeting_language"
KEYS_COOKIE = "targeting_keys"
VISIT_COOKIE = "targeting_visit"
LONG_FIELDS = ("text", "reason", "own_note", "letter", "resolution")
YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Flash:
    """One sentence about what just happened; travels as a text key in the address, never as free text."""

    key: str
    kind: str = "done"


@cache
def _asset_version() -> str:
    """Hash of the static files, so that browsers may keep them for a year."""
    digest = sha256()
    for asset in sorted((files(__package__ or "targeting_api") / "static").iterdir(), key=lambda path: path.name):
        digest.update(asset.read_bytes())
    return digest.hexdigest()[:12]


@cache
def environment() -> Environment:
    """The template environment; formats are filters, so that a template holds no arithmetic."""
    env = Environment(
        loader=PackageLoader(__package__ or "targeting_api"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for name in ("money", "month", "day", "moment", "percent", "short_mask"):
        env.filters[name] = getattr(formats, name)
    env.globals["asset_version"] = _asset_version()
    env.globals["languages"] = LANGUAGES
    env.globals["new_key"] = lambda: str(uuid7())
    return env


def language_of(request: Request) -> str:
    """The language of this reader: the one chosen, else Chinese unless the browser prefers English."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen in LANGUAGES:
        return chosen
    preferred = request.headers.get("accept-language", "zh")
    return "en" if preferred.lower().startswith("en") else "zh"


def office_day(request: Request) -> date:
    """The day of today where the offices are."""
    day: date = request.app.state.store.rules.day(now())
    return day


def page(request: Request, template: str, /, *, status: int = 200, **values: Any) -> HTMLResponse:
    """The template as an answer, with the reader's language, account, form token and today."""
    t = texts(language_of(request))
    flash_key = request.query_params.get("done", "")
    flash = Flash(f"flash.{flash_key}") if t.has(f"flash.{flash_key}") else None
    day = office_day(request)
    context = {
        "t": t,
        "lang": t.language,
        "request": request,
        "path": request.url.path,
        "account": getattr(request.state, "account", None),
        "csrf": getattr(request.state, "csrf", ""),
        "keys_on": request.cookies.get(KEYS_COOKIE, "on") == "on",
        "today": day,
        "deadline_tag": lambda deadline: formats.time_left(deadline, day, t),
        "back": back_of(request),
        "flash": flash,
        "sample": _rests_on_sample(request, values.get("d")),
    }
    html = environment().get_template(template).render(context | values)
    response = HTMLResponse(html, status_code=status)
    visit = getattr(request.state, "new_visit", None)
    if visit:
        response.set_cookie(VISIT_COOKIE, visit, httponly=True, samesite="lax", secure=request.url.scheme == "https")
    return response


def _rests_on_sample(request: Request, shown: object) -> bool:
    """What the page shows rests on sample rules: the case that it shows, or the newest run."""
    if getattr(request.state, "account", None) is None:
        return False
    return getattr(shown, "sample", False) or law_behind.newest_is_sample(request.app.state.store)


def back_of(request: Request) -> str:
    """The address to come back to after a small change; a page that answers a form comes back to its first part."""
    if request.method != "GET":
        return "/queue"
    query = urlencode([pair for pair in request.query_params.multi_items() if pair[0] != "done"])
    return request.url.path + (f"?{query}" if query else "")


def problem_page(request: Request, status: int, code: str, message: str, faults: Sequence[str]) -> HTMLResponse:
    """A failure as a page: what happened, what was not changed, what to do now."""
    t = texts(language_of(request))
    known = code if t.has(f"problem.{code}.title") else "internal" if status >= 500 else "other"
    words = [t.of("gate", fault.removeprefix("gate.")) for fault in faults]
    return page(
        request,
        "problem.html",
        status=status,
        title=t(f"problem.{known}.title"),
        advice=t(f"problem.{known}.advice"),
        message=message,
        faults=words,
        typed=typed_texts(request),
        again=again_of(request),
        trace_id=getattr(request.state, "trace_id", ""),
    )


def typed_texts(request: Request) -> list[tuple[str, str]]:
    """The longer texts of a form that was refused, so that nobody has to write them again."""
    form = getattr(request.state, "form", None)
    if form is None:
        return []
    return [(name, value) for name, value in form.multi_items() if name in LONG_FIELDS and isinstance(value, str) and value]


def again_of(request: Request) -> str:
    """The case's address, where the failed request was about a case."""
    parts = request.url.path.split("/")
    return f"/cases/{parts[2]}" if len(parts) > 3 and parts[1] == "cases" and request.method == "POST" else ""
