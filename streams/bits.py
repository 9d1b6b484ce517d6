"""Numbers out of the bits of a header: fixed width, and the Exp-Golomb code of H.264 and H.265 (H.264, 9.1). Pure."""

from __future__ import annotations


class BitReader:
    """Reads a unit's payload from its first bit. Raises ValueError where it ends too early."""

    def __init__(self, payload: bytes) -> None:
        self._value = int.from_bytes(payload, "big")
        self._left = len(payload) * 8

    def bits(self, count: int) -> int:
        """Return the next `count` bits as a number."""
        if count > self._left:
            raise ValueError("it ends in the middle of a field")
        self._left -= count
        return (self._value >> self._left) & ((1 << count) - 1)

    def flag(self) -> bool:
        """Return the next bit."""
        return self.bits(1) == 1

    def golomb(self) -> int:
        """Return the next ue(v)."""
        zeros = 0
        while not self.flag():
            zeros += 1
            if zeros > 32:
                raise ValueError("a number in it is larger than there can be")
        return (1 << zeros) - 1 + self.bits(zeros)

    def signed_golomb(self) -> int:
        """Return the next se(v)."""
        code = self.golomb()
        return (code + 1) // 2 if code % 2 else -(code // 2)


def payload(unit: bytes, header_bytes: int) -> bytes:
    """Return what follows the header of a unit, without the bytes that keep start codes out of it."""
    return unit[header_bytes:].replace(b"\x00\x00\x03", b"\x00\x00")
