"""The service on a free port of this machine with a real store, and a real browser."""

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree, which

import link_world
import pytest
import review_world
import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright
from targeting_api import create_app

from targeting.cases.store import Store
from targeting.settings import Settings

CHROMIUM = which("chromium") or which("chromium-browser") or which("google-chrome")
HOW = "no Chromium here: apt-get install chromium fonts-noto-cjk"
PATIENCE_SECONDS = 20


@dataclass(frozen=True)
class Service:
    """A running service and the store behind it."""

    address: str
    store: Store


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with people, cases and links, made once; each journey works on its own copy."""
    return link_world.prepare(tmp_path_factory.mktemp("journeys"))


@pytest.fixture
def service(prepared: Path, tmp_path: Path) -> Iterator[Service]:
    """The service with people and cases, answering on 127.0.0.1."""
    settings = Settings(home=copytree(prepared, tmp_path / "home"))
    app = create_app(settings)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="on"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        patience = time.monotonic() + PATIENCE_SECONDS
        while not server.started and time.monotonic() < patience:
            time.sleep(0.02)
        yield Service(f"http://127.0.0.1:{listening.getsockname()[1]}", app.state.store)
        server.should_exit = True
        thread.join(PATIENCE_SECONDS)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real Chromium."""
    if CHROMIUM is None:
        pytest.skip(HOW)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@dataclass(frozen=True)
class Officer:
    """Somebody at a browser; every refusal of the content policy and every script error is kept."""

    page: Page
    address: str
    faults: list[str]

    def open(self, path: str) -> None:
        """The page is shown."""
        self.page.goto(self.address + path)

    def press(self, name: str) -> None:
        """The button with this name has been pressed."""
        self.page.get_by_role("button", name=name).first.click()

    def sees(self, text: str) -> bool:
        """Whether the page says so."""
        return text in self.page.locator("main").inner_text()


@pytest.fixture
def sign_in(service: Service, browser: Browser) -> Iterator[object]:
    """Signs somebody in at an own browser window, in English."""
    opened = []

    def at_work(login: str, *, scripts: bool = True) -> Officer:
        context = browser.new_context(locale="en-GB", java_script_enabled=scripts)
        opened.append(context)
        page = context.new_page()
        faults: list[str] = []
        page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        officer = Officer(page, service.address, faults)
        officer.open("/")
        page.get_by_label("User name").fill(login)
        page.get_by_label("Password").fill(review_world.PASSWORD)
        officer.press("Sign in")
        return officer

    yield at_work
    for context in opened:
        context.close()
