"""The top-level keys and sections of the configuration."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from newsfold import text
from newsfold.settings.clustering import AverageLinkage, Clustering
from newsfold.settings.fetch import Fetch
from newsfold.settings.operation import Alerts, DigestAddress, DigestFile, Gate, Scale
from newsfold.settings.section import EditionDate, NameGroups, Section
from newsfold.settings.sources import Outlet, Source
from newsfold.settings.stages import Candidates, Copies, Embedding, Importance, Scoring, Summaries

# Keys that change nothing in a published edition.
_WITHOUT_EFFECT_ON_RESULTS = (
    "store",
    "edition",
    "alerts",
    "digest_file",
    "digest_url",
    "stage_timeout_minutes",
    "scale",
)


class Settings(Section):
    """The whole configuration."""

    store: str = Field(
        "newsfold-store",
        description="Store in which editions are published: a folder (relative to the working directory), or an s3:// "
        "or gs:// address.",
    )
    edition: EditionDate | Literal["today", "all"] = Field(
        "today",
        description="Edition to make without `--edition`: a date, `today`, or `all` nights for which sources have "
        "files, in order.",
    )
    window_days: int = Field(
        7, ge=1, le=3653, description="Days, including the edition's, whose articles may join the edition's stories."
    )
    sources: list[Source] = Field([], description="Sources of articles: files, and addresses on the web.")
    outlets: dict[str, Outlet] = Field({}, description="Outlets, under the names that sources use.")
    fetch: Fetch = Fetch()
    labels: list[str] = Field(
        [],
        description="Tables (CSV, Parquet) of pairs of articles that must be in one story (`must-link`) or must not "
        "(`cannot-link`), relative to the configuration file.",
    )
    agencies: NameGroups = Field(
        {}, description="News agencies unknown to newsfold: the name to use, and other names by which it is credited."
    )
    families: NameGroups = Field(
        {}, description="Publisher families unknown to newsfold: a name, and the outlets of one owner."
    )
    retractions: list[str] = Field(
        [],
        description="Tables (CSV, Parquet) of articles that are left out from the next edition on, relative to the "
        "configuration file.",
    )
    gate: Gate = Gate()
    copies: Copies = Copies()
    embedding: Embedding = Embedding()
    candidates: Candidates = Candidates()
    scoring: Scoring = Scoring()
    clustering: Clustering = Field(
        AverageLinkage(), description="Algorithm that groups articles into stories, chosen by `kind`."
    )
    summaries: Summaries = Summaries()
    scale: Scale = Scale()
    alerts: Alerts = Alerts()
    digest_file: DigestFile | None = Field(
        None,
        description="File to which each published edition's digest is written, such as `pages/{edition_date}.html`, "
        "relative to the configuration file; null: none.",
    )
    digest_url: DigestAddress | None = Field(
        None,
        description="Web address of that file, with `{edition_date}`, to link it from the run's page in Prefect; null: "
        "none.",
    )
    stage_timeout_minutes: float = Field(
        360, gt=0, description="Time limit for one stage, after which the run fails and can be resumed."
    )
    importance: Importance = Importance()
    folder: Path = Field(Path(), exclude=True, description="Set on loading: relative paths start here.")

    def section_digest(self, *sections: str) -> str:
        """Return a digest of the named sections and of the model files they name: equal for equal requests."""
        files = {"embedding": self.embedding.adapter, "scoring": self.scoring.model, "summaries": self.summaries.model}
        paths = (Path(file) for section, file in files.items() if section in sections)
        models = (path.read_bytes() for path in paths if path.is_file())
        return text.compute_digest(self.model_dump_json(include=set(sections)), *models)

    def digest(self) -> str:
        """Return a digest of everything that can change what is published, so not of where it is stored."""
        names = (name for name in type(self).model_fields if name not in _WITHOUT_EFFECT_ON_RESULTS)
        return self.section_digest(*names)
