"""The hashes of the audit chain: what they cover, so that the chain can be verified without this program.

`content_sha256` = sha256 of `{"content": …, "salt": …}`; `hash` = sha256 of the event's other columns, `prev_hash`
among them; both over canonical JSON (sorted keys, no spaces, UTF-8, instants as ISO 8601 in UTC with microseconds).
The salt makes the hash of a short text unguessable once the content is deleted (G21).
"""

from datetime import UTC, datetime
from typing import Any

from targeting.cases.columns import sha256

GENESIS = "0" * 64


def content_hash(salt: str, content: Any) -> str:
    """The salted hash under which personal content hangs on its event."""
    return sha256({"salt": salt, "content": content})


def event_hash(
    *,
    seq: int,
    id: str,  # noqa: A002
    at: datetime,
    actor_id: str | None,
    kind: str,
    case_id: str | None,
    run: str | None,
    payload: Any,
    content_sha256: str | None,
    prev_hash: str,
) -> str:
    """The hash of an event: it covers every column but itself."""
    covered = {
        "seq": seq,
        "id": id,
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor_id": actor_id,
        "kind": kind,
        "case_id": case_id,
        "run": run,
        "payload": payload,
        "content_sha256": content_sha256,
        "prev_hash": prev_hash,
    }
    return sha256(covered)
