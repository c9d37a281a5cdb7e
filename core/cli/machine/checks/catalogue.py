"""Everything that ``doctor`` looks at, in the order in which it says it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from core.cli.machine.checks.check import Check
from core.cli.machine.checks.gpu import Driver, ask_driver, gpus
from core.cli.machine.checks.machine import machine
from core.cli.machine.checks.places import places
from core.cli.machine.checks.records import records
from core.cli.machine.checks.screen import screen
from core.cli.machine.checks.software import software
from core.cli.machine.checks.tensorflow import TensorFlowReport, ask_tensorflow, instructions, loads
from core.folders import Folders


def checks(
    where: Folders,
    tensorflow: Callable[[], TensorFlowReport] = ask_tensorflow,
    driver: Callable[[], Driver] = ask_driver,
) -> Iterator[Check]:
    """Look at everything.

    Args:
        where: The folders in use.
        tensorflow: Asks TensorFlow.
        driver: Asks NVIDIA's driver.
    """
    answer = tensorflow()
    yield from software(answer.versions)
    yield instructions()
    yield loads(answer)
    yield from gpus(driver(), answer)
    yield from machine()
    yield from screen()
    yield from places(where)
    yield from records(where)
