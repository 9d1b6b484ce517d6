"""Runs a measurement in a process of its own, so that none sees what another has loaded."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def in_own_process(job: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a job in a fresh process and return its answer; what it raises is raised here."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=spawn) as pool:
        return pool.submit(job, *args, **kwargs).result()
