"""Where articles are read from, as a user sets it: files, outlets on the web, and how these are asked."""

from __future__ import annotations

import ipaddress
import zoneinfo
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Field, Tag

Column = Literal["id", "url", "outlet", "title", "text", "published_at", "language", "authors"]


def _known_zone(name: str) -> str:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"{name!r} is not an IANA time zone such as Europe/Berlin") from error
    return name


Zone = Annotated[str, AfterValidator(_known_zone)]


class Section(BaseModel):
    """A part of the configuration: frozen, and strict about unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())


class FilesSource(Section):
    """Articles on disk: files, folders or globs, optionally gzipped.

    A path may hold `{edition_date}`, for one folder or file per night, and `{outlet}`, which names the
    outlet by what stands in its place. It is relative to the configuration file.
    """

    kind: Literal["files"] = "files"
    name: str = Field(min_length=1, description="how reports and the sources table call it")
    path: str | list[str] = Field(description="files, folders or globs")
    format: Literal["auto", "feed", "html", "text", "jsonl", "csv", "parquet", "warc"] = "auto"
    outlet: str | None = Field(None, description="the outlet, where the files do not say it")
    publisher_family: str | None = None
    language: str | None = Field(None, description="ISO 639-1, where the files do not say it")
    timezone: Zone = Field("UTC", description="for times that name no zone")
    columns: dict[Column, str] = Field({}, description="newsfold's column name: the file's")
    max_file_mb: float = Field(20, gt=0, description="larger pages, texts and feeds are rejected")
    max_table_mb: float = Field(4096, gt=0, description="larger tables and archives are rejected")


def _network(network: str) -> str:
    return str(ipaddress.ip_network(network))  # its error says what is wrong


Network = Annotated[str, AfterValidator(_network)]


def _web_address(address: str) -> str:
    parts = urlsplit(address.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("is no http:// or https:// address")
    if parts.username or parts.password:
        raise ValueError("must not hold a password: what is fetched is published with its address")
    return address.strip()


WebAddress = Annotated[str, AfterValidator(_web_address)]


class WebSource(Section):
    """Articles on the web, by the address of a feed (RSS, Atom, RDF, JSON Feed), a sitemap or index, or a page."""

    kind: Literal["feed", "sitemap", "page"]
    name: str = Field(min_length=1, description="how reports and the sources table call it")
    url: WebAddress
    outlet: str | None = Field(None, description="a key of `outlets`, or a name; else what the feed or page says")
    publisher_family: str | None = None
    language: str | None = Field(None, description="ISO 639-1, where neither feed nor page says it")
    timezone: Zone = Field("UTC", description="for times that name no zone")
    full_pages: bool | None = Field(
        None, description="fetch the page of each entry; null: of sitemaps, which have no text, not of feeds"
    )
    max_pages: int = Field(200, ge=1, description="pages fetched in a night: a feed's first, a sitemap's newest")
    max_age_days: int = Field(3, ge=1, description="older entries of a sitemap are passed over")


KINDS = ("files", "feed", "sitemap", "page")


def _source_kind(given: Any) -> str:
    kind = str(given.get("kind", "files") if isinstance(given, dict) else getattr(given, "kind", given))
    return "web" if kind in KINDS[1:] else kind


Source = Annotated[
    Annotated[FilesSource, Tag("files")] | Annotated[WebSource, Tag("web")],
    Discriminator(
        _source_kind, custom_error_type="source_kind", custom_error_message=f"`kind` is one of {', '.join(KINDS)}"
    ),
]


class Outlet(Section):
    """What is known of an outlet, whichever source its articles come from, and where it is read on the web."""

    name: str | None = Field(None, description="full name, where sources use a short one")
    publisher_family: str | None = None
    country: str | None = Field(None, pattern="^[A-Z]{2}$", description="ISO 3166-1 alpha-2")
    language: str | None = None
    timezone: Zone = Field("UTC", description="for times of its feeds and pages that name no zone")
    feeds: list[WebAddress] = Field([], description="addresses of RSS, Atom, RDF or JSON feeds")
    sitemaps: list[WebAddress] = Field([], description="addresses of (news) sitemaps or indexes of them")
    pages: list[WebAddress] = Field([], description="addresses of single articles")
    full_pages: bool | None = Field(None, description="fetch the page of each entry; null: of sitemaps, not of feeds")

    def sources(self, key: str) -> list[WebSource]:
        """A source for each address, named after the outlet's key in the configuration."""
        listed = (("feed", self.feeds), ("sitemap", self.sitemaps), ("page", self.pages))
        shared = {"outlet": key, "timezone": self.timezone, "full_pages": self.full_pages}
        return [
            WebSource.model_validate({"kind": kind, "name": f"{key} {url.split('://')[1]}", "url": url} | shared)
            for kind, urls in listed
            for url in urls
        ]


class Fetch(Section):
    """How newsfold behaves on the web: polite to its hosts, safe for its own network, done by morning."""

    contact: str | None = Field(
        None,
        pattern=r"^[!-~]+$",
        description="a web page or mail address, told to every host: whom to ask about newsfold's visits",
    )
    delay_seconds: float = Field(1.0, ge=0, description="between requests to one host; its Crawl-delay, if longer")
    concurrency: int = Field(16, ge=1, description="hosts talked to at a time; each over one connection")
    timeout_seconds: float = Field(30, gt=0, description="for one answer, whole")
    host_seconds: float = Field(900, gt=0, description="spent on one host in a night; what is left then is left out")
    max_mb: float = Field(10, gt=0, description="larger answers are refused, before or after unpacking")
    max_redirects: int = Field(5, ge=0)
    retries: int = Field(2, ge=0, description="after a failed connection, 429 or 5xx")
    source_retries: int = Field(2, ge=0, description="times a source is asked again later, whose host gave no answer")
    source_retry_seconds: float = Field(30, ge=0, description="before that; doubled each time")
    max_wait_seconds: float = Field(120, ge=0, description="a host that asks for a longer pause is left out tonight")
    private_networks: list[Network] = Field(
        [], description="networks that are not public and may be fetched from all the same: intranets, tests"
    )
    keep_nights: int = Field(3, ge=1, description="editions whose answers are kept, so that a rerun asks nobody")
