"""Titles: what is wrong with one as a headline, and how one is printed."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Sequence

from newsfold import text
from newsfold.summaries.languages import join_patterns, list_entries
from newsfold.summaries.stories import Article, Story
from newsfold.summaries.title_verbs import has_finite_verb
from newsfold.summaries.word_counts import extract_section_label
from newsfold.summaries.word_statistics import WordStatistics

_MIN_WORDS = 4
# Letters of a word in capitals that is printed in small ones, and of the words beside it: shorter ones may be acronyms.
_MIN_LETTERS, _MIN_LETTERS_IN_RUN = 4, 3
_MAX_SHOUTED = 0.5  # of a title's words: with more, all of it is in capitals

# A label before a colon, bar or dash tells the form of a text, not what happened.
_LABEL = re.compile(rf"\W*{join_patterns('title_labels')}\s*(?:[:：|｜–—]|-\s)", re.IGNORECASE)
# Clickbait promises to tell instead of telling. In small letters: several times as fast as without regard to case.
_CLICKBAIT = re.compile(rf"\b{join_patterns('clickbait_phrases')}\b")
_CLICKBAIT_OPENING = re.compile(rf"\W*{join_patterns('clickbait_openings')}\b", re.IGNORECASE)
_TEASER = re.compile(rf"\b{join_patterns('teaser_words')}\b", re.IGNORECASE)
_CUT_OFF = re.compile(r"(?:…|\.\.\.|\[…\]|-)\s*$")
_QUESTION_AFTER_COLON = re.compile(rf":\s*(?:{'|'.join(map(str.capitalize, list_entries('question_words')))})\b")
_DIVIDER = re.compile(r"\s*[:|]\s+")
_SITE_SUFFIX = re.compile(r"\s[|｜]\s*[^|｜]{1,30}$")
_QUOTATION = re.compile(r"[‘'“\"«„][^‘“\"«„”»]*[’'”\"»“]")
# A question that somebody else asked, beside what is told of it.
_QUOTED_QUESTION = re.compile(r"(?<!\w)[‘'“\"«„][^‘“\"«„”»]*[?？؟][’'”\"»“](?!\w)")
_QUESTION = re.compile(r"[?？¿؟]")
_HASHTAG = re.compile(r"(?<!\w)[#＃][^\W\d_]\w+")
# A quotation of several words that a colon, comma or dash divides from what is said of it.
_QUOTATION_FIRST = re.compile(r"\s*[‘'“\"«„](?=[^‘’“\"«„”»]*\s)[^‘“\"«„”»]*[’'”\"»“]?[:,]?[’'”\"»“]?\s*[:,–—-]\s")
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_CLOSING_MARKS = "'\"’”»)]%"


def is_plain(article: Article) -> bool:
    """Return whether an article's title tells its news: no question, bait, label or fragment."""
    is_quotation = _QUOTATION.fullmatch(article.title.strip()) is not None
    is_news = not article.news_rank and not has_severe_flaw(article)
    return is_news and not is_quotation and len(article.title_words) >= _MIN_WORDS


def tells_event(article: Article) -> bool:
    """Return whether an article's title can stand for its news: plain, with a verb, and not a quotation first."""
    return (
        is_plain(article)
        and _states_event(article.title, article.language)
        and not _QUOTATION_FIRST.match(article.title)
    )


def has_severe_flaw(article: Article) -> bool:
    """Return whether a title asks, teases, is a label, cut off or hardly any words without a verb, or has a hashtag."""
    title, language = remove_question(article.title, article.language), article.language
    if _CUT_OFF.search(title) or _HASHTAG.search(title) or _LABEL.match(title) or _QUESTION_AFTER_COLON.search(title):
        return True
    if _QUESTION.search(title) and _QUESTION.search(_QUOTED_QUESTION.sub("", title)):
        return True
    if _CLICKBAIT.search(title.lower()) or _CLICKBAIT_OPENING.match(title):
        return True
    if len(article.title_words) < _MIN_WORDS and not _states_event(title, language):
        return True
    last = text.split_cased_words(title)[-1:]
    return bool(last) and last[0].islower() and last[0] in list_entries("never_last", language)


def remove_question(title: str, language: str) -> str:
    """Return a title without the questions at its end, if the sentences before them tell an event."""
    if not _QUESTION.search(title):
        return title
    sentences = text.split_sentences(title, language)
    told = " ".join(itertools.takewhile(lambda sentence: not _QUESTION.search(sentence), sentences)).removesuffix(".")
    return told if len(text.split_words(told)) >= _MIN_WORDS and _states_event(told, language) else title


