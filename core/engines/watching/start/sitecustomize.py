"""Runs before a person's script, in their Python, and waits there for Keras to be imported.

Python itself runs the script: ``__main__``, ``sys.argv``, tracebacks and the exit code are as
always. ``core.engines.watching.become_script`` has it found through ``PYTHONPATH``, which is undone
at once, so that neither the script nor a process that it starts sees anything of it. Stands on
Python 3.10 alone.
"""

from __future__ import annotations

import importlib.machinery
import importlib.util
import marshal
import os
import sys
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

_VARIABLE = "PIPELINE_EXPLORER_WATCH"
_HOOKS = "engines.watching.hooks"
_SEEN_AS = os.path.join("tensorflow", "python", "<embedded pipeline_explorer>")
"""Where our code says it is: TensorFlow and Keras leave it out of errors, as they do their own."""


class KerasAwaited:
    """Stands among the finders until Keras is imported; then all is set up."""

    def __init__(self, channel: int, sent: int) -> None:
        """Wait.

        Args:
            channel: The socket to the program.
            sent: A file with the program's modules, as ``core.engines.bundle`` makes it.
        """
        self._channel, self._sent, self._looks = channel, sent, False

    def find_spec(
        self, name: str, path: object = None, target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        """See ``importlib.abc.MetaPathFinder``."""
        if sys.modules.get(__name__) is _THIS:
            del sys.modules[__name__]
        if name != "keras" or self._looks:
            return None
        self._looks = True
        try:
            spec = importlib.util.find_spec(name)
        finally:
            self._looks = False
        if spec is None or spec.loader is None:
            return spec
        loader, begin = spec.loader, self._begin

        class Loader:
            """Keras's own loader, and something after it."""

            def __getattr__(self, attribute: str) -> Any:
                return getattr(loader, attribute)

            def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
                return loader.create_module(spec)

            def exec_module(self, module: ModuleType) -> None:
                assert spec is not None
                spec.loader = module.__loader__ = loader
                loader.exec_module(module)
                begin(module)

        spec.loader = Loader()  # type: ignore[assignment]
        return spec

    def _begin(self, keras: ModuleType) -> None:
        """Load our part, and let it watch; where that fails, the script goes on without."""
        # Not before: TensorFlow only looks whether there is a Keras, and imports it later.
        sys.meta_path.remove(self)
        try:
            with open(self._sent, "rb") as file:
                file.seek(0)
                package, modules = marshal.loads(file.read()[8:])
            sys.meta_path.insert(0, _sent_modules(package, modules))
            hooks = importlib.import_module(f"{package}.{_HOOKS}")
            hooks.watch(keras, self._channel, _SEEN_AS)
        except Exception as error:
            print(f"pipeline-explorer: cannot watch this script ({error!r})", file=sys.stderr)


def _sent_modules(package: str, modules: dict[str, Any]) -> Any:
    begin = ModuleType(f"{package}_begin")
    code = modules[f"{package}.engines.begin"][2]
    exec(marshal.loads(code) if isinstance(code, bytes) else code, vars(begin))
    root = str(Path(modules[package][1]).parents[1])

    def placed(file: str) -> str:
        return _SEEN_AS + file.removeprefix(root)

    def moved(code: CodeType) -> CodeType:
        inner = (moved(value) if isinstance(value, CodeType) else value for value in code.co_consts)
        return code.replace(co_filename=placed(code.co_filename), co_consts=tuple(inner))

    class Sent(begin.SentModules):  # type: ignore[name-defined]
        def get_code(self, name: str) -> CodeType:
            return moved(super().get_code(name))

    return Sent(package, modules)


def _give_way() -> None:
    """Let the ``sitecustomize`` that would have been found run now."""
    here = os.path.realpath(os.path.dirname(__file__))
    sys.path[:] = [entry for entry in sys.path if os.path.realpath(entry or ".") != here]
    sys.path_importer_cache.pop(os.path.dirname(__file__), None)
    spec = importlib.machinery.PathFinder.find_spec(__name__)
    if spec is not None and spec.loader is not None:
        sys.modules[__name__] = module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)


def _start() -> None:
    told = os.environ.pop(_VARIABLE, "")
    channel, sent, start, had, before = told.split(",", 4)
    if had == "1":
        os.environ["PYTHONPATH"] = before
    else:
        os.environ.pop("PYTHONPATH", None)
    os.close(int(start))
    for end in (int(channel), int(sent)):
        os.set_inheritable(end, False)
    sys.meta_path.insert(0, KerasAwaited(int(channel), int(sent)))


_THIS = sys.modules.get(__name__)
if _VARIABLE in os.environ:
    _start()
_give_way()
