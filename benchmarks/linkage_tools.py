"""One linkage tool on one case, from Parquet to pairs: prints seconds, peak memory and how right it is as one line of JSON.

    python benchmarks/linkage_tools.py TOOL FOLDER

FOLDER has left.parquet and right.parquet; their `person` columns are the truth and are dropped before anything is linked, but for
the labels of recordlinkage-logistic. TOOL is targeting, targeting-saved, splink, splink-saved, recordlinkage-ecm or
recordlinkage-logistic. All get the same forms of numbers, names and addresses; only targeting makes them within its time.
"""

import json
import resource
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

from targeting.linkage.files import link_files
from targeting.linkage.forms import comparable, spelt_keys, texts, verified
from targeting.linkage.training import Trained
from targeting.specs.files import load_file_linkage

STRINGS = {
    "text": "jarowinkler",
    "han_name": "levenshtein",
    "digits": "damerau_levenshtein",
    "resident_id": "damerau_levenshtein",
}
LABELLED_EVERY = 20
Pairs = pl.DataFrame  # left, right, weight, at_cut


def targeting(folder: Path, *, saved: bool) -> Pairs:
    """Ours, evidence rows included; `saved`: with the weights of the run before."""
    left, right = (_given(folder, side) for side in ("left", "right"))
    spec = load_file_linkage(_spec(folder))
    kept = folder / "trained"
    trained = None
    if saved:
        rates, counts = (pl.read_parquet(kept / f"{name}.parquet") for name in ("rates", "frequencies"))
        trained = Trained(rates, counts, float((kept / "prior").read_text()))
    done = link_files(left, right, spec=spec, trained=trained)
    done.links.write_parquet(folder / "links.parquet")
    if not saved:
        kept.mkdir(exist_ok=True)
        done.trained.rates.write_parquet(kept / "rates.parquet")
        done.trained.frequencies.write_parquet(kept / "frequencies.parquet")
        (kept / "prior").write_text(repr(done.trained.prior))
    both = pl.concat([done.links.with_columns(at_cut=True), done.possible.with_columns(at_cut=False)])
    return both.select("left", "right", "at_cut", weight=pl.col("weight").fill_null(1000.0))


def splink(folder: Path, *, saved: bool) -> Pairs:
    """Splink, specification of its own (`splink_settings`), 1e7 pairs for u; its cut is a probability of .99."""
    import splink_settings
    from splink import Linker
    from splink.internals.duckdb.database_api import DuckDBAPI

    tables = [pl.read_parquet(folder / f"{side}_forms.parquet").to_arrow() for side in ("left", "right")]
    api = DuckDBAPI()
    frames = [api.register(table) for table in tables]
    model = folder / "splink.json"
    settings = str(model) if saved else splink_settings.of(_spec(folder))
    linker = Linker(frames, settings, log_level=40)
    if not saved:
        splink_settings.train(linker, _spec(folder))
        linker.misc.save_model_to_json(str(model), overwrite=True)
    found = linker.inference.predict(threshold_match_weight=-10).as_pandas_dataframe()
    pairs = pl.from_pandas(found[["unique_id_l", "unique_id_r", "match_weight", "match_probability"]])
    return pairs.select(
        left="unique_id_l", right="unique_id_r", weight="match_weight", at_cut=pl.col("match_probability") >= 0.99
    )


def recordlinkage(folder: Path, *, labelled: bool) -> Pairs:
    """recordlinkage: its index, its comparisons; ECM, or a logistic regression taught by the truth of one record in twenty."""
    import recordlinkage as toolkit

    left, right = (
        pl.read_parquet(folder / f"{side}_forms.parquet").to_pandas().set_index("unique_id") for side in ("left", "right")
    )
    index, compare = toolkit.Index(), toolkit.Compare()
    spec = load_file_linkage(_spec(folder))
    for keys in spec.blocking:
        index.block(left_on=[key.replace(".", "_") for key in keys])
    for field in spec.fields:
        if field.kind in STRINGS:
            near = None if labelled else 0.7 if field.kind == "han_name" else 0.85
            compare.string(field.name, field.name, method=STRINGS[field.kind], threshold=near)
        else:
            compare.exact(field.name, field.name)
    features = compare.compute(index.index(left, right), left, right)
    ours, theirs = (features.index.get_level_values(side).to_numpy() for side in (0, 1))
    if labelled:
        persons = [pl.read_parquet(folder / f"{side}.parquet", columns=["person"])["person"] for side in ("left", "right")]
        right_one = (persons[0].gather(ours) == persons[1].gather(theirs)).to_numpy()
        taught = ours % LABELLED_EVERY == 0
        classifier = toolkit.LogisticRegressionClassifier()
        classifier.fit(features[taught], features.index[taught & right_one])
    else:
        classifier = toolkit.ECMClassifier(binarize=0.8)
        classifier.fit(features)
    table = pl.DataFrame({"left": ours, "right": theirs, "weight": classifier.prob(features).to_numpy()})
    return table.with_columns(at_cut=pl.col("weight") >= 0.5)


