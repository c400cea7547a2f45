"""The sources of an edition: files on disk, and feeds, sitemaps and pages of outlets on the web.

`stage` reads all sources into table `documents`; `crawler` first gets what is on the web. Which file does what:

| file | does |
|---|---|
| `stage` | reads every source; chooses the parser of each file by its format |
| `crawler` | crawls all outlets at once; chooses the parser of each listing by its kind |
| `crawl`, `listings` | one source: its listing (feed or sitemap), then the pages that are new |
| `fetcher` | fetches addresses: robots.txt, pace, retries, redirects, cache |
| `exchange` | sends one request; limits its time and size |
| `redirects`, `cookies` | where a reply leads; the cookies of one chain of redirects |
| `hosts`, `robots` | the pause between two requests to a host; the rules of its robots.txt |
| `safe_transport`, `proxies` | refuses private addresses; the proxies that the environment names |
| `responses` | a response and its charset |
| `decompression`, `codings` | what is packed, within limits; gzip, deflate, Brotli and Zstandard as streams |
| `fetch_history` | what the last edition requested, for conditional requests |
| `feed`, `jsonfeed`, `sitemap` | parse RSS, Atom and RDF; JSON Feed; sitemaps and their indexes |
| `feed_elements` | the id, the address and the language that a feed's entry declares |
| `warc` | reads the pages of web archives |
| `archive_streams`, `archive_records`, `archived_response` | decompress an archive, split it, decode bodies |
| `parquet`, `json_rows`, `csv_rows`, `workbook` | read tables of articles: Parquet and Arrow, JSON, CSV, Excel |
| `json_values` | splits a file into JSON values: lines, arrays, one after another |
| `table_columns` | maps a table's columns to a document's fields |
| `cell_values`, `nested_values` | read cells as fields; texts within lists and objects |
| `paths` | finds the files that a configured path matches |
| `file_formats` | tells a file's format by its name or content |
| `safe_open`, `safe_xml` | open files (compressed ones too) and parse XML without harm |
| `xml_repair` | repairs damaged XML before it is parsed: prolog, ampersands, entities, characters |
| `discovery` | finds the feeds of a site or an OPML list, for `newsfold sources add` |
| `document` | a document, a failure, and the rows of table `documents` |
"""

from __future__ import annotations

from newsfold.sources.crawl import CrawlResult
from newsfold.sources.crawler import Crawl, Crawler, crawl_outlets
from newsfold.sources.fetch_history import FetchHistory
from newsfold.sources.stage import (
    documents_from_table,
    drop_missing_paths,
    is_missing_night,
    list_editions,
    read_source,
    read_sources,
)
from newsfold.sources.table_columns import describe_ignored_columns, suggest_columns, watch_ignored_columns

__all__ = [
    "Crawl",
    "CrawlResult",
    "Crawler",
    "FetchHistory",
    "crawl_outlets",
    "describe_ignored_columns",
    "documents_from_table",
    "drop_missing_paths",
    "is_missing_night",
    "list_editions",
    "read_source",
    "read_sources",
    "suggest_columns",
    "watch_ignored_columns",
]
