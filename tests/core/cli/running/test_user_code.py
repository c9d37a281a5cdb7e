"""People's own code on the command line."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.cli import main
from core.cli.running.user_code import user_code_in
from core.engines.process_environment import ProcessEnvironment
from core.engines.protocols import Cancelled, Emit
from core.folders import Folders
from core.measure import fit as measure
from core.measure.loading import load_tensorflow
from core.model.errors import InputError
from core.model.plan import RunPlan
from core.session.trust import Trust
from core.user_code.user_function import content_hash
from tests.builders import even_samples, events_of, scripted_fit
from tests.core.cli.conftest import Cli

pytestmark = pytest.mark.e2e


class Here(ProcessEnvironment):
    """Opens what a plan names as a process of its own does, with this process's TensorFlow."""

    def load(self, plan: RunPlan) -> None:
        load_tensorflow()


def fit(plan: RunPlan, emit: Emit, cancelled: Cancelled) -> None:
    measure.fit(plan, emit, cancelled, run_environment=Here())


PIPELINES = Path(__file__).parents[3] / "own" / "pipelines"
ARRAYS = f"{PIPELINES / 'numpy_arrays.py'}:make_dataset"
PLAIN = """import tensorflow as tf

def make_dataset():
    ds = tf.data.Dataset.range(40)
    ds = ds.map(lambda x: (x, x % 2))  # as it was
    return ds.batch(4)
"""
SCRIPT = """import sys
import keras
import tensorflow as tf

print("said by the script", sys.argv[1:])
x = tf.ones([40, 4])
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.data.Dataset.from_tensor_slices((x, x[:, :1])).batch(4), epochs=2, callbacks=[
    keras.callbacks.TerminateOnNaN()
])
raise SystemExit("went on behind fit")
"""


@pytest.fixture(autouse=True)
def _nothing_agreed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(Folders, "agreed", tmp_path / "agreed")


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    file = tmp_path / "plain.py"
    file.write_text(PLAIN, encoding="utf-8")
    return file


@pytest.fixture
def script(tmp_path: Path) -> Path:
    file = tmp_path / "train.py"
    file.write_text(SCRIPT, encoding="utf-8")
    return file


# -- measuring ------------------------------------------------------------------------------------


def test_a_function_with_a_model_is_measured(cli: Cli, tmp_path: Path) -> None:
    found = cli("run", ARRAYS, "--device", "emulated:5", "--json", "-", fit=fit)
    document = json.loads(found.out)
    assert found.code == 0, found.err
    assert f"pipeline-explorer: runs {PIPELINES / 'numpy_arrays.py'}\n" in found.err
    assert document["state"] == "done"
    assert document["throughput_examples_per_s"] > 0
    assert document["emulated"][0].startswith("emulated accelerator 5 ms")
    assert re.fullmatch(re.escape(ARRAYS) + "@[0-9a-f]{8}", document["workload"])


def test_a_function_without_one_says_stand_in_beside_every_figure(cli: Cli, plain: Path) -> None:
    found = cli("run", str(plain), "--device", "emulated:2", fit=fit)
    assert found.code == 0, found.err
    throughput = next(line for line in found.out.splitlines() if "throughput" in line)
    assert "emulated accelerator 2 ms and by a stand-in model" in throughput
    assert "plain.py:make_dataset on emulated:2, " in found.out
    listed = cli("runs").out
    assert "plain.py:make_dataset" in listed
    assert "stand-in model" in listed
    table = cli("export", "--csv", "-").out
    assert "stand-in model" in table


