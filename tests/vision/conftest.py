"""Makes the checkout importable whichever way pytest is started, so that the builders beside this file are found."""

from __future__ import annotations

import sys
from pathlib import Path

import cv2

ROOT = str(Path(__file__).resolve().parents[2])
if ROOT not in sys.path:
    sys.path.insert(0, ROOT)

cv2.setNumThreads(1)  # the pictures are small: threads only get in each other's way, as on a busy machine
