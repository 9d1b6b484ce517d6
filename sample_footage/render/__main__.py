"""Renders the clips of a site file and all that goes with them: `python -m sample_footage.render NAME`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from sample_footage.render.manifest import FOOTAGE_FOLDER, MANIFEST, adopt, differing_files


def main() -> int:
    """Parse the command line and do what it asks; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m sample_footage.render", description=__doc__)
    parser.add_argument("name", nargs="?", help="which clips to render; all that share the site file of that name")
    parser.add_argument("--check", action="store_true", help="only compare the shipped files with the manifest")
    parser.add_argument("--adopt", type=Path, metavar="DIR", help="only take what was rendered with --out DIR")
    parser.add_argument("--out", type=Path, default=FOOTAGE_FOLDER, help="folder for the files and their manifest")
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "kuraban", help="mesh data and frames")
    parser.add_argument("--threads", type=int, default=1, help="threads for the plates")
    options = parser.parse_args()
    if options.check:
        return _check()
    if options.adopt:
        print("\n".join(adopt(options.adopt)))
        return 0
    return _render(options.name, options.cache, options.threads, options.out)


def _check() -> int:
    differing = differing_files()
    print("\n".join(differing) or "every file is as the manifest says")
    return 1 if differing else 0


def _render(name: str | None, cache: Path, threads: int, out: Path) -> int:
    # Blender, OpenGL and the rest are heavy and optional: `--check` and `--adopt` work without them.
    from sample_footage.render.clips import CLIPS  # noqa: PLC0415
    from sample_footage.render.path_tracing import Quality  # noqa: PLC0415
    from sample_footage.render.production import make_clips  # noqa: PLC0415
    from sample_footage.render.shooting import Studio  # noqa: PLC0415

    if name not in CLIPS:
        print(f"name one of {', '.join(CLIPS)}; there is no {name}", file=sys.stderr)
        return 2
    for path in make_clips(name, Studio(cache, Quality(threads=threads)), out):
        print(f"{path.stat().st_size:>8}  {path.name}")
    print(f"digests are in {out / MANIFEST}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
