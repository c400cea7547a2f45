"""Faults in a whole nightly run: the earlier edition stays whole, the error says what to do, the next run mends it.

Each test makes the second edition over a store that has the first. Whatever happens meanwhile, the next run publishes
the bytes of an undisturbed one. Killed processes: `test_killed`; a web that fails: `test_ingest`; object stores and
power failures: `tests/pipeline/store`.
"""

from __future__ import annotations

import resource
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import newsfold
import newsfold.stages
from newsfold import schemas, store
from newsfold.dataflow import Stage
from newsfold.errors import ModelError, StoreError
from newsfold.settings import load_settings
from newsfold.store import layout
from newsfold.store.flushing import flush_to_disk
from newsfold_flows.nightly import nightly
from newsfold_flows.run import Run
from tests.flows.conftest import (
    FIRST,
    ON_PREFECT,
    SECOND,
    after_stage,
    check_first_edition,
    check_next_run,
    extend_config,
    fail_after_stage,
    write_two_nights,
)

pytestmark = [*ON_PREFECT, pytest.mark.slow, pytest.mark.timeout(600)]

Damage = Callable[[Path], object]
DAMAGES: dict[str, Damage] = {
    "flipped": lambda file: file.write_bytes(flip_bit(file.read_bytes())),
    "truncated": lambda file: file.write_bytes(file.read_bytes()[: file.stat().st_size // 2]),
    "emptied": lambda file: file.write_bytes(b""),
    "zeroed": lambda file: file.write_bytes(bytes(file.stat().st_size)),
    "removed": lambda file: file.unlink(),
}
# Tables of the first edition that the second one reads.
READ_AGAIN = {
    "articles",
    "revisions",
    "sightings",
    "article_embeddings",
    "story_articles",
    "edges",
    "copies",
    "fetches",
}


def flip_bit(content: bytes) -> bytes:
    middle = len(content) // 3
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


@pytest.fixture
def config(reference: Path) -> str:
    return str(reference / "newsfold.yaml")


@contextmanager
def file_size_limit(size: int) -> Iterator[None]:
    """Let every write beyond a size fail, as a quota does (setrlimit in POSIX.1-2017)."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("size", [0, 900, 3_000, 5_000, 9_000])
def test_a_quota_that_is_used_up(reference: Path, config: str, own_store: Path, size: int) -> None:
    with file_size_limit(size), pytest.raises(StoreError, match=r"Check the space.*resumes where this one stopped"):
        nightly(config, SECOND, str(own_store))
    check_first_edition(reference, own_store)
    check_next_run(reference, own_store)


@pytest.mark.parametrize("obstacle", [".staging", "stories", "runs/edition=2013-06-06"])
def test_a_folder_that_cannot_be_made(reference: Path, config: str, own_store: Path, obstacle: str) -> None:
    kept = own_store / "kept-apart"
    if (own_store / obstacle).exists():
        (own_store / obstacle).rename(kept)
    (own_store / obstacle).write_text("a file where a folder should be")
    with pytest.raises(StoreError):
        nightly(config, SECOND, str(own_store))
    (own_store / obstacle).unlink()
    if kept.exists():
        kept.rename(own_store / obstacle)
    check_first_edition(reference, own_store)
    check_next_run(reference, own_store)


def test_a_kill_at_any_write(
    reference: Path, config: str, own_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments: list[Path] = []

    def flush_and_copy(path: str) -> None:
        flush_to_disk(path)
        # What a process leaves that is killed now: hard links, as whole files are replaced and never changed.
        moments.append(tmp_path / f"moment-{len(moments)}")
        shutil.copytree(own_store, moments[-1], copy_function=lambda source, target: Path(target).hardlink_to(source))

    monkeypatch.setattr(layout, "flush_to_disk", flush_and_copy)
    nightly(config, SECOND, str(own_store))
    monkeypatch.undo()
    assert len(moments) > 100
    for moment in moments:
        check_first_edition(reference, moment)
    for moment in moments[:: len(moments) // 8]:
        check_next_run(reference, moment)


@pytest.mark.parametrize("number", range(len(newsfold.stages.STAGES)))
def test_staged_tables_that_are_damaged_after_a_crash(
    reference: Path, config: str, own_store: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    stage = newsfold.stages.STAGES[number]
    with monkeypatch.context() as patched:
        fail_after_stage(patched, newsfold.stages.STAGES[-1].name)
        with pytest.raises(RuntimeError):
            nightly(config, SECOND, str(own_store))
    (area,) = (own_store / ".staging").iterdir()
    damages = list(DAMAGES.values())
    for shift, name in enumerate(stage.writes):
        damages[(number + shift) % len(damages)](area / f"{name}.parquet")
    check_first_edition(reference, own_store)
    check_next_run(reference, own_store)


def test_a_staging_area_that_disappears(
    reference: Path, config: str, own_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def remove(_: Run, stage: Stage) -> None:
        if stage.name == "embed":
            shutil.rmtree(own_store / ".staging")

    with monkeypatch.context() as patched:
        after_stage(patched, remove)
        with pytest.raises(StoreError, match="Run its edition again"):
            nightly(config, SECOND, str(own_store))
    check_first_edition(reference, own_store)
    check_next_run(reference, own_store)


@pytest.mark.parametrize("number", range(len(schemas.PUBLISHED)))
def test_a_published_file_that_is_damaged(reference: Path, config: str, own_store: Path, number: int) -> None:
    table = list(schemas.PUBLISHED)[number]
    list(DAMAGES.values())[number % len(DAMAGES)](own_store / table / f"edition={FIRST}" / "part-0.parquet")
    assert [problem.edition for problem in store.verify_store(own_store).problems] == [FIRST]
    if table in READ_AGAIN:
        with pytest.raises(StoreError, match=rf"{FIRST}.*run that edition again"):
            nightly(config, SECOND, str(own_store))
        assert store.list_editions(own_store) == [FIRST]
    nightly(config, FIRST, str(own_store))
    check_first_edition(reference, own_store)
    check_next_run(reference, own_store)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_manifest_that_is_damaged(reference: Path, config: str, own_store: Path, damage: str) -> None:
    DAMAGES[damage](own_store / "runs" / f"edition={FIRST}" / "manifest.json")
    with pytest.raises(StoreError, match=rf"{FIRST}.*[Rr]un that edition again"):
        nightly(config, SECOND, str(own_store))
    nightly(config, FIRST, str(own_store))
    check_first_edition(reference, own_store)
    check_next_run(reference, own_store)


@pytest.mark.parametrize("damage", ["flipped", "truncated", "emptied", "removed"])
def test_an_adapter_that_is_damaged(reference: Path, own_store: Path, tmp_path: Path, damage: str) -> None:
    adapter = tmp_path / "mine.safetensors"
    shipped = Path(newsfold.__file__).parent / "embedding" / "default.safetensors"
    adapter.write_bytes(shipped.read_bytes())
    mine = extend_config(write_two_nights(tmp_path), embedding={"adapter": str(adapter)})
    DAMAGES[damage](adapter)
    with pytest.raises(ModelError, match=r"mine\.safetensors"):
        nightly(str(mine), SECOND, str(own_store))
    check_first_edition(reference, own_store)
    adapter.write_bytes(shipped.read_bytes())
    assert load_settings(mine).embedding.adapter == str(adapter)
    nightly(str(mine), SECOND, str(own_store))
    # Not the bytes: an adapter in a file counts as other evidence, so pairs of the first edition are scored again.
    members = [newsfold.load(place, "story_articles", SECOND) for place in (own_store, reference / "both")]
    assert members[0]["story_id"].equals(members[1]["story_id"])
