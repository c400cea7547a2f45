"""The text of an article in a page: what trafilatura finds, told apart from what pages set between its paragraphs."""

from __future__ import annotations

import copy
import re
import warnings
from collections.abc import Sequence
from functools import cache
from typing import Any

from newsfold import text
from newsfold.extraction import page_furniture

# What stands in an article and is none of it: offers, lists of other articles. Posts that it quotes are.
_INSERTED = re.compile(
    r"newsletter|related|recirc|most-?(?:read|popular)|outbrain|taboola"
    r"|read-?more|readmore|also-?read|recommend|promo(?:tion|box)?\b|teaser-?(?:list|box)|social-?(?:share|media|links)"
    r"|share-?(?:bar|buttons|tools)|author-?(?:bio|box|info)|signup|sign-up|cookie|consent",
    re.IGNORECASE,
)
_BLOCKS = ("aside", "blockquote", "div", "section", "ul", "ol", "p", "figure", "form", "nav", "dl", "table")
_MOST_INSERTED = 0.3  # share of the page's paragraphs that such a block may hold: more is the article itself
_LINKED = 0.85  # share of a paragraph's letters inside links from which it only points elsewhere
_MUCH_OF = 0.5
_SHORT = 400  # characters; a text as short is looked for in a second way
_ORACLE_WORDS = 80
_SHINGLE = 4
_HEADING_WORDS = 12
_LOOSE = 3  # lines


def paragraphs(tree: Any, url: str | None, declared: str | None) -> list[str]:
    """The paragraphs of a page's article, in its order; none where it holds no article.

    Args:
        tree: the page, as trafilatura parses it; not changed.
        url: its address, where known.
        declared: the article's text as the page's structured data gives it, where it does.
    """
    page = copy.deepcopy(tree)
    _remove_inserted(page)
    found, untouched = _extracted(page, url, fast=True), _extracted(tree, url, fast=True)
    if sum(map(len, found)) < _MUCH_OF * sum(map(len, untouched)):
        found = untouched  # what was removed led the way to the article
    if sum(map(len, found)) < _SHORT or _prose(found) < _MUCH_OF:
        # Slower, by two more algorithms; it finds texts in unusual places, and more that is none.
        other = _extracted(tree, url, fast=False)
        if sum(map(len, other)) > 2 * sum(map(len, found)) or _prose(other) > _prose(found):
            found = other
    return _as_declared(found, declared) if declared else found


def completed(found: list[str], tree: Any, descriptions: Sequence[str]) -> list[str]:
    """The paragraphs without loose lines around them, and with the standfirst before them.

    Args:
        found: the paragraphs, all facts taken out of them.
        tree: the page.
        descriptions: texts that may introduce the article; the first that the page prints and the paragraphs lack does.
    """
    return _introduced(_bounded(found), tree, descriptions)


def _extracted(tree: Any, url: str | None, *, fast: bool) -> list[str]:
    extracted = trafilatura().bare_extraction(
        copy.deepcopy(tree), url=url, fast=fast, include_comments=False, include_tables=False, with_metadata=False
    )
    if extracted is None or not extracted.text:
        return []
    return [line for line in extracted.text.split("\n") if line.strip()]


def _remove_inserted(page: Any) -> None:
    total = max(1, sum(_length(element) for element in page.iter("p")))
    for element in list(page.iter(*_BLOCKS)):
        if element.getparent() is None:
            continue
        if element.tag == "p":
            gone = _only_links(element)
        else:
            named = _INSERTED.search(f"{element.get('class') or ''} {element.get('id') or ''}")
            gone = bool(named) and sum(_length(inner) for inner in element.iter("p")) < _MOST_INSERTED * total
        if gone:
            _drop(element)


def _only_links(element: Any) -> bool:
    whole = _length(element)
    return whole > 0 and sum(_length(link) for link in element.iter("a")) >= _LINKED * whole


def _length(element: Any) -> int:
    return len("".join(element.itertext()).strip())


