"""What the documentation promises: its commands run, its links lead somewhere."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.cli.catalogue import COMMANDS
from core.cli.program import main
from core.folders import Folders
from tests.core.cli.conftest import Cli

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[3]
PAGES = ("README.md", "CONTRIBUTING.md", *sorted(f"docs/{p.name}" for p in ROOT.glob("docs/*.md")))
PROGRAM = ".venv/bin/python main.py"
FILES = {
    "train.py": """import tensorflow as tf

train_ds = tf.data.Dataset.range(64).map(lambda x: (x, x % 2), name="pairs").batch(4)

def make_dataset():
    return tf.data.Dataset.range(64).map(lambda x: (tf.fill([2], x), x % 2)).batch(4)
""",
    "script.py": """import argparse
import keras
import tensorflow as tf

parser = argparse.ArgumentParser()
parser.add_argument("--epochs", type=int)
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("sgd", "mse")
x = tf.ones([64, 2])
model.fit(
    tf.data.Dataset.from_tensor_slices((x, x[:, :1])).batch(4), epochs=parser.parse_args().epochs
)
""",
}


def commands(page: str) -> list[list[str]]:
    """Every command of a page, as words."""
    text = (ROOT / page).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = (line.strip() for line in text.splitlines() if line.startswith("    "))
    return [shlex.split(line)[2:] for line in lines if line.startswith(PROGRAM)]


def heading_ids(page: Path) -> set[str]:
    """The anchors that a page's headings have, made as the common renderers make them."""
    found = re.findall(r"(?m)^#+ (.+)$", page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in found}


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The person's folder, with their files in it."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Folders, "agreed", tmp_path / "agreed")


def test_every_command_of_the_documentation_runs(cli: Cli) -> None:
    for size in ("off", "2"):
        assert cli("run", "in_memory", "--set", f"prefetch.buffer_size={size}").code == 0
    kept = cli("compare", "in_memory", "--b", "prefetch.buffer_size=2", "--repeats", "2")
    assert kept.code == 0, kept.err
    names = {command.name for command in COMMANDS}
    opened: list[str] = []

    def window(_folders: Folders, own: str = "") -> int:
        opened.append(own)
        return 0

    every = dict.fromkeys(tuple(words) for page in PAGES for words in commands(page))
    assert len(every) > 20
    for words in every:
        given = [cli_id(cli) if word == "NAME-OR-ID" else word for word in words]
        if given[0] not in names:
            assert main(given, open_window=window) == 0, words
            assert opened.pop() == given[0]
            continue
        outcome = cli(*given)
        # doctor says 1 where the machine lacks something.
        assert outcome.code in ((0, 1) if given[0] == "doctor" else (0,)), (words, outcome.err)


def cli_id(cli: Cli) -> str:
    """The id of the comparison that is kept."""
    found = re.search(r"\b[0-9a-f]{8,}\b", cli("report").out)
    assert found is not None
    return found.group()


def test_every_command_that_there_is_stands_in_the_documentation() -> None:
    text = (ROOT / "docs/command-line.md").read_text(encoding="utf-8")
    assert [command.name for command in COMMANDS if f"`{command.name}`" not in text] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_link_of_a_page_leads_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#][^)]*|#[^)]+)\)", text):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        file = (ROOT / page).parent / path if path else ROOT / page
        assert file.exists(), target
        if anchor:
            assert anchor in heading_ids(file), target
