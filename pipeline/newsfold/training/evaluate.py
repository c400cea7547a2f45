"""How well newsfold groups labelled sets: as it ships, and on sets that its training never saw."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from newsfold import clustering, embedding, evaluation, scoring, terms, text
from newsfold.dataflow import MemoryView, Progress, no_progress
from newsfold.errors import ConfigError
from newsfold.extraction.recurring import find_multi_topic_articles
from newsfold.settings import Settings
from newsfold.training.datasets import Labelled, Prepared, blocking_recall, pair_labels, prepare
from newsfold.training.fit import edges, fit, prepare_titles, train_embedding

FOLDS = 5
IN_FOLDS = "newsfold, the set in folds"


def evaluate(
    prepared: Prepared,
    settings: Settings,
    progress: Progress = no_progress,
    *,
    scorer: scoring.PairScorer | None = None,
    baselines: bool = True,
) -> evaluation.SetReport:
    """Measure newsfold on one labelled set, beside plain methods on the same articles.

    Args:
        prepared: the set.
        settings: embedding, scoring and clustering as they are used.
        progress: called with (stage, done, to do).
        scorer: the pair scorer; the settings' where None.
        baselines: whether to run the plain methods too, on the embedding without its adapter.

    Raises:
        ModelError: the pair scorer cannot be read.
    """
    labelled = prepared.labelled
    scored = edges(prepared, scorer or scoring.scorer(settings.scoring))
    gold = list(labelled.story_of.values())
    plain = {}
    if baselines:
        untuned = settings.embedding.model_copy(update={"adapter": "none"})
        vectors = embedding.embed(labelled.articles, labelled.copies, [], untuned)
        row_of = {article: row for row, article in enumerate(vectors["article_id"].to_pylist())}
        rows = [row_of[original] for original in _originals(labelled)]
        plain = evaluation.run_baselines(
            terms.openings(labelled.articles),
            embedding.matrix(vectors)[rows],
            len(labelled.stories) + gold.count(None),
            lambda done, total: progress(f"plain methods on {labelled.name}", done, total),
        )
    return evaluation.build_report(
        labelled.name,
        gold,
        groups(prepared, scored, settings),
        labelled.articles["language"].to_pylist(),
        baselines={method: labels.tolist() for method, labels in plain.items()},
        absent=evaluation.unavailable_baselines(len(gold)) if baselines else {},
        rejected=labelled.n_rejected,
        blocking_recall=blocking_recall(prepared),
        calibration=evaluation.measure_calibration(pair_labels(prepared), scored["probability"].to_numpy()),
    )


def leave_one_out(
    sets: Sequence[Labelled], settings: Settings, progress: Progress = no_progress, *, baselines: bool = True
) -> Iterator[evaluation.SetReport]:
    """Measure each set with an embedding and a scorer trained on the others; stories that it shares are dropped there.

    Besides, under the method `IN_FOLDS`: the scorer alone also learns from four fifths of the set's own stories, and
    the last fifth is judged, five times. It is judged strictly: a story's articles among all the set's clusters.

    Args:
        sets: the labelled sets, two or more.
        settings: everything but the embedding's adapter and the scorer.
        progress: called with (stage, done, to do).
        baselines: whether to run the plain methods too.

    Raises:
        ConfigError: there is only one set.
        ModelError: the other sets hold nothing to learn from.
    """
    for case in left_out(sets, settings, progress):
        told = _without(case.judged.labelled, progress)
        report = evaluate(case.judged, case.settings, told, scorer=case.scorer, baselines=baselines)
        own = {evaluation.NEWSFOLD: report.methods[evaluation.NEWSFOLD], IN_FOLDS: _in_folds(case)}
        yield replace(report, methods=own | report.methods)


@dataclass(frozen=True)
class LeftOut:
    """A labelled set, and what all the others taught."""

    judged: Prepared
    """The set, by the embedding tuned on the others."""
    others: Sequence[Prepared]
    """Those without its stories; where nothing is left of one, it is not among them."""
    titles: Sequence[Prepared]
    """The others that have texts, as bare headlines."""
    scorer: scoring.PairScorer
    settings: Settings
    """As given, but with the embedding that was tuned on the others."""


def left_out(sets: Sequence[Labelled], settings: Settings, progress: Progress = no_progress) -> Iterator[LeftOut]:
    """Train an embedding and a scorer without each set; stories that it shares are dropped from the others.

    The file of the tuned embedding is there until the last set was seen.

    Args:
        sets: the labelled sets, two or more.
        settings: everything but the embedding's adapter and the scorer.
        progress: called with (stage, done, to do).

    Raises:
        ConfigError: there is only one set.
        ModelError: the other sets hold nothing to learn from.
    """
    if len(sets) < 2:
        raise ConfigError("Leaving one set out takes two labelled sets or more.")
    with tempfile.TemporaryDirectory() as folder:
        for judged in sets:
            others = [labelled.without(judged.stories) for labelled in sets if labelled is not judged]
            others = [labelled for labelled in others if labelled.stories]
            told = _without(judged, progress)
            adapter = Path(folder) / f"{judged.name}.safetensors"
            train_embedding(others, settings, told).save(adapter)
            tuned = settings.model_copy(
                update={"embedding": settings.embedding.model_copy(update={"adapter": str(adapter)})}
            )
            learned_from = [prepare(labelled, tuned, told) for labelled in others]
            titles = prepare_titles(others, tuned, told)
            scorer = fit(learned_from, titles, tuned, {})
            yield LeftOut(prepare(judged, tuned, told), learned_from, titles, scorer, tuned)


def _without(judged: Labelled, progress: Progress) -> Progress:
    """Progress that says which set is left out."""

    def told(stage: str, done: int, total: int) -> None:
        progress(f"without {judged.name}: {stage}", done, total)

    return told


def _in_folds(case: LeftOut) -> dict[str, float]:
    judged, settings = case.judged, case.settings
    gold = list(judged.labelled.story_of.values())
    fold_of = [None if story is None else int(text.compute_digest("fold", story), 16) % FOLDS for story in gold]
    totals = dict.fromkeys(evaluation.METRICS, 0.0)
    for fold in sorted({fold for fold in fold_of if fold is not None}):
        hidden = {story for story, own in zip(gold, fold_of, strict=True) if own == fold and story is not None}
        rest = replace(judged, labelled=judged.labelled.without(hidden))
        found = groups(judged, edges(judged, fit([*case.others, rest], case.titles, settings, {})), settings)
        parts = evaluation.metrics_by_group(gold, found, ["judged" if own == fold else "rest" for own in fold_of])
        for name in totals:
            totals[name] += parts["judged"][name] * parts["judged"]["articles"]
    labelled = sum(story is not None for story in gold)
    return {name: round(total / labelled, 4) for name, total in totals.items()}


def groups(prepared: Prepared, scored: object, settings: Settings) -> list[int]:
    """Newsfold's cluster of each article, in the articles' order."""
    labelled = prepared.labelled
    multi_topic = find_multi_topic_articles(MemoryView(labelled.articles))["article_id"].combine_chunks()
    clusters = clustering.cluster(
        labelled.copies, scored, [prepared.vectors], settings.clustering, roundups=multi_topic
    )
    cluster_of = dict(zip(clusters["article_id"].to_pylist(), clusters["cluster"].to_pylist(), strict=True))
    return [cluster_of[original] for original in _originals(labelled)]


def _originals(labelled: Labelled) -> list[str]:
    """The original of each article, in the articles' order."""
    pairs = zip(labelled.copies["article_id"].to_pylist(), labelled.copies["copy_group_id"].to_pylist(), strict=True)
    group_of = dict(pairs)
    return [group_of[article] for article in labelled.articles["article_id"].to_pylist()]
