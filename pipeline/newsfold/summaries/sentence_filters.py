"""Filters for sentences that cannot stand in a summary: calls, captions, fragments, and those that need another one."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from enum import IntEnum

from newsfold import text
from newsfold.summaries.languages import Phrases, has_dependent_opening, join_patterns, list_entries

MIN_WORDS = 5


class Fault(IntEnum):
    """How badly a sentence fits a summary; the larger, the worse."""

    NONE = 0
    NEEDS_PREVIOUS = 1
    """Only the sentence before explains a pronoun, a place or a connective in it."""
    NOT_STANDALONE = 2
    """A quotation without a speaker, a question, a caption, a fragment, cut off, or in the first person."""
    OUTDATED = 3
    """A count that a newer article of the story raises."""
    NOT_PROSE = 6
    """A link, or a call to read or subscribe."""


_QUOTED = re.compile(r"“[^”]*”|«[^»]*»|„[^“”]*[“”]|\"[^\"]*\"|(?<!\w)[‘'].*?[’'](?!\w)")
_QUOTATION_MARK = re.compile('[„“”«»"]')
_QUESTION = re.compile(r"[?？؟]\W*$")
_CUT_OFF = re.compile(r"(?:…|\.\.\.|\[&#8230;\])\W*$")
_CUT_OFF_START = re.compile(r"\W*(?:…|\.\.\.)|\s*[•●►▪■*]")
_CAPTION = re.compile(rf"^\W*{join_patterns('caption_labels')}\s*(?:[:(]|[–—-]\s)", re.IGNORECASE)
# In small letters: several times as fast as without regard to case.
_PROMOTION = re.compile(rf"\b{join_patterns('promotions')}")
_CAPTION_WITHIN = re.compile(join_patterns("caption_phrases"))
# A pronoun that opens the main clause, or a connective after the first words.
_LATE_REFERENCE = re.compile(
    rf"\W*(?:(?!{join_patterns('subordinators', 'en')}\b)[^,;:“\"]{{1,40}}, "
    r"(?:he|she|they|it|his|her|their|this|these|those)\b"
    rf"|(?:[\w’'-]+ ){{0,6}}[\w’'-]+,? (?P<connective>{join_patterns('late_connectives', 'en')}),"
    r"|(?:[\w’'-]+ ){1,6}(?P<addition>also)\b"
    r"|The \w+(?: (?:by|of|from|in|to) [^,]{1,40})? (?P<timing>comes?|came) (?:after|amid|as|at|days|in|just|weeks)\b)",
    re.IGNORECASE,
)
# A place without its name, at once or after the first comma.
_UNNAMED_PLACE = re.compile(rf"\W*([^,;:“\"]{{1,40}}, )?[Tt]he {join_patterns('place_nouns', 'en')}\b(?! of )")
# A person without a name: "The comedian, 46, appeared".
_UNNAMED_PERSON = re.compile(r"\W*The (?:[\w’'-]+ ){0,3}[\w’'-]+, (?:aged )?\d{1,3}, ")
# A role without a name: "outside the comedian's house".
_ROLES = frozenset(
    opening.removeprefix("the ")
    for opening in list_entries("dependent_openings", "en")
    if re.fullmatch("the [a-z]+", opening)
)
_UNNAMED_OWNER = re.compile(rf"(?P<before>.*?)\b[Tt]he (?:{'|'.join(sorted(_ROLES))})[’']s?(?!\w)")
# Words after "The" that may name its thing, or be one of these: what is the only one, or a complement that says which.
_WORDS_OF_SUBJECT = 3
_IDENTIFYING = frozenset(["of", "that", "to", "which", "who", "where", "whose", *list_entries("unique_things", "en")])
_PRONOUN_AFTER_COMMA = re.compile(r"[^,;:“\"]{1,80}, (?:he|she|they)\b")
_PREPOSITIONS = frozenset(["at", "behind", "between", "for", "from", "in", "on"])
_DEFINITE_PLACE = re.compile(rf"\b[Tt]he {join_patterns('place_nouns', 'en')}\b(?! of )")
_QUOTED_BY_PRONOUN = re.compile(r"[,.?!’']?[”\"] (?:he|she|they|it) \w", re.IGNORECASE)
_VERBS = frozenset(list_entries("verbs", "en"))
# The third person singular: after a name, or before words that only follow a verb.
_PRESENT_TENSE = re.compile(
    r"[A-Z][\w’'.-]* (?!(?:is|as|this|its|us|vs)\b)[a-z]+s\b"
    r"|\b[a-z]{3,}s (?:that|the|a|an|to|it|him|her|them|his|their|its|for|in|on|at|with|against|after|as|over|by|up)\b"
)
_WEEKDAYS, _MONTHS = ([name.capitalize() for name in list_entries(kind, "en")] for kind in ("weekdays", "months"))
_NOT_NAMES = frozenset([*_WEEKDAYS, *_MONTHS, "I"])
# Captions say who stands where in a picture,
_POSITION_IN_PICTURE = re.compile(
    r", (?:(?:second|third) from )?(?:left|right|cent(?:er|re)),? (?:and|speaks|talks|looks|walks|listens)\b"
)
# and when it was taken; news itself has no need of weekday and year.
_DATE_OF_PICTURE = re.compile(rf"\b(?:{'|'.join(_WEEKDAYS)}), [A-Z][a-z]+\.? \d{{1,2}}, \d{{4}}\W*$")
_DOUBLED_NAME = re.compile(r"([A-Z](?<!\w.)[a-z]{2,})\1")  # left behind by widgets: "Vik VikVik"
_BYLINE = re.compile(r"^\W*(?:[Bb]y|BY|[Pp]or|[Nn]i) [A-Z][\w.]+(?: [A-Z]\w+){1,3}\W*$")
# A column opens with its writer's name in capitals.
_COLUMNIST = re.compile(r"^\W*[A-Z][A-Z.’'-]+(?: [A-Z][A-Z.’'-]+){1,2}(?::| (?=[A-Z][a-z]))")
_LABEL = re.compile(rf"^\W*{join_patterns('title_labels')}\s*[:：|]", re.IGNORECASE)
_HASHTAG = re.compile(r"[#＃](?<!\w.)[^\W\d_]\w+")
_CUT_LIST = re.compile(r"[,;:（(–—-]\s*$")
_FINAL_STOPS = tuple(".!?…。！？؟।॥")
_FINAL_STOP = re.compile(rf"[{''.join(_FINAL_STOPS)}]\W*$")
_CALLS, _CREDITS = (Phrases(list_entries(kind)) for kind in ("calls_to_action", "photo_credits"))
_PROMOTION_WORDS = frozenset(list_entries("promotion_words"))


def find_fault(sentence: str, words: Sequence[str], language: str) -> Fault:
    """Return the worst fault of a sentence.

    Args:
        sentence: the sentence as printed.
        words: its words, case-folded.
        language: ISO 639-1.
    """
    triggers = _list_trigger_words(language).intersection(words)
    if "http" in sentence or "www." in sentence or _has_phrase(_CALLS, words, triggers):
        return Fault.NOT_PROSE
    if len(words) < MIN_WORDS or _is_cut_off(sentence) or _is_cut(sentence, words, language):
        return Fault.NOT_STANDALONE
    if language == "en" and _VERBS.isdisjoint(triggers) and not _may_have_verb(sentence, words):
        return Fault.NOT_STANDALONE
    if _is_not_news(sentence, words, triggers):
        return Fault.NOT_STANDALONE
    if _has_phrase(_CREDITS, words, triggers) or _is_bare_quotation(sentence):
        return Fault.NOT_STANDALONE
    if not _first_person_words(language).isdisjoint(triggers) and _is_first_person(sentence, language):
        return Fault.NOT_STANDALONE
    if has_dependent_opening(words, language):
        return Fault.NEEDS_PREVIOUS
    if language == "en" and _has_open_reference(sentence, triggers):
        return Fault.NEEDS_PREVIOUS
    return Fault.NONE


@functools.cache
def _list_trigger_words(language: str) -> frozenset[str]:
    """Return the words without which most patterns cannot match, so that each sentence is searched for all at once."""
    words = _CALLS.longest_words | _CREDITS.longest_words | _PROMOTION_WORDS | _first_person_words(language)
    return words | _VERBS | _ROLES if language == "en" else words


def _has_phrase(phrases: Phrases, words: Sequence[str], triggers: frozenset[str]) -> bool:
    return not phrases.longest_words.isdisjoint(triggers) and phrases.occur_in(words)


def _is_cut_off(sentence: str) -> bool:
    has_dots = "…" in sentence or "..." in sentence or "[&#8230;]" in sentence
    if has_dots and _CUT_OFF.search(sentence):
        return True
    return not sentence[0].isalnum() and _CUT_OFF_START.match(sentence) is not None


def _is_not_news(sentence: str, words: Sequence[str], triggers: frozenset[str]) -> bool:
    """Return whether a sentence is a caption, a label, a byline, a question, a column or a promotion."""
    # Most sentences lack what these patterns need: to look for that first is faster.
    if ("#" in sentence or "＃" in sentence) and _HASHTAG.search(sentence):
        return True
    if words[-1][0].isdecimal() and _DATE_OF_PICTURE.search(sentence):
        return True
    if ("?" in sentence or "？" in sentence or "؟" in sentence) and _QUESTION.search(sentence):
        return True
    if (":" in sentence or "：" in sentence or "|" in sentence) and _LABEL.match(sentence):
        return True
    if _COLUMNIST.match(sentence) or _CAPTION.match(sentence) or _BYLINE.match(sentence):
        return True
    if _DOUBLED_NAME.search(sentence) or _POSITION_IN_PICTURE.search(sentence):
        return True
    if _PROMOTION_WORDS.isdisjoint(triggers):
        return False
    lower = sentence.lower()
    return _CAPTION_WITHIN.search(lower) is not None or _PROMOTION.search(lower) is not None


def _is_cut(sentence: str, words: Sequence[str], language: str) -> bool:
    """Return whether a sentence without a full stop breaks off: an excerpt may end anywhere, and often without dots."""
    if has_final_stop(sentence):
        return False
    return _CUT_LIST.search(sentence) is not None or words[-1] in list_entries("never_last", language)


def has_final_stop(sentence: str) -> bool:
    """Return whether a sentence ends with a mark that ends sentences."""
    return sentence.endswith(_FINAL_STOPS) or _FINAL_STOP.search(sentence) is not None


def _is_first_person(sentence: str, language: str) -> bool:
    """Return whether the writer speaks of themselves: "we" and "our" are open outside a quotation."""
    pronouns = _first_person_pattern(language)
    return pronouns.search(sentence) is not None and pronouns.search(_QUOTED.sub(" ", sentence)) is not None


@functools.cache
def _first_person_pattern(language: str) -> re.Pattern[str]:
    pronouns = map(re.escape, list_entries("first_person", language))
    return re.compile(rf"(?<![\w'’.-])(?:{'|'.join(pronouns)})(?![\w.-])")


@functools.cache
def _first_person_words(language: str) -> frozenset[str]:
    """Return the first word of each pronoun of the writer, case-folded."""
    return frozenset(text.split_words(pronoun)[0] for pronoun in list_entries("first_person", language))


def _may_have_verb(sentence: str, words: Sequence[str]) -> bool:
    """Return whether an English sentence without a listed verb seems to have one: captions and lists have none."""
    for word in words:
        if word.endswith("ed") and len(word) > 4:
            return True
    return _PRESENT_TENSE.search(sentence) is not None


def _has_open_reference(sentence: str, triggers: frozenset[str]) -> bool:
    """Return whether an English sentence refers to the one before it.

    It does if a pronoun speaks, if a pronoun or place opens the main clause with nothing named before it, or if a
    connective follows the first words.
    """
    place = _UNNAMED_PLACE.match(sentence)
    owner = None if _ROLES.isdisjoint(triggers) else _UNNAMED_OWNER.match(sentence)
    if (
        (('"' in sentence or "”" in sentence) and _QUOTED_BY_PRONOUN.search(sentence))
        or _UNNAMED_PERSON.match(sentence)
        or (place and not _has_name(place[1] or ""))
        or (owner and not _has_name(owner["before"]))
    ):
        return True
    reference = _LATE_REFERENCE.match(sentence)
    return reference is not None and (any(reference.groupdict().values()) or not _has_name(reference.group()))


def has_unnamed_reference(sentence: str, words: Sequence[str]) -> bool:
    """Return whether an English sentence speaks of a thing or place as known that it does not name, as below a title.

    "The musician accused the magazine"; "500 patients in the country".

    Args:
        sentence: the sentence as printed.
        words: its words, as printed.
    """
    article, *after = words or [""]
    near = after[:_WORDS_OF_SUBJECT]
    if not _PREPOSITIONS.isdisjoint(near):  # "the captain of", "the captain on board the Halvard"
        near = after[: 2 * _WORDS_OF_SUBJECT]
    if article == "The" and all(map(str.islower, near)) and _IDENTIFYING.isdisjoint(near):
        return True
    pronoun = _PRONOUN_AFTER_COMMA.match(sentence)
    if pronoun and not _has_name(pronoun.group()):
        return True
    return any(not _has_name(sentence[: place.start()]) for place in _DEFINITE_PLACE.finditer(sentence))


def _has_name(opening: str) -> bool:
    """Return whether any word but the first is a name."""
    return any(word[0].isupper() and word not in _NOT_NAMES for word in text.split_cased_words(opening)[1:])


def _is_bare_quotation(sentence: str) -> bool:
    """Return whether all of the sentence is quoted, or a quotation in it has no beginning or no end."""
    if not _QUOTATION_MARK.search(sentence):
        return False
    if "„" in sentence:  # German closes with the mark with which English opens
        opened = sentence.count("„")
        closed = sentence.count("“") + sentence.count("”")
    else:
        opened = sentence.count("“") + sentence.count("«")
        closed = sentence.count("”") + sentence.count("»")
    if opened != closed or sentence.count('"') % 2:
        return True
    if not opened and '"' not in sentence:
        return False
    return len(text.split_words(_QUOTED.sub(" ", sentence))) < 2
