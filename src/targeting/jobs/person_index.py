"""The index for looking one person up, of a link run: made once, kept beside the run's tables, loaded from there afterwards."""

from pathlib import Path

from targeting.jobs.lake import Lake, whole_folder
from targeting.linkage import person_index
from targeting.linkage.lookup import PersonIndex
from targeting.linkage.weights import Weights
from targeting.specs.linkage import load_linkage


def index_of(home: Path, link_run: str) -> PersonIndex:
    """The index of the link run's persons, with the weights of that run.

    Raises:
        NotFound: there is no such link run.
    """
    lake, spec = Lake(home), load_linkage()
    snapshot = str(lake.manifest("links", link_run)["snapshot"])
    kept = Weights(lake.table("links", link_run, "weights"), lake.table("links", link_run, "frequencies"))
    folder = lake.folder("links", link_run) / "lookup"
    loaded = person_index.load(folder / "index", kept=kept, spec=spec)
    if loaded is not None:
        return loaded
    identities, links = lake.table("snapshots", snapshot, "identities"), lake.table("links", link_run, "links")
    made = person_index.build(identities, links, kept=kept, spec=spec)
    with whole_folder(folder) as unfinished:
        person_index.save(made, unfinished / "index")
    return made
