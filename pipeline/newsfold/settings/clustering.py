"""The clustering algorithms to choose from, by `kind`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from newsfold.settings.section import Section


class AverageLinkage(Section):
    """Average linkage on the log-odds of scored pairs: newsfold's own algorithm, and the only one to honour labels."""

    kind: Literal["average-linkage"] = Field("average-linkage", description="Kind of the algorithm; the default.")
    threshold: float = Field(
        -1.0, description="Clusters merge while the mean log-odds of the pairs between them exceed this."
    )
    missing_log_odds: float = Field(
        -2.5, description="Log-odds assumed for a pair that was not scored, or whose probability is below 1%."
    )
    max_component: int = Field(
        1500,
        ge=2,
        description="Maximum number of texts in one distance matrix. In a larger connected component the closest pairs "
        "merge first.",
    )
    attach_margin: float = Field(
        1.0, ge=0, description="How far above `threshold` the mean log-odds of a roundup to a story must be to join it."
    )
    fragment_threshold: float | None = Field(
        1.0,
        description="A small cluster joins a larger one, even slightly below `threshold`, if the two best links of its "
        "articles have mean log-odds above this; null: never.",
    )
    outlier_threshold: float | None = Field(
        None, description="An article leaves its story if its mean log-odds to the rest are below this; null: never."
    )
    pair_threshold: float | None = Field(
        0.0,
        description="Two articles alone are a story only if the log-odds of their pair, margin included, exceed this; "
        "null: `threshold` decides, as for larger stories.",
    )
    pair_margin_weight: float = Field(
        10.0,
        ge=0,
        description="Log-odds that the margin of two articles alone adds to those of their pair: by how much more the "
        "two resemble each other than either does a third, less 0.18, times this; 0: the margin has no say.",
    )
    stickiness: float = Field(
        0.75,
        ge=0,
        description="Log-odds added to pairs that shared a story in the previous edition and subtracted from pairs "
        "that did not; 0: the previous edition has no say.",
    )


class Hdbscan(Section):
    """HDBSCAN on the vectors alone; noise points become singletons."""

    kind: Literal["hdbscan"] = Field(description="Kind of the algorithm.")
    min_cluster_size: int = Field(2, ge=2, description="Minimum number of texts in a cluster.")
    min_samples: int | None = Field(
        None, ge=1, description="Neighbours that make a region dense; null: as `min_cluster_size`."
    )


class Agglomerative(Section):
    """Average linkage on the vectors alone."""

    kind: Literal["agglomerative"] = Field(description="Kind of the algorithm.")
    distance_threshold: float = Field(0.45, gt=0, description="Clusters merge up to this mean cosine distance.")


class Leiden(Section):
    """Leiden community detection on the probabilities of scored pairs; needs the extra `bench`."""

    kind: Literal["leiden"] = Field(description="Kind of the algorithm.")
    resolution: float = Field(
        0.3, gt=0, lt=1, description="Resolution as a probability: higher values give more, smaller stories."
    )


CLUSTERING_KINDS: dict[str, type[Section]] = {
    "average-linkage": AverageLinkage,
    "hdbscan": Hdbscan,
    "agglomerative": Agglomerative,
    "leiden": Leiden,
}


def _clustering_kind(value: Any) -> str:
    return str(value.get("kind", "average-linkage") if isinstance(value, dict) else getattr(value, "kind", value))


Clustering = Annotated[
    Annotated[AverageLinkage, Tag("average-linkage")]
    | Annotated[Hdbscan, Tag("hdbscan")]
    | Annotated[Agglomerative, Tag("agglomerative")]
    | Annotated[Leiden, Tag("leiden")],
    Discriminator(
        _clustering_kind,
        custom_error_type="clustering_kind",
        custom_error_message=f"`kind` is one of {', '.join(CLUSTERING_KINDS)}",
    ),
]
