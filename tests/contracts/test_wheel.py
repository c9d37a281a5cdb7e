"""What is installed: one package, one command, with the pages that help shows."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.environments import empty_environment, site_packages

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="folders are called otherwise")

ROOT = Path(__file__).parents[2]
PARTS = ("core", "gui", "resources", "docs", "pipeline_explorer")
FILES = ("pyproject.toml", "setup.py", "MANIFEST.in", "README.md", "LICENSE", "main.py")


def run(*command: str | Path, cwd: Path) -> str:
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=cwd, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built without a network."""
    pytest.importorskip("setuptools")
    pytest.importorskip("pip")
    home = tmp_path_factory.mktemp("source")
    for name in FILES:
        shutil.copy(ROOT / name, home)
    for name in PARTS:
        shutil.copytree(ROOT / name, home / name, ignore=shutil.ignore_patterns("__pycache__"))
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "-q")
    run(*pip, "--no-deps", "--no-build-isolation", "-w", home / "dist", ".", cwd=home)
    (built,) = home.joinpath("dist").glob("*.whl")
    return built


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the wheel; its requirements are those of the tests."""
    home = tmp_path_factory.mktemp("installed") / "environment"
    python = empty_environment(home) / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check")
    run(*pip, "install", "-q", "--no-compile", "--no-deps", "--no-index", wheel, cwd=home)
    ours = [path for path in sys.path if path.endswith("site-packages")]
    site_packages(home).joinpath("requirements.pth").write_text("\n".join(ours), encoding="utf-8")
    # Somebody else's packages of these names, installed beside it.
    for name in ("core", "gui", "resources", "main"):
        site_packages(home).joinpath(f"{name}.py").write_text("raise ImportError('not ours')")
    return home


def test_a_wheel_has_one_package_with_every_page_of_the_documentation(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        modules = [name for name in names if name.endswith((".py", ".md"))]
        elsewhere = [name for name in modules if b"python main.py" in archive.read(name)]
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith((".dist-info", ".data"))} == {
        "pipeline_explorer"
    }
    pages = {Path(name).name for name in names if "/resources/docs/" in name}
    assert pages == {page.name for page in (ROOT / "docs").glob("*.md")} | {"schema.json"}
    assert "pipeline_explorer/resources/style.qss" in names
    assert [name for name in elsewhere if not name.endswith("METADATA")] == []
    assert any(name.endswith("share/applications/pipeline-explorer.desktop") for name in names)


def test_the_installed_command_runs_beside_packages_of_the_same_names(
    environment: Path, tmp_path: Path
) -> None:
    command = environment / "bin" / "pipeline-explorer"
    assert run(command, "--help", cwd=tmp_path).startswith("usage: pipeline-explorer ")
    assert "in_memory" in run(command, "workloads", cwd=tmp_path)
    # The window's modules and the pages of its help are found as well.
    look = (
        "import pipeline_explorer, sys; sys.argv[1:] = ['workloads']; pipeline_explorer.main();"
        "import importlib.util as util, resources.files as files;"
        "print(util.find_spec('gui.main_window').origin, *files.DOCS.iterdir())"
    )
    said = run(environment / "bin" / "python", "-c", look, cwd=tmp_path).splitlines()[-1]
    assert str(environment) in said
    assert "cluster.md" in said
