"""The OpenAPI description as one text that can be checked in: `python -m targeting_api.description > docs/openapi.json`."""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from fastapi import FastAPI

from targeting.settings import Settings

from .app import create_app


def description(app: FastAPI) -> str:
    """The description of the JSON API with sorted keys, the same for the same code."""
    return json.dumps(app.openapi(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def main() -> None:
    """The description stands on standard output."""
    with TemporaryDirectory() as home:
        app = create_app(Settings(home=Path(home)))
        sys.stdout.write(description(app))
        app.state.store.close()


if __name__ == "__main__":
    main()
