"""Nothing that reads a file can be made to run code by what stands in it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted(
    file for folder in ("core", "gui", "resources") for file in (ROOT / folder).rglob("*.py")
)
FORBIDDEN_MODULES = {"pickle", "cPickle", "_pickle", "dill", "cloudpickle", "shelve", "marshal",
                     "joblib"}  # fmt: skip
RUNS_TEXT = {"eval", "exec", "compile", "__import__"}
BETWEEN_OWN_PROCESSES = {
    # Code and functions go from this program to a process that it has just started, over a pipe.
    "core/engines/begin.py", "core/engines/bundle.py", "core/process_pool/pickling.py",
    "core/process_pool/worker.py", "core/pipeline/workers/in_processes_helper.py",
    "core/user_code/load_file.py", "core/measure/side_process.py",
    "core/process_pool/items.py", "core/engines/watching/start/sitecustomize.py",
    "core/engines/watching/become_script.py", "core/engines/watching/launch.py",
}  # fmt: skip
MAY_RUN_TEXT = {
    # A person's own file, after they agreed to its content; see core/session/trust.py.
    "core/user_code/load_file.py",
    "core/user_code/script.py",
    "core/process_pool/item_loop.py",
    # Compiled to see which instruction stands for which call, and never run.
    "core/user_code/observed/positions.py",
}
UNSAFE_CALLS = {"yaml.load", "yaml.unsafe_load", "yaml.full_load", "os.system", "os.popen",
                "np.fromregex", "pandas.read_pickle", "pd.read_pickle"}  # fmt: skip


def name_of(node: ast.AST) -> str:
    """``np.load`` of a call's function; empty for others."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = name_of(node.value)
        return f"{before}.{node.attr}" if before else ""
    return ""


def modules_of(tree: ast.AST) -> Iterator[str]:
    """Every module that is imported, wherever the import stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
        elif isinstance(node, ast.Call) and name_of(node.func).endswith("import_module"):
            yield from (
                argument.value for argument in node.args if isinstance(argument, ast.Constant)
            )


def calls_of(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def faults_of(text: str, name: str = "core/some.py") -> list[str]:
    """What a file does that could run what stands in another."""
    tree = ast.parse(text)
    found = [
        f"imports {module}"
        for module in modules_of(tree)
        if str(module).split(".")[0] in FORBIDDEN_MODULES and name not in BETWEEN_OWN_PROCESSES
    ]
    for call in calls_of(tree):
        function = name_of(call.func)
        given = {word.arg: word.value for word in call.keywords}
        if function in RUNS_TEXT and name not in MAY_RUN_TEXT | BETWEEN_OWN_PROCESSES:
            found.append(f"line {call.lineno}: {function}")
        if function in UNSAFE_CALLS:
            found.append(f"line {call.lineno}: {function}")
        if function.endswith("subprocess.run") or function == "subprocess.Popen":
            shell = given.get("shell")
            if shell is not None and getattr(shell, "value", True):
                found.append(f"line {call.lineno}: a shell")
        allowed = given.get("allow_pickle")
        if allowed is not None and getattr(allowed, "value", True) is not False:
            found.append(f"line {call.lineno}: allow_pickle")
        if function in ("np.load", "numpy.load") and allowed is None:
            found.append(f"line {call.lineno}: {function} without allow_pickle=False")
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_file_of_the_application_runs_what_it_reads(file: Path) -> None:
    assert faults_of(file.read_text(encoding="utf-8"), file.relative_to(ROOT).as_posix()) == []


@pytest.mark.parametrize(
    "text",
    [
        "import pickle",
        "from marshal import loads",
        "import importlib\nimportlib.import_module('shelve')",
        "np.load(file)",
        "np.load(file, allow_pickle=True)",
        "np.load(file, allow_pickle=allowed)",
        "np.save(file, array, allow_pickle=True)",
        "eval(text)",
        "yaml.load(text)",
        "subprocess.run(text, shell=True)",
    ],
)
def test_what_could_run_code_is_found(text: str) -> None:
    assert faults_of(text) != []


@pytest.mark.parametrize(
    "text", ["np.load(file, allow_pickle=False)", "re.compile(text)", "json.loads(text)"]
)
def test_what_is_harmless_is_not(text: str) -> None:
    assert faults_of(text) == []
