"""What checks of a machine found, as tests look at it."""

from __future__ import annotations

from core.cli.machine.checks.check import Check

CUDA = {"cuda_version": "12.5.1", "cudnn_version": "9"}


def by_key(checks) -> dict[str, Check]:
    return {check.key: check for check in checks}


# -- the command ------------------------------------------------------------------------------
