"""What people typed, here or elsewhere, is shown and written as text and as nothing else."""

from __future__ import annotations

import ast
import csv
import io
import json
import re
import sys
import zlib
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from core.analysis.doubts.catalogue import doubts
from core.cli import main
from core.export.catalogue import EXPORTERS
from core.export.report import report_html
from core.export.run_json import run_document, to_json
from core.export.spreadsheet import guarded
from core.folders import Folders
from core.metrics.catalogue import METRICS
from core.model.errors import InputError
from core.model.experiment import Experiment
from core.model.run import Run
from core.model.turn import LETTERS, ExperimentKind, Turn
from core.session import Session
from core.session.experiment_files import EXPERIMENT_FILES
from core.store.experiments import ExperimentLog
from core.store.read_log import run_of
from core.store.run_log import log_path
from core.text.plain_text import one_line
from tests.hostile import MARK, TEXTS, hostile_experiment, hostile_run, log_of

IDS = range(len(TEXTS))
ACTS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What acts on a terminal or turns the text around it."""


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """Opened over logs that came from elsewhere: each text in each field."""
    folders = Folders.under(tmp_path / "data")
    folders.make()
    folders.logs.mkdir(parents=True)
    experiments: list[Experiment] = []
    for at, text in enumerate(TEXTS):
        of = "in_memory" if at % 3 else ""
        experiment = hostile_experiment(text, at, of)
        experiments.append(experiment)
        for more, place in enumerate(experiment.order):
            run = hostile_run(text, 16 * at + more, turn=experiment.turn(place), workload=of)
            log_path(folders.logs, run.id).write_bytes(log_of(run))
    ExperimentLog(folders.logs).save(*experiments)
    made = Session(folders)
    yield made
    made.close()


def test_runs_and_experiments_like_these_are_read_at_all(session: Session) -> None:
    assert len(session.runs) == 6 * len(TEXTS)
    assert len(session.experiments.all) == len(TEXTS)


@pytest.mark.parametrize("at", IDS)
def test_every_figure_of_an_absurd_run_is_a_number_or_a_reason(at: int) -> None:
    run = run_of(log_of(hostile_run(TEXTS[at], at))).run
    for metric in METRICS:
        figure = metric.of(run)
        assert figure.value is not None or figure.reason
    assert isinstance(doubts(run), tuple)
    assert json.loads(to_json(run_document(run)))["id"] == run.id


@pytest.mark.parametrize("at", IDS)
def test_a_name_is_one_line_of_visible_signs(at: int) -> None:
    name = one_line(TEXTS[at])
    assert MARK in name
    assert len(name) <= 2000
    assert not re.search(
        "[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]", name
    )
    assert hostile_run(TEXTS[at]).name == one_line(name)


class Page(HTMLParser):
    """Collects what a browser would act on."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.urls: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name in ("href", "src", "xlink:href", "action", "style"):
                self.urls.append(value or "")


def test_no_report_has_markup_that_a_person_typed(session: Session) -> None:
    experiments = session.experiments.all
    assert len(experiments) > 1
    for experiment in experiments:
        text = report_html(
            experiment,
            session.runs,
            data_folder=session.folders.cache,
            workloads=session.workloads,
        )
        page = Page()
        page.feed(text)
        assert MARK in text
        assert not {"script", "img", "iframe", "b", "object", "embed", "i"} & page.tags
        assert not {attribute for attribute in page.attributes if attribute.startswith("on")}
        assert not [url for url in page.urls if "script" in url or MARK in url]
        text.encode()


