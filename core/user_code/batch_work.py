"""What a script's callbacks do between batches, made so that it can be timed by itself."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from core.lazy import keras
from core.model.recorded_call import FunctionSeen
from core.user_code.harmless import works_in_memory
from core.user_code.observed.frames import is_library
from core.workloads.batch_work import BatchWork

_HOOKS = ("on_batch_begin", "on_batch_end", "on_train_batch_begin", "on_train_batch_end")
_BEFORE = ("set_model", "set_params", "on_train_begin", "on_epoch_begin")
_LOGS = {"loss": 0.5, "accuracy": 0.5}


def batch_hooks(callbacks: Sequence[Any], file: Path) -> Iterator[FunctionSeen]:
    """Methods of callbacks that a person wrote to work between batches, and callbacks that save.

    Args:
        callbacks: Those that ``fit`` is given.
        file: The script, in which the callbacks that save are looked for.
    """
    for callback in callbacks:
        if _saves_every(callback):
            yield _saving(callback, file)
        for name in _theirs(callback, _HOOKS):
            code = _function(callback, name).__code__
            named = f"{type(callback).__name__}.{name}"
            yield FunctionSeen(named, code.co_filename, code.co_firstlineno)


def batch_work(
    callbacks: Sequence[Any], model: Any, scratch: Path, file: Path
) -> Iterator[BatchWork]:
    """The work between batches that can be done here without an effect on anything of theirs.

    Args:
        callbacks: See ``batch_hooks``.
        model: What is trained here.
        scratch: A folder that goes with the process: what saves the model saves it there.
        file: See ``batch_hooks``.
    """
    for callback in callbacks:
        every = _saves_every(callback)
        if every:
            save = _save_of(callback, model, scratch)
            yield BatchWork(_saving(callback, file), lambda: None, save, every)
        elif _works_in_memory(callback):
            callback.set_params({"epochs": 1, "steps": 1, "verbose": 0})
            callback.set_model(model)
            for seen, name in zip(
                batch_hooks([callback], file), _theirs(callback, _HOOKS), strict=True
            ):
                yield BatchWork(seen, _beginning(callback), _hook(callback, name))


def _works_in_memory(callback: Any) -> bool:
    """Whether all that a person wrote of a callback is known to."""
    plain = type(callback).__bases__ == (keras.callbacks.Callback,)
    lambdas = type(callback) is keras.callbacks.LambdaCallback
    return (plain or lambdas) and all(
        works_in_memory(getattr(callback, name), callback)
        for name in _theirs(callback, (*_BEFORE, *_HOOKS))
    )


def _theirs(callback: Any, names: Sequence[str]) -> list[str]:
    """Those methods of a callback that no library wrote."""
    return [
        name
        for name in names
        if (function := _function(callback, name)) is not None
        and not is_library(function.__code__.co_filename)
    ]


def _function(callback: Any, name: str) -> Any:
    method = getattr(callback, name, None)
    function = getattr(method, "__func__", method)
    return function if hasattr(function, "__code__") else None


def _beginning(callback: Any) -> Callable[[], object]:
    def begin() -> None:
        callback.on_train_begin({})
        callback.on_epoch_begin(0, {})

    return begin


def _hook(callback: Any, name: str) -> Callable[[int], object]:
    logs = _LOGS if name.endswith("end") else {}
    return lambda batch: getattr(callback, name)(batch, dict(logs))


def _saves_every(callback: Any) -> int:
    """Batches from one time that a callback of Keras saves the model to the next; 0 for none."""
    saving = (keras.callbacks.ModelCheckpoint, keras.callbacks.BackupAndRestore)
    every = getattr(callback, "save_freq", None)
    return every if isinstance(callback, saving) and isinstance(every, int) else 0


def _saving(callback: Any, file: Path) -> FunctionSeen:
    kind = type(callback).__name__
    return FunctionSeen(f"{kind}(save_freq={callback.save_freq})", str(file), _made(kind, file))


def _made(kind: str, file: Path) -> int:
    """The line where a script makes an object of a class; 0 where it is not found."""
    try:
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return 0
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return min((call.lineno for call in calls if _name(call.func) == kind), default=0)


def _name(node: ast.expr) -> str:
    return getattr(node, "attr", getattr(node, "id", ""))


def _save_of(callback: Any, model: Any, scratch: Path) -> Callable[[int], object]:
    weights_alone = getattr(callback, "save_weights_only", True)
    if weights_alone:
        return lambda batch: model.save_weights(scratch / "timed.weights.h5", overwrite=True)
    suffix = ".h5" if str(callback.filepath).endswith(".h5") else ".keras"
    return lambda batch: model.save(scratch / f"timed{suffix}", overwrite=True)
