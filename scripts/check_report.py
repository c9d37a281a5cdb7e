"""Open reports in headless Chromium: what it complains of, what it asks for, how it looks.

    python scripts/check_report.py REPORT.html ... [--pictures FOLDER]

Prints one line a report; exit code 1 where Chromium logged an error or asked for anything beside
the file itself. With ``--pictures`` it takes each at 1366 and 400 pixels, light and dark. Needs
Chromium (``apt-get install chromium``); the tests do not need this.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)
QUIET = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--disable-extensions", "--disable-default-apps", "--no-default-browser-check"),
    # It may ask; nothing is found. What a page asks for is seen all the same.
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
SCHEMES = {"light": 1, "dark": 0}
WIDTHS = {1366: 4200, 400: 6000}
"""Heights that hold a report."""


def main() -> int:
    """Check the reports that are named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("reports", nargs="+", type=Path, metavar="REPORT.html")
    parser.add_argument("--pictures", type=Path, metavar="FOLDER")
    arguments = parser.parse_args()
    if not CHROMIUM:
        print("There is no Chromium here.", file=sys.stderr)
        return 2
    bad, own = 0, its_own()
    for report in arguments.reports:
        errors, requests = look(report.resolve())
        requests = [one for one in requests if place(one) not in own]
        said = [*(f"error: {one}" for one in errors), *(f"request: {one}" for one in requests)]
        print(f"{report}: {'; '.join(said) or 'no error, no request beside the file itself'}")
        bad += bool(said)
        if arguments.pictures:
            take_pictures(report.resolve(), arguments.pictures)
    return 1 if bad else 0


def its_own() -> set[str]:
    """Where Chromium itself asks, as it does with an empty page."""
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder) / "empty.html"
        empty.write_text("<!doctype html><title>empty</title>", encoding="utf-8")
        return {place(one) for one in look(empty)[1]}


def place(url: str) -> str:
    """An address without its query."""
    return url.partition("?")[0]


def look(report: Path) -> tuple[list[str], list[str]]:
    """What Chromium complains of, and what it asks for beside the file."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "net.json"
        found = run(
            "--enable-logging=stderr",
            f"--log-net-log={log}",
            # The page must live while it is looked at: a picture waits for all that it loads.
            f"--screenshot={folder}/page.png",
            f"--user-data-dir={folder}/profile",
            report.as_uri(),
        )
        errors = [line for line in found.splitlines() if "CONSOLE" in line]
        return errors, [url for url in requested(log) if url != report.as_uri()]


def requested(log: Path) -> list[str]:
    """Every address in a log of the network; pages of Chromium itself are left out."""
    document = json.loads(log.read_text(encoding="utf-8"))
    urls = (event.get("params", {}).get("url", "") for event in document["events"])
    own = ("chrome://", "chrome-untrusted://", "devtools://")
    return sorted({url for url in urls if url and not url.startswith(own)})


def take_pictures(report: Path, folder: Path) -> None:
    """Light and dark, on a desk and on a phone."""
    folder.mkdir(parents=True, exist_ok=True)
    for scheme, number in SCHEMES.items():
        for width, height in WIDTHS.items():
            run(
                f"--blink-settings=preferredColorScheme={number}",
                f"--window-size={width},{height}",
                f"--screenshot={folder / f'{report.stem}-{scheme}-{width}.png'}",
                report.as_uri(),
            )


def run(*words: str) -> str:
    """Run Chromium; what it says."""
    command = [CHROMIUM, *QUIET, *words]
    found = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    return found.stdout + found.stderr


if __name__ == "__main__":
    sys.exit(main())
