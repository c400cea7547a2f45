"""The methods that are compared, by name; the first of each part is newsfold's, which the others are measured by."""

from __future__ import annotations

from tests.benchmarks.peers import other_methods, own_methods
from tests.benchmarks.peers.method import Method

_ALL_DISTANCES = "it holds the distances of all pairs, twice, 8 bytes each: 18 GB at 48,000 articles"
_ALL_PAIRS = "it compares all pairs: 48,000 articles would take 16 times as long as 12,000"
_LINKED = "it holds the distances within groups that hang together, which at 48,000 articles may be all of them"

METHODS = {
    "extract": Method("newsfold, extract", "extract", own_methods.prepare_extract),
    "copies": Method("newsfold, copies", "copies", own_methods.prepare_copies),
    "datasketch": Method(
        f"datasketch, MinHash-LSH at {other_methods.JACCARD}", "copies", other_methods.prepare_datasketch
    ),
    "vectors": Method("newsfold, embed, cached", "", own_methods.prepare_vectors),
    "embed": Method("newsfold, embed", "embed", own_methods.prepare_embed),
    "encode": Method("SentenceTransformer.encode", "embed", other_methods.prepare_encode),
    "newsfold": Method("newsfold, all after embed", "stories", own_methods.prepare_stories),
    "bertopic": Method("BERTopic, defaults", "stories", other_methods.prepare_bertopic),
    "hdbscan": Method("HDBSCAN", "stories", other_methods.prepare_hdbscan, 20_000, _ALL_PAIRS),
    "agglomerative": Method(
        "agglomerative, average linkage", "stories", other_methods.prepare_agglomerative, 20_000, _ALL_DISTANCES
    ),
    "tfidf": Method("TF-IDF, average linkage", "stories", other_methods.prepare_tfidf, 20_000, _LINKED),
}
INPUTS = ("extract", "copies", "vectors")  # whose tables the other methods read, in this order
