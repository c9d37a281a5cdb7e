"""Put the documentation into the package, where the window's help reads it."""

from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithDocs(build_py):
    """Copies ``docs/*.md`` to ``resources/docs``."""

    def run(self) -> None:
        """See setuptools."""
        super().run()
        if self.editable_mode:
            return
        target = Path(self.build_lib, "resources", "docs")
        self.mkpath(str(target))
        for page in Path("docs").glob("*.md"):
            self.copy_file(str(page), str(target / page.name))


setup(cmdclass={"build_py": BuildWithDocs})
