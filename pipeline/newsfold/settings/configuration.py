"""The top-level keys and sections of the configuration."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from newsfold import text
from newsfold.settings.clustering import AverageLinkage, Clustering
from newsfold.settings.fetch import Fetch
from newsfold.settings.operation import Alerts, DigestAddress, DigestFile, Gate, Scale
from newsfold.settings.section import EditionDate, NameGroups, Section
from newsfold.settings.sources import Outlet, Source
from newsfold.settings.stages import Candidates, Copies, Embedding, Importance, Kinds, Scoring, Summaries, Threads

# Keys that change nothing in a published edition.
_WITHOUT_EFFECT_ON_RESULTS = (
    "store",
    "edition",
    "alerts",
    "digest_file",
    "digest_url",
    "stage_timeout_minutes",
    "scale",
    "keep_days",
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
    remember_days: int = Field(
        90,
        ge=2,
        le=3653,
        description="Days for which an article is remembered, so that it does not come back as new; if a source "
        "delivers it in the second half of them, they begin anew. The window's articles are always remembered.",
    )
    keep_days: int | None = Field(
        None,
        ge=1,
        description="Days before the latest edition whose editions are kept: each run removes older ones, as "
        "`newsfold prune` does; null: all are kept.",
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
    kinds: Kinds = Kinds()
    copies: Copies = Copies()
    embedding: Embedding = Embedding()
    candidates: Candidates = Candidates()
    scoring: Scoring = Scoring()
    clustering: Clustering = Field(
        AverageLinkage(), description="Algorithm that groups articles into stories, chosen by `kind`."
    )
    summaries: Summaries = Summaries()
    threads: Threads = Threads()
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

    @property
    def known_days(self) -> int:
        """Days before an edition whose articles it does not take for new: `remember_days`, or the window."""
        return max(self.remember_days, self.window_days)

    @field_validator("keep_days")
    @classmethod
    def _keep_what_is_read(cls, keep_days: int | None, info: ValidationInfo) -> int | None:
        if keep_days is not None and {"remember_days", "window_days"} <= info.data.keys():
            check_keep_days(keep_days, max(info.data["remember_days"], info.data["window_days"]))
        return keep_days

    def section_digest(self, *sections: str) -> str:
        """Return a digest of the named sections and of the model files they name: equal for equal requests."""
        files = {
            "kinds": self.kinds.model,
            "embedding": self.embedding.adapter,
            "scoring": self.scoring.model,
            "summaries": self.summaries.model,
        }
        paths = (Path(file) for section, file in files.items() if section in sections)
        models = (path.read_bytes() for path in paths if path.is_file())
        return text.compute_digest(self.model_dump_json(include=set(sections)), *models)

    def digest(self) -> str:
        """Return a digest of everything that can change what is published, so not of where it is stored."""
        names = (name for name in type(self).model_fields if name not in _WITHOUT_EFFECT_ON_RESULTS)
        return self.section_digest(*names)


def check_keep_days(keep_days: int, known_days: int) -> None:
    """Refuse to keep fewer days of editions than later editions read.

    Raises:
        ValueError: `keep_days` is less than `Settings.known_days`.
    """
    if keep_days < known_days:
        raise ValueError(
            f"must be at least {known_days}: each edition reads those of as many days before it (the greater of "
            "`remember_days` and `window_days`, which can be set lower)"
        )