def count_slight_flaws(article: Article, statistics: WordStatistics) -> int:
    """Return how many flaws a title has that leave it readable.

    Capitals only, the name of a programme, all in quotes, hardly any words.
    """
    title = strip_title(article, statistics)
    letters = [letter for letter in title if letter.isalpha()]
    capitals = sum(letter.isupper() for letter in letters)
    is_shouting = len(article.title_words) > 1 and capitals > 0.8 * max(1, len(letters))
    has_label = title == article.title and statistics.has_section_label(article)
    names_programme = has_label or _SITE_SUFFIX.search(title) is not None
    is_quotation = _QUOTATION.fullmatch(title.strip()) is not None
    return is_shouting + names_programme + is_quotation + (len(article.title_words) < _MIN_WORDS)


def lacks_event(article: Article) -> bool:
    """Return whether a title praises its news, or seems to have no finite verb but in a quotation at its beginning."""
    return not _states_event(article.title, article.language) or _TEASER.search(article.title) is not None


def strip_title(article: Article, statistics: WordStatistics) -> str:
    """Return a title without questions at its end, nor a label that names a theme of the window: `Flood: …`.

    A label stays if it may name who speaks, if it also holds what only it tells, or if the rest cannot stand alone.
    """
    title = remove_question(article.title, article.language)
    label = extract_section_label(title)
    divider = None if label is None else _DIVIDER.search(title)
    if label is None or divider is None or has_severe_flaw(article):
        return title
    rest = title[divider.end() :]
    words, rest_words = text.split_words(label), text.split_words(rest)
    themes = [
        word
        for word, after in zip(words, [*words[1:], ""], strict=True)
        # Nobody is called so: it is printed in small letters, or has a number, as COVID-19 does.
        if (after.isdigit() or statistics.is_mostly_lower(word, article.language))
        and statistics.idf(word, article.language)
        and statistics.is_theme([word])
    ]
    others = [word for word in words if word not in themes and not word.isdigit()]
    is_said = set(others) <= set(rest_words) or statistics.has_section_label(article)
    if not themes or not is_said or len(rest_words) < _MIN_WORDS:
        return title
    return rest[:1].upper() + rest[1:]


def strip_theme_label(title: str, statistics: WordStatistics) -> str:
    """Return a sentence without the theme of the whole window before its colon: `Flood: Ferry sinks`."""
    label = extract_section_label(title)
    return strip_label(title) if label is not None and statistics.is_theme(text.split_words(label)) else title


def strip_label(title: str) -> str:
    """Return a title without the few words before its colon or bar."""
    divider = None if extract_section_label(title) is None else _DIVIDER.search(title)
    if divider is None:
        return title
    rest = title[divider.end() :].strip()
    return rest[0].upper() + rest[1:] if rest else title


def close_title(title: str) -> str:
    """Return a title as a sentence, with a full stop."""
    if not title[-1].isalnum() and title[-1] not in _CLOSING_MARKS:
        return title
    return title + ("。" if text.find_script(title[-1]) == "cjk" else ".")


def _states_event(title: str, language: str) -> bool:
    """Return whether a title seems to have a finite verb; True in a language that cannot be judged."""
    if language != "en":
        return True
    quotation = _QUOTATION_FIRST.match(title)
    return has_finite_verb(title[quotation.end() :] if quotation else title)


def print_title(article: Article, story: Story, statistics: WordStatistics) -> str:
    """Return a title on one line, without the label of a theme, and single words in capitals as mostly printed.

    A word is printed in small letters if most texts of the window that have it print it so, and no text of the story
    prints it in capitals only. Short words, which may be acronyms, and titles wholly in capitals stay as they are.
    """
    line = text.normalise_line(strip_title(article, statistics))
    if not any(word.isupper() and len(word) >= _MIN_LETTERS_IN_RUN for word in _WORD.findall(line)):
        return line
    words = list(_WORD.finditer(line))
    runs: list[tuple[int, int]] = []
    for word in words:
        if (
            len(word.group()) < _MIN_LETTERS_IN_RUN
            or not word.group().isupper()
            or word.group().lower() == word.group()
        ):
            continue
        if runs and line[runs[-1][1] : word.start()] == " ":
            runs[-1] = (runs[-1][0], word.end())
        else:
            runs.append((word.start(), word.end()))
    if sum(word.group().isupper() for word in words) > _MAX_SHOUTED * len(words):
        return line
    printed = frozenset().union(*(article.distinct_cased_words for article in story.central_originals))
    for start, end in runs:
        if _is_emphasis(text.split_cased_words(line[start:end]), printed, story.language, statistics):
            quiet = line[start:end].lower()
            line = line[:start] + (quiet if line[:start].strip(" ‘'“\"«„") else quiet.capitalize()) + line[end:]
    return line


def _is_emphasis(words: Sequence[str], printed: Collection[str], language: str, statistics: WordStatistics) -> bool:
    """Return whether of some words in capitals one is an ordinary word, and none an acronym or a name."""
    folded = [word.casefold() for word in words]
    if any(word in printed and word.lower() not in printed for word in words):
        return False
    if any(len(word) > 1 and statistics.is_name([word], language) for word in folded):
        return False
    return any(len(word) >= _MIN_LETTERS and statistics.is_mostly_lower(word, language) for word in folded)
