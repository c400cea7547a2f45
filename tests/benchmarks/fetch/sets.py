"""The public labelled sets: where each is published, under which licence, and what its labels are known by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.fetch import convert
from tests.benchmarks.fetch.convert import Converted
from tests.benchmarks.fetch.download import Source

_RAW = "https://raw.githubusercontent.com"
_NEUS = f"{_RAW}/HLTCHKUST/framing-bias-metric"
_NEUS_TARGETS = f"{_NEUS}/85883ca2dd5fe110e5e5b4afc142b4af1f8e2943/data/naacl2022_lrc_roundup_random_order_probe"
_NEUS_TRAIN = f"{_NEUS}/d2935816bf2989df5d301adffe863b6610d23a01/data/acl2022_lrc_roundup_random_order_probe"
_ABMUSU = f"{_RAW}/phuongmt3/Vietnamese-Graph-Summarization/6ce7f798797134c4f0549932373218ae2c8b3cda/VLSP%20Dataset"
_ALLSIDES = Source(
    "allsides.tar.gz",
    "https://codeload.github.com/ramybaly/Article-Bias-Prediction/tar.gz/e9353def1b6599f8a16bccb6ac5fe682185d728e",
    max_mb=600,
)


@dataclass(frozen=True)
class LabelledSet:
    """A labelled set.

    Attributes:
        name: the name of its table.
        what: what it is, in a few words.
        page: where its makers describe it.
        licence: the terms under which it is published; the texts belong to their publishers all the same.
        may_share: whether these terms allow to pass the converted table on.
        sources: its files, in the order in which `convert` takes them. Addresses with a commit cannot change.
        convert: makes rows of them.
        labels_sha256: of the ids and labels that the figures were measured on, as `digest_labels` computes it.
    """

    name: str
    what: str
    page: str
    licence: str
    may_share: bool
    sources: tuple[Source, ...]
    convert: Callable[[list[Path]], Converted]
    labels_sha256: str


SETS = {
    labelled.name: labelled
    for labelled in (
        LabelledSet(
            "ecbplus",
            "772 articles on 66 easily confused events",
            "https://github.com/cltl/ecbPlus",
            "annotations CC BY 3.0",
            True,
            (Source("ecbplus.zip", "https://github.com/cltl/ecbPlus/raw/master/ECB%2B_LREC2014/ECB%2B.zip", 100),),
            convert.convert_ecbplus,
            "032d98b8700b02b7831e5fbe69a6d4f893af0b74e4fc9b60b0155b93b0a53c1e",
        ),
        LabelledSet(
            "uci",
            "1,825 headlines in 30 large stories",
            "https://archive.ics.uci.edu/dataset/359/news+aggregator",
            "CC BY 4.0",
            True,
            (
                Source(
                    "uci.zip",
                    "https://archive.ics.uci.edu/ml/machine-learning-databases/00359/NewsAggregatorDataset.zip",
                    200,
                ),
            ),
            convert.convert_uci,
            "47c92f0892a8696feeb78e30ebf00be7061d1e2f675cdd06dde8472602b23810",
        ),
        LabelledSet(
            "vmds",
            "319 Vietnamese articles in 100 stories",
            "https://github.com/lupanh/VietnameseMDS",
            "none stated",
            False,
            (
                Source(
                    "vmds.zip",
                    f"{_RAW}/lupanh/VietnameseMDS/16207757f68c629e5b53fe1d3d42b8ef5b42e99f/KTLAB-200document-clusters.zip",
                    100,
                ),
            ),
            convert.convert_vmds,
            "6b2075d0fff564989f2bad8740bff3fc36adb20040b73f74dc1d5c697ce0580c",
        ),
        LabelledSet(
            "neus",
            "6,576 titles with excerpts, three a story, and neutral summaries by editors",
            "https://github.com/HLTCHKUST/framing-bias-metric",
            "none stated",
            False,
            (
                Source("neus-train.source", f"{_NEUS_TRAIN}/train.source", 50),
                Source("neus-train.target", f"{_NEUS_TARGETS}/train.target", 50),
                Source("neus-val.source", f"{_NEUS_TARGETS}/val.source", 50),
                Source("neus-val.target", f"{_NEUS_TARGETS}/val.target", 50),
                _ALLSIDES,
            ),
            convert.convert_neus,
            "593802490f306c84302aa0c595e31e7ca835bc9428f7d7522fc89f68d846fa30",
        ),
        LabelledSet(
            "allsides",
            "4,232 full articles, of which 1,735 are in 731 stories",
            "https://github.com/ramybaly/Article-Bias-Prediction",
            "none stated",
            False,
            (_ALLSIDES,),
            convert.convert_allsides,
            "76ea19ac06530066470e629ae6f52fa417ee6f6f1471872909c5a1628b0f1bbc",
        ),
        LabelledSet(
            "abmusu",
            "925 Vietnamese articles in 297 stories, and summaries of 140 of them",
            "https://github.com/phuongmt3/Vietnamese-Graph-Summarization",
            "MIT, of the repository",
            True,
            (
                Source("abmusu-train.jsonl", f"{_ABMUSU}/train_data_new.jsonl", 50),
                Source("abmusu-val.jsonl", f"{_ABMUSU}/validation_data_new.jsonl", 50),
                Source("abmusu-test.jsonl", f"{_ABMUSU}/testing_data_new.jsonl", 50),
            ),
            convert.convert_abmusu,
            "72ec1491e388f038c2034e8145145372564db2f4d00cd884bf8c9f40dbc381d0",
        ),
        LabelledSet(
            "og2021",
            "5,699 titles in nine languages, 685 stories",
            "http://hdl.handle.net/11356/1922",
            "CC BY-NC-ND 4.0 does not allow sharing derivatives",
            False,
            (Source("og2021.csv", None, 100),),
            convert.convert_og2021,
            "150ba36f7898193fd8397bc1fb1ed1421b2e94e27eddbde7ad4e496b68e2bd45",
        ),
    )
}

NOT_PUBLIC = {
    "feeds": "labels made for newsfold, on the feeds in https://github.com/gesab001/headlines",
    "feeds_0423": "as feeds, of another night",
    "gva": "https://github.com/cltl/LongTailQATask publishes each article as a Python pickle, which may hold code",
}
