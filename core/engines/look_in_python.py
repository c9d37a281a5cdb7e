"""What another Python is and has. Sent as text (``python -c``), so that any Python can read it.

Prints a line of JSON behind a mark. Imports neither TensorFlow nor Keras where their metadata say
which versions they are: that takes a tenth of a second in place of many.
"""

# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False

import sys

if __name__ == "__main__":
    # No file of the working directory is taken for a module.
    sys.path[:] = [entry for entry in sys.path if entry]

import json

MARK = "\x1epx-look "


def look():  # noqa: D103 - Python 2 reads this file too
    seen = {"python": "%d.%d.%d" % sys.version_info[:3], "path": sys.executable}  # noqa: UP031
    if sys.version_info < (3, 10):  # noqa: UP036
        return seen
    import importlib.util

    seen["implementation"] = sys.implementation.name
    seen["magic"] = importlib.util.MAGIC_NUMBER.hex()
    for name in ("tensorflow", "keras", "numpy"):
        spec = importlib.util.find_spec(name)
        seen[name] = _version(name, spec.origin) if spec and spec.origin else ""
    seen["cuda"] = _built_with_cuda()
    return seen


def where():
    """Of a machine: its own name, its GPUs, and the folder for generated data."""
    import os
    import platform

    home = os.path.expanduser("~")
    caches = os.environ.get("XDG_CACHE_HOME") or os.path.join(home, ".cache")
    if sys.platform == "darwin":
        caches = os.path.join(home, "Library", "Caches")
    cache = os.path.join(caches, "pipeline-explorer")
    return {"node": platform.node(), "gpus": _gpus(), "cache": cache}


def _gpus():
    """Names of the GPUs that NVIDIA's driver knows."""
    import subprocess

    query = ["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"]
    try:
        said = subprocess.run(query, capture_output=True, timeout=10, text=True).stdout
    except (OSError, subprocess.SubprocessError, ValueError):
        return []
    return [line.strip() for line in said.splitlines() if line.strip()]


def _version(name, origin):
    """By the distribution that a module's file belongs to, else as the module itself says."""
    import importlib
    import importlib.metadata
    import os

    folder = os.path.dirname(os.path.dirname(origin))
    begin = name + "/__init__.py"
    distributions = list(importlib.metadata.distributions(path=[folder]))
    # Names such as tensorflow-cpu first: to read what every distribution installed takes long.
    likely = [
        distribution
        for distribution in distributions
        if name in (distribution.metadata["Name"] or "").lower()
    ]
    for distribution in likely:
        # To read the list of TensorFlow's 25,000 files takes half a second.
        tops = (distribution.read_text("top_level.txt") or "").split()
        files = () if tops else distribution.files or ()
        if name in tops or any(str(file).replace(os.sep, "/") == begin for file in files):
            return distribution.version
    try:
        return importlib.import_module(name).__version__
    except Exception as error:
        return "! " + type(error).__name__ + ": " + str(error)


def _built_with_cuda():
    """Whether this TensorFlow can use a GPU; None where that is not known."""
    import importlib.util
    import os

    spec = importlib.util.find_spec("tensorflow")
    if not spec or not spec.origin:
        return None
    info = os.path.join(os.path.dirname(spec.origin), "python", "platform", "build_info.py")
    try:
        with open(info) as file:
            text = file.read()
    except OSError:
        return None
    return any("'is_%s_build', True" % kind in text for kind in ("cuda", "rocm"))  # noqa: UP031


if __name__ == "__main__":
    seen = look()
    if sys.argv[1:] and "magic" in seen:
        seen.update(where())
    print(MARK + json.dumps(seen))