def measures(pairs: Pairs, folder: Path) -> dict[str, float]:
    """Precision, recall and F1 at the tool's own cut, and the best F1 of any cut, which needs the truth."""
    left, right = (pl.read_parquet(folder / f"{side}.parquet", columns=["person"])["person"] for side in ("left", "right"))
    persons = left.is_in(right.implode()).sum()
    right_one = left.gather(pairs["left"]) == right.gather(pairs["right"])
    pairs = pairs.with_columns(right_one=right_one)
    at_cut = pairs.filter("at_cut")
    hits = int(at_cut["right_one"].sum())
    ranked = pairs.sort("weight", descending=True).with_columns(
        hits=pl.col("right_one").cum_sum(), links=pl.int_range(1, pl.len() + 1)
    )
    best = ranked.select((2 * pl.col("hits") / (pl.col("links") + persons)).max()).item()
    return {
        "links": at_cut.height,
        "precision": hits / max(at_cut.height, 1),
        "recall": hits / persons,
        "f1_at_cut": 2 * hits / (at_cut.height + persons),
        "best_f1": best,
    }


def write_forms(folder: Path) -> None:
    """The standardised forms of both files, for the tools that do not make them."""
    spec = load_file_linkage(_spec(folder))
    for side in ("left", "right"):
        table = comparable(verified(texts(_given(folder, side), spec), spec), spec)
        plain = table.select("at", *(field.name for field in spec.fields))
        flat = pl.concat([plain, spelt_keys(table, spec)], how="horizontal").rename(lambda name: name.replace(".", "_"))
        if spec.fields[-1].kind == "address":
            flat = flat.with_columns(address=pl.coalesce("address_dwelling", "address"))
        flat.rename({"at": "unique_id"}).with_columns(source_dataset=pl.lit(side)).write_parquet(folder / f"{side}_forms.parquet")


def _given(folder: Path, side: str) -> pl.DataFrame:
    return pl.read_parquet(folder / f"{side}.parquet").drop("person")


def _spec(folder: Path) -> str:
    return (folder / "spec").read_text().strip()


TOOLS: dict[str, Callable[[Path], Any]] = {
    "targeting": lambda folder: targeting(folder, saved=False),
    "targeting-saved": lambda folder: targeting(folder, saved=True),
    "splink": lambda folder: splink(folder, saved=False),
    "splink-saved": lambda folder: splink(folder, saved=True),
    "recordlinkage-ecm": lambda folder: recordlinkage(folder, labelled=False),
    "recordlinkage-logistic": lambda folder: recordlinkage(folder, labelled=True),
    "forms": write_forms,
}

if __name__ == "__main__":
    warnings.simplefilter("ignore")
    tool, where = sys.argv[1], Path(sys.argv[2])
    if tool.startswith("splink"):  # imports lie outside the timing, as ours do
        import splink_settings  # noqa: F401
        from splink.internals.duckdb import database_api  # noqa: F401
    if tool.startswith("recordlinkage"):
        import recordlinkage as _toolkit  # noqa: F401
    started = time.perf_counter()
    result = TOOLS[tool](where)
    seconds = round(time.perf_counter() - started, 2)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    cost = {
        "seconds": seconds,
        "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 2),  # of all threads: it depends less on what else runs
        "peak_mb": round(usage.ru_maxrss / 1024),
    }
    print(json.dumps({"tool": tool, **cost, **({} if result is None else measures(result, where))}))
