"""Put everything into one package, ``pipeline_explorer``, with the documentation in it."""

from pathlib import Path

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py

NAME = "pipeline_explorer"
PARTS = ("core", "gui", "resources")
COMMAND = "pipeline-explorer"


class BuildOnePackage(build_py):
    """Adds ``main.py`` and ``docs``, and lets texts name the command that is installed."""

    def run(self) -> None:
        """See setuptools."""
        super().run()
        if self.editable_mode:
            return
        home = Path(self.build_lib, NAME)
        docs = home / "resources" / "docs"
        self.mkpath(str(docs))
        self.copy_file("main.py", str(home / "main.py"))
        for page in (*Path("docs").glob("*.md"), Path("docs", "schema.json")):
            self.copy_file(str(page), str(docs / page.name))
        for file in (*home.rglob("*.py"), *docs.iterdir()):
            text = file.read_text(encoding="utf-8")
            named = text.replace(".venv/bin/python main.py", COMMAND)
            named = named.replace("python main.py", COMMAND)
            if named != text:
                file.write_text(named, encoding="utf-8")


packages = find_packages(include=[f"{part}*" for part in PARTS])
setup(
    packages=[NAME, *(f"{NAME}.{package}" for package in packages)],
    package_dir={f"{NAME}.{part}": part for part in PARTS},
    cmdclass={"build_py": BuildOnePackage},
)
