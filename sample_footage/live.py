"""What `make run` does: serve the sample office, four recordings that play as cameras, until Ctrl-C."""

from __future__ import annotations

import sys
from pathlib import Path

from api.cli import app
from sample_footage.demo import model

SITE = Path(__file__).with_name("office.yaml")


def main(data: Path) -> None:
    """Serve into a folder; what lies there already is gone on with."""
    app(["serve", "--site", str(SITE), "--data", str(data), "--model", model()])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
