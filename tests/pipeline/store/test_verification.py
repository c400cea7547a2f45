from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from newsfold import schemas, store

from .small_editions import FIRST, SECOND, edition_tables, publish_tables, read_files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A store with two editions, of which the second follows from the first."""
    publish_tables(tmp_path, FIRST)
    old, new = (f"{edition}-a-0" for edition in (FIRST, SECOND))
    row = {"edition_date": SECOND, "story_id": new, "previous_story_id": old, "relation": "continued"}
    lineage = schemas.build_table("lineage", [row | {"shared_articles": 1, "overlap": 1.0}])
    publish_tables(tmp_path, SECOND, "a", edition_tables(SECOND) | {"lineage": lineage})
    return tmp_path


def read_all_files(folder: Path) -> dict[Path, bytes]:
    return {file.relative_to(folder): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def describe(folder: Path) -> list[str]:
    return [f"{problem.edition}: {problem.description}" for problem in store.verify_store(folder).problems]


def test_a_whole_store_is_counted_and_has_no_problem(folder: Path) -> None:
    seen: list[tuple[int, int]] = []
    found = store.verify_store(folder, lambda done, total: seen.append((done, total)))
    tables = [content for path, content in read_files(folder).items() if path.endswith(".parquet")]
    assert (found.editions, found.files, found.size) == (2, len(tables), sum(map(len, tables)))
    assert found.problems == ()
    assert seen == [(1, 2), (2, 2)]


def test_an_empty_store_has_no_problem(tmp_path: Path) -> None:
    assert store.verify_store(tmp_path / "nowhere") == store.Verification(0, 0, 0, ())


def test_damaged_missing_and_foreign_files_are_named(folder: Path) -> None:
    part = f"edition={FIRST}/part-0.parquet"
    content = (folder / "stories" / part).read_bytes()
    (folder / "stories" / part).write_bytes(content[:50] + bytes([content[50] ^ 1]) + content[51:])
    (folder / "articles" / part).unlink()
    (folder / "stories" / f"edition={SECOND}" / "part-1.parquet").write_bytes(content)
    assert describe(folder) == [
        f"{FIRST}: The file of articles is missing.",
        f"{FIRST}: The file of stories is damaged: its SHA-256 is not the manifest's.",
        f"{SECOND}: stories/edition={SECOND}/part-1.parquet is not in the manifest; "
        "other readers take it for a part of it.",
    ]


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_read(folder: Path) -> None:
    file = folder / "stories" / f"edition={FIRST}" / "part-0.parquet"
    file.unlink()
    file.mkdir()
    lines = describe(folder)
    assert any(line.startswith(f"{FIRST}: The file of stories cannot be read") for line in lines), lines


def test_a_manifest_that_is_damaged_or_gone_is_a_problem_of_its_edition(folder: Path) -> None:
    manifest = folder / "runs" / f"edition={FIRST}" / "manifest.json"
    manifest.write_bytes(bytes(100))
    assert [line[:10] for line in describe(folder)] == [str(FIRST)]
    manifest.unlink()
    assert describe(folder) == [f"{FIRST}: It has tables and no manifest."]


@pytest.mark.parametrize("kind", ["runs", ".manifests"])
@pytest.mark.parametrize("content", [None, b"", b"{}", b"damaged"])
def test_a_manifest_is_restored_from_its_copy_and_the_other_way_round(
    folder: Path, kind: str, content: bytes | None
) -> None:
    whole = read_all_files(folder)
    file = folder / kind / f"edition={FIRST}" / "manifest.json"
    if content is None:
        file.unlink()
        assert bool(describe(folder)) == (kind == "runs"), "older versions of newsfold kept no copies"
    else:
        file.write_bytes(content)
        assert [line[:10] for line in describe(folder)] == [str(FIRST)]
    (done,) = store.restore_manifests(folder)
    assert str(FIRST) in done
    assert read_all_files(folder) == whole
    assert store.restore_manifests(folder) == []


def test_an_edition_whose_manifest_and_copy_are_damaged_has_to_be_made_again(folder: Path) -> None:
    for kind in ("runs", ".manifests"):
        (folder / kind / f"edition={FIRST}" / "manifest.json").write_bytes(b"")
    assert store.restore_manifests(folder) == []
    assert {line[:10] for line in describe(folder)} == {str(FIRST)}


def test_an_edition_that_a_person_removed_stays_removed(folder: Path) -> None:
    for part in folder.glob(f"[!.]*/edition={SECOND}"):
        shutil.rmtree(part)
    (done,) = store.restore_manifests(folder)
    assert f"Removed the copy of the manifest of the edition {SECOND}" in done
    assert store.list_editions(folder) == [FIRST]
    assert not list(folder.rglob(f"edition={SECOND}"))


def test_stories_that_lineage_names_and_nobody_has_are_counted(folder: Path) -> None:
    publish_tables(folder, FIRST, "b")
    (line,) = describe(folder)
    assert line == f"{SECOND}: Its lineage names 1 story that {FIRST} lacks, the first: {FIRST}-a-0."
