"""What people have said of single links, applied: "same" binds, "different" cuts, in this snapshot and in all later ones.

A judgement is tied to the text of the identity (register, role, number, name, birth day, address), not to its row: a re-ordered
file keeps it, a corrected number asks again.
"""

import hashlib

import polars as pl

from targeting.frames.identity import JUDGEMENTS
from targeting.linkage.ledger import resolves_to

_TEXT = ("register", "role", "id_text", "name", "birth_date", "address")


def identity_sha256(identities: pl.DataFrame) -> pl.Series:
    """The hash of each identity's text, by which a judgement is found again in another snapshot."""
    texts = identities.select(
        pl.concat_str([pl.col(column).cast(pl.String).fill_null("") for column in _TEXT], separator="\x1f")
    ).to_series()
    return pl.Series("identity_sha256", [hashlib.sha256(text.encode()).hexdigest() for text in texts.to_list()], dtype=pl.String)


def spoken_of(units: pl.DataFrame, judgements: pl.DataFrame) -> pl.DataFrame:
    """`unit`, `identity_sha256` of the units of which a judgement speaks."""
    said = judgements.select("register", "role").unique()
    some = units.select("unit", *_TEXT).join(said, on=["register", "role"], how="semi", maintain_order="left")
    hashed = some.select("unit", identity_sha256(some))
    return hashed.join(judgements.select("identity_sha256"), on="identity_sha256", how="semi", maintain_order="left")


def judged_pairs(units: pl.DataFrame, known: pl.DataFrame, judgements: pl.DataFrame, ledger: pl.DataFrame) -> pl.DataFrame:
    """`unit`, `person`, `judgement` of every judged pair that occurs here; `known` gives `person`, `person_id`."""
    if judgements.is_empty():
        return pl.DataFrame(schema={"unit": units.schema["unit"], "person": known.schema["person"], "judgement": pl.String})
    judged = JUDGEMENTS.conform(judgements).select("identity_sha256", "person_id", "judgement")
    judged = judged.with_columns(person_id=resolves_to(judged["person_id"], ledger))
    return (
        spoken_of(units, judgements)
        .join(judged, on="identity_sha256")
        .join(known, on="person_id")
        .select("unit", "person", "judgement")
        .sort("unit", "person", "judgement")
        .unique(["unit", "person"], keep="first", maintain_order=True)
    )
