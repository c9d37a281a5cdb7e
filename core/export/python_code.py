"""The pipeline and its training as a script that a person can copy and run."""

from __future__ import annotations

import re
import shlex
import sys
import textwrap
from collections.abc import Iterable
from pathlib import Path

from core.export.user_code_patch import user_code_text
from core.model.settings import Settings
from core.model.stage import StageCode
from core.model.tensorflow_kinds import emulated_ms
from core.pipeline.build import write
from core.pipeline.stages.fit import ALL, STEPS_PER_EPOCH, Fit, written_execution, written_precision
from core.pipeline.stages.function import Function
from core.pipeline.stages.strategy import is_distributed, written_scope
from core.pipeline.workers.py_dataset import KIND
from core.user_code.function_workload import UserFunctionWorkload
from core.user_code.script_workload import UserScriptWorkload
from core.workloads.workload import Workload


def python_code(workload: Workload, settings: Settings, data_folder: Path) -> str:
    """A complete script: the same functions, pipeline, model and training as the run's.

    Args:
        workload: What is trained.
        settings: A value for every knob of its chain.
        data_folder: Folder that holds generated data.

    Returns:
        The script; of someone's own code, the change to it that the settings amount to.
    """
    if isinstance(workload, (UserFunctionWorkload, UserScriptWorkload)):
        return user_code_text(workload, settings)
    data = workload.source_data(data_folder, settings, data_folder / "scratch")
    pipeline = write(settings, data)
    model = workload.model(settings, data)
    body = "\n\n\n".join((*_definitions(pipeline, model), _training(settings, model)))
    used = "\n".join((*pipeline.process, body))
    imports = _sorted_imports(_needed(pipeline.imports | model.imports(), used))
    header = _header(workload, settings, data_folder, body)
    head = "\n\n".join(filter(None, (header, *_for_process(pipeline, imports))))
    return f"{head}\n\n\n{body}\n"


def _for_process(pipeline: StageCode, imports: str) -> tuple[str, ...]:
    """The imports, with what must stand before them and right behind them."""
    environment = list(pipeline.environment)
    if environment:
        environment.insert(0, "# TensorFlow reads these when it is imported.")
    process = list(pipeline.process)
    if process:
        process.insert(0, "# TensorFlow reads these when it begins to work.")
    return "\n".join(environment), imports, "\n".join(process)


def _header(workload: Workload, settings: Settings, data_folder: Path, body: str) -> str:
    differing = settings.differing(workload.chain.defaults())
    chosen = " ".join(f"--set {_assignment(settings, key)}" for key in differing)
    lines = []
    if str(data_folder) in body:
        lines.append(
            "The data that it reads are made by Pipeline Explorer in the first run with these "
            "settings."
        )
    in_script = [
        stage.emulation(settings)
        for stage in workload.chain.stages
        if not isinstance(stage, Fit) and stage.is_on(settings) and stage.emulation(settings)
    ]
    if in_script:
        lines.append(f"Part of this script: {', '.join(in_script)}.")
    ms = emulated_ms(str(settings["fit.device"]))
    if ms is not None:
        lines.append(
            f"The emulated accelerator of {ms:g} ms a step is not part of it: this script trains "
            "on the CPU as fast as that goes, so its speed is not that of the recorded runs."
        )
    return "\n".join(
        (
            _comment(f"{workload.title}: {workload.description}"),
            _comment("Written by Pipeline Explorer. The same from its command line:"),
            f"#     python main.py run {workload.argument} {chosen}".rstrip(),
            *map(_comment, lines),
        )
    )


def _assignment(settings: Settings, key: str) -> str:
    """``stage.knob=value`` as a shell takes it, in one line: it stands in a comment."""
    text = f"{key}={settings.chain.knob(key).kind.format(settings[key])}"
    if text.isprintable():
        return shlex.quote(text)
    escaped = text.encode("unicode_escape").decode("ascii").replace("'", "\\'")
    return f"$'{escaped}'"


def _comment(text: str) -> str:
    return textwrap.fill(
        text,
        88,
        initial_indent="# ",
        subsequent_indent="# ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _needed(imports: Iterable[str], body: str) -> set[str]:
    """The imports whose name is used; a stage may ask for more than its code needs."""
    lines = {*imports, "import keras", "import tensorflow as tf"}
    return {line for line in lines if re.search(rf"\b{line.split()[-1]}\b", body)}


def _sorted_imports(imports: Iterable[str]) -> str:
    """The standard library first, then the rest, each in order."""
    standard: list[str] = []
    others: list[str] = []
    for line in sorted(set(imports), key=lambda line: line.split()[1]):
        group = standard if line.split()[1].split(".")[0] in sys.stdlib_module_names else others
        group.append(line)
    return "\n\n".join("\n".join(group) for group in (standard, others) if group)


def _definitions(pipeline: StageCode, model: Function) -> tuple[str, ...]:
    body = textwrap.indent("\n".join((*pipeline.lines, "return dataset")), "    ")
    make_dataset = f"def make_dataset():\n{body}"
    ours = (text for text in model.sources() if text not in pipeline.functions)
    return (*pipeline.functions, make_dataset, *ours)


def _training(settings: Settings, model: Function) -> str:
    seed = settings["fit.seed"]
    steps = settings[STEPS_PER_EPOCH]
    fit = f"dataset, epochs={settings['fit.epochs']}"
    if steps != ALL:
        fit += f", steps_per_epoch={steps}"
    # Keras would shuffle the batches of a PyDataset, and it has no element_spec.
    in_python = any(stage.kind == KIND for stage in settings.chain.stages)
    fit += ", shuffle=False" if in_python else ""
    shown = "dataset[0][0].shape" if in_python else "dataset.element_spec"
    return "\n".join(
        (
            "# Set before the dataset is made: shuffling and augmentation follow from it too.",
            f"keras.utils.set_random_seed({seed})",
            "dataset = make_dataset()",
            "",
            'if __name__ == "__main__":',
            f"    keras.utils.set_random_seed({seed})",
            *(f"    {line}" for line in written_precision(settings)),
            f"    {_where(settings)}",
            f"        model = {model.call_expression()}",
            *(f"        {line}" for line in written_execution(settings)),
            f"        print({shown})",
            f"        model.fit({fit})",
        )
    )


def _where(settings: Settings) -> str:
    """The line of ``with`` in which the model is made and trained."""
    if is_distributed(settings):
        return written_scope(settings)
    return f'with tf.device("{_device(str(settings["fit.device"]))}"):'


def _device(device: str) -> str:
    return f"/GPU:{device.partition(':')[2]}" if device.startswith("gpu") else "/CPU:0"
