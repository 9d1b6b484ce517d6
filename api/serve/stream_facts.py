"""What is known of a camera's stream as it comes: its coding, its size, and how many pictures a second."""

from __future__ import annotations

from api.serve.rate import Rate
from streams.samples import Began, Ended, Sample, Unfit, Word, to_ms


class StreamFacts:
    """A sink at the tap of a camera."""

    def __init__(self) -> None:
        self._rate = Rate()
        self.codec: str | None = None
        self.size: tuple[int, int] | None = None

    def tell(self, word: Word) -> None:
        """Take the next word of the tap."""
        match word:
            case Began(track):
                self.codec, self.size = track.mse_codec, (track.width, track.height)
            case Sample():
                self._rate.count(to_ms(word.decoded_at))
            case Ended() | Unfit():
                self._rate = Rate()

    @property
    def fps(self) -> float:
        """Pictures a second, over the last seconds; 0 where none can be kept."""
        return self._rate.fps
