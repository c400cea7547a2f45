"""What people would use instead, each as its own documentation says."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from newsfold import evaluation
from newsfold.evaluation import baselines
from newsfold.vocabulary import extract_openings
from tests.benchmarks.peers.method import WARM_UP, Options, Result
from tests.benchmarks.peers.workspace import Workspace

PERMUTATIONS, JACCARD, SHINGLE = 128, 0.7, 3  # as many permutations as newsfold has
_WARM_UP_TEXTS = 64
Work = Callable[[], Result]


def prepare_datasketch(work: Workspace, _: Options) -> Work:
    """MinHash-LSH over shingles of words (Broder 1997) by datasketch; pairs become components."""
    bodies = work.read("window_articles")["body"].to_pylist()
    group_by_datasketch(bodies[:WARM_UP])
    return lambda: Result(group_by_datasketch(bodies))


def group_by_datasketch(bodies: Sequence[str]) -> list[int]:
    """Return the group of each text: the components of the pairs that MinHash-LSH finds."""
    from datasketch import MinHash, MinHashLSH
    from scipy import sparse
    from scipy.sparse.csgraph import connected_components

    index, left, right = MinHashLSH(threshold=JACCARD, num_perm=PERMUTATIONS), [], []
    for row, body in enumerate(bodies):
        words = body.casefold().split()
        shingles = {" ".join(words[at : at + SHINGLE]) for at in range(max(1, len(words) - SHINGLE + 1))}
        sketch = MinHash(num_perm=PERMUTATIONS)
        sketch.update_batch([shingle.encode() for shingle in shingles])
        found = index.query(sketch)
        left += [row] * len(found)
        right += found
        index.insert(row, sketch)
    pairs = sparse.coo_matrix(([1] * len(left), (left, right)), shape=(len(bodies), len(bodies)))
    groups: list[int] = connected_components(pairs, directed=False)[1].tolist()
    return groups


def prepare_encode(work: Workspace, options: Options) -> Work:
    """`SentenceTransformer.encode` of the same texts with the same weights, at the same length."""
    from sentence_transformers import SentenceTransformer

    from newsfold.embedding.packaged_model import E5_PROMPT, prepare_packaged_model

    model = SentenceTransformer(str(prepare_packaged_model()), device="cpu")
    model.max_seq_length = options.max_tokens
    texts = extract_openings(work.read_originals(options.embedded)["window_articles"])
    model.encode(texts[:_WARM_UP_TEXTS], prompt=E5_PROMPT)

    def run() -> Result:
        model.encode(texts, prompt=E5_PROMPT)
        return Result(texts=texts)

    return run


def prepare_bertopic(work: Workspace, _: Options) -> Work:
    """BERTopic (Grootendorst 2022) with its defaults, on given vectors and whole texts."""
    from umap import UMAP

    texts, vectors = work.read_texts(), work.read_vectors()
    # Many articles take another way through UMAP than few do, and what is on both is compiled first.
    UMAP(n_components=5, metric="cosine", force_approximation_algorithm=True).fit(vectors[:WARM_UP])
    evaluation.run_baselines(texts[:WARM_UP], vectors[:WARM_UP], 0, only=[baselines.BERTOPIC], seed=None)

    def run() -> Result:
        clusters = evaluation.run_baselines(texts, vectors, 0, only=[baselines.BERTOPIC], seed=None)
        return Result(clusters[baselines.BERTOPIC].tolist())

    return run


def prepare_hdbscan(work: Workspace, _: Options) -> Work:
    """scikit-learn's HDBSCAN (Campello, Moulavi and Sander 2013), clusters of two and up; noise becomes singletons."""
    vectors, name = work.read_vectors(), baselines.DENSE_HDBSCAN
    return lambda: Result(evaluation.run_baselines([""] * len(vectors), vectors, 0, only=[name])[name].tolist())


def prepare_agglomerative(work: Workspace, options: Options) -> Work:
    """scikit-learn's agglomerative clustering: average linkage of cosine distances, cut at a distance."""
    from sklearn.cluster import AgglomerativeClustering

    vectors = work.read_vectors()
    method = AgglomerativeClustering(
        n_clusters=None, metric="cosine", linkage="average", distance_threshold=options.distance
    )
    return lambda: Result(method.fit_predict(vectors).tolist())


def prepare_tfidf(work: Workspace, _: Options) -> Work:
    """Average linkage of TF-IDF of the openings, cut at the distance that is best over labelled sets; no vectors."""
    texts, name = extract_openings(work.read("window_articles")), baselines.TFIDF
    return lambda: Result(evaluation.run_baselines(texts, work.read_vectors()[:0], 0, only=[name])[name].tolist())
