"""Fitting an adapter to labelled stories, by supervised contrastive learning.

Every batch holds one story and its nearest stories, as far as there is room: stories that are hard to tell apart mostly
share a theme, as on a night of news. The loss draws each article to its own story's articles and away from the others
(supervised contrastive loss; Khosla et al. 2020, https://arxiv.org/abs/2004.11362).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from newsfold.embedding.adapter import Adapter, Vectors, unit_rows
from newsfold.embedding.models import SentenceTransformerEmbedder
from newsfold.errors import ModelError
from newsfold.settings import Embedding

Rows = npt.NDArray[np.int64]

_PASSES = 1.8  # over all articles
_BATCH = 192
_PER_STORY = 4  # articles of one story in a batch: large stories must not fill it
_JITTER = 0.15  # added to the similarity of stories, so that a story meets other neighbours each time
_TEMPERATURE = 0.05
_LEARNING_RATE = 5e-4
_RANK = 16


def tune_adapter(
    settings: Embedding,
    texts: Sequence[str],
    stories: Sequence[str],
    provenance: Mapping[str, object],
    progress: Callable[[int, int], None] | None = None,
    seed: int = 0,
) -> Adapter:
    """Fit an adapter that draws articles of one story together.

    Args:
        settings: the model, and how much text it reads; its own adapter is left aside.
        texts: as they will be embedded.
        stories: the story of each text; names of different labelled sets must differ where the stories do.
        provenance: what to keep about the training data.
        progress: called with batches done and to do.
        seed: the same seed, the same adapter (on the same kind of machine).

    Raises:
        ModelError: no story has two articles, there is only one story, the model cannot be loaded, or peft is
            not installed.
    """
    import torch

    members = _group_by_story(stories)
    if len(members) < 2 or all(len(rows) < 2 for rows in members):
        raise ModelError("Tuning needs at least two stories, one of them with two articles or more.")
    plain = SentenceTransformerEmbedder(settings.model_copy(update={"adapter": "none"}))
    vectors = plain.encode(texts)
    centres = unit_rows(np.stack([vectors[rows].mean(axis=0) for rows in members]))
    codes = np.zeros(len(texts), dtype=np.int64)
    for code, rows in enumerate(members):
        codes[rows] = code

    torch.manual_seed(seed)
    layers = _add_low_rank_factors(plain.transformer)
    weights = [weight for pair in layers.values() for weight in pair]
    batches = max(8, round(_PASSES * len(texts) / _BATCH))
    optimiser = torch.optim.AdamW(weights, lr=_LEARNING_RATE, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, _LEARNING_RATE, total_steps=batches, pct_start=0.1)
    for done, rows in enumerate(_draw_hard_batches(members, centres, batches, np.random.default_rng(seed)), start=1):
        loss = _contrastive_loss(plain.forward([texts[row] for row in rows]), torch.from_numpy(codes[rows]))
        optimiser.zero_grad()
        loss.backward()
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


def _draw_hard_batches(
    members: Sequence[Rows], centres: Vectors, count: int, rng: np.random.Generator
) -> Iterator[Rows]:
    """Rows of a story and of its nearest stories, another story each time."""
    several = [code for code, rows in enumerate(members) if len(rows) > 1]
    queue: list[int] = []
    for _ in range(count):
        queue = queue or rng.permutation(several).tolist()
        story = queue.pop()
        similarity = centres @ centres[story] + _JITTER * rng.random(len(centres))
        similarity[story] = np.inf
        rows: list[int] = []
        for near in np.argsort(-similarity, kind="stable"):
            rows += rng.choice(members[near], min(len(members[near]), _PER_STORY), replace=False).tolist()
            if len(rows) >= _BATCH:
                break
        yield np.array(rows[:_BATCH], dtype=np.int64)


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
