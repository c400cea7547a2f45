"""Words, sentences, languages and digests: what every stage means by "the same text"."""

from __future__ import annotations

import codecs
import functools
import hashlib
import re
import unicodedata
from typing import Any

from sentencex import segment

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BLANK = re.compile(r"[^\S\n]+")
# Han, kana and Thai are written without spaces: each character is a word of its own.
_WORD = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]|[^\W_\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]+")
_IDEOGRAPH = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]$")
# No sentence ends with these: a name, a number or a state follows.
_ABBREVIATED = re.compile(
    r"(?:^|[\s(“‘\"'])(?:Mr|Mrs|Ms|Messrs|Dr|Prof|Sen|Sens|Rep|Reps|Gov|Gen|Lt|Col|Capt|Sgt|Adm|Maj|Rev|Hon|St|Sto|Sta|Atty|Brgy|Jan|Feb"
    r"|Aug|Sept|Oct|Nov|Dec|No|vs|Sr|Sra|Dra|Mme|Mlle|Hr|Fr|[A-Z])\.$"
)
UNKNOWN_LANGUAGE = "und"  # BCP 47: undetermined


def normalise(text: str) -> str:
    """Canonical Unicode (NFC), plain spaces, no invisible or control characters; keeps newlines."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = _CONTROL.sub(" ", _INVISIBLE.sub("", text))
    return "\n".join(_BLANK.sub(" ", line).strip() for line in text.split("\n")).strip()


def normalise_line(text: str) -> str:
    """`normalise`, with line breaks as spaces: for titles and names."""
    return " ".join(normalise(text).split())


def split_words(text: str) -> list[str]:
    """The case-folded words of a text, in order, without punctuation."""
    return _WORD.findall(text.casefold())


def word_set(listed: str) -> frozenset[str]:
    """The words of a list that reads like a text, for tables of words in code."""
    return frozenset(listed.split())


def split_cased_words(text: str) -> list[str]:
    """The words of a text as printed: `split_words` without the case-folding."""
    return _WORD.findall(text)


def count_words(text: str) -> int:
    """How many words a reader counts: what stands between spaces ("Mr.", "40-year-old"), each ideograph one."""
    return sum(
        max(1, sum(_IDEOGRAPH.match(word) is not None for word in found))
        for chunk in text.split()
        if (found := _WORD.findall(chunk))
    )


def split_sentences(text: str, language: str) -> list[str]:
    """The sentences of a text, in order; paragraphs end sentences. Split by `sentencex`."""
    code = language.split("-", maxsplit=1)[0]
    found: list[str] = []
    for paragraph in text.split("\n"):
        if paragraph.strip():
            parts = [s.strip() for s in segment(code if code != UNKNOWN_LANGUAGE else "en", paragraph)]
            found += _rejoin_sentences([part for part in parts if part])
    return found


def _rejoin_sentences(parts: list[str]) -> list[str]:
    """The sentences, with those put together that the splitter cut after an abbreviation or inside a bracket."""
    whole: list[str] = []
    for part in parts:
        bracketed = whole and whole[-1].count("(") > whole[-1].count(")") and part.count(")") > part.count("(")
        if whole and (bracketed or _ABBREVIATED.search(whole[-1])):
            whole[-1] = f"{whole[-1]} {part}"
        else:
            whole.append(part)
    return whole


def compute_digest(*parts: str | bytes) -> str:
    """A 128-bit hexadecimal BLAKE2b digest; parts are length-prefixed, so they cannot run together."""
    state = hashlib.blake2b(digest_size=16)
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        state.update(len(raw).to_bytes(8, "little"))
        state.update(raw)
    return state.hexdigest()


@functools.cache
def _language_identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def detect_language(text: str, minimum_probability: float = 0.5) -> str:
    """The ISO 639-1 code of a text's language, or `und` where too little text speaks for one."""
    sample = " ".join(text.split())[:1000]
    if len(split_words(sample)) < 4:
        return UNKNOWN_LANGUAGE
    language, probability = _language_identifier().classify(sample)
    return str(language) if probability >= minimum_probability else UNKNOWN_LANGUAGE


def shorten(text: str, characters: int) -> str:
    """At most `characters` of a text, cut at a word, with an ellipsis where something was cut."""
    if len(text) <= characters:
        return text
    return text[: characters - 1].rsplit(" ", 1)[0].rstrip(" ,;:–—-") + "…"


# Tried where bytes are not UTF-8; charset_normalizer's whole list finds exotic ones in a stray byte.
_LEGACY = ["cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "koi8_r"]
_LEGACY += ["shift_jis", "euc_jp", "gb18030", "big5", "euc_kr"]


def detect_encoding(sample: bytes) -> str:
    """The encoding of some text's first bytes: its byte order mark, else UTF-8, else the likeliest legacy one.

    A UTF-8 character cut off at the sample's end does not count against UTF-8.
    """
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        from charset_normalizer import from_bytes

        found = {match.encoding: match for match in from_bytes(sample, cp_isolation=_LEGACY)}
        best = next(iter(found.values()), None)
        western = found.get("cp1252")
        if best is None or (western and (western.chaos, -western.coherence) <= (best.chaos, -best.coherence)):
            return "cp1252"
        return best.encoding
    return "utf-8-sig"


def decode(raw: bytes) -> str:
    """The text in some bytes of unknown encoding; undecodable bytes become U+FFFD."""
    return raw.decode(detect_encoding(raw[:200_000]), errors="replace")
