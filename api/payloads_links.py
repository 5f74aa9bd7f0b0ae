"""HTTP bodies of the link review and of the search for one person."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints, model_validator

from targeting.cases.codes import Judgement
from targeting.cases.links import Seen
from targeting.cases.store_links import Word
from targeting.reports.differences import Pieces
from targeting.reports.link_detail import Alternative, ComparedField, LinkDetail
from targeting.reports.waterfall import Waterfall

from .payloads import Body, Words

Given = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]


@dataclass(frozen=True, slots=True)
class LinkRow:
    """One link of the list: the pair of a record that is to be decided next."""

    id: str
    kind: str
    register: str
    row: int
    role: str
    name: str | None
    person_id: str
    level: str
    rule: str
    probability: float | None
    weight: float | None
    margin_bits: float | None
    office: str | None
    judgement: str | None
    of_open_case: bool


class LinkList(BaseModel):
    """A page of links; `decided` of `total` counts what the filters hold; `next_cursor` is null at the end."""

    data: list[LinkRow]
    next_cursor: str | None
    decided: int
    total: int


class PieceOut(BaseModel):
    """Neighbouring characters of one kind: same, differs, folded, unknown or hidden."""

    text: str
    kind: str


class FieldOut(BaseModel):
    """One field of record and person; an empty side is not given, which is unknown and not different."""

    field: str
    record: list[PieceOut]
    person: list[PieceOut]
    agreement: str
    state: str
    bits: float | None


class StepOut(BaseModel):
    """One step of the waterfall, in bits."""

    step: str
    bits: float
    start: float
    end: float


class WaterfallOut(BaseModel):
    """From the prior over the fields to the total; `cut` is the weight at which a pair without rivals is a link."""

    steps: list[StepOut]
    cut: float
    kept: float


class AlternativeOut(BaseModel):
    """Another person whom the record may mean; without fields where the reader may not see the person."""

    link_id: str | None
    person_id: str
    weight: float | None
    probability: float | None
    rule: str | None
    fields: list[FieldOut]


class WordOut(BaseModel):
    """What stands of a link, said by whom and when."""

    judgement: Judgement
    by: str
    at: datetime
    note: str


class CaseRef(BaseModel):
    """A case that rests on the link."""

    id: str
    number: str
    label: str
    open: bool


@dataclass(frozen=True, slots=True)
class LinkOut:
    """A link with everything that speaks for and against it; numbers are masked."""

    id: str
    kind: str
    register: str
    row: int
    role: str
    person_id: str
    level: str
    rule: str
    probability: float | None
    weight: float | None
    margin_bits: float | None
    specification_sha256: str | None
    snapshot: str
    fields: list[FieldOut]
    alternatives: list[AlternativeOut]
    waterfall: WaterfallOut | None
    standing: WordOut | None
    cases: list[CaseRef]


class JudgementIn(Body):
    """Same person, different person, or unsure (binds nothing)."""

    judgement: Judgement
    note: Annotated[str, StringConstraints(max_length=2000, strip_whitespace=True)] = ""


class Standing(BaseModel):
    """What stands of the link after the call; null where nothing does."""

    link_id: str
    standing: WordOut | None


class LookupIn(Body):
    """What is known of one person, and what the search is for."""

    name: Given | None = None
    number: Annotated[str, StringConstraints(min_length=1, max_length=30, strip_whitespace=True)] | None = None
    birth_date: Annotated[date, Field(ge=date(1880, 1, 1), le=date(2200, 12, 31))] | None = None
    address: Given | None = None
    purpose: Words

    @model_validator(mode="after")
    def _says_something(self) -> "LookupIn":
        if not any((self.name, self.number, self.birth_date, self.address)):
            raise ValueError("give at least one of name, number, birth_date, address")
        return self


class FoundOut(BaseModel):
    """A candidate: how likely, why, and the person as far as the reader may see."""

    person_id: str
    level: str
    rule: str
    probability: float | None
    weight: float | None
    office: str | None
    fields: list[FieldOut]
    waterfall: WaterfallOut | None


class LookupOut(BaseModel):
    """Candidates, nearest first; `link_run` is the population that was searched."""

    link_run: str
    found: list[FoundOut]


def link_out(detail: LinkDetail, seen: Seen) -> LinkOut:
    """The link as an answer."""
    ref, evidence = detail.ref, detail.evidence
    return LinkOut(
        id=ref.link_key,
        kind=detail.kind,
        register=ref.register,
        row=ref.row,
        role=ref.role,
        person_id=ref.person_id,
        level=detail.level,
        rule=ref.rule,
        probability=evidence.get("probability"),
        weight=evidence.get("weight"),
        margin_bits=detail.margin_bits,
        specification_sha256=evidence.get("spec_sha256"),
        snapshot=ref.snapshot,
        fields=[field_out(field, evidence.get(f"{field.code}_bits")) for field in detail.fields],
        alternatives=[_alternative(one) for one in detail.alternatives],
        waterfall=waterfall_out(detail.picture),
        standing=word_out(seen.word),
        cases=[CaseRef(id=case.case_id, number=case.number, label=case.label, open=case.open) for case in seen.cases],
    )


def word_out(word: Word | None) -> WordOut | None:
    """The standing word as an answer."""
    return WordOut(judgement=word.judgement, by=word.name, at=word.at, note=word.note) if word else None


def field_out(field: ComparedField, bits: float | None) -> FieldOut:
    """One compared field as an answer."""
    return FieldOut(
        field=field.code,
        record=_pieces(field.left),
        person=_pieces(field.right),
        agreement=field.agreement,
        state=field.state,
        bits=bits,
    )


def waterfall_out(picture: Waterfall | None) -> WaterfallOut | None:
    """The waterfall as an answer."""
    if picture is None:
        return None
    steps = [StepOut(step=one.code, bits=one.bits, start=one.start, end=one.end) for one in picture.steps]
    return WaterfallOut(steps=steps, cut=picture.cut, kept=picture.kept)


def _alternative(one: Alternative) -> AlternativeOut:
    return AlternativeOut(
        link_id=one.link,
        person_id=one.person_id,
        weight=one.weight,
        probability=one.probability,
        rule=one.rule,
        fields=[field_out(field, None) for field in one.fields],
    )


def _pieces(pieces: Pieces) -> list[PieceOut]:
    return [PieceOut(text=piece.text, kind=piece.kind) for piece in pieces]
