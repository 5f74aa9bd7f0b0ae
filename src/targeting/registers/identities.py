"""The identities in the rows of a register, standardised: who is meant, by number, name, birth date and address."""

import polars as pl

from targeting.frames.identity import IDENTITIES
from targeting.identifiers import credit_code, disability_certificate, names, resident_id
from targeting.specs.registers import ROW, Check, RegisterSpec, RoleSpec
from targeting.specs.values import Values

PERSON, ORGANISATION = "person", "organisation"

# Kinds of document that only an organisation has; the codes of a role's id_type column.
_ORGANISATION_DOCUMENTS = ("credit_code",)
# Four characters may be a person's: 欧阳 and a given name.
_SHORTEST_ORGANISATION_NAME = 5


def identities(read: pl.DataFrame, spec: RegisterSpec, values: Values) -> pl.DataFrame:
    """One identity a row and role (IDENTITIES); `read` has `row` and every declared column as read."""
    roles = [_of_role(read, role, spec, values) for role in spec.roles]
    return IDENTITIES.conform(pl.concat(roles)) if roles else IDENTITIES.empty()


def _of_role(read: pl.DataFrame, role: RoleSpec, spec: RegisterSpec, values: Values) -> pl.DataFrame:
    number = _number(read, role, spec)
    valid = resident_id.valid18(number)
    name = _column(read, role.name)
    if role.name_only_where:
        applies = pl.all_horizontal(pl.col(column) == value for column, value in role.name_only_where.items())
        name = read.select(pl.when(applies).then(name)).to_series()
    frame = pl.DataFrame(
        {
            "register": pl.repeat(spec.name, len(read), eager=True, dtype=pl.String),
            "row": read[ROW],
            "role": pl.repeat(role.role, len(read), eager=True, dtype=pl.String),
            "kind": _kinds(read, role, number=number, valid=valid, name=name, values=values),
            "id_form": resident_id.forms(number, valid),
            "id_text": number,
            "verified": valid,
            "name": name,
            "name_key": names.name_keys(name, values.variants),
            "own_birth_date": _column(read, role.birth_date, pl.Date()),
            "address": _column(read, role.address),
            "phone": _column(read, role.phone),
            "other_address": _column(read, role.other_address),
            "group": _column(read, role.group).cast(pl.String),
        }
    )
    organisation = pl.col("kind") == ORGANISATION
    verified_person = pl.col("verified") & (pl.col("kind") == PERSON)
    return frame.with_columns(
        resident_id=pl.when(verified_person).then("id_text"),
        id_form=pl.when(organisation).then(_organisation_form(number)).otherwise("id_form"),
        birth_date=pl.coalesce("own_birth_date", pl.when(verified_person).then(resident_id.birth_dates(number))),
    ).select(IDENTITIES.schema.names())


def _organisation_form(number: pl.Series) -> pl.Expr:
    code = pl.lit(credit_code.valid(number))
    other = (
        pl.when(number.is_null()).then(pl.lit(resident_id.IdForm.ABSENT.value)).otherwise(pl.lit(resident_id.IdForm.OTHER.value))
    )
    return pl.when(code).then(pl.lit(resident_id.IdForm.CREDIT_CODE.value)).otherwise(other)


def _number(read: pl.DataFrame, role: RoleSpec, spec: RegisterSpec) -> pl.Series:
    number = _column(read, role.id)
    if role.id is not None and spec.by_name[role.id].check is Check.CERTIFICATE:
        return disability_certificate.resident_ids(number)
    return number


def _kinds(
    read: pl.DataFrame,
    role: RoleSpec,
    *,
    number: pl.Series,
    valid: pl.Series,
    name: pl.Series,
    values: Values,
) -> pl.Series:
    """Organisation where, without a valid resident ID, the document, a valid credit code or the name's ending says so."""
    if not role.organisations:
        return pl.repeat(PERSON, len(read), eager=True, dtype=pl.String)
    document = _column(read, role.id_type).is_in(list(_ORGANISATION_DOCUMENTS)).fill_null(value=False)
    code = credit_code.valid(number)
    endings = "|".join(sorted(values.organisation_endings, key=len, reverse=True))
    named = name.str.contains(rf"(?:{endings})(?:\(.*\))?$").fill_null(value=False)
    named = named & (name.str.len_chars() >= _SHORTEST_ORGANISATION_NAME).fill_null(value=False)
    organisation = ~valid & (document | code | named)
    frame = pl.DataFrame({"organisation": organisation})
    return frame.select(pl.when("organisation").then(pl.lit(ORGANISATION)).otherwise(pl.lit(PERSON))).to_series()


def _column(read: pl.DataFrame, column: str | None, dtype: pl.DataType | None = None) -> pl.Series:
    return read[column] if column is not None else pl.Series([None], dtype=dtype or pl.String()).new_from_index(0, len(read))
