"""Opens a training script: what it gives to its ``model.fit`` becomes a workload."""

from __future__ import annotations

from pathlib import Path

from core.model.errors import InputError
from core.model.user_code import Opened, Trained
from core.user_code.around_fit import eager_line, loop_around
from core.user_code.batch_work import batch_hooks
from core.user_code.load_file import hashes_beside
from core.user_code.observe import never_ends
from core.user_code.process_state import forget_neighbours, put_back, seeded
from core.user_code.script import Reached, UserScript, fit_lines, reach_fit
from core.user_code.script_workload import UserScriptWorkload
from core.user_code.training import own_site
from core.user_code.user_function import content_hash


def open_script_code(script: UserScript) -> UserScriptWorkload:
    """Run a script under observation up to ``model.fit``. This runs the person's code.

    Raises:
        InputError: It ends without, or trains in a loop of its own.
        RunError: It raised; with its own traceback.
    """
    stamp = content_hash(script.file)
    forget_neighbours(script.file)
    with put_back(), seeded(None):
        reached = reach_fit(script)
        dataset = reached.dataset
        opened = Opened(
            reached.calls,
            str(dataset.element_spec),
            True,
            reached.arguments.get("validation_data") is not None,
            stamp,
            endless=never_ends(dataset, reached.calls),
            others=tuple(hashes_beside(script.file).items()),
            beside=reached.beside,
        )
    if not opened.calls:
        raise InputError(
            f"{script.file.name} trains on a dataset that it did not build with tf.data",
            expected="a script that builds its dataset with tf.data, or trains on arrays",
        )
    return UserScriptWorkload(script, opened, _trained(reached, script.file))


_SET_HERE = ("x", "epochs", "initial_epoch", "steps_per_epoch", "verbose", "callbacks", "shuffle")
"""Arguments of ``fit`` that make knobs, or whose value does not matter to a dataset."""


def _trained(reached: Reached, file: Path) -> Trained:
    passed_on = tuple(reached.passed_on)
    left_out = (
        name
        for name, value in reached.arguments.items()
        if name not in (*_SET_HERE, *passed_on) and value is not None
    )
    loop_line, makes_anew, compile_line = loop_around(reached.sites, reached.calls)
    return Trained(
        reached.epochs,
        reached.steps_per_epoch,
        tuple(type(callback).__name__ for callback in reached.callbacks),
        passed_on,
        tuple(left_out),
        reached.place,
        reached.before,
        tuple(map(str, fit_lines(file))),
        bool(reached.model.run_eagerly),
        eager_line(file),
        loop_line if makes_anew or compile_line or reached.epochs == 1 else 0,
        makes_anew,
        compile_line,
        tuple(batch_hooks(reached.callbacks, file)),
        own_site(reached.sites),
    )
