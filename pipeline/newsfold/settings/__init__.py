"""The settings, section by section, and the loading of configuration files."""

from newsfold.settings.clustering import CLUSTERING_KINDS, Agglomerative, AverageLinkage, Clustering, Hdbscan, Leiden
from newsfold.settings.configuration import Settings, check_keep_days
from newsfold.settings.fetch import Fetch
from newsfold.settings.loading import load_settings, parse_settings, require_sources, shipped_file
from newsfold.settings.operation import Alerts, Gate, Scale
from newsfold.settings.section import FIRST_EDITION, LAST_EDITION, Country, EditionDate, Network, Section, TimeZone
from newsfold.settings.sources import SOURCE_KINDS, Column, FilesSource, Outlet, Source, WebSource
from newsfold.settings.stages import Candidates, Copies, Embedding, Importance, Kinds, Scoring, Summaries, Threads

__all__ = [
    "CLUSTERING_KINDS",
    "FIRST_EDITION",
    "LAST_EDITION",
    "SOURCE_KINDS",
    "Agglomerative",
    "Alerts",
    "AverageLinkage",
    "Candidates",
    "Clustering",
    "Column",
    "Copies",
    "Country",
    "EditionDate",
    "Embedding",
    "Fetch",
    "FilesSource",
    "Gate",
    "Hdbscan",
    "Importance",
    "Kinds",
    "Leiden",
    "Network",
    "Outlet",
    "Scale",
    "Scoring",
    "Section",
    "Settings",
    "Source",
    "Summaries",
    "Threads",
    "TimeZone",
    "WebSource",
    "check_keep_days",
    "load_settings",
    "parse_settings",
    "require_sources",
    "shipped_file",
]
