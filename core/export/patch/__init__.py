"""The answer as a patch: chosen settings as a unified diff of the files that the calls stand in."""

from core.export.patch.make import patch
from core.export.patch.result import FilePatch, Patch

__all__ = ["FilePatch", "Patch", "patch"]
