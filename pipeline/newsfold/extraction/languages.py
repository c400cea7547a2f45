"""Language codes as files declare them, brought to ISO 639-1."""

from __future__ import annotations

import re

_TAG = re.compile(r"[a-z]{2,3}")
# ISO 639-2 codes and English names of the languages that declare themselves so.
_LONGER = {
    "ara": "ar", "chi": "zh", "zho": "zh", "cze": "cs", "ces": "cs", "dan": "da", "deu": "de", "ger": "de", "dut": "nl",
    "nld": "nl", "ell": "el", "gre": "el", "eng": "en", "fin": "fi", "fra": "fr", "fre": "fr", "heb": "he", "hin": "hi",
    "hun": "hu", "ind": "id", "ita": "it", "jpn": "ja", "kor": "ko", "nor": "no", "pol": "pl", "por": "pt", "ron": "ro",
    "rum": "ro", "rus": "ru", "spa": "es", "swe": "sv", "tha": "th", "tur": "tr", "ukr": "uk", "vie": "vi",
    "arabic": "ar", "chinese": "zh", "danish": "da", "dutch": "nl", "english": "en", "finnish": "fi", "french": "fr",
    "german": "de", "italian": "it", "japanese": "ja", "norwegian": "no", "polish": "pl", "portuguese": "pt",
    "russian": "ru", "spanish": "es", "swedish": "sv", "turkish": "tr", "vietnamese": "vi",
}  # fmt: skip


def declared(raw: str | None) -> str | None:
    """The ISO 639-1 code of a declared language (`en-GB`, `eng`, `English`), or None where it says nothing."""
    code = re.split(r"[-_,; ]", (raw or "").strip().casefold())[0]
    if code in _LONGER:
        return _LONGER[code]
    return code if len(code) == 2 and _TAG.fullmatch(code) else None
