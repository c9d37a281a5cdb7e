"""A recording from elsewhere runs nothing: neither a file that nobody agreed to, nor one that was
agreed to with arguments that nobody ever gave it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.engines.process_environment import ProcessEnvironment
from core.folders import Folders
from core.model.chain import recorded
from core.model.errors import ExplorerError, InputError
from core.model.plan import PROCESS, RunPlan, new_id
from core.model.user_code import CodeKind, UserCode, agreed_stamp
from core.records.decode import Decoder
from core.records.encode import encode
from core.records.messages import OpeningMessage
from core.session import Session
from core.user_code.known_workloads import recorded_workload
from core.user_code.user_function import content_hash
from tests.experiment_builders import comparison
from tests.fuzz.valid import OWN, SCRIPT, SEEN


@pytest.fixture(autouse=True)
def nothing_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(Folders, "agreed", tmp_path / "agreed")


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    made = Session(Folders.under(tmp_path / "data"))
    yield made
    made.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "train.py"
    path.write_text("import sys\n")
    return path


def planned(session: Session, file: Path, **changes: Any) -> RunPlan:
    """A plan as a recording of a script has it."""
    stamp = hashlib.sha256(file.read_bytes()).hexdigest()
    opened = replace(SEEN, stamp=stamp, others=())
    code = replace(SCRIPT, file=str(file), opened=opened, **changes)
    session.workloads.add_recorded([code])
    found = recorded_workload(code)
    assert found is not None
    return RunPlan(found.id, found.chain.defaults(), "/elsewhere", code=code)


def test_a_script_runs_with_the_arguments_that_were_agreed_to_and_no_others(
    session: Session, file: Path
) -> None:
    stamp = content_hash(file)
    session.trust.agree(stamp, file)
    session.trust.agree(agreed_stamp(stamp, ["--epochs", "3"]), file)
    with pytest.raises(ExplorerError, match="nobody has agreed"):
        session.begin(planned(session, file, arguments=("--out", "/home/someone/.profile")))
    session.begin(planned(session, file, arguments=("--epochs", "3")))


def test_a_script_without_arguments_is_agreed_to_by_its_content(
    session: Session, file: Path
) -> None:
    with pytest.raises(ExplorerError, match="nobody has agreed"):
        session.begin(planned(session, file, arguments=()))
    session.trust.agree(content_hash(file), file)
    session.begin(planned(session, file, arguments=()))


def declaring(file: Path, kind: CodeKind = CodeKind.WORKLOAD) -> UserCode:
    """What refers to a file that declares a workload."""
    stamp = hashlib.sha256(file.read_bytes()).hexdigest()
    return UserCode(kind, str(file), replace(SEEN, stamp=stamp, others=()), function="make")


@pytest.fixture
def evil(tmp_path: Path) -> Path:
    """A file that came along with a session, and that tells when it is run."""
    path = tmp_path / "evil.py"
    path.write_text(f"open({str(tmp_path / 'it ran')!r}, 'w')\n")
    return path


def test_what_a_record_names_must_be_agreed_to_whatever_workload_its_plan_claims_to_be(
    session: Session, file: Path, evil: Path
) -> None:
    session.trust.agree(content_hash(file), file)
    trusted = planned(session, file, arguments=())
    unknown = RunPlan(f"{evil}:WORKLOAD@00000000", trusted.settings, "", engine=PROCESS)
    builtin = replace(unknown, workload="augmented")
    for plan in (trusted, unknown, builtin):
        hostile = replace(plan, id=new_id(), code=declaring(evil), engine=PROCESS)
        with pytest.raises(ExplorerError, match=r"evil\.py, which nobody has agreed to"):
            session.begin(hostile)


def test_going_on_with_an_experiment_from_elsewhere_runs_no_file_of_theirs(
    session: Session, evil: Path
) -> None:
    experiment = replace(comparison(), workload=f"{evil}:WORKLOAD@00000000", code=declaring(evil))
    session.experiments.add(experiment)
    (plan, *_) = session.experiments.plans(experiment)
    with pytest.raises(ExplorerError, match="nobody has agreed"):
        session.begin(plan)


def test_a_process_of_its_own_runs_no_file_before_it_is_that_of_the_plan(
    tmp_path: Path, evil: Path
) -> None:
    values = {"fit.device": "cpu"}
    for code in (declaring(evil), declaring(evil, CodeKind.FUNCTION)):
        plan = RunPlan(f"{tmp_path}/mine.py:WORKLOAD@00000000", recorded(values), "", code=code)
        with pytest.raises(InputError, match="does not say how"):
            ProcessEnvironment().find(plan)
    with pytest.raises(InputError, match="is not open"):
        ProcessEnvironment().find(replace(plan, code=None))
    assert not (tmp_path / "it ran").exists()


@pytest.mark.parametrize("name", ["folder", "pipe", "missing", "/dev/zero", "long", "link"])
def test_what_is_no_source_file_is_not_read_whatever_a_recording_names(
    tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    match name:
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "/dev/zero":
            path = Path(name)
        case "long":
            with path.open("wb") as file:
                file.truncate(2**40)
        case "link":
            path.symlink_to("/dev/zero")
    with pytest.raises(InputError, match="cannot be read"):
        content_hash(path)


def test_a_name_with_a_nul_in_it_is_no_file() -> None:
    with pytest.raises(InputError, match="cannot be read"):
        content_hash(Path("a\0b"))
    with pytest.raises(ValueError, match="NUL"):
        read(replace(OWN, file="a\0b"))


@pytest.mark.parametrize(
    "method", ["map", "Dataset.map", 'map" onclick="alert(1)', "a b", "", "map\n", "../map"]
)
def test_a_method_is_an_identifier_since_a_link_is_made_of_it(method: str) -> None:
    code = calling(method=method)
    if all(part.isidentifier() for part in method.split(".")):
        assert read(code) == code
    else:
        with pytest.raises(ValueError, match="no method"):
            read(code)


def test_a_call_that_claims_to_be_made_without_end_is_none() -> None:
    with pytest.raises(ValueError, match="count"):
        read(calling(count=10**12))


def calling(**changes: Any) -> UserCode:
    """Code of one call that is another than it could be."""
    calls = (replace(SEEN.calls[0], **changes),)
    return replace(OWN, opened=replace(SEEN, calls=calls))


def read(code: UserCode) -> UserCode | None:
    """What is read of it where it comes from elsewhere."""
    found: OpeningMessage = Decoder(OpeningMessage).decode(encode(OpeningMessage(code=code)))
    return found.code


def test_what_was_agreed_to_does_not_run_beside_other_files(
    session: Session, file: Path, tmp_path: Path
) -> None:
    session.trust.agree(content_hash(file), file)
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    copy = theirs / file.name
    copy.write_bytes(file.read_bytes())
    with pytest.raises(ExplorerError, match="nobody has agreed"):
        session.begin(planned(session, copy, arguments=()))
