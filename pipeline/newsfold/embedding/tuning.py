"""Fitting an adapter to labelled stories, by supervised contrastive learning.

Every batch holds stories of one labelled set that are near one another: stories that are hard to tell apart mostly
share a theme, as on a night of news. The loss draws each article to its own story's articles and away from the others
(supervised contrastive loss; Khosla et al. 2020, https://arxiv.org/abs/2004.11362). In some batches articles are
reduced to their titles, because many sources have nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from newsfold.embedding.adapter import Adapter, Vectors
from newsfold.embedding.models import SentenceTransformerEmbedder
from newsfold.errors import ModelError
from newsfold.settings import Embedding

Rows = npt.NDArray[np.int64]

_PASSES = 1.5  # over all articles
_MIN_BATCHES, _MAX_BATCHES = 40, 600
_STORIES = 24  # in a batch
_PER_STORY = 2  # articles of a story in a batch
_NEIGHBOURHOOD = 3  # a batch is drawn from this many times as many of the nearest stories
_TITLES_SHARE = 0.2  # of the batches
_TOKENS = 64  # of a text, at most; longer ones take longer and teach little more
_NEIGHBOUR_TOKENS = 32  # of a text, to find the stories nearest to its own
_TEMPERATURE = 0.05
_LEARNING_RATE = 4e-4
_RANK = 16


@dataclass(frozen=True)
class TuningSet:
    """Labelled texts that share batches."""

    texts: Sequence[str]
    """As they will be embedded: title, newline, body."""
    stories: Sequence[str]
    """The story of each text."""
    weight: float = 1.0
    """How often its stories are drawn, relative to other sets."""


def tune_adapter(
    settings: Embedding,
    sets: Sequence[TuningSet],
    provenance: Mapping[str, object],
    progress: Callable[[int, int], None] | None = None,
    seed: int = 0,
) -> Adapter:
    """Fit an adapter that draws articles of one story together.

    Args:
        settings: the model; its own adapter is left aside.
        sets: the labelled sets. Those without two stories, one of them with two articles, are left out.
        provenance: what to keep about the training data.
        progress: called with batches done and to do.
        seed: the same seed, the same adapter (on the same kind of machine).

    Raises:
        ModelError: no set can be used, the model cannot be loaded, or peft is not installed.
    """
    import torch

    usable = [_Stories(labelled) for labelled in sets]
    usable = [stories for stories in usable if len(stories.members) > 1 and stories.several]
    if not usable:
        raise ModelError("Tuning needs at least two stories, one of them with two articles or more.")
    neighbour_settings = {"adapter": "none", "max_tokens": min(settings.max_tokens, _NEIGHBOUR_TOKENS)}
    plain = SentenceTransformerEmbedder(settings.model_copy(update=neighbour_settings))
    vectors = [plain.encode([stories.texts[rows[0]] for rows in stories.members]) for stories in usable]
    tuned_settings = {"adapter": "none", "max_tokens": min(settings.max_tokens, _TOKENS)}
    tuned = SentenceTransformerEmbedder(settings.model_copy(update=tuned_settings), trainable=True)
    tuned.transformer.set_attn_implementation("eager")  # on CPUs, a batch takes a third longer with torch's fused one

    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    layers = _add_low_rank_factors(tuned.transformer)
    weights = [weight for pair in layers.values() for weight in pair]
    texts = sum(len(stories.texts) for stories in usable)
    batches = int(np.clip(round(_PASSES * texts / (_STORIES * _PER_STORY)), _MIN_BATCHES, _MAX_BATCHES))
    optimiser = torch.optim.AdamW(weights, lr=_LEARNING_RATE, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, _LEARNING_RATE, total_steps=batches, pct_start=0.07, anneal_strategy="linear"
    )
    shares = np.array([stories.weight for stories in usable]) / sum(stories.weight for stories in usable)
    for done in range(1, batches + 1):
        at = int(rng.choice(len(usable), p=shares))
        batch, codes = _draw_batch(usable[at], vectors[at], rng)
        loss = _contrastive_loss(tuned.forward(batch), torch.tensor(codes))
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimiser.step()
        schedule.step()
        if progress:
            progress(done, batches)
    corrections = {
        name: (_to_half(down), _to_half(2 * up))  # the usual scale, alpha over rank, is 2
        for name, (down, up) in layers.items()
        if up.abs().max() > 0
    }
    return Adapter(corrections, settings.model, provenance)


class _Stories:
    """The texts of a labelled set by story."""

    def __init__(self, labelled: TuningSet) -> None:
        self.texts, self.weight = labelled.texts, labelled.weight
        self.members = _group_by_story(labelled.stories)
        self.several = [code for code, rows in enumerate(self.members) if len(rows) > 1]


def _add_low_rank_factors(transformer: Any) -> dict[str, tuple[Any, Any]]:
    """Low-rank factors (down, up) beside every linear layer, the model's own weights frozen."""
    try:
        from peft import LoraConfig, inject_adapter_in_model
    except ImportError as error:
        raise ModelError("Tuning an embedding needs peft: pip install 'newsfold[train]'.") from error
    kinds = sorted({name.rsplit(".", 1)[-1] for name, layer in transformer.named_modules() if _is_linear(layer)})
    inject_adapter_in_model(LoraConfig(r=_RANK, lora_alpha=2 * _RANK, target_modules=kinds), transformer)
    layers = {}
    for name, layer in transformer.named_modules():
        if hasattr(layer, "lora_A"):
            layers[name] = (layer.lora_A["default"].weight, layer.lora_B["default"].weight)
    return layers