def test_a_script_is_measured_with_its_own_arguments(cli: Cli, script: Path) -> None:
    words = ("run-script", "--device", "emulated:2", "--json", "-")
    found = cli(*words, str(script), "--json", "of its own", fit=fit)
    document = json.loads(found.out)
    assert found.code == 0, found.err
    assert "said by the script ['--json', 'of its own']" in found.err
    assert "went on behind fit" not in found.err
    assert "callbacks (TerminateOnNaN) take part only" in found.err
    assert document["settings"]["fit.epochs"] == 2
    assert document["examples_per_epoch"] == [40, 40]
    assert document["emulated"][0].startswith("emulated accelerator 2 ms")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("show", "train.py", "--", "--big"), "fit (of the script)"),
        (("findings", "train.py"), "train.py:9: hint: nothing is prefetched"),
        (("code", "train.py", "--set", "prefetch[added].buffer_size=2"), ".batch(4).prefetch(2)"),
        (("patch", "train.py", "--set", "batch.batch_size=8", "--", "--big"), ".batch(8)"),
    ],
)
def test_commands_take_a_script_with_its_arguments_behind_two_dashes(
    cli: Cli, script: Path, words: tuple[str, ...], said: str
) -> None:
    found = cli(*(str(script) if word == "train.py" else word for word in words))
    assert found.code == 0, found.err
    assert said in found.out
    given = ["--big"] if "--" in words else []
    assert f"said by the script {given}" in found.err


def test_run_script_shows_the_chain_whose_stages_can_be_set(cli: Cli, script: Path) -> None:
    found = cli("run-script", "--no-record", str(script))
    assert found.code == 0, found.err
    assert re.search(r"^batch +batch +train.py:9 +batch_size=4", found.err, re.MULTILINE)


def test_arguments_of_a_script_are_not_those_of_a_function(cli: Cli, plain: Path) -> None:
    found = cli("show", f"{plain}:make_dataset", "--", "--big")
    assert found.code == 2
    assert "takes no arguments behind --" in found.err


@pytest.mark.parametrize("command", ["run", "run-script"])
def test_a_stand_in_is_a_flag_of_functions_and_scripts(
    cli: Cli, script: Path, command: str
) -> None:
    what = ARRAYS if command == "run" else str(script)
    found = cli(command, "--stand-in", "--epochs", "1", "--json", "-", what)
    values = json.loads(found.out)["settings"]
    assert values["model.stand_in"] is True
    assert values["fit.device"] == "emulated:20"


def test_a_stand_in_is_refused_where_the_model_is_built_in(cli: Cli) -> None:
    found = cli("run", "in_memory", "--stand-in")
    assert found.code == 2
    assert "takes the place of a model of your own" in found.err


def test_another_fit_of_a_script_is_measured(cli: Cli, script: Path) -> None:
    fits = SCRIPT.replace("raise SystemExit", "model.fit(x, x[:, :1])\nmodel.fit(")
    fits = fits.replace('("went on behind fit")', "tf.data.Dataset.range(8).map(\n"
        "    lambda n: (tf.fill([4], 1.0), tf.fill([1], 0.0))).batch(2))")  # fmt: skip
    script.write_text(fits, encoding="utf-8")
    words = ("--json", "-", str(script))
    found = cli("run-script", "--fit", "3", "--device", "cpu", *words, fit=fit)
    assert found.code == 0, found.err
    assert json.loads(found.out)["examples_per_epoch"] == [8]
    assert "Before line 13 it trains on _BatchDataset (line 9) and EagerTensor" in found.err
    assert "train.py (fit 3)" in cli("runs").out
    assert cli("run-script", "--fit", "0", str(script)).code == 2


def test_settings_stand_before_the_scripts_name(cli: Cli, script: Path) -> None:
    found = cli("run-script", "--set", "batch.batch_size=8", "--json", "-", str(script), fit=fit)
    assert json.loads(found.out)["settings"]["batch.batch_size"] == 8


