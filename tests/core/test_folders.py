"""Names of folders that nothing can be kept in, said before anything is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from core.folders import Folders
from core.model.errors import InputError


@pytest.mark.skipif(os.name == "nt", reason="names are text there")
def test_a_name_that_is_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="bytes that are no text") as raised:
        Folders.under(os.fsdecode(bytes(tmp_path) + b"/bad\xff")).make()
    assert "bad\\xff" in raised.value.what
    assert "\udcff" not in str(raised.value)


def test_the_home_of_nobody_is_no_folder() -> None:
    with pytest.raises(InputError, match="There is no folder ~nobody-here/x"):
        Folders.under("~nobody-here/x")
