"""The service on a real SQLite store with people and cases, and callers signed in over the API."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree
from typing import Any
from uuid import uuid4

import link_world
import pytest
import review_world
from fastapi import FastAPI
from fastapi.testclient import TestClient
from targeting_api import create_app
from targeting_api.access import SESSION_COOKIE

from targeting.cases import accounts
from targeting.cases.records import Session
from targeting.cases.store import Store
from targeting.dates import now
from targeting.settings import Settings


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with people, cases and links, made once; each test works on its own copy."""
    return link_world.prepare(tmp_path_factory.mktemp("review"))


@pytest.fixture(scope="session")
def sessions(prepared: Path) -> dict[str, Session]:
    """Everybody's session in the prepared home; hashing passwords is slow on purpose, so it is done once."""
    store = Store(Settings(home=prepared).store_url)
    found = {
        login: accounts.sign_in(store, login=login, password=review_world.PASSWORD, at=now()) for login, *_ in review_world.PEOPLE
    }
    store.close()
    return found


@pytest.fixture(scope="session")
def built(prepared: Path) -> Iterator[FastAPI]:
    """The service, put together once."""
    app = create_app(Settings(home=prepared))
    yield app
    app.state.store.close()


@pytest.fixture
def app(built: FastAPI, prepared: Path, sessions: dict[str, Session], tmp_path: Path) -> Iterator[FastAPI]:
    """The service on a store of the test's own."""
    shared = (built.state.settings, built.state.store)
    built.state.settings = Settings(home=copytree(prepared, tmp_path / "home"))
    built.state.store = Store(built.state.settings.store_url)
    yield built
    built.state.store.close()
    built.state.settings, built.state.store = shared


@dataclass
class Caller:
    """Somebody signed in over the API."""

    client: TestClient
    token: str

    def get(self, path: str, **values: Any) -> Any:
        """The answer to a reading call."""
        return self.client.get(path, **values)

    def post(self, path: str, body: Any = None, *, version: int | str | None = None, key: str | None = None) -> Any:
        """The answer to a changing call."""
        headers = {"X-CSRF-Token": self.token, "Idempotency-Key": key or str(uuid4())}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        return self.client.post(path, json=body, headers=headers)

    def case(self, label: str) -> Any:
        """The case with this household label, in full."""
        for view in ("all_open", "closed"):
            for row in self.get("/api/v1/cases", params={"view": view, "limit": 200}).json()["data"]:
                if row["household_label"] == label:
                    return self.get(f"/api/v1/cases/{row['id']}").json()
        raise AssertionError(f"no case of {label}")


@pytest.fixture
def caller(sessions: dict[str, Session], app: FastAPI) -> Callable[[str], Caller]:
    """Somebody signed in."""

    def signed_in(login: str) -> Caller:
        client = TestClient(app, base_url="http://127.0.0.1", follow_redirects=False)
        client.cookies.set(SESSION_COOKIE, sessions[login].token)
        return Caller(client, sessions[login].csrf_token)

    return signed_in
