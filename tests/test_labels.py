"""The labels can be read, and their table counts what it says."""

from __future__ import annotations

from benchmarks import corpora
from benchmarks.labels import ACCEPT, Label, labels, table


def label(code: str, verdict: str) -> Label:
    return Label("nova", "34.0.0", "nova/tests/test_x.py", "3", code, verdict, "")


def test_every_label_is_complete_and_of_a_known_corpus() -> None:
    known = set(corpora.CORPORA)
    for each in labels():
        assert (each.project, each.version) in known
        assert each.verdict in {ACCEPT, "false alarm"}
        assert int(each.line) > 0
        assert each.reason


def test_no_report_is_labelled_twice() -> None:
    places = [each[:5] for each in labels()]
    assert len(places) == len(set(places)) > 60


def test_table_counts_what_is_still_made() -> None:
    wanted = [label("TH001", ACCEPT), label("TH001", ACCEPT), label("TH001", "false alarm")]
    assert list(table(wanted, wanted[1:]))[1].split() == ["TH001", "3", "2", "1", "1", "0.500"]
