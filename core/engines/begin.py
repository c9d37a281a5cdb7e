"""The first lines of a process of an isolated run: take core in from standard input, and begin.

This file is sent as text (``python -c``) to Python 3.10 or later, so it stands on Python alone.
``core.engines.bundle`` makes what it takes in. Its arguments: process id of the program (0 where
that is on another machine), a folder that is searched for modules too (empty for none), module and
function that the process begins with.
"""

from __future__ import annotations

import sys

if __name__ == "__main__":
    # No file of the working directory is taken for a module, such as for signal.
    sys.path[:] = filter(None, sys.path)

import importlib
import importlib.machinery
import importlib.util
import marshal
import os
import signal
from types import CodeType, ModuleType
from typing import Any

LOST = 70
"""Exit code of a process whose program was gone before it began (``EX_SOFTWARE``)."""
_SILENT_S = 8
"""So long a program on another machine may say nothing before the process begins."""
_OURS = "core"
"""What core is called where it comes from."""


class SentModules:
    """Finds the modules that were sent, by the name that they have here.

    Attributes:
        package: Name of the package that core is here.
        modules: Whether it is a package, its file, and its code, marshalled or as text; by name.
    """

    def __init__(self, package: str, modules: dict[str, tuple[bool, str, bytes | str]]) -> None:
        self.package, self.modules = package, modules
        self._archive = ""

    def find_spec(
        self, name: str, path: object = None, target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        """See ``importlib.abc.MetaPathFinder``."""
        if name not in self.modules:
            return None
        is_package, file, _ = self.modules[name]
        spec = importlib.machinery.ModuleSpec(name, self, origin=file, is_package=is_package)  # type: ignore[arg-type]
        spec.has_location = True
        return spec

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        """See ``importlib.abc.Loader``: a module as usual."""
        return None

    def exec_module(self, module: ModuleType) -> None:
        """See ``importlib.abc.Loader``."""
        exec(self.get_code(module.__name__), vars(module))

    def get_code(self, name: str) -> CodeType:
        """See ``importlib.abc.InspectLoader``."""
        _, file, code = self.modules[name]
        if isinstance(code, str):
            return compile(code, file, "exec", dont_inherit=True)
        loaded: CodeType = marshal.loads(code)
        return loaded

    def get_source(self, name: str) -> str | None:
        """See ``importlib.abc.InspectLoader``; None where only code was sent."""
        code = self.modules[name][2]
        return code if isinstance(code, str) else None

    def sent(self) -> bytes:
        """All of it again, as ``received`` takes it in."""
        content = marshal.dumps((self.package, self.modules), 4)
        return len(content).to_bytes(8, "big") + content

    def importable(self) -> str:
        """What a further Python process has to search to import the same modules: an archive.

        It goes with this process, however that ends, where the system has files without a name.
        """
        if not self._archive:
            content = self._zipped()
            if hasattr(os, "memfd_create"):
                file = os.memfd_create(self.package)
                self._archive = f"/proc/{os.getpid()}/fd/{file}"
            else:
                import atexit
                import tempfile

                file, self._archive = tempfile.mkstemp(suffix=".zip")
                atexit.register(os.unlink, self._archive)
            # The number stays open where the name is made of it.
            with open(file, "wb", closefd=not hasattr(os, "memfd_create")) as archive:
                archive.write(content)
        return self._archive

    def _zipped(self) -> bytes:
        import io
        import zipfile

        content = io.BytesIO()
        head = importlib.util.MAGIC_NUMBER + bytes(12)
        with zipfile.ZipFile(content, "w") as archive:
            for name, (is_package, _, code) in self.modules.items():
                path = name.replace(".", "/") + ("/__init__" if is_package else "")
                if isinstance(code, str):
                    archive.writestr(f"{path}.py", code)
                else:
                    archive.writestr(f"{path}.pyc", head + code)
        return content.getvalue()


class OursAsCore:
    """Lets ``import core`` find what was sent, unless the person's project has its own ``core``.

    A file that declares a workload imports our classes by that name.
    """

    def __init__(self, sent: SentModules) -> None:
        self._sent = sent
        self._specs: dict[str, Any] = {}

    def find_spec(
        self, name: str, path: object = None, target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        """See ``importlib.abc.MetaPathFinder``."""
        if name != _OURS and not name.startswith(f"{_OURS}."):
            return None
        sent = self._named(name)
        if sent not in self._sent.modules:
            return None
        if name == _OURS:
            found = self._elsewhere(name)
            if found is not None and found.origin != self._sent.modules[sent][1]:
                return None
        elif sys.modules.get(_OURS) is not sys.modules.get(self._sent.package):
            return None
        return importlib.machinery.ModuleSpec(name, self)  # type: ignore[arg-type]

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        """See ``importlib.abc.Loader``: the same module under both names."""
        module = importlib.import_module(self._named(spec.name))
        self._specs[spec.name] = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        """See ``importlib.abc.Loader``: it was executed already."""
        assert module.__spec__ is not None
        module.__spec__ = self._specs.pop(module.__spec__.name)

    def _named(self, name: str) -> str:
        return self._sent.package + name[len(_OURS) :]

    def _elsewhere(self, name: str) -> importlib.machinery.ModuleSpec | None:
        for finder in sys.meta_path:
            find = getattr(finder, "find_spec", None)
            if finder is not self and find is not None:
                found: importlib.machinery.ModuleSpec | None = find(name, None, None)
                if found is not None:
                    return found
        return None


def received() -> bytes:
    """What stands on standard input in front of the orders: 8 bytes of its length, then it."""
    return _read(int.from_bytes(_read(8), "big"))


def _read(count: int) -> bytes:
    parts = []
    while count:
        _end_where_silent()
        part = os.read(0, count)
        if not part:
            os._exit(LOST)
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def _end_where_silent() -> None:
    """Have the system end this process then: nobody else says that a connection is gone."""
    if sys.argv[1] == "0":
        signal.alarm(_SILENT_S)


def begin(root: str, module: str, function: str) -> None:
    """Take core in and call what the process begins with.

    Args:
        root: A folder that is searched for modules too; empty for none.
        module: What holds the function; of core by its name here.
        function: What is called.
    """
    sent = SentModules(*marshal.loads(received()))
    _end_where_silent()
    # No file of the working directory is taken for a module.
    sys.path[:] = [*filter(None, [root]), *filter(None, sys.path)]
    sys.meta_path[:0] = [sent, OursAsCore(sent)]
    getattr(importlib.import_module(module), function)()


if __name__ == "__main__":
    begin(*sys.argv[2:])