def _drop(element: Any) -> None:
    """Remove an element, and leave what follows it."""
    tail, parent, before = element.tail, element.getparent(), element.getprevious()
    if tail and before is not None:
        before.tail = (before.tail or "") + tail
    elif tail:
        parent.text = (parent.text or "") + tail
    parent.remove(element)


def _prose(found: Sequence[str]) -> float:
    """The share of running text in these lines, by letters: menus have little."""
    return sum(len(line) for line in found if page_furniture.is_prose(line)) / max(1, sum(map(len, found)))


def _as_declared(found: list[str], declared: str) -> list[str]:
    """The lines that stand in the declared text, and headings between them; or the declared text, where lines lack.

    A declared text much shorter than what was found is an excerpt, and says nothing.
    """
    words = text.split_words(declared)
    if len(words) < _ORACLE_WORDS or len(words) < 0.5 * len(text.split_words(" ".join(found))):
        return found
    there = _shingles(words)
    joined = f" {' '.join(words)} "
    confirmed = [_confirmed(text.split_words(line), there, joined) for line in found]
    covered: set[tuple[str, ...]] = set()
    for line, yes in zip(found, confirmed, strict=True):
        covered |= _shingles(text.split_words(line)) if yes else set()
    if len(covered & there) < 0.7 * len(there):
        lines = [line.strip() for line in declared.split("\n") if line.strip()]
        return lines if sum(map(len, lines)) > sum(map(len, found)) or len(lines) > 2 else found
    first, last = confirmed.index(True), len(confirmed) - 1 - confirmed[::-1].index(True)
    return [
        line
        for at, (line, yes) in enumerate(zip(found, confirmed, strict=True))
        if yes or (first < at < last and len(line.split()) <= _HEADING_WORDS and not line.startswith("- "))
    ]


def _confirmed(words: list[str], there: set[tuple[str, ...]], joined: str) -> bool:
    if len(words) < _SHINGLE:
        return f" {' '.join(words)} " in joined
    own = _shingles(words)
    return len(own & there) >= 0.5 * len(own)


def _shingles(words: Sequence[str]) -> set[tuple[str, ...]]:
    return {tuple(words[at : at + _SHINGLE]) for at in range(len(words) - _SHINGLE + 1)}


def _bounded(found: list[str]) -> list[str]:
    """The lines without the short ones before and after all running text: dates, bylines, headings of lists."""
    prose = [at for at, line in enumerate(found) if page_furniture.is_prose(line)]
    if not prose:
        return found
    first, last = prose[0], prose[-1]
    # More of them in a row are a list, and the article's own.
    start = first if first <= _LOOSE and _short(found[:first]) else 0
    end = last + 1 if len(found) - last - 1 <= _LOOSE and _short(found[last + 1 :]) else len(found)
    return found[start:end]


def _short(lines: Sequence[str]) -> bool:
    return all(len(line.split()) <= _HEADING_WORDS for line in lines)


def _introduced(found: list[str], tree: Any, standfirst: Sequence[str]) -> list[str]:
    """The paragraphs with the standfirst before them, where the page prints one and they lack it."""
    if not found:
        return found
    body = f" {' '.join(text.split_words(' '.join(found)))} "
    for line in standfirst:
        words = text.split_words(line)
        if len(words) < 2 * _SHINGLE or line.endswith(("...", "…")) or f" {' '.join(words)} " in body:
            continue
        if _printed(tree, words):
            return [line, *found]
    return found


def _printed(tree: Any, words: list[str]) -> bool:
    """Does an element of the page's body hold exactly these words?"""
    longest = 3 * sum(len(word) + 1 for word in words)
    for element in tree.iter("p", "h2", "h3", "div", "span", "strong", "li"):
        held, length = [], 0
        for piece in element.itertext():
            length += len(piece)
            if length > longest:
                break
            held.append(piece)
        if length <= longest and text.split_words("".join(held)) == words:
            return True
    return False


@cache
def trafilatura() -> Any:
    """The library, imported without its warnings."""
    # Its downloads, unused here, warn at import where urllib3's proxy extra is not installed.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import trafilatura
    return trafilatura
