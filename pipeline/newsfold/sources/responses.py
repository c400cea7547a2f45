"""A response from the web: its body in a known charset, and its form in the HTTP cache."""

from __future__ import annotations

import codecs
import json
import re
import zlib
from dataclasses import asdict, dataclass
from email.message import Message

from newsfold import encodings
from newsfold.sources.decompression import GZIP_MAGIC, decompress

_XML_ENCODING = re.compile(r"\A(\s*<\?xml\b[^>]*?)\s+encoding\s*=\s*(?:\"[^\"]*\"|'[^']*')", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Response:
    """A response to a GET request.

    Attributes:
        url: the requested address.
        final_url: the address that answered, after redirects.
        status: the HTTP status: 200, or 304 if a condition held.
        content_type: the header, or None.
        etag: the header, or None.
        last_modified: the header, or None.
        seconds: time from the request to the end of the body, without waiting for the host's turn.
        body: the bytes, without the transfer's content coding.
    """

    url: str
    final_url: str
    status: int
    content_type: str | None
    etag: str | None
    last_modified: str | None
    seconds: float
    body: bytes

    @property
    def media_type(self) -> str:
        """The declared type in lower case, without parameters; empty if none is declared."""
        return (self.content_type or "").split(";")[0].strip().lower()

    def decode_body(self, max_bytes: int) -> bytes:
        """Decompress a body that is itself a gzip file, and recode it to UTF-8 if it cannot be read without the header.

        A recoded body begins with a byte order mark, which comes before whatever a page itself declares; XML then
        declares nothing.

        Raises:
            FetchError: it decompresses to more than `max_bytes`, or is damaged.
        """
        body = self.body
        if body.startswith(GZIP_MAGIC):
            body = decompress(body, "gzip", max_bytes)
        charset = _parse_charset(self.content_type)
        return body if encodings.find_codec(charset) is None else _recode_to_utf8(body, charset)

    def to_bytes(self) -> bytes:
        """Serialise the response: a line of JSON, and the compressed body."""
        head = asdict(self)
        body = head.pop("body")
        return json.dumps(head).encode() + b"\n" + zlib.compress(body, 3)

    @classmethod
    def from_bytes(cls, raw: bytes) -> Response:
        """Restore a response from `to_bytes`.

        Raises:
            ValueError: it is not a serialised response.
        """
        head, _, body = raw.partition(b"\n")
        try:
            return cls(**json.loads(head), body=zlib.decompress(body))
        except (TypeError, zlib.error) as error:
            raise ValueError(f"this is not a cached response: {error}") from error


def _parse_charset(content_type: str | None) -> str | None:
    header = Message()
    header["content-type"] = content_type or ""
    try:
        return header.get_content_charset()
    except (LookupError, ValueError, UnicodeError):
        return None


def _recode_to_utf8(body: bytes, charset: str | None) -> bytes:
    """Recode a body to UTF-8, unless its bytes alone show the same encoding."""
    sample = encodings.select_sample(body)
    encoding = encodings.detect_encoding(sample, charset, is_markup=True)
    evident = [encodings.UTF8, *map(encodings.find_codec, encodings.find_declarations(sample))]
    if encoding in evident and encoding == encodings.detect_encoding(sample, is_markup=True):
        return body
    decoded = encodings.decode(body, charset, is_markup=True)
    return codecs.BOM_UTF8 + _XML_ENCODING.sub(r"\1", decoded, count=1).encode()
