"""The title that stands best for all members of a story."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping

from newsfold import text
from newsfold.summaries.ngrams import Unit, units
from newsfold.summaries.salience import LENGTHS, Teller
from newsfold.summaries.stories import Article, Story
from newsfold.summaries.window import Window

_CANDIDATES = 60
_SHORT = 4
# Both did best on stories held back: what is surely in a headline counts more, and a long title costs more.
_SURENESS = 1.4
_LENGTH = 0.35

# A label before a colon, bar or dash tells the form of a text, not what happened.
_LABELS = """
live|live updates?|live blog|livestream|watch|watch live|video|listen|look|photos?|pictures?|in pictures
|gallery|opinion|analysis|editorial|commentary|comment|column|explainer|explained|factbox|fact[ -]check
|podcast|review|exclusive|breaking|breaking news|updated?|quiz|letters?|full text
|en vivo|en directo|última hora|vídeo|fotos|opinión|análisis|entrevista
|panoorin|tingnan|basahin|alamin|trực tiếp|ảnh|chùm ảnh|clip|video clip
|en direct|tribune|vidéo|meinung|kommentar|liveticker|analyse|ao vivo|diretta
"""
# Titles that promise to tell instead of telling.
_BAITS = r"""
you won['’]?t believe|what we know|what to know|what you need to know|everything (?:you|we) (?:need|know)
|all you need to know|need to know|here['’]?s (?:why|what|how)|this is (?:why|what|how)|the reason why
|things (?:you|to)|as it happened|live updates?|live blog|read more|in pictures|in photos
|photos? of the (?:day|week|month)|(?:day|week|month|year) in (?:\d+ )?(?:pictures|photos)
|click here|must[- ]see|will shock you
|goes viral|what [^:]{1,60} means?|lo que (?:sabemos|debes saber|hay que saber)|no vas a creer|esto es lo que|cosas que
|ang dapat malaman|narito ang|ce que l['’]on sait|das müssen sie wissen|was wir wissen
|những điều cần biết|bạn cần biết
"""
_BAIT_OPENINGS = r"""
why|how|what|por qué|cómo|vì sao|tại sao|bakit|paano|\d+ (?:things|ways|reasons|takeaways|cosas|razones)
"""


def _either(listed: str) -> str:
    return "(?:" + listed.replace("\n", "") + ")"


_LABEL = re.compile(rf"\W*{_either(_LABELS)}\s*(?:[:|–—]|-\s)", re.IGNORECASE)
_BAIT = re.compile(rf"\b{_either(_BAITS)}\b", re.IGNORECASE)
_BAIT_OPENING = re.compile(rf"\W*{_either(_BAIT_OPENINGS)}\b", re.IGNORECASE)
_CUT = re.compile(r"(?:…|\.\.\.|\[…\]|-)\s*$")
_ASKS = re.compile(r":\s*(?:Who|What|Why|How|When|Where)\b")
_SUFFIX = re.compile(r"\s[|｜]\s*[^|｜]{1,30}$")
_QUESTION = re.compile(r"[?？¿؟]")


def choose(story: Story, window: Window, teller: Teller) -> str:
    """The story's headline.

    Among titles in the story's language, the plain ones compete (no questions, bait, labels such as
    "LIVE:", programmes' names, capitals only, cut or very short titles), or the least flawed where none
    is plain. The title wins that comes nearest to what an editor would print, as the model expects it from
    all titles and texts. Where no member has a title, it is how the text begins.
    """
    candidates = _candidates(story)
    if not candidates:
        return text.shorten(text.normalise_line(story.representative.opening) or story.representative.outlet, 120)
    if len(candidates) == 1:
        return text.normalise_line(candidates[0].title)
    return text.normalise_line(chooser(story, window, teller)(candidates).title)


def chooser(story: Story, window: Window, teller: Teller) -> Callable[[list[Article]], Article]:
    """Chooses among articles of a story, which have titles, the one whose title tells most."""
    expected, n_words = teller.titled(story, window)

    def best(candidates: list[Article]) -> Article:
        flaws = {article.article_id: _flaws(article, window) for article in candidates}
        fewest = min(flaws.values())
        plain = [article for article in candidates if flaws[article.article_id] == fewest]
        return min(plain, key=lambda article: (-round(_value(article, expected, n_words), 6), article.by_time))

    return best


def _value(article: Article, expected: Mapping[Unit, float], n_words: float) -> float:
    """Expected F1 of the title's words with an editor's headline, plus that of its pairs of words."""
    held = {unit for length in LENGTHS for unit in units(article.title_words, length)}
    told = math.fsum(expected.get(unit, 0.0) ** _SURENESS for unit in sorted(held))
    return 2 * told / (len(article.title_words) + _LENGTH * n_words)


def _candidates(story: Story) -> list[Article]:
    chosen = {article.article_id for article in story.spokesmen}
    others = [article for article in story.articles if article.article_id not in chosen]
    titled = [a for a in [*story.spokesmen, *others] if a.title.strip()][:_CANDIDATES]
    fluent = [article for article in titled if article.language == story.language]
    return fluent or titled


def _flaws(article: Article, window: Window) -> int:
    """0 for a plain title; more the less it can stand for a story."""
    title, words = article.title, article.title_words
    letters = [letter for letter in title if letter.isalpha()]
    capitals = sum(letter.isupper() for letter in letters)
    bait = _QUESTION.search(title) or _BAIT.search(title) or _BAIT_OPENING.match(title)
    bait = bait or _LABEL.match(title) or _ASKS.search(title)
    shouting = len(words) > 1 and capitals > 0.8 * max(1, len(letters))
    labelled = window.has_rubric(article) or _SUFFIX.search(title) is not None
    return (
        2 * bool(bait or article.roundup)
        + shouting
        + labelled
        + 2 * bool(_CUT.search(title))
        + 2 * (len(words) < _SHORT)
    )