def test_two_settings_of_own_code_are_compared_and_reported(
    cli: Cli, plain: Path, tmp_path: Path
) -> None:
    report = tmp_path / "report.html"
    plans: list[RunPlan] = []
    even = scripted_fit(events_of(even_samples()))

    def fit(plan: RunPlan, emit: Emit, cancelled: Cancelled) -> None:
        plans.append(plan)
        even(plan, emit, cancelled)

    words = ("compare", f"{plain}:make_dataset", "--b", "map.num_parallel_calls=2")
    found = cli(*words, "--repeats", "2", "--html", str(report), fit=fit)
    assert found.code == 0, found.err
    # A is the file as it is written.
    assert plans[0].settings == plans[0].settings.chain.defaults()
    assert [plan.settings["map.num_parallel_calls"] for plan in plans[1:3]] == [2, 2]
    vary = "map.num_parallel_calls=2,4"
    swept = cli("sweep", f"{plain}:make_dataset", "--vary", vary, fit=fit)
    assert swept.code == 0, swept.err
    # A process that has nothing open finds file and function in the plan itself.
    assert [plan.code and plan.code.file for plan in plans] == [str(plain)] * 6
    page = report.read_text(encoding="utf-8")
    assert "plain.py:make_dataset" in page
    assert "B as a change to the code" in page
    assert "num_parallel_calls=2" in page
    plain.unlink()
    listed = cli("report")
    assert "comparison" in listed.out
    assert "plain.py:make_dataset" in listed.out


# -- looking --------------------------------------------------------------------------------------


def test_the_chain_is_shown_with_its_lines(cli: Cli, plain: Path) -> None:
    found = cli("show", f"{plain}:make_dataset")
    assert re.search(r"^map +map \S+ +plain\.py:5 +num_parallel_calls=off", found.out, re.M)
    assert re.search(r"^batch +batch +plain\.py:6 +batch_size=4", found.out, re.M)
    assert "prefetch[added]" in found.out
    assert "a stand-in model is trained, and every number says so" in " ".join(found.out.split())
    document = json.loads(cli("show", f"{plain}:make_dataset", "--json").out)
    assert document["files"] == [{"file": str(plain), "sha256": content_hash(plain)}]
    assert document["stages"][1]["call"]["site"]["line"] == 5


def test_findings_point_at_lines(cli: Cli, plain: Path) -> None:
    found = cli("findings", f"{plain}:make_dataset")
    assert found.code == 0
    assert re.search(r"plain\.py:6: hint: nothing is prefetched", found.out)
    document = json.loads(cli("findings", f"{plain}:make_dataset", "--json").out)
    assert {one["key"] for one in document["findings"]} >= {"no_prefetch"}


def test_findings_say_what_recorded_runs_measured(cli: Cli, plain: Path) -> None:
    cli("run", f"{plain}:make_dataset")
    found = cli("findings", f"{plain}:make_dataset")
    assert "Measured: " in found.out
    assert "In run 1 the model waited for input" in found.out


def test_knobs_of_own_code_are_those_of_its_calls(cli: Cli, plain: Path) -> None:
    found = cli("knobs", str(plain))
    assert "map.num_parallel_calls  default off" in found.out
    assert "prefetch[added].buffer_size" in found.out


def test_findings_of_a_built_in_workload_need_no_file(cli: Cli) -> None:
    found = cli("findings", "augmented")
    assert found.code == 0
    assert "no_prefetch" in found.out


# -- the patch ------------------------------------------------------------------------------------


@pytest.mark.parametrize("to_file", [False, True])
def test_the_patch_applies_and_the_file_then_has_the_settings(
    cli: Cli, plain: Path, tmp_path: Path, to_file: bool
) -> None:
    target = tmp_path / "change.diff"
    words = ["patch", f"{plain}:make_dataset", "--set", "map.num_parallel_calls=2"]
    words += ["--set", "prefetch[added].buffer_size=autotune"]
    found = cli(*words, *(["--output", str(target)] if to_file else []))
    assert found.code == 0, found.err
    if not to_file:
        target.write_text(found.out, encoding="utf-8")
    subprocess.run(["git", "apply", str(target)], cwd=tmp_path, check=True)
    text = plain.read_text(encoding="utf-8")
    assert "num_parallel_calls=2)  # as it was" in text
    knobs = cli("knobs", f"{plain}:make_dataset").out
    assert "map.num_parallel_calls  default 2" in knobs
    assert "prefetch.buffer_size  default autotune" in knobs


def test_code_of_own_code_is_the_patch(cli: Cli, plain: Path, tmp_path: Path) -> None:
    folder = tmp_path / "-".join(["folder"] * 15)
    folder.mkdir()
    plain = plain.rename(folder / plain.name)
    found = cli("code", f"{plain}:make_dataset", "--set", "batch.batch_size=8")
    # However long its path is, it is in one piece.
    assert found.out.replace("\n# ", " ").startswith(f"# The change to {plain}")
    assert "+    return ds.batch(8)" in found.out
    assert cli("code", f"{plain}:make_dataset").out.startswith("# Nothing is changed: ")


