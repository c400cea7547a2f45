"""Fetching labelled sets: from sites that cut, damage and change files, in the form in which each set is published."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from newsfold.settings import Settings
from newsfold.training.datasets import load_labelled_sets
from tests.benchmarks.fetch import __main__ as fetch
from tests.benchmarks.fetch import convert, download
from tests.benchmarks.fetch.sets import SETS
from tests.server import Handler, Page, Site


def build_zip(files: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def build_tar(articles: list[dict[str, str]]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for article in articles:
            body = json.dumps(article).encode()
            member = tarfile.TarInfo(f"repository-1/data/jsons/{article['ID']}.json")
            member.size = len(body)
            archive.addfile(member, io.BytesIO(body))
    return buffer.getvalue()


def build_ecb_xml(sentences: list[str]) -> str:
    tokens = "".join(
        f'<token t_id="{number}-{at}" sentence="{number}" number="{at}">{token}</token>'
        for number, sentence in enumerate(sentences)
        for at, token in enumerate(sentence.split())
    )
    return f"<Document>{tokens}</Document>"


def build_neus(story: str) -> str:
    excerpts = (f"TITLE=> {story} sinks, says paper {at}. ARTICLE=> All aboard the {story} live." for at in range(3))
    return " [SEP] ".join(excerpts)


def list_uci_rows(n: int) -> str:
    return "".join(
        f'{number + 1}\tFerry "{number}" sinks\thttps://post.example/{number}\tPost\tb\ts{number // 9}\tpost.example\t'
        f"{1394470370698 + number}\n"
        for number in range(n)
    )


CHOSEN = next(line for line in convert._read_lines(convert._SELECTIONS / "allsides.txt") if " " in line).split()[0]
ALLSIDES = build_tar(
    [
        {
            "ID": id_,
            "title": "Lomo sinks, says paper 1",
            "content_original": "It sank.",
            "url": "https://post.example/1",
        }
        | {"source": "Post", "date": "2013-06-05"}
        for id_ in (CHOSEN, "not-chosen")
    ]
)
PUBLISHED: dict[str, list[bytes]] = {
    "ecbplus": [
        build_zip(
            {
                "ECB+/1/1_2ecbplus.xml": build_ecb_xml(
                    ["http : / / post.example / 2013 / jun / 5 / ferry", "Ferry sinks , all live", "It sank ."]
                ),
                "ECB+/1/1_1ecb.xml": build_ecb_xml(["A ferry sank off Lomo .", "All aboard live !"]),
                "ECB+/36/36_1ecb.xml": build_ecb_xml(["Of the test split ."]),
                "__MACOSX/ECB+/1/._1_1ecb.xml": "resource fork",
            }
        )
    ],
    "uci": [build_zip({"newsCorpora.csv": list_uci_rows(1830)})],
    "vmds": [
        build_zip(
            {
                f"clusters/cluster_{story}/{number}{ending}": text
                for story in (1, 2, 3)
                for number in (1, 2)
                for ending, text in (
                    (".body.txt", "Phà chìm ngoài khơi Lomo."),
                    (".info.txt", f"TITLE: Phà chìm\nLINK: https://post.example/{story}/{number}7.epi\n"),
                )
            }
        )
    ],
    "neus": [
        (build_neus("Lomo") + "\n" + build_neus("Kestrel") + "\n").encode(),
        b"TITLE=> Ferry Sinks. ARTICLE=> A ferry sank.\nTITLE=> Ship Docks. ARTICLE=> A ship docked.\n",
        (build_neus("Ansel") + "\n").encode(),
        b"TITLE=> Strike Ends. ARTICLE=> A strike\xe2\x80\xa8ended.\n",
        ALLSIDES,
    ],
    "allsides": [ALLSIDES],
    "abmusu": [
        json.dumps(
            {"single_documents": [{"title": "Phà chìm ", "anchor_text": "Ở Lomo.", "raw_text": "Tất cả sống."}] * 2}
            | {"summary": "Phà chìm."}
        ).encode()
        + b"\n"
    ]
    * 3,
}
EXPECTED = {  # ids, stories
    "ecbplus": {"1_1ecb": "1ecb", "1_2ecbplus": "1ecbplus"},
    "uci": {str(number + 1): f"s{number // 9}" for number in range(1825)},
    "vmds": {f"cluster_{story}-{number}7": f"cluster_{story}" for story in (1, 3) for number in (1, 2)},
    "neus": {f"neus-{story}-{at}": f"neus-{story}" for story in ("train-0000", "val-0000") for at in range(3)},
    "abmusu": {f"abmusu-train-000-{at}": "abmusu-train-000" for at in range(2)},
}


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr(download, "_SECONDS", 0.01)
    with Site() as opened:
        yield opened


def publish(site: Site, name: str, files: list[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    sources = []
    for source, body in zip(SETS[name].sources, files, strict=True):
        site.pages[f"/{source.name}"] = Page(body, "application/octet-stream")
        sources.append(replace(source, url=f"{site.url}/{source.name}"))
    monkeypatch.setitem(SETS, name, replace(SETS[name], sources=tuple(sources)))


def read(folder: Path, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(folder / f"{name}.parquet").to_pylist()
    return rows


@pytest.mark.parametrize("name", sorted(PUBLISHED))
def test_a_published_set_becomes_a_table_that_evaluate_reads(
    name: str, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    publish(site, name, PUBLISHED[name], monkeypatch)
    assert fetch.main([str(tmp_path), "--set", name]) == 0
    rows = read(tmp_path, name)
    if name in EXPECTED:
        assert {row["id"]: row["story"] for row in rows} == EXPECTED[name]
    assert load_labelled_sets([tmp_path / f"{name}.parquet"], Settings())
    assert "these are not the ids and labels" in capsys.readouterr().out  # these sets are invented
    requests = len(site.requests)
    assert fetch.main([str(tmp_path), "--set", name]) == 0
    assert len(site.requests) == requests  # nothing is fetched again


def test_fields_come_from_where_each_form_has_them(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ecbplus", "neus", "uci", "abmusu"):
        publish(site, name, PUBLISHED[name], monkeypatch)
        fetch.main([str(tmp_path), "--set", name])
    older, newer = read(tmp_path, "ecbplus")
    assert (older["title"], older["text"]) == (None, "A ferry sank off Lomo.\nAll aboard live!")
    assert newer["url"] == "http://post.example/2013/jun/5/ferry"
    assert (newer["title"], newer["text"], newer["outlet"]) == ("Ferry sinks, all live", "It sank.", "post.example")
    assert f"{newer['published_at']:%Y-%m-%d}" == "2013-06-05"
    neus = read(tmp_path, "neus")
    assert [row["outlet"] for row in neus[:3]] == [None, "Post", None]  # AllSides has the second title
    references = read(tmp_path, "neus_references")
    assert references[1] == {"story": "neus-val-0000", "headline": "Strike Ends", "summary": "A strike\u2028ended."}
    assert read(tmp_path, "uci")[0]["title"] == 'Ferry "0" sinks'
    assert read(tmp_path, "abmusu")[0]["text"] == "Ở Lomo.\nTất cả sống."


@pytest.mark.parametrize("damage", ["cut", "a page", "empty", "another archive", "damaged"])
@pytest.mark.parametrize("name", sorted(PUBLISHED))
def test_a_wrong_file_is_reported_and_asked_for_again(
    name: str,
    damage: str,
    site: Site,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    good = PUBLISHED[name]
    wrong = {
        "cut": good[0][: len(good[0]) // 2],
        "a page": b"<html>Not found</html>",
        "empty": b"",
        "another archive": build_zip({"README.md": "moved"}),
        "damaged": bytes(255 - byte for byte in good[0]),
    }
    publish(site, name, [wrong[damage], *good[1:]], monkeypatch)
    assert fetch.main([str(tmp_path), "--set", name]) == 1
    assert f"{SETS[name].sources[0].name}" in capsys.readouterr().out
    assert not (tmp_path / f"{name}.parquet").exists()
    publish(site, name, good, monkeypatch)
    assert fetch.main([str(tmp_path), "--set", name]) == 0


def test_only_the_file_at_fault_is_asked_for_again(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = PUBLISHED["abmusu"]
    publish(site, "abmusu", [good[0], b"<html>Not found</html>", good[2]], monkeypatch)
    assert fetch.main([str(tmp_path), "--set", "abmusu"]) == 1
    left = {path.name for path in (tmp_path / "downloads").iterdir()}
    assert left == {"abmusu-train.jsonl", "abmusu-test.jsonl"}


@pytest.mark.parametrize(
    "line",
    ["[]", "{}", '{"single_documents": [7]}', '{"single_documents": [{"title": null}]}', '{"single_documents": 7}'],
)
def test_json_of_another_form_is_reported(line: str, tmp_path: Path) -> None:
    files = [tmp_path / source.name for source in SETS["abmusu"].sources]
    for file in files:
        file.write_text(f"{line}\n", encoding="utf-8")
    with pytest.raises(convert.ConversionError, match="not in the published form"):
        convert.convert_abmusu(files)


def test_a_download_that_breaks_off_continues_where_it_stopped(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (body,) = PUBLISHED["uci"]
    publish(site, "uci", [body], monkeypatch)
    sent = []

    def send_half(handler: Handler) -> None:
        begun = int(handler.headers.get("Range", "bytes=0-")[6:-1])
        sent.append(begun)
        handler.send_response(206 if begun else 200)
        handler.send_header("ETag", '"one"')
        handler.send_header("Content-Length", str(len(body) - begun))
        handler.end_headers()
        handler.wfile.write(body[begun : begun + len(body) // 2 + 1])

    site.pages["/uci.zip"] = send_half
    assert fetch.main([str(tmp_path), "--set", "uci"]) == 0
    assert len(sent) == 2
    assert sent[1] > 0
    assert (tmp_path / "downloads" / "uci.zip").read_bytes() == body


def test_a_file_that_changed_since_it_was_trusted_is_refused(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    publish(site, "uci", PUBLISHED["uci"], monkeypatch)
    fetch.main([str(tmp_path), "--set", "uci"])
    (tmp_path / "downloads" / "uci.zip").write_bytes(b"damaged on the disk")
    assert fetch.main([str(tmp_path), "--set", "uci"]) == 0  # fetched again
    (tmp_path / "downloads" / "uci.zip").unlink()
    publish(site, "uci", [build_zip({"newsCorpora.csv": list_uci_rows(1900)})], monkeypatch)
    assert fetch.main([str(tmp_path), "--set", "uci"]) == 1
    assert "another file now" in capsys.readouterr().out


def test_servers_that_fail_refuse_or_send_too_much_are_reported(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    publish(site, "uci", PUBLISHED["uci"], monkeypatch)
    for status, requests in ((404, 1), (503, 4)):
        site.requests.clear()
        site.pages["/uci.zip"] = Page(b"", status=status)
        assert fetch.main([str(tmp_path), "--set", "uci"]) == 1
        assert str(status) in capsys.readouterr().out
        assert len(site.requests) == requests
    publish(site, "uci", PUBLISHED["uci"], monkeypatch)
    (source,) = SETS["uci"].sources
    monkeypatch.setitem(SETS, "uci", replace(SETS["uci"], sources=(replace(source, max_mb=0),)))
    assert fetch.main([str(tmp_path), "--set", "uci"]) == 1
    assert "more than 0 MB" in capsys.readouterr().out


def test_a_set_without_a_lasting_address_is_taken_from_a_persons_download(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert fetch.main([str(tmp_path), "--set", "og2021"]) == 1
    assert "by hand" in capsys.readouterr().out
    lines = "id,title,lang,source,published_at,URL,cluster_id\n7,Fähre sinkt,de,Post,2021-07-01 08:01:00,u,wn-100\n"
    (tmp_path / "downloads" / "og2021.csv").write_text(lines, encoding="utf-8")
    assert fetch.main([str(tmp_path), "--set", "og2021"]) == 0
    (row,) = read(tmp_path, "og2021")
    assert (row["story"], row["language"], row["published_at"].hour) == ("wn-100", "de", 8)
    assert "Do not pass it on: CC BY-NC-ND 4.0" in capsys.readouterr().out


def test_the_list_names_address_and_licence_of_each_set_and_those_that_are_not_public(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert fetch.main(["--list"]) == 0
    listed = capsys.readouterr().out
    assert all(f"{name}: " in listed for name in (*SETS, "feeds", "gva"))
    assert "CC BY 4.0" in listed


def test_the_known_labels_are_those_that_the_figures_were_measured_on() -> None:
    measured = Path(__file__).parents[2] / "shared" / "data" / "labelled"
    if not measured.is_dir():
        pytest.skip(f"there is no {measured}")
    for name, labelled in SETS.items():
        assert fetch.digest_labels(pq.read_table(measured / f"{name}.parquet")) == labelled.labels_sha256
