"""Paths that everything can be told of: TensorFlow, JSON and SQLite take text, not any bytes."""

from __future__ import annotations

from core.model.errors import InputError


def check_text(path: object, what: str) -> None:
    """Make sure that a path is text.

    A name on disk is bytes. Those that are no text in this system's encoding stand in Python's
    strings as lone surrogates, which nothing but Python can read.

    Args:
        path: A path, as ``pathlib`` or text.
        what: What messages call it: "folder", "file".

    Raises:
        InputError: It has such bytes.
    """
    text = str(path)
    if not any("\ud800" <= sign <= "\udfff" for sign in text):
        return
    shown = text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    raise InputError(
        f"The name of the {what} {shown} has bytes that are no text",
        expected="a name in UTF-8",
        remedy=f"Rename the {what}, or make a link with another name.",
    )
