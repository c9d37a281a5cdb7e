"""Own code in a session: what records keep of it, and that nothing of it runs unasked."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.folders import Folders
from core.lazy import tf
from core.model.chain import recorded
from core.model.errors import ExplorerError, InputError
from core.model.experiment import Experiment
from core.model.plan import PROCESS, RunPlan
from core.model.turn import ExperimentKind
from core.model.user_code import CodeKind, Opened, UserCode
from core.session import Session
from core.session.trust import Trust
from core.user_code.declared_workload import DeclaredWorkload
from core.user_code.function_workload import UserFunctionWorkload
from core.user_code.known_workloads import Workloads, recorded_workload
from core.user_code.opening import open_user_code, user_code_file
from core.user_code.user_function import content_hash
from tests.builders import even_samples, events_of, scripted_fit
from tests.own.conftest import DATASET, Write

TEXT = f"def make_dataset(): return {DATASET}\n"
RUN = scripted_fit(events_of(even_samples()))


@pytest.fixture(autouse=True)
def nothing_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(Folders, "agreed", tmp_path / "agreed")


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return Folders.under(tmp_path / "data")


def recorded_run(session: Session, own: UserFunctionWorkload, **changes: str) -> str:
    session.trust.agree(own.opened.stamp, own.function.file)
    plan = replace(session.plan(own, own.chain.defaults()), **changes)  # type: ignore[arg-type]
    session.begin(plan)
    RUN(plan, session.handle, lambda: False)
    return plan.id


def opened(text: str) -> UserFunctionWorkload:
    own = open_user_code(text)
    assert isinstance(own, UserFunctionWorkload)
    return own


# -- the id ---------------------------------------------------------------------------------------


def test_the_same_content_has_the_same_id_however_often_it_is_opened(write: Write) -> None:
    of = write(TEXT)
    assert opened(of.id).id == opened(of.id).id
    assert opened(of.id).id.startswith(f"{of.id}@")


def test_a_seed_that_an_earlier_run_left_behind_makes_no_other_workload(write: Write) -> None:
    of = write(
        "def make_dataset():\n"
        "    return tf.data.Dataset.range(4).map(lambda x: tf.random.uniform([]))\n"
    )
    tf.random.set_seed(None)
    plain = opened(of.id)
    tf.random.set_seed(1)
    again = opened(of.id)
    tf.random.set_seed(None)
    assert again.id == plain.id


def test_a_changed_file_is_another_workload(write: Write) -> None:
    before = opened(write(TEXT).id)
    after = opened(write(TEXT + "# a comment\n").id)
    assert before.id != after.id
    workloads = Workloads()
    workloads.add(before)
    workloads.add(after)
    assert workloads.get(before.id) is before


def test_a_changed_module_beside_it_makes_another_workload_too(
    write: Write, tmp_path: Path
) -> None:
    helper = tmp_path / "steps_of_mine.py"
    helper.write_text("SIZE = 2\n", encoding="utf-8")
    of = write("import steps_of_mine\ndef make_dataset(): return tf.data.Dataset.range(4)\n")
    before = opened(of.id)
    helper.write_text("SIZE = 2  # two\n", encoding="utf-8")
    assert opened(of.id).id != before.id


# -- records --------------------------------------------------------------------------------------


def test_a_record_gives_the_same_workload_without_its_file(write: Write) -> None:
    of = write("def make_dataset(): return tf.data.Dataset.range(9).repeat().batch(2)\n")
    own = opened(of.id)
    of.file.unlink()
    again = recorded_workload(own.code)
    assert again == own
    assert again is not None
    assert again.id == own.id
    assert dict(again.chain.defaults()) == dict(own.chain.defaults())


def test_a_recorded_run_is_known_without_its_file(write: Write, folders: Folders) -> None:
    of = write(TEXT)
    session = Session(folders)
    own = opened(of.id)
    run_id = recorded_run(session, own)
    session.close()
    of.file.unlink()
    again = Session(folders)
    found, settings = again.settings_of(again.run(run_id))
    again.close()
    assert found == own
    assert settings["batch.batch_size"] == 2


def test_a_kept_experiment_is_known_without_its_file(write: Write, folders: Folders) -> None:
    of = write(TEXT)
    session = Session(folders)
    own = opened(of.id)
    values = own.chain.defaults()
    session.opened(own)
    kept = session.experiments.add(
        Experiment(ExperimentKind.COMPARISON, own.id, (values, values), 2)
    )
    assert kept.title == "comparison of pipeline.py:make_dataset"
    session.close()
    of.file.unlink()
    again = Session(folders)
    plan = again.experiments.get(kept.id).plan((0, 0), "")
    again.close()
    assert again.workloads.get(kept.workload) == own
    assert plan.code == own.code


def test_a_session_with_own_code_opens_without_tensorflow(write: Write, folders: Folders) -> None:
    of = write(TEXT)
    session = Session(folders)
    recorded_run(session, opened(of.id))
    session.close()
    of.file.unlink()
    code = (
        "import sys\n"
        "from core.folders import Folders\n"
        "from core.session import Session\n"
        f"session = Session(Folders.under({str(folders.runs)!r}))\n"
        "(run,) = session.runs\n"
        "print([stage.title for stage in session.settings_of(run)[0].chain.stages][:2])\n"
        "print('tensorflow' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == ["['range', 'batch']", "False"]


def test_code_that_is_not_that_of_its_run_leaves_the_run_with_its_raw_values(
    write: Write, folders: Folders
) -> None:
    session = Session(folders)
    own = opened(write(TEXT).id)
    run_id = recorded_run(session, own, workload="/a/b.py:make@00000000")
    session.close()
    again = Session(folders)
    with pytest.raises(InputError, match="is someone's own code that is not open"):
        again.settings_of(again.run(run_id))
    again.close()


# -- whose code runs ------------------------------------------------------------------------------


LOUD = "import pathlib\n(pathlib.Path(__file__).parent / 'ran').touch()\n" + TEXT


def test_a_session_of_someone_else_runs_nothing(
    write: Write, folders: Folders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = write(LOUD)
    session = Session(folders)
    recorded_run(session, opened(of.id))
    session.close()
    (tmp_path / "ran").unlink()
    monkeypatch.setattr(Folders, "agreed", tmp_path / "elsewhere")
    again = Session(folders)
    (run,) = again.runs
    own, settings = again.settings_of(run)
    with pytest.raises(ExplorerError, match=r"pipeline\.py, which nobody has agreed to"):
        again.begin(again.plan(own, settings))
    assert again.recording is None
    again.close()
    assert not (tmp_path / "ran").exists()


def test_recordings_do_not_bring_along_what_may_run(folders: Folders) -> None:
    folders.make()
    Trust(folders.runs).agree("0" * 64, Path("/x/train.py"))
    session = Session(folders)
    assert not session.trust.trusts("0" * 64, Path("x.py"))
    session.close()


def test_a_file_is_named_with_its_content_before_anything_of_it_runs(
    write: Write, tmp_path: Path
) -> None:
    of = write(LOUD)
    file, stamp = user_code_file(of.id)
    assert (file, stamp) == user_code_file(str(of.file))
    assert not (tmp_path / "ran").exists()
    found = opened(of.id)
    assert (found.function.file, found.opened.stamp) == (file, stamp)
    assert (tmp_path / "ran").exists()


# -- what a text opens ----------------------------------------------------------------------------


def test_a_file_alone_is_opened_at_make_dataset(write: Write) -> None:
    of = write(TEXT)
    assert open_user_code(str(of.file)) == open_user_code(of.id)


def test_a_file_with_a_workload_in_it_is_that_workload(write: Write) -> None:
    text = "from core.workloads.in_memory import InMemory\nWORKLOAD = InMemory(examples=64)\n"
    own = open_user_code(str(write(text).file))
    assert isinstance(own, DeclaredWorkload)
    assert own.inner.id == "in_memory"
    assert list(own.chain.knobs) == list(own.inner.chain.knobs)
    assert own.id.partition("@")[0].endswith("pipeline.py:WORKLOAD")
    assert own.code is not None
    assert recorded_workload(own.code) is None


def test_a_script_is_not_run_in_search_of_a_function(write: Write, tmp_path: Path) -> None:
    of = write("import pathlib\npathlib.Path(__file__).with_name('ran').touch()\ndef data(): ...\n")
    with pytest.raises(InputError, match="neither WORKLOAD nor a function make_dataset") as caught:
        open_user_code(str(of.file))
    assert "one of data" in caught.value.expected
    assert "run-script" in caught.value.remedy
    assert not (tmp_path / "ran").exists()


# -- what an isolated run would open by its record ------------------------------------------------


@pytest.mark.parametrize("kind", CodeKind)
def test_an_isolated_run_opens_nothing_that_nobody_agreed_to(
    folders: Folders, write: Write, kind: CodeKind
) -> None:
    session = Session(folders, record=False)
    theirs = write(TEXT, file="theirs.py").file
    code = UserCode(kind, str(theirs), Opened((), "", True, False, content_hash(theirs)))
    plan = RunPlan(f"{theirs}:WORKLOAD@12345678", recorded({}), "/data", code=code, engine=PROCESS)
    with pytest.raises(ExplorerError, match=r"theirs\.py, which nobody has agreed to"):
        session.begin(plan)
    # Nor under the name of what was agreed to.
    mine = opened(write(TEXT, file="mine.py").id)
    session.trust.agree(mine.opened.stamp, mine.function.file)
    write(TEXT + "# of another kind\n", file="theirs.py")
    code = replace(code, opened=replace(code.opened, stamp=content_hash(theirs)))
    with pytest.raises(ExplorerError, match=r"theirs\.py, which nobody has agreed to"):
        session.begin(replace(plan, workload=mine.id, code=code))
    session.close()
