"""Which sentences can stand in a summary: prose that needs no other sentence to be understood."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline import text
from pipeline.summaries.languages import dangles

SOUND, FOLLOWING, LEANING, NO_PROSE = 0, 1, 2, 6
_FEWEST_WORDS = 5

_QUOTED = re.compile(r"“[^”]*”|«[^»]*»|„[^“”]*[“”]|\"[^\"]*\"")
_QUESTION = re.compile(r"[?？؟]\W*$")
_CUT = re.compile(r"(?:…|\.\.\.|\[&#8230;\])\W*$")
_CUT_START = re.compile(r"\W*(?:…|\.\.\.)|\s*[•●►▪■*]")
_CAPTION = re.compile(
    r"\W*(?:(?:file )?photo(?:graph)?s?|image|picture|pictured|caption|ảnh|fotos?|larawan|bild)\s*[:(]", re.IGNORECASE
)
_BYLINE = re.compile(r"\W*(?:[Bb]y|BY|[Pp]or|[Nn]i) [A-Z][\w.]+(?: [A-Z]\w+){1,3}\W*$")


def _phrases(listed: str) -> tuple[str, ...]:
    return tuple(f" {' '.join(phrase.split())} " for phrase in listed.split(","))


# Calls to the reader and notes by the desk, as words.
_CALLS = _phrases(
    """
    read more, see more, learn more, watch more, listen more, find out more, read also, read next,
    read the full, subscribe, sign up for, sign up to, sign up here, our newsletter, our app,
    our youtube channel, our podcast, our website, follow us, follow our, follow the author,
    click here, click on, click the link, download the app, all rights reserved, terms of use,
    terms of service, cookie policy, privacy policy, is a breaking news story,
    is a developing story, check back, contributed to this report, contributed to this story,
    contributed to this article, story has been updated, story was updated, story has been corrected,
    article has been updated, article was updated, article has been corrected, suscríbete,
    suscríbase, síguenos, lee también, leer más, lee más, haz clic, mag subscribe, i follow,
    xem thêm, đăng ký kênh, theo dõi kênh, theo dõi chúng tôi, abonnieren, abonnez, lire aussi,
    lesen sie auch, lesen sie mehr, leia mais, leia também, leggi anche
    """
)
_CREDITS = _phrases(
    "getty images, ap photo, afp photo, file photo, epa efe, shutterstock, photo by, image by, photo courtesy"
)


def fault(sentence: str, words: Sequence[str], language: str) -> int:
    """How badly a sentence fits a summary.

    Args:
        sentence: as printed.
        words: its words, case-folded.
        language: ISO 639-1.

    Returns:
        `SOUND`; `FOLLOWING` where only the sentence before explains a pronoun or connective in it; `LEANING` for a
        quotation without a speaker, a question, a cut sentence, a caption or a fragment; `NO_PROSE` for links and
        calls to read or subscribe.
    """
    padded = f" {' '.join(words)} "
    if "http" in sentence or "www." in sentence or any(call in padded for call in _CALLS):
        return NO_PROSE
    if len(words) < _FEWEST_WORDS or _CUT.search(sentence) or _CUT_START.match(sentence):
        return LEANING
    if _QUESTION.search(sentence) or _CAPTION.match(sentence) or _BYLINE.match(sentence):
        return LEANING
    if any(credit in padded for credit in _CREDITS) or _lonely_quote(sentence):
        return LEANING
    return FOLLOWING if dangles(words, language) else SOUND


def _lonely_quote(sentence: str) -> bool:
    """Whether all of the sentence is quoted, or a quotation in it has no beginning or no end."""
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
    return len(text.words(_QUOTED.sub(" ", sentence))) < 2
