"""``completion``: what the shells themselves offer with the scripts."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from core.cli.catalogue import COMMANDS
from core.cli.machine.completion import SHELLS
from core.workloads.catalogue import WORKLOADS
from tests.core.cli.conftest import Cli

pytest.importorskip("shtab", reason="the requirements are older than the checkout")

CASES = {
    # What is typed: what is offered, or a part of it.
    "compl": {"completion"},
    "run aug": {"augmented"},
    "run augmented --fit-n": set(),
    "run augmented --see": {"--seed"},
    "run augmented --set prefetch.": {"prefetch.buffer_size="},
    "run augmented --set prefetch.buffer_size=": {
        f"prefetch.buffer_size={value}" for value in ("off", "autotune", 1, 2, 4, 8)
    },
    "run augmented --set prefetch.buffer_size=2 --set map.ena": {"map.enabled="},
    "run augmented --device emulated:2": {"emulated:20"},
    "run augmented --preset nai": {"naive"},
    "run augmented --engine pro": {"process"},
    "compare augmented --b prefetch.buffer_size=2,map.enabled=of": {
        "prefetch.buffer_size=2,map.enabled=off"
    },
    "sweep augmented --vary map.ena": {"map.enabled="},
    "run tra": {"train.py"},
    "completion f": {"fish"},
}

BASH = """
source "$1"
while IFS= read -r given; do
  # As readline does with the signs that end words.
  words=${given//=/ = }; COMP_WORDS=()
  for word in ${words//:/ : }; do COMP_WORDS+=("$word"); done
  [[ $given == *" " ]] && COMP_WORDS+=("")
  COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMPREPLY=()
  _pipeline_explorer_join
  typed=${given##* }; ends=${typed##*[=:]}; begin=${typed%"$ends"}
  printf '%s' "$given"; printf '\\t%s' "${COMPREPLY[@]/#/$begin}"; echo
done
"""
FISH = """
source $argv[1]
while read -l line
  printf '%s' $line
  for offer in (complete -C $line); printf '\\t%s' (string split \\t -- $offer)[1]; end
  echo
end
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "train.py").touch()
    (tmp_path / "traces").write_text("no Python", encoding="utf-8")
    return tmp_path


def offers(folder: Path, shell: str, script: str, program: str) -> dict[str, set[str]]:
    """What a shell offers for each case."""
    found = shutil.which(shell)
    if found is None:
        pytest.skip(f"{shell} is not installed")
    (folder / "completions").write_text(script, encoding="utf-8")
    given = "".join(f"pipeline-explorer {typed}\n" for typed in CASES)
    words = [found, "-c", program, *(["bash"] if shell == "bash" else []), "./completions"]
    done = subprocess.run(
        words, input=given, cwd=folder, capture_output=True, text=True, check=True, timeout=60
    )
    lines = (line.split("\t") for line in done.stdout.splitlines())
    return {
        typed.removeprefix("pipeline-explorer "): {word for word in each if word}
        for typed, *each in lines
    }


@pytest.mark.parametrize(("shell", "program"), [("bash", BASH), ("fish", FISH)])
def test_a_shell_offers_commands_workloads_knobs_and_values(
    cli: Cli, folder: Path, shell: str, program: str
) -> None:
    outcome = cli("completion", shell)
    assert (outcome.code, outcome.err) == (0, "")
    assert offers(folder, shell, outcome.out, program) == CASES


@pytest.mark.parametrize("shell", SHELLS)
def test_every_script_has_every_command_workload_and_knob(cli: Cli, shell: str) -> None:
    script = cli("completion", shell).out
    assert [command.name for command in COMMANDS if command.name not in script] == []
    assert [workload.id for workload in WORKLOADS if workload.id not in script] == []
    keys = {key for workload in WORKLOADS for key in workload.chain.knobs}
    assert {key for key in keys if key not in script} == set()


def test_zsh_takes_the_script(cli: Cli, folder: Path) -> None:
    zsh = shutil.which("zsh")
    if zsh is None:
        pytest.skip("zsh is not installed")
    (folder / "completions").write_text(cli("completion", "zsh").out, encoding="utf-8")
    subprocess.run([zsh, "-n", "./completions"], cwd=folder, check=True, timeout=60)


def test_another_shell_is_bad_input(cli: Cli) -> None:
    assert cli("completion", "csh").code == 2
