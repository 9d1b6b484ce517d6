"""Work that takes longer than an answer may: one job at a time, its progress told as changes.

Jobs live with the service: what it was stopped in is not taken up again, and whoever asked asks anew.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from queue import SimpleQueue
from typing import Any, Final, Protocol

import structlog

from api.runtime.office import LiveOffice
from custody.errors import LedgerError, RefusedError
from custody.records import changes
from custody.records.changes import ChangeKind

MOST_WAITING: Final = 10
"""Of one account; who asks for more waits first."""

MOST_KEPT: Final = 200
"""Jobs that have ended and are remembered; then the oldest are forgotten."""

TOLD_EVERY_MS: Final = 500

_log = structlog.get_logger(__name__)


class JobState(StrEnum):
    """How far a job is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Job:
    """One job. account: who asked. done, total: how far it is, total None where nobody knows.

    result: of a job that is done. failure: why one failed, and what to do. Moments are UTC milliseconds.
    """

    id: str
    kind: str
    account: str
    asked_at_ms: int
    state: JobState = JobState.WAITING
    done: int = 0
    total: int | None = None
    result: Mapping[str, Any] | None = None
    failure: str | None = None
    ended_at_ms: int | None = None


class Tell(Protocol):
    """Is told how far a job is."""

    def __call__(self, done: int, total: int | None = None, /) -> None:
        """Say how much is done, of how much."""


Work = Callable[[Tell], Mapping[str, Any]]
"""What a job does: tells how far it is, and returns its result. What it raises is why it failed."""


class Jobs:
    """The jobs of one office. Threads may share one."""

    def __init__(self, office: LiveOffice, expected: tuple[type[Exception], ...]) -> None:
        """Begin to wait for jobs. expected: errors whose message is for whoever asked."""
        self._office = office
        self._expected = expected
        self._jobs: dict[str, Job] = {}
        self._told_ms: dict[str, int] = {}
        self._waiting: SimpleQueue[tuple[str, Work]] = SimpleQueue()
        self._turn = threading.Lock()
        threading.Thread(target=self._run, name="jobs", daemon=True).start()

    def begin(self, kind: str, account: str, work: Work) -> Job:
        """Have something done when its turn comes. Raises RefusedError where too many of the account wait already."""
        job = Job(secrets.token_hex(8), kind, account, self._office.now_ms())
        with self._turn:
            waiting = [one for one in self._jobs.values() if one.account == account and one.ended_at_ms is None]
            if len(waiting) >= MOST_WAITING:
                raise RefusedError(f"{len(waiting)} jobs of {account} have not ended: wait for them, then ask again")
            self._jobs[job.id] = job
            self._forget()
        self._waiting.put((job.id, work))
        return job

    def of(self, account: str) -> tuple[Job, ...]:
        """Return the jobs that an account has asked for, the newest first."""
        with self._turn:
            return tuple(job for job in reversed(self._jobs.values()) if job.account == account)

    def find(self, account: str, job_id: str) -> Job | None:
        """Return a job that an account has asked for."""
        with self._turn:
            job = self._jobs.get(job_id)
        return job if job is not None and job.account == account else None

    def _run(self) -> None:
        while True:
            self._do(*self._waiting.get())

    def _do(self, job_id: str, work: Work) -> None:
        self._change(job_id, state=JobState.RUNNING)
        try:
            result = work(lambda done, total=None: self._tell(job_id, done, total))
        except self._expected as error:
            self._failed(job_id, str(error))
        except Exception as error:  # noqa: BLE001 - whatever it is, the next job must run
            _log.error("job.failed", exc_info=error)
            self._failed(job_id, f"{type(error).__name__}: this is a fault of Kuraban; see its log")
        else:
            ended_at_ms = self._office.now_ms()
            self._change(job_id, state=JobState.DONE, result=dict(result), ended_at_ms=ended_at_ms)

    def _failed(self, job_id: str, reason: str) -> None:
        self._change(job_id, state=JobState.FAILED, failure=reason, ended_at_ms=self._office.now_ms())

    def _tell(self, job_id: str, done: int, total: int | None) -> None:
        now_ms = self._office.now_ms()
        if now_ms - self._told_ms.get(job_id, 0) >= TOLD_EVERY_MS:
            self._told_ms[job_id] = now_ms
            self._change(job_id, done=done, total=total)

    def _change(self, job_id: str, **new: Any) -> None:
        with self._turn:
            job = self._jobs[job_id] = replace(self._jobs[job_id], **new)
        try:
            self._note(job)
        except (OSError, LedgerError) as error:  # the job itself goes on; who asks after it hears how far it is
            _log.warning("job.not_told", reason=str(error))

    def _note(self, job: Job) -> None:
        body = {name: getattr(job, name) for name in ("id", "kind", "account", "state", "done", "total")}
        with self._office.records.write() as connection:
            changes.note(connection, ChangeKind.JOB_PROGRESS, self._office.now_ms(), None, body)

    def _forget(self) -> None:
        ended = [job.id for job in self._jobs.values() if job.ended_at_ms is not None]
        for job_id in ended[: max(0, len(ended) - MOST_KEPT)]:
            del self._jobs[job_id]
            self._told_ms.pop(job_id, None)
