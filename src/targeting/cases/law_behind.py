"""Whether what a case says rests on law or on sample rules, and what a home for production then refuses.

A run says of its law whether it was published and is in force (`manifest["law"]`); a run that says nothing counts as a sample.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from targeting.cases.schema import Run
from targeting.cases.store import Store
from targeting.errors import RestsOnSample


def rests_on_sample(run: Run) -> bool:
    """What the run found rests on sample rules, or on rules of which it does not say what they are."""
    law = run.manifest.get("law")
    return law is None or bool(law["sample"])


def newest_is_sample(store: Store) -> bool:
    """The run whose cases were opened last rests on sample rules; false where there is none yet."""
    with store.reading() as session:
        newest = session.scalars(select(Run).order_by(Run.opened_at.desc(), Run.run).limit(1)).one_or_none()
        return newest is not None and rests_on_sample(newest)


def need_law(store: Store, *, sample: bool) -> None:
    """A letter may go to a household: it rests on published law, or the home is a demonstration.

    Raises:
        RestsOnSample: it rests on sample rules in a home for production.
    """
    if sample and store.production:
        raise RestsOnSample(
            "This case rests on sample rules, not on published law: no letter may be sent. Publish a parameter set whose values "
            "are all in force ('targeting policies propose', then 'approve' by a second person), then run the month again."
        )


def need_law_of(store: Store, session: Session, run: str) -> None:
    """As `need_law`, for what this run found."""
    need_law(store, sample=rests_on_sample(session.get_one(Run, run)))
