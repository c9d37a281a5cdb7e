"""What shells complete beside commands and options: workloads, presets, knobs with their values.

Every list is part of the script, so nothing of Python runs while somebody types.
"""

from __future__ import annotations

import argparse
import re

from core.pipeline.presets import PRESETS
from core.workloads.catalogue import WORKLOADS

SETTING = "STAGE.KNOB="
"""What the names of arguments that set knobs begin with."""

_PLAIN = re.compile(r"[\w.:+-]+")
_FUNCTION = "_pipeline_explorer_"
_FILES = {"bash": "_shtab_compgen_files", "zsh": "_files", "fish": "(__fish_complete_path)"}
_FOLDERS = {
    "bash": "_shtab_compgen_dirs",
    "zsh": "_files -/",
    "fish": "(__fish_complete_directories)",
}
_BY_NAME = {
    "WORKLOAD": "workloads",
    "NAME": "presets",
    "STAGE.KNOB=": "settings",
    "FILE": _FILES,
    "DIR": _FOLDERS,
    "VENV_OR_PYTHON": _FILES,
}

BASH_JOIN = f"""
# bash takes = and : for the ends of words: put together what belongs together, and cut the part
# that is typed already off what is offered.
{_FUNCTION}join() {{
  local words=() word last at=0 index glue=""
  for ((index = 0; index < ${{#COMP_WORDS[@]}}; index++)); do
    word=${{COMP_WORDS[index]}}
    last=$((${{#words[@]}} - 1))
    if [[ $last -ge 0 && ( -n $glue || $word == [=:]* ) ]]; then
      words[last]+=$word
    else
      words+=("$word")
    fi
    glue=""
    [[ $word == *[=:] ]] && glue=yes
    ((index == COMP_CWORD)) && at=$((${{#words[@]}} - 1))
  done
  COMP_WORDS=("${{words[@]}}")
  COMP_CWORD=$at
  _shtab_pipeline_explorer
  local typed=${{words[at]}}
  if [[ $typed == *[=:]* ]]; then
    typed=${{typed%"${{typed##*[=:]}}"}}
    COMPREPLY=("${{COMPREPLY[@]#"$typed"}}")
  fi
  [[ ${{#COMPREPLY[@]}} -gt 0 && ${{COMPREPLY[0]}} == *= ]] && compopt -o nospace
  return 0
}}
complete -o bashdefault -F {_FUNCTION}join pipeline-explorer
"""


def mark(parser: argparse.ArgumentParser) -> None:
    """Say of every argument of a parser and its commands what completes it."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for part in action.choices.values():
                mark(part)
            continue
        name = str(action.metavar or "")
        if name == "VALUE" and "fit" in action.dest:
            action.complete = _function(action.dest.replace(".", "_"))  # type: ignore[attr-defined]
            continue
        for begin, what in _BY_NAME.items():
            if name.startswith(begin) and (begin != "NAME" or "--preset" in action.option_strings):
                complete = _function(what) if isinstance(what, str) else what
                action.complete = complete  # type: ignore[attr-defined]


def functions() -> dict[str, str]:
    """For each shell, the functions that offer the words."""
    knobs = _knobs()
    settings = [f"{key}={value}" for key, values in knobs.items() for value in values or ("",)]
    lists = {
        "workloads": [workload.id for workload in WORKLOADS],
        "presets": [preset.id for preset in PRESETS],
        **{key.replace(".", "_"): values for key, values in knobs.items() if key[:4] == "fit."},
    }
    return {
        "bash": "\n".join([*(_bash(*each) for each in lists.items()), _bash_settings(settings)]),
        "zsh": "\n".join([*(_zsh(*each) for each in lists.items()), _zsh_settings(knobs)]),
        "fish": "\n".join([*(_fish(*each) for each in lists.items()), _fish_settings(settings)]),
    }


def _knobs() -> dict[str, list[str]]:
    """The values that each knob suggests, whatever workload has it; those that need no quotes."""
    knobs: dict[str, list[str]] = {}
    for workload in WORKLOADS:
        for key, knob in workload.chain.knobs.items():
            values = knobs.setdefault(key, [])
            words = (knob.kind.format(value) for value in knob.kind.suggestions())
            values += [word for word in words if word not in values and _PLAIN.fullmatch(word)]
    return knobs


def _function(what: str) -> dict[str, str]:
    name = f"{_FUNCTION}{what}"
    return {"bash": name, "zsh": name, "fish": f"({name})"}


def _bash(name: str, words: list[str]) -> str:
    files = '\n  compgen -f -X "!*.py" -- "$1"; compgen -d -- "$1"' if name == "workloads" else ""
    return f'{_FUNCTION}{name}() {{\n  compgen -W "{" ".join(words)}" -- "$1"{files}\n}}'


def _bash_settings(settings: list[str]) -> str:
    return f"""{_FUNCTION}settings() {{
  local before="" settings="{" ".join(settings)}"
  # --b takes several, with commas between them
  [[ $1 == *=*,* ]] && before="${{1%,*}},"
  local word="${{1#"$before"}}"
  if [[ $word == *=* ]]; then
    compgen -P "$before" -W "$settings" -- "$word"
  else
    compgen -P "$before" -W "$(printf '%s\\n' $settings | sed 's/=.*/=/' | uniq)" -- "$word"
  fi
}}"""


def _zsh(name: str, words: list[str]) -> str:
    files = "\n  _files -g '*.py'" if name == "workloads" else ""
    return f"{_FUNCTION}{name}() {{\n  compadd -- {' '.join(words)}{files}\n}}"


def _zsh_settings(knobs: dict[str, list[str]]) -> str:
    cases = "\n".join(
        f"      {key}) compadd -- {' '.join(values)} ;;" for key, values in knobs.items() if values
    )
    return f"""{_FUNCTION}settings() {{
  compset -P '*=*,'
  if compset -P '*='; then
    case "${{${{IPREFIX%=}}##*,}}" in
{cases}
    esac
  else
    compadd -S = -- {" ".join(knobs)}
  fi
}}"""


def _fish(name: str, words: list[str]) -> str:
    paths = "__fish_complete_path (commandline -ct) | string match -r '^.*(?:[.]py|/)(?:\\t.*)?$'"
    files = f"\n  {paths}" if name == "workloads" else ""
    return f"function {_FUNCTION}{name}\n  printf '%s\\n' {' '.join(words)}{files}\nend"


def _fish_settings(settings: list[str]) -> str:
    return f"""function {_FUNCTION}settings
  set -l settings {" ".join(settings)}
  set -l before (string match -r '^.*=.*,' -- (commandline -ct))
  set -l word (string replace -- "$before" '' (commandline -ct))
  if string match -q '*=*' -- $word
    printf "$before%s\\n" $settings
  else
    printf "$before%s\\n" (string replace -r '=.*' '=' -- $settings | uniq)
  end
end"""
