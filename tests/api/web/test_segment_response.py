"""Ranges of a segment that is decrypted on its way, as a player asks for them (RFC 9110, 14)."""

from __future__ import annotations

import pytest

from api.web.segment_response import ranged

CONTENT = bytes(range(100))


@pytest.mark.parametrize(
    ("asked", "status", "part", "told"),
    [
        (None, 200, CONTENT, None),
        ("bytes=0-9", 206, CONTENT[:10], "bytes 0-9/100"),
        ("bytes=90-", 206, CONTENT[90:], "bytes 90-99/100"),
        ("bytes=-5", 206, CONTENT[95:], "bytes 95-99/100"),
        ("bytes=-500", 206, CONTENT, "bytes 0-99/100"),
        ("bytes=50-500", 206, CONTENT[50:], "bytes 50-99/100"),
        ("bytes=100-", 416, b"", "bytes */100"),
        ("bytes=9-3", 416, b"", "bytes */100"),
        ("bytes=-0", 416, b"", "bytes */100"),
        ("bytes=0-1,5-6", 200, CONTENT, None),
        ("lines=1-2", 200, CONTENT, None),
        ("bytes=-", 200, CONTENT, None),
    ],
)
def test_a_range_is_answered_as_it_was_asked_for(
    asked: str | None, status: int, part: bytes, told: str | None
) -> None:
    answer = ranged(CONTENT, asked)
    assert (answer.status_code, answer.body, answer.headers.get("content-range")) == (status, part, told)
