"""The sections of sources and outlets."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from newsfold.settings.section import Country, Section, TimeZone, WebAddress

Column = Literal["id", "url", "outlet", "title", "text", "published_at", "language", "authors"]

SOURCE_KINDS = ("files", "feed", "sitemap", "page")

_NAME = "Name of the source in messages and in the `sources` table. Each source needs its own."
_FAMILY = "Publisher family (common owner or newsroom) of the outlet, if an entry in `outlets` does not name it."
_TIME_ZONE = "IANA time zone of times that do not name one."
_AGE = (
    "Days, the edition's included, in which an article must have been published to count when it is first seen; others "
    "are left out and counted in `sources`. Undated articles count. "
)

# For addresses on the web that say nothing else, by kind. A sitemap's entries have been changed in so many days, too.
_MAX_AGE_DAYS = {"feed": 7, "sitemap": 7, "page": None}
_MAX_UNCHANGED_DAYS = 3


class FilesSource(Section):
    """Articles on disk: files, folders or glob patterns, optionally compressed (gzip, Zstandard, lz4)."""

    kind: Literal["files"] = Field("files", description="Kind of the source; may be omitted for files.")
    name: str = Field(min_length=1, description=_NAME)
    path: str | list[str] = Field(
        description="Files, folders or glob patterns, relative to the configuration file. `{edition_date}` stands for "
        "the date of the edition, `{outlet}` for any text, which becomes the outlet's name."
    )
    format: Literal["auto", "feed", "html", "text", "json", "jsonl", "csv", "parquet", "arrow", "excel", "warc"] = (
        Field(
            "auto",
            description="Format of the files. `auto` detects it for each file by the ending of its name, or by its "
            "content if its name has no ending or is given in `path`. Files of other formats are counted in `sources`.",
        )
    )
    outlet: str | None = Field(None, description="Outlet of the articles, if the files do not name it.")
    publisher_family: str | None = Field(None, description=_FAMILY)
    language: str | None = Field(
        None, description="Language of the articles (ISO 639-1), if the files do not name it; null: detected."
    )
    timezone: TimeZone = Field("UTC", description=_TIME_ZONE)
    columns: dict[Column, str] = Field(
        {},
        description="Names of the columns in tables that differ from newsfold's, such as `{title: headline}`: "
        "newsfold's name first, then the file's. Some usual names, such as `body` and `date`, need none.",
    )
    max_age_days: int | None = Field(None, ge=1, description=f"{_AGE}Null: any age.")
    max_file_mb: float = Field(
        20, gt=0, description="Maximum size of a page, text or feed in MB; larger ones are rejected."
    )
    max_table_mb: float = Field(
        4096, gt=0, description="Maximum size of a table or archive in MB; larger ones are rejected."
    )

    @property
    def oldest_days(self) -> int | None:
        """Days, the edition's included, in which an article that is new must have been published; None: any age."""
        return self.max_age_days


class WebSource(Section):
    """One address on the web: a feed (RSS, Atom, RDF, JSON Feed), a sitemap or sitemap index, or a single page."""

    kind: Literal["feed", "sitemap", "page"] = Field(description="What the address holds.")
    name: str = Field(min_length=1, description=_NAME)
    url: WebAddress = Field(description="Address of the feed, sitemap or page.")
    outlet: str | None = Field(
        None, description="A key of `outlets`, or an outlet's name; null: the name given by the feed or page."
    )
    publisher_family: str | None = Field(None, description=_FAMILY)
    language: str | None = Field(
        None, description="Language of the articles (ISO 639-1), if neither feed nor page names it; null: detected."
    )
    timezone: TimeZone = Field("UTC", description=_TIME_ZONE)
    full_pages: bool | None = Field(
        None,
        description="Whether to fetch the page of each entry; null: for sitemaps, which hold no text, not for feeds.",
    )
    max_pages: int = Field(
        200, ge=1, description="Maximum number of pages per night: a feed's first entries, a sitemap's newest."
    )
    max_age_days: int | None = Field(
        None,
        ge=1,
        description=f"{_AGE}Null: {_MAX_AGE_DAYS['feed']}; for single pages, any age. A sitemap's entries that were "
        f"not changed in as many days are skipped; null: in {_MAX_UNCHANGED_DAYS}.",
    )

    @property
    def oldest_days(self) -> int | None:
        """Days, the edition's included, in which an article that is new must have been published; None: any age."""
        return self.max_age_days or _MAX_AGE_DAYS[self.kind]

    @property
    def unchanged_days(self) -> int:
        """Days, the edition's included, in which an entry of a sitemap must have been changed."""
        return self.max_age_days or _MAX_UNCHANGED_DAYS


def _source_kind(value: Any) -> str:
    kind = str(value.get("kind", "files") if isinstance(value, dict) else getattr(value, "kind", value))
    return "web" if kind in SOURCE_KINDS[1:] else kind


Source = Annotated[
    Annotated[FilesSource, Tag("files")] | Annotated[WebSource, Tag("web")],
    Discriminator(
        _source_kind,
        custom_error_type="source_kind",
        custom_error_message=f"`kind` is one of {', '.join(SOURCE_KINDS)}",
    ),
]


class Outlet(Section):
    """An outlet: its name, owner and country, whichever source its articles come from, and its addresses on the web."""

    name: str | None = Field(None, description="Full name of the outlet, if its key is a short one.")
    publisher_family: str | None = Field(
        None, description="Publisher family (common owner or newsroom). Outlets of one family are not independent."
    )
    country: Country | None = Field(None, description="Home country (ISO 3166-1 alpha-2).")
    language: str | None = Field(None, description="Language of its articles (ISO 639-1), if they do not name it.")
    timezone: TimeZone = Field("UTC", description="IANA time zone of times in its feeds and pages that name none.")
    feeds: list[WebAddress] = Field([], description="Addresses of its RSS, Atom, RDF or JSON feeds.")
    sitemaps: list[WebAddress] = Field([], description="Addresses of its (news) sitemaps or sitemap indexes.")
    pages: list[WebAddress] = Field([], description="Addresses of single articles.")
    full_pages: bool | None = Field(
        None, description="Whether to fetch the page of each entry; null: for sitemaps, not for feeds."
    )
    max_age_days: int | None = Field(
        None, ge=1, description="As in [sources](#sources-feed-sitemap-or-page), for all its addresses."
    )

    def web_sources(self, key: str) -> list[WebSource]:
        """Return a source for each address, named after the outlet's key in the configuration."""
        addresses = (("feed", self.feeds), ("sitemap", self.sitemaps), ("page", self.pages))
        shared = {"outlet": key} | self.model_dump(include={"timezone", "full_pages", "max_age_days"})
        return [
            WebSource.model_validate({"kind": kind, "name": f"{key} {url.split('://')[1]}", "url": url} | shared)
            for kind, urls in addresses
            for url in urls
        ]
