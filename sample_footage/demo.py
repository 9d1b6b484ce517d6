"""What `make evening` does: analyse the evening of the 21st, show what was found, and say where the report lies."""

from __future__ import annotations

import json
import shutil
import sys
import webbrowser
from os import environ
from pathlib import Path

from api.cli import app
from api.report import REPORT

HERE = Path(__file__).parent
EVENING = "evening"


def main(out: Path) -> int:
    """Analyse its clips with its ledger into a folder that is made anew, and return the exit status."""
    start = json.loads((HERE / f"{EVENING}.truth.json").read_text(encoding="utf-8"))["start"]
    shutil.rmtree(out, ignore_errors=True)
    given = ["--site", str(HERE / f"{EVENING}.yaml"), "--ledger", str(HERE / f"{EVENING}.ledger.jsonl")]
    arguments = ["analyze", *given, "--start", start, "--out", str(out)]
    status = app(arguments, standalone_mode=False)
    report = (out / REPORT).resolve()
    print(f"\nOpen the report: {report.as_uri()}")
    if environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"):
        webbrowser.open(report.as_uri())
    return int(status or 0)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
