"""Finite verbs of English titles: `Vik sells boats` states an event, `Vik's boats on the lake` does not.

The forms of regular verbs are known by how common they are: "unveiled" and "unveiling" are about as common as "unveil",
but "boated" is rare beside "boat".
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from newsfold import text
from newsfold.summaries.languages import function_words, list_entries
from newsfold.vocabulary import zipf_frequency

_MIN_ZIPF = 2.5  # of a verb's plain form
# By how much rarer, in Zipf frequency, a verb's past tense may be than its plain form, and its present participle.
_MAX_RARER, _MAX_ING_RARER = 1.12, 1.75
_MAX_RARER_THAN_VERB = 0.25  # … the past tense of a verb that is no noun
_BEFORE_VERBS = ("already", "never", "not", "now", "still", "to")
_RELATIVE_PRONOUNS = ("who", "whose")  # each opens a clause with a verb of its own
_NO_PLURAL = ("is", "ss", "us")
_CLAUSE = re.compile(r"\s*[:;|–—]\s+|\s+-+\s*")
_ABBREVIATION = re.compile(r"\b(?:[A-Z]\.){2,}")
_VERBS, _NOUNS, _PREDICATES, _IRREGULAR = (
    frozenset(list_entries(kind, "en")) for kind in ("verbs", "verbs_or_nouns", "predicates", "irregular_verbs")
)


def has_finite_verb(title: str) -> bool:
    """Return whether an English title seems to have a verb, or a participle in its place: `Vik arrested`."""
    title = _ABBREVIATION.sub(lambda match: match[0].replace(".", ""), title)
    return any(_has_verb(text.split_words(clause)) for clause in _CLAUSE.split(title))


def _has_verb(words: list[str]) -> bool:
    contexts = zip(["", *words], words, [*words[1:], ""], strict=False)
    n_verbs = sum(
        _is_certain(word) or (bool(before) and _is_present(before, word, after)) for before, word, after in contexts
    )
    return n_verbs > sum(word in _RELATIVE_PRONOUNS for word in words)


def _is_certain(word: str) -> bool:
    return (word in _VERBS and word not in _NOUNS) or word in _PREDICATES or (len(word) > 4 and word.endswith("ed"))


def _is_present(before: str, word: str, after: str) -> bool:
    """Return whether a word is a present tense or participle, after its subject or "to"; "Vik's boats" is none."""
    if before == "s" and not word.endswith("ing"):
        return False
    if word.endswith("s"):
        may_be_verb = after not in ("", "of")
        return any(_is_plain_form(base) if may_be_verb else _is_no_noun(base) for base in _list_bases(word))
    is_after_word = before not in _BEFORE_VERBS and before in function_words("en")
    if word.endswith("ing"):
        return (before == "s" or not is_after_word) and any(map(_is_plain_form, _list_bases_of_ing(word)))
    if len(before) > 3 and before.endswith("s") and not before.endswith(_NO_PLURAL):
        return _is_plain_form(word)
    return (before == "to" and _is_plain_form(word)) or (not is_after_word and _is_no_noun(word))


@functools.cache
def _is_plain_form(word: str) -> bool:
    return word in _VERBS or word in _IRREGULAR or _is_regular(word, _MAX_RARER)


@functools.cache
def _is_no_noun(word: str) -> bool:
    return word not in _NOUNS and (word in _VERBS or _is_regular(word, _MAX_RARER_THAN_VERB))


def _is_regular(word: str, max_rarer: float) -> bool:
    zipf = zipf_frequency(word, "en")
    if zipf < _MIN_ZIPF:
        return False
    past, ing = (max(zipf_frequency(form, "en") for form in _inflect(word, ending)) for ending in ("ed", "ing"))
    return past >= zipf - max_rarer and ing >= zipf - _MAX_ING_RARER


def _inflect(word: str, ending: str) -> Iterator[str]:
    """Yield a verb's plain form with an ending, as it may be spelt: "denied", "planned", "named"."""
    yield word.removesuffix("e") + ending
    yield word + word[-1] + ending
    if word.endswith("y") and ending == "ed":
        yield word[:-1] + "ied"


def _list_bases(word: str) -> tuple[str, ...]:
    """Return what a verb in -s may be a form of: "flies", "fly"."""
    base = word[:-1]
    if word.endswith("ies"):
        return base, word[:-3] + "y"
    return (base, word[:-2]) if word.endswith(("ches", "shes", "sses", "xes", "zzes", "oes")) else (base,)


def _list_bases_of_ing(word: str) -> tuple[str, ...]:
    base = word[:-3]
    return base, base + "e", base[:-1]
