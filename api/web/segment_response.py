"""A segment as an answer: the file itself, or where it is encrypted what it was before, with ranges of bytes."""

from __future__ import annotations

import re
from http import HTTPStatus
from pathlib import Path
from typing import Final

from fastapi import Request, Response
from fastapi.responses import FileResponse

from streams.reading import encryption_of, open_segment

_MEDIA_TYPE: Final = "video/mp4"
_RANGE: Final = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


def segment_response(request: Request, path: Path) -> Response:
    """Return the answer to who asks for a segment, or for one range of it. Raises OSError, StreamError."""
    if encryption_of(path) is None:
        return FileResponse(path, media_type=_MEDIA_TYPE)
    with open_segment(path) as file:
        content = file.read()
    return ranged(content, request.headers.get("range"))


def ranged(content: bytes, asked: str | None) -> Response:
    """Return the answer with the range that was asked for; whole where the header asks for no range or several."""
    headers = {"accept-ranges": "bytes"}
    match = _RANGE.fullmatch(asked or "")
    if match is None or match.group() == "bytes=-":
        return Response(content, media_type=_MEDIA_TYPE, headers=headers)
    first, last = _bounds(match[1], match[2], len(content))
    if first > last:
        headers["content-range"] = f"bytes */{len(content)}"
        return Response(status_code=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers=headers)
    headers["content-range"] = f"bytes {first}-{last}/{len(content)}"
    part = content[first : last + 1]
    return Response(part, HTTPStatus.PARTIAL_CONTENT, headers, media_type=_MEDIA_TYPE)


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    """Return first and last byte of a range (RFC 9110, 14.1.2); the first after the last where there is no such."""
    if not first:
        return max(0, size - int(last)), size - 1
    return int(first), min(int(last), size - 1) if last else size - 1
