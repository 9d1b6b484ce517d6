"""`python -m sample_footage.render CLIP` renders a clip; `--check` compares files with the manifest."""

from __future__ import annotations

import argparse
import hashlib
import sys
from pathlib import Path

from sample_footage.render.manifest import FOOTAGE_FOLDER, differing_files


def main() -> int:
    """Parse the command line and do what it asks; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m sample_footage.render", description=__doc__)
    parser.add_argument("clip", nargs="?", default="counter-evening", help="which clip (counter-evening)")
    parser.add_argument("--check", action="store_true", help="only compare the shipped files with the manifest")
    parser.add_argument("--out", type=Path, default=FOOTAGE_FOLDER, help="folder for the files made")
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "kuraban", help="mesh data and frames")
    parser.add_argument("--threads", type=int, default=1, help="threads for the plate")
    options = parser.parse_args()
    if options.check:
        differing = differing_files()
        print("\n".join(differing) or "every file is as the manifest says")
        return 1 if differing else 0
    return _render(options.clip, options.cache, options.threads, options.out)


def _render(clip: str, cache: Path, threads: int, out: Path) -> int:
    # Blender, OpenGL and the rest are heavy and optional: `--check` works without them.
    from sample_footage.render.clips import CLIPS  # noqa: PLC0415
    from sample_footage.render.path_tracing import Quality  # noqa: PLC0415
    from sample_footage.render.production import Studio, make_clip  # noqa: PLC0415

    if clip not in CLIPS:
        print(f"no clip {clip!r}; there are {', '.join(CLIPS)}", file=sys.stderr)
        return 2
    for path in make_clip(clip, Studio(cache, Quality(threads=threads)), out):
        print(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.stat().st_size:>8}  {path.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