def _is_linear(layer: Any) -> bool:
    import torch

    return isinstance(layer, torch.nn.Linear)


def _to_half(weight: Any) -> npt.NDArray[np.float16]:
    return np.asarray(weight.detach().cpu().numpy(), dtype=np.float16)


def _group_by_story(stories: Sequence[str]) -> list[Rows]:
    codes = np.unique(np.asarray(stories, dtype=str), return_inverse=True)[1]
    return np.split(np.argsort(codes, kind="stable"), np.cumsum(np.bincount(codes))[:-1]) if len(codes) else []


def _draw_batch(stories: _Stories, vectors: Vectors, rng: np.random.Generator) -> tuple[list[str], list[int]]:
    """Draw texts of a story and of stories near it, and the story of each text.

    Args:
        stories: of one labelled set.
        vectors: of one text of each story, unit-norm, of shape (stories, dimension).
        rng: the random generator.
    """
    story = int(rng.choice(stories.several))
    nearest = np.argsort(-(vectors @ vectors[story]), kind="stable")[: _NEIGHBOURHOOD * _STORIES]
    others = rng.permutation(nearest[nearest != story])[: _STORIES - 1]
    texts, codes = [], []
    for code in (story, *others.tolist()):
        rows = rng.permutation(stories.members[code])[:_PER_STORY]
        texts += [stories.texts[row] for row in rows.tolist()]
        codes += [code] * len(rows)
    if rng.random() < _TITLES_SHARE:
        texts = [text.split("\n", 1)[0] or text for text in texts]
    return texts, codes


def _contrastive_loss(outputs: Any, stories: Any) -> Any:
    """Mean −ln of the share that an article's own story has of its similarity to the batch."""
    import torch

    stories = stories.to(outputs.device)
    directions = torch.nn.functional.normalize(outputs.float(), dim=1)
    itself = torch.eye(len(stories), dtype=torch.bool, device=outputs.device)
    similarity = (directions @ directions.T / _TEMPERATURE).masked_fill(itself, -1e9)
    same = (stories[:, None] == stories[None]) & ~itself
    shares = similarity - torch.logsumexp(similarity, dim=1, keepdim=True)
    paired = same.any(dim=1)
    return -((shares * same).sum(dim=1)[paired] / same.sum(dim=1)[paired]).mean()