def test_what_cannot_be_patched_is_said_and_the_exit_code_too(cli: Cli, plain: Path) -> None:
    found = cli("patch", f"{plain}:make_dataset", "--set", "process.intra_op_threads=2")
    assert (found.code, found.out) == (1, "")
    assert "what holds for the whole process is not part of the patch" in found.err


def test_a_built_in_workload_has_no_patch(cli: Cli) -> None:
    found = cli("patch", "augmented")
    assert found.code == 2
    assert "has no calls of yours to change" in found.err


# -- a workload of one's own ----------------------------------------------------------------------


def test_a_new_workload_runs_as_it_is(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    assert cli("new-workload", str(file)).code == 0
    found = cli("run", str(file), "--epochs", "1", "--json", "-", fit=fit)
    assert found.code == 0, found.err
    assert json.loads(found.out)["examples_per_epoch"] == [4000]
    script = cli("code", str(file)).out
    assert f"python main.py run {file}" in script
    assert "def normalize(" in script


def test_a_new_workload_overwrites_nothing(cli: Cli, plain: Path) -> None:
    found = cli("new-workload", str(plain))
    assert found.code == 2
    assert "is not overwritten" in found.complaint
    assert plain.read_text(encoding="utf-8") == PLAIN


# -- errors ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("details", [False, True])
def test_an_error_in_their_code_is_one_line_and_their_traceback_on_demand(
    cli: Cli, plain: Path, details: bool
) -> None:
    plain.write_text(PLAIN.replace("range(40)", "range(missing)"), encoding="utf-8")
    found = cli("show", f"{plain}:make_dataset", *(["--details"] if details else []))
    assert found.code == 1
    assert f"{plain}, line 4: NameError: name 'missing' is not defined" in found.err
    assert ("(--details shows where.)" in found.err) is not details
    assert ("ds = tf.data.Dataset.range(missing)" in found.err) is details
    assert "core/" not in found.err.replace(str(plain), "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("run nowhere.py:make_dataset", "There is no file"),
        ("run nowhere.py", "There is no file"),
        ("show {plain}:other", "has no function 'other'"),
        ("run-script nowhere.py", "There is no file"),
        ("run-script {plain}", "ended without a call of model.fit"),
    ],
)
def test_what_is_not_there_is_bad_input(cli: Cli, plain: Path, words: str, said: str) -> None:
    found = cli(*words.format(plain=plain).split(), fit=fit)
    assert found.code == 2
    assert said in found.err


# -- the window -----------------------------------------------------------------------------------


@pytest.mark.parametrize("before", [True, False])
def test_the_window_opens_with_a_file_in_place_of_a_command(
    tmp_path: Path, plain: Path, before: bool
) -> None:
    asked: list[tuple[Path, str]] = []

    def open_window(folders: Folders, own: str = "") -> int:
        asked.append((folders.runs, own))
        return 0

    named, text = ["--data-dir", str(tmp_path / "data")], f"{plain}:make_dataset"
    words = [*named, text] if before else [text, *named]
    assert main(words, open_window=open_window) == 0
    assert asked == [(tmp_path / "data", text)]
    # Naming it is the consent to run it.
    assert Trust(tmp_path / "agreed").trusts(content_hash(plain), plain)


def test_a_file_that_is_not_there_opens_no_window(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["nowhere.py:make_dataset"], open_window=lambda folders, own="": 0) == 2
    assert "There is no file" in capfd.readouterr().err


def test_what_is_no_file_is_a_command() -> None:
    words = ["--data-dir", "x.py", "runs", "--json"]
    assert user_code_in(words) == ""
    assert words == ["--data-dir", "x.py", "runs", "--json"]
    with pytest.raises(InputError, match="Nothing can stand behind"):
        user_code_in(["x.py:f", "--set", "map.a=1"])