def test_no_table_has_a_cell_that_a_spreadsheet_would_carry_out(session: Session) -> None:
    texts = [exporter.text(session.runs) for exporter in EXPORTERS if exporter.id == "csv"]
    for experiment in session.experiments.all:
        of_it = [
            experiment_file
            for experiment_file in EXPERIMENT_FILES
            if experiment_file.ending == "csv"
        ]
        texts += [_unless_unknown(one, session, experiment) for one in of_it]
    assert sum(bool(text) for text in texts) > len(TEXTS)
    csv.field_size_limit(2**30)
    for text in texts:
        for row in csv.reader(io.StringIO(text)):
            for cell in row:
                number = re.fullmatch(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", cell)
                assert number or not cell.lstrip().startswith(("=", "+", "-", "@")), cell[:80]


def test_a_number_stays_one_and_a_formula_does_not() -> None:
    assert [guarded(one) for one in ("-1.5", "+2e3", 5, "")] == ["-1.5", "+2e3", 5, ""]
    for text in ("=1", "+a", "-a", "@a", "\t=1", "\r=1", " =1", "＝1"):  # noqa: RUF001
        assert str(guarded(text)).startswith("'")


def test_every_document_is_strict_json_with_the_text_in_it(session: Session) -> None:
    (exporter,) = (one for one in EXPORTERS if one.id == "json")
    document = json.loads(exporter.text(session.runs), parse_constant=_refuse)
    notes = {run["id"]: run["note"] for run in document["runs"]}
    assert notes == {run.id: run.label.note for run in session.runs}
    for experiment in session.experiments.all:
        (document_of,) = (
            experiment_file for experiment_file in EXPERIMENT_FILES if experiment_file.id == "json"
        )
        text = _unless_unknown(document_of, session, experiment)
        if text:
            json.loads(text, parse_constant=_refuse)


@pytest.mark.parametrize("command", [["runs"], ["report"]], ids=["runs", "report"])
def test_a_terminal_is_shown_no_control_character(
    session: Session, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    folder = str(session.folders.runs)
    session.close()
    assert main([*command, "--data-dir", folder]) == 0
    shown = capsys.readouterr()
    for text in (shown.out, shown.err):
        assert not ACTS.search(text.replace("\n", ""))
    rows = [line for line in shown.out.splitlines() if MARK in line]
    expected = len(TEXTS) * (6 if command == ["runs"] else 1)
    assert len(rows) >= expected - len(TEXTS)


def test_one_report_of_each_on_the_command_line_says_something(
    session: Session, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    folder, ids = str(session.folders.runs), [one.id for one in session.experiments.all]
    session.close()
    assert ids
    for key in ids:
        assert main(["report", key, "--data-dir", folder]) in (0, 2)
        shown = capsys.readouterr()
        assert shown.out or shown.err
        assert "\x1b" not in shown.out + shown.err


def test_code_that_is_written_holds_values_as_literals_only() -> None:
    from core.export.python_code import python_code
    from core.workloads.catalogue import WORKLOADS

    for workload in WORKLOADS:
        for text in TEXTS:
            try:
                settings = workload.chain.defaults().with_values(
                    {key: text for key in workload.chain.defaults() if key.endswith("folder")}
                )
                code = python_code(workload, settings, Path("/data") / text.replace("\0", "")[:99])
            except InputError:
                continue
            tree = ast.parse(code)
            calls = {ast.unparse(one.func) for one in ast.walk(tree) if isinstance(one, ast.Call)}
            assert "os.system" not in calls


def test_letters_of_configurations_go_round() -> None:
    assert Turn(ExperimentKind.COMPARISON, "0" * 12, 999_999, 999_999).letter in LETTERS


@pytest.mark.parametrize(
    ("group", "repeat", "which"),
    [("../../x", 0, 0), ("a" * 12, 0, 10**6), ("a" * 12, -1, 0), ("", 0, 0), ("a b", 0, 0)],
)
def test_a_run_at_a_place_that_no_experiment_has_is_refused(
    group: str, repeat: int, which: int
) -> None:
    run = hostile_run("x", turn=Turn(ExperimentKind.COMPARISON, group, repeat, which))
    with pytest.raises(ValueError, match="turn"):
        run_of(log_of(run))


def _unless_unknown(one, session: Session, experiment: Experiment) -> str:  # type: ignore[no-untyped-def]
    try:
        return one.text(session, experiment)
    except InputError:
        return ""


def _refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is no JSON")


def test_what_was_read_of_a_run_is_what_was_written(tmp_path: Path) -> None:
    runs: list[Run] = [hostile_run(text, at) for at, text in enumerate(TEXTS)]
    for run in runs:
        found = run_of(log_of(run)).run
        assert (
            zlib.crc32(found.label.note.encode())
            == zlib.crc32(run.label.note.encode(errors="replace").decode().encode())
            or "\ud83d" in run.label.note
        )
        assert found.samples.steps == run.samples.steps
