"""Progress of a step on standard error: what is being done, and how long it took."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

from rich.console import Console

_ERR = Console(stderr=True, highlight=False)


@contextmanager
def step(what: str) -> Iterator[None]:
    """The step is named while it runs, and its seconds are printed when it is done."""
    started = perf_counter()
    with _ERR.status(f"{what} …"):
        yield
    _ERR.print(f"[green]✓[/] {what} [dim]{perf_counter() - started:.1f} s[/]")


def say(text: str) -> None:
    """A line on standard error."""
    _ERR.print(text)
