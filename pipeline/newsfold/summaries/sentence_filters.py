"""Which sentences can stand in a summary: prose that needs no other sentence to be understood."""

from __future__ import annotations

import re
from collections.abc import Sequence

from newsfold import text
from newsfold.summaries.languages import dangles

SOUND, FOLLOWING, LEANING, NO_PROSE = 0, 1, 2, 6
_FEWEST_WORDS = 5

_QUOTED = re.compile(r"“[^”]*”|«[^»]*»|„[^“”]*[“”]|\"[^\"]*\"")
_QUESTION = re.compile(r"[?？؟]\W*$")
_CUT = re.compile(r"(?:…|\.\.\.|\[&#8230;\])\W*$")
_CUT_START = re.compile(r"\W*(?:…|\.\.\.)|\s*[•●►▪■*]")
_CAPTION = re.compile(
    r"^\W*(?:(?:file )?photo(?:graph)?s?|image|picture|pictured|caption|ảnh|fotos?|larawan|bild)\s*[:(]", re.IGNORECASE
)
# A pronoun that opens the main clause, or a connective after the first words: the sentence before explains it.
_LEANS = re.compile(
    r"\W*(?:(?!(?:while|when|if|as|because|although|though|after|before|since|until|unless|whether)\b)[^,;:“\"]{1,40}, "
    r"(?:he|she|they|it|his|her|their|this|these|those)\b"
    r"|(?:[\w’'-]+ ){0,6}[\w’'-]+,? (?P<connective>however|meanwhile|though|too|instead|in fact),)",
    re.IGNORECASE,
)
_PROMOTION = re.compile(
    r"\b(?:joins? (?:us|me|['‘’“\"]|the (?:show|program)|fox|cnn|msnbc|nbc|abc|cbs|sky|bbc)|take a look (?:at|back)|"
    r"is subject to delay|weighs? in on ['‘“\"]|join the conversation|watch (?:the|our) (?:video|full|live|above)|"
    r"follow (?:[\w-]+ ){1,3}on (?:twitter|facebook|x)\b|"
    r"[’'s]+ [A-Z][\w-]+ [A-Z][\w-]+ (?:reports|explains|has more)[.!]?$|"
    r"to discuss (?:the|his|her|their) |(?:things|what) (?:you need|we know)|need to know)",
    re.IGNORECASE,
)
# A place, at once or after the first comma, that the sentence before has named.
_PLACE = re.compile(r"\W*([^,;:“\"]{1,40}, )?[Tt]he (?:country|nation|state|city|town|region|province|club)\b(?! of )")
_QUOTED_BY_PRONOUN = re.compile(r"[,.?!’']?[”\"] (?:he|she|they|it) \w", re.IGNORECASE)
_VERBS = text.word_set(
    """
    is are was were am be been being has have had will would can could may might must should shall do does did won t
    said told took won went made kept put set hit shot left lost led met ran gave got saw came became began found felt
    held sent sold spoke struck wrote fell drew broke brought bought built caught chose cut dealt fought grew knew laid
    paid quit read rose shut spent stood swept taught thought threw understood withdrew woke drove flew hurt let meant
    say want face need think call try ask make take get go see come know give find tell become leave feel put mean keep
    begin seem help show hear run move live believe bring happen write provide sit stand lose pay meet include continue
    learn change lead watch follow stop create speak allow add spend grow open walk win offer remember consider appear
    buy wait serve die send expect build stay fall cut reach kill remain suggest raise pass sell require report decide
    pull warn plan hope fear urge vote flock sue claim
    """
)
# The third person singular: after a name, or before what only follows a verb.
_PRESENT = re.compile(
    r"[A-Z][\w’'.-]* (?!(?:is|as|this|its|us|vs)\b)[a-z]+s\b"
    r"|\b[a-z]{3,}s (?:that|the|a|an|to|it|him|her|them|his|their|its|for|in|on|at|with|against|after|as|over|by|up)\b"
)
_CALENDAR = text.word_set(
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August "
    "September October November December I"
)
# Who stands where in a picture.
_PLACED = re.compile(
    r", (?:(?:second|third) from )?(?:left|right|cent(?:er|re)),? (?:and|speaks|talks|looks|walks|listens)\b"
)
# When it was taken: news itself has no need of weekday and year.
_TAKEN = re.compile(r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, [A-Z][a-z]+\.? \d{1,2}, \d{4}\W*$")
_DOUBLED = re.compile(r"\b([A-Z][a-z]{2,})\1")  # what a site's widgets leave of a name
_BYLINE = re.compile(r"^\W*(?:[Bb]y|BY|[Pp]or|[Nn]i) [A-Z][\w.]+(?: [A-Z]\w+){1,3}\W*$")
_NO_NEWS = (_DOUBLED, _PROMOTION, _QUESTION, _CAPTION, _PLACED, _TAKEN, _BYLINE)


def _phrases(listed: str) -> tuple[str, ...]:
    return tuple(f" {' '.join(phrase.split())} " for phrase in listed.split(","))


# Calls to the reader and notes by the desk, as words.
_CALLS = _phrases(
    """
    read more, see more, see also, learn more, watch more, listen more, find out more, read also, read next,
    read the full, subscribe, sign up for, sign up to, sign up here, our newsletter, our app,
    our youtube channel, our podcast, our website, follow us, follow our, follow the author,
    click here, click on, click the link, download the app, all rights reserved, terms of use,
    terms of service, cookie policy, privacy policy, is a breaking news story,
    is a developing story, check back, your inbox, media playback is, media caption, on your device, delivered daily,
    story continues below, article continues, advertisement, this video, a selection of images, in pictures,
    contributed to this report, contributed to this story, contributed to this article, story has been updated,
    story was updated, story has been corrected, article has been updated, article was updated,
    article has been corrected, suscríbete,
    suscríbase, síguenos, lee también, leer más, lee más, haz clic, mag subscribe, i follow,
    sa report na ito, sa video na ito,
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
    if language == "en" and not _has_verb(sentence, words):
        return LEANING
    if any(mark.search(sentence) for mark in _NO_NEWS):
        return LEANING
    if any(credit in padded for credit in _CREDITS) or _lonely_quote(sentence):
        return LEANING
    return FOLLOWING if dangles(words, language) or (language == "en" and _leans(sentence)) else SOUND


def _has_verb(sentence: str, words: Sequence[str]) -> bool:
    """Whether an English sentence seems to have a finite verb: captions and lists of names have none."""
    if any(word in _VERBS or (len(word) > 4 and word.endswith("ed")) for word in words):
        return True
    return _PRESENT.search(sentence) is not None


def _leans(sentence: str) -> bool:
    """Whether a pronoun speaks, or it or a place opens the main clause with nothing named before, or a connective."""
    place = _PLACE.match(sentence)
    if _QUOTED_BY_PRONOUN.search(sentence) or (place and not _named(place[1] or "")):
        return True
    found = _LEANS.match(sentence)
    return found is not None and (found["connective"] is not None or not _named(found.group()))


def _named(opening: str) -> bool:
    """Whether any of its words but the first is a name."""
    return any(word[0].isupper() and word not in _CALENDAR for word in text.split_cased_words(opening)[1:])


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
    return len(text.split_words(_QUOTED.sub(" ", sentence))) < 2
