"""What a script's callbacks do between batches and epochs, so that it can be timed by itself."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from core.lazy import keras
from core.model.recorded_call import FunctionSeen
from core.user_code.around_fit import syntax_of
from core.user_code.harmless import is_harmless
from core.user_code.observed.frames import is_library
from core.user_code.scratch_files import writing_to
from core.workloads.batch_work import BatchWork

_HOOKS = ("on_batch_begin", "on_batch_end", "on_train_batch_begin", "on_train_batch_end")
_OF_EPOCHS = ("on_epoch_begin", "on_epoch_end")
_BEFORE = ("set_model", "set_params", "on_train_begin", "on_epoch_begin")
_OPTIONS = {
    "ModelCheckpoint": "save_freq",
    "BackupAndRestore": "save_freq",
    "TensorBoard": "update_freq",
}
"""What says of Keras's callbacks how many batches are between two times that they write."""
_LOGS = {"loss": 0.5, "accuracy": 0.5}


def batch_hooks(callbacks: Sequence[Any], file: Path) -> Iterator[FunctionSeen]:
    """Methods of callbacks that a person wrote to work between batches, and Keras's that write.

    Args:
        callbacks: Those that ``fit`` is given.
        file: The script, in which Keras's callbacks are looked for.
    """
    for callback in callbacks:
        if _every(callback):
            yield _written(callback, file)
        for name in _theirs(callback, _HOOKS):
            yield _seen(callback, name)


def batch_work(
    callbacks: Sequence[Any], model: Any, scratch: Path, file: Path
) -> Iterator[BatchWork]:
    """The work between batches and epochs that can be done here and changes nothing of theirs.

    Args:
        callbacks: See ``batch_hooks``.
        model: What is trained here.
        scratch: A folder that goes with the process: what saves the model saves it there.
        file: See ``batch_hooks``.
    """
    for callback in callbacks:
        every, once = _every(callback), _is_once(callback)
        if every or once:
            twin = _twin(callback, scratch, "epoch" if once else 1)
            hook = _hook(twin, "on_epoch_end" if once else "on_train_batch_end")
            yield BatchWork(_written(callback, file), _beginning(twin, model), hook, every)
            continue
        begin = _in_scratch(_beginning(callback, model), scratch, model)
        for name in _theirs(callback, (*_HOOKS, *_OF_EPOCHS)):
            if _is_harmless(callback, name):
                work = _in_scratch(_hook(callback, name), scratch, model)
                yield BatchWork(_seen(callback, name), begin, work, int(name in _HOOKS))


def _seen(callback: Any, name: str) -> FunctionSeen:
    code = _function(callback, name).__code__
    named = f"{type(callback).__name__}.{name}"
    return FunctionSeen(named, code.co_filename, code.co_firstlineno)


def _in_scratch(work: Callable[..., object], scratch: Path, model: Any) -> Callable[..., object]:
    def do(*arguments: int) -> None:
        with writing_to(scratch, model):
            work(*arguments)

    return do


def _is_harmless(callback: Any, hook: str) -> bool:
    """Whether all that a person wrote of what a hook needs is known to be."""
    plain = type(callback).__bases__ == (keras.callbacks.Callback,)
    lambdas = type(callback) is keras.callbacks.LambdaCallback
    return (plain or lambdas) and all(
        is_harmless(getattr(callback, name), callback)
        for name in _theirs(callback, (*_BEFORE, hook))
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


def _beginning(callback: Any, model: Any) -> Callable[[], object]:
    def begin() -> None:
        callback.set_params({"epochs": 1, "steps": 1, "verbose": 0})
        callback.set_model(model)
        callback.on_train_begin({})
        callback.on_epoch_begin(0, {})

    return begin


def _hook(callback: Any, name: str) -> Callable[[int], object]:
    logs = _LOGS if name.endswith("end") else {}
    return lambda batch: getattr(callback, name)(batch, dict(logs))


def _every(callback: Any) -> int:
    """Batches from one time that a callback of Keras writes to the next; 0 for none."""
    every = getattr(callback, _option(callback), None)
    return every if isinstance(every, int) else 0


def _is_once(callback: Any) -> bool:
    """Whether it is one of Keras's that writes the model or its weights once for each epoch."""
    every = getattr(callback, _option(callback), None)
    often = getattr(callback, "histogram_freq", 1) == 1
    return every == "epoch" and often and not getattr(callback, "save_best_only", False)


def _option(callback: Any) -> str:
    """The argument that says it, of a callback of Keras or one that a person derived from it."""
    kinds = (kind for kind in type(callback).__mro__ if kind.__module__.startswith("keras."))
    return next((_OPTIONS[kind.__name__] for kind in kinds if kind.__name__ in _OPTIONS), "")


def _written(callback: Any, file: Path) -> FunctionSeen:
    """A callback as it stands in the script."""
    kind = type(callback).__name__
    named = f"{kind}({_option(callback)}={_every(callback) or repr('epoch')})"
    return FunctionSeen(named, str(file), _made(kind, file))


def _twin(callback: Any, scratch: Path, every: int | str) -> Any:
    """A callback that does the same in a scratch folder.

    Args:
        callback: One of Keras's, or one that a person derived from it.
        scratch: The folder.
        every: 1 for every batch, or ``epoch``.
    """
    if isinstance(callback, keras.callbacks.TensorBoard):
        folder = scratch / "tensorboard"
        weights = callback.histogram_freq if every == "epoch" else 0
        return keras.callbacks.TensorBoard(
            str(folder), weights, write_graph=False, update_freq=every
        )
    if isinstance(callback, keras.callbacks.BackupAndRestore):
        return keras.callbacks.BackupAndRestore(str(scratch / "backup"), save_freq=every)
    weights = callback.save_weights_only
    suffix = ".weights.h5" if weights else Path(callback.filepath).suffix
    return keras.callbacks.ModelCheckpoint(
        str(scratch / f"checkpoint{suffix}"), save_weights_only=weights, save_freq=every
    )


def _made(kind: str, file: Path) -> int:
    """The line where a script makes an object of a class; 0 where it is not found."""
    calls = (node for node in ast.walk(syntax_of(file)) if isinstance(node, ast.Call))
    return min((call.lineno for call in calls if _name(call.func) == kind), default=0)


def _name(node: ast.expr) -> str:
    return getattr(node, "attr", getattr(node, "id", ""))
