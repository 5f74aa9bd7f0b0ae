"""The command line (DESIGN §5.1): reads arguments, calls one job, prints its result.

Exit code 0: done · 1: done, with rejected or unprocessed items that need a look · 2: bad input or configuration, said in one
sentence. Progress goes to standard error; `--json` prints one JSON object as result.
"""

import sys

import typer

from targeting.commands import linking, rules, screening, service, specifications, training
from targeting.errors import TargetingError

app = typer.Typer(name="targeting", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
for group in (screening, linking, training, rules, specifications, service):
    app.add_typer(group.app)


def main() -> None:
    """The command line has run, and the process ends with the exit code of DESIGN §5.1."""
    try:
        app()
    except TargetingError as error:
        print(f"targeting: {error}", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
