"""What can go wrong with a source, in words a person can act on.

Here belong the errors that streams raises and the one table that turns FFmpeg's errors into them.
Which packets to skip after an error, and when to try again, belongs to the sources themselves.
"""

from __future__ import annotations

from dataclasses import dataclass

import av.error

from streams.redact import redact


class StreamError(Exception):
    """A source cannot be used. `source` has no credentials in it; `remedy` says what to do about it."""

    def __init__(self, source: str, reason: str, remedy: str) -> None:
        self.source = redact(source)
        self.reason = redact(reason, source)
        self.remedy = redact(remedy, source)
        super().__init__(f"{self.source}: {self.reason}; {self.remedy}")


class SourceNotFoundError(StreamError):
    """There is no such file, folder, device or path on the camera."""


class SourceForbiddenError(StreamError):
    """The file or device is there, but this process may not read it."""


class AuthenticationFailedError(StreamError):
    """The camera refused the user name or the password."""


class NoVideoError(StreamError):
    """The source can be read and has no picture in it."""


class UnreadableMediaError(StreamError):
    """The bytes are not media of a kind that is read here, or are too damaged to begin."""


class SourceOfflineError(StreamError):
    """A live source cannot be reached, stopped sending or closed the connection."""


class ForbiddenAddressError(StreamError):
    """The address leads where nothing may be asked for."""


class FootageKeyError(StreamError):
    """The key with which footage is encrypted cannot be used."""


class ClipUnavailableError(StreamError):
    """The wanted range cannot be cut from this recording."""


class SegmentError(StreamError):
    """A segment of footage and what lies beside it do not agree, or one of them cannot be read."""


@dataclass(frozen=True, slots=True)
class _Translation:
    foreign: tuple[type[Exception], ...]
    ours: type[StreamError]
    reason: str
    remedy: str


_AUTHENTICATION = _Translation(
    (av.error.HTTPUnauthorizedError, av.error.HTTPForbiddenError),
    AuthenticationFailedError,
    "the camera refused the user name or the password",
    "check both in the camera's own settings and in the environment variable that the site file names",
)
_FILE = (
    _Translation(
        (av.error.FileNotFoundError,),
        SourceNotFoundError,
        "there is no such file or device",
        "check the path in the site file or on the command line",
    ),
    _Translation(
        (av.error.IsADirectoryError,),
        UnreadableMediaError,
        "this is a folder, not a video file",
        "name a file, or a folder that holds jpg or png pictures",
    ),
    _Translation(
        (av.error.PermissionError,),
        SourceForbiddenError,
        "it may not be read by this user",
        "give the user that runs kuraban the right to read it",
    ),
    _Translation(
        (av.error.DecoderNotFoundError, av.error.PatchWelcomeError, av.error.ExperimentalError),
        UnreadableMediaError,
        "its video coding is not supported",
        "record as H.264, H.265 or MJPEG",
    ),
)
_UNREADABLE = _Translation(
    (),
    UnreadableMediaError,
    "it is not a video that can be read: empty, damaged or of another kind",
    "play it in a video player; if it plays there, convert it to mp4 with H.264",
)
_LIVE = (
    _AUTHENTICATION,
    _Translation(
        (av.error.HTTPNotFoundError, av.error.FileNotFoundError),
        SourceNotFoundError,
        "the camera is there and has no such stream, or the device is not plugged in",
        "check the path behind the host name in the site file, or the device number",
    ),
    _Translation(
        (av.error.PermissionError,),
        SourceForbiddenError,
        "the device may not be read by this user",
        "add the user that runs kuraban to the group `video`",
    ),
    _Translation(
        (av.error.ConnectionRefusedError,),
        SourceOfflineError,
        "the connection was refused",
        "check that the camera is on and that host and port are right",
    ),
    _Translation(
        (av.error.ExitError, av.error.TimeoutError),
        SourceOfflineError,
        "no answer came in time",
        "check the camera's power and network",
    ),
    _Translation(
        (av.error.EOFError,),
        SourceOfflineError,
        "the camera ended the stream",
        "it is tried again; if it goes on, look whether the camera restarts or allows too few viewers",
    ),
    _Translation(
        (av.error.DecoderNotFoundError, av.error.DemuxerNotFoundError, av.error.InvalidDataError),
        UnreadableMediaError,
        "what arrives is not video of a kind that is read here",
        "set the camera to H.264, H.265 or MJPEG and check that the address is that of the stream",
    ),
)
_OFFLINE = _Translation(
    (),
    SourceOfflineError,
    "the connection failed",
    "check the camera's power, network and address",
)


def from_ffmpeg(error: Exception, source: str, *, live: bool) -> StreamError:
    """Translate an error of PyAV into ours.

    The foreign error prints the address with its password, so the result must be raised outside of the
    `except` block: then it neither chains nor shows it.
    """
    table, otherwise = (_LIVE, _OFFLINE) if live else (_FILE, _UNREADABLE)
    found = next((row for row in table if isinstance(error, row.foreign)), otherwise)
    return found.ours(source, found.reason, found.remedy)
