"""Outlet habits: of what kinds the other articles are that an outlet prints in one section or under one label.

Whether a section holds recipes or reports, no list could say for every outlet; its own articles do, each judged by its
title and text first. Counts are integers, so that no order of articles changes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from newsfold.extraction.kinds.features import list_removed_labels, split_folders
from newsfold.extraction.kinds.title_form import MAX_LABEL_WORDS, split_title
from newsfold.extraction.recurring import strip_dates
from newsfold.schemas.kinds import KINDS
from newsfold.text import split_words

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

GROUPS = ("outlet", "section", "beginning", "ending", "series")
UNIT = 1000  # of a probability in a count
N_FEATURES = len(GROUPS) * (len(KINDS) + 1)
_SECTION_FOLDERS = 2
_PRIOR_ARTICLES = 3.0  # as many as the mean of the outlet counts for in each of its groups
_MAX_LOG_COUNT = 4.0


def list_groups(article: Mapping[str, Any]) -> list[str]:
    """Return the key of the article's group of each of `GROUPS`; an empty string if it is in none.

    Args:
        article: a row of table `articles`; at least outlet, url, title and extras.
    """
    outlet, title = article["outlet"], article["title"]
    folders, _ = split_folders(article["url"])
    parts = split_title(title)
    removed = [" ".join(split_words(label)) for label in list_removed_labels(article)]
    labels = [" ".join(part) if len(part) <= MAX_LABEL_WORDS else "" for part in (parts[0], parts[-1])] if parts else []
    beginning, ending = labels if len(parts) > 1 else ("", "")
    names = ["", "/".join(folders[:_SECTION_FOLDERS]), beginning, (removed or [ending])[0], strip_dates(title)]
    return [f"{outlet}\t{name}" if name or at == 0 else "" for at, name in enumerate(names)]


def to_scores(judgements: Floats) -> Ints:
    """Return log-probabilities as whole thousandths, so that their sums are exact in any order."""
    return np.asarray(np.rint(np.exp(judgements) * UNIT), dtype=np.int64)


def count_kinds(groups: Sequence[Sequence[str]], scores: Ints) -> dict[tuple[int, str], Ints]:
    """Count the kinds of the articles of each group.

    Args:
        groups: the groups of each article, as `list_groups` returns them.
        scores: how much each article counts for each kind, int64 of shape (articles, kinds), rows of about `UNIT`.

    Returns:
        By number and key of the group: int64 of shape (1 + kinds,), the articles and the summed scores.
    """
    counts: dict[tuple[int, str], Ints] = {}
    rows = np.column_stack([np.ones(len(scores), np.int64), scores])
    for row, keys in zip(rows, groups, strict=True):
        for number, key in enumerate(keys):
            if key:
                counts[number, key] = counts.get((number, key), 0) + row
    return counts


def measure_habits(groups: Iterable[Sequence[str]], scores: Ints, counts: Mapping[tuple[int, str], Ints]) -> Floats:
    """Measure what the other articles of each article's groups are, as logarithms of ratios.

    An outlet is compared with all outlets, a group with its outlet; a group of few articles says little.

    Args:
        groups: the groups of each article.
        scores: how much each article itself counts for each kind, as in `count_kinds`; it is left out.
        counts: what `count_kinds` returned for all articles, these among them.

    Returns:
        float64 of shape (articles, `N_FEATURES`).
    """
    outlets = [count for (number, _), count in counts.items() if number == 0]
    total = np.sum(outlets, axis=0) if outlets else np.ones(len(KINDS) + 1)
    overall = np.asarray(total[1:] / max(1, total[1:].sum()))
    rows = []
    for keys, score in zip(groups, scores, strict=True):
        values, of_outlet = [], overall
        for number, key in enumerate(keys):
            count = counts.get((number, key)) if key else None
            if count is None:
                values += [0.0] * (len(KINDS) + 1)
                continue
            n_others = int(count[0]) - 1
            others = (count[1:] - score) / UNIT
            prior = overall if number == 0 else of_outlet
            share = (others + _PRIOR_ARTICLES * prior) / (n_others + _PRIOR_ARTICLES)
            of_outlet = share if number == 0 else of_outlet
            values += np.log((share + 0.001) / (prior + 0.001)).tolist()
            values.append(min(float(np.log1p(n_others)), _MAX_LOG_COUNT))
        rows.append(values)
    return np.array(rows, dtype=np.float64).reshape(-1, N_FEATURES)
