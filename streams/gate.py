"""Which packets must be decoded: while a view is calm, key frames only, until the packets in between grow.

An encoder spends bytes where the picture changes, so the size of a packet tells of movement before anything
is decoded. Pure: sizes and times come in, verdicts go out; holding and decoding packets belongs to the
decoder. Nothing is skipped unless the caller has said that the view is calm, and whatever is not understood
is decoded.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from statistics import fmean, median


class Verdict(Enum):
    """What to do with a packet."""

    DECODE = "decode"
    KEY_ONLY = "key only"  # decode this key frame by itself and keep its packet
    HOLD = "hold"  # keep it undecoded
    REPLAY = "replay"  # decode what is held, from the key frame on, and then this


@dataclass(frozen=True, slots=True)
class PacketFacts:
    """One packet. `depth` is how many frames it is sent ahead of its display, 0 in streams without B frames.

    Packets of one depth are compared with each other only: a P frame sent ahead of its B frames is always
    large.
    """

    size_bytes: int
    is_key: bool
    at_ms: int
    depth: int = 0


@dataclass(frozen=True, slots=True)
class GateSettings:
    """When packets have grown, and when a stream is not fit for the gate.

    Growth is a cumulative sum, in spreads of calm packets: every packet adds what it is above the calm size
    less `slack_spreads`, never below zero, and more than `alarm_spreads` together is growth. So one packet
    that is much larger tells, and several that are a little larger. Sizes are compared by their logarithms,
    because an encoder's noise is a share of the size: a spread of 0.25 is about a quarter more or less.
    """

    calm_after_ms: int = 2_000
    slack_spreads: float = 1.5
    alarm_spreads: float = 4.0
    least_spread: float = 0.1
    largest_spread: float = 0.8
    groups_kept: int = 8
    groups_to_learn: int = 2
    packets_to_learn: int = 20
    longest_group_ms: int = 10_000
    largest_share_of_key: float = 0.25


_HEADER_BYTES = 8
"""Added to every size before its logarithm is taken, so that tiny packets do not count as varied."""


Kind = tuple[int, bool]
"""Packets that are compared with each other: their depth, and whether they come right after a key frame.

The first picture after a key frame mends what the key frame left coarse, and is larger also where nothing moves.
"""


@dataclass(frozen=True, slots=True)
class CalmSize:
    """What calm packets of one kind weigh: the logarithm of their size, and its spread."""

    log_size: float
    spread: float


class CalmGroups:
    """The running estimate of calm packets: the smaller ones of the last calm groups of pictures.

    The lower quartile over groups, so that a group in which something small moved does not make the gate
    deaf, while a picture that has become noisier for good is learnt within `groups_kept` groups.
    """

    def __init__(self, settings: GateSettings) -> None:
        self._settings = settings
        self._groups: deque[dict[Kind, CalmSize]] = deque(maxlen=settings.groups_kept)
        self._packets: deque[int] = deque(maxlen=settings.groups_kept)
        self._calm: dict[Kind, CalmSize] = {}

    @property
    def known(self) -> bool:
        """Whether enough has been seen to judge by."""
        settings = self._settings
        return len(self._groups) >= settings.groups_to_learn and sum(self._packets) >= settings.packets_to_learn

    @property
    def erratic(self) -> bool:
        """Whether calm packets differ so much among each other that growth would not stand out."""
        bound = self._settings.largest_spread
        return any(calm.spread > bound for (_, alone), calm in self._calm.items() if not alone)

    @property
    def mean_bytes(self) -> float:
        """The calm size over all kinds but the first after a key frame, 0 while nothing is known."""
        sizes = [math.exp(calm.log_size) for (_, alone), calm in self._calm.items() if not alone]
        return fmean(sizes) if sizes else 0.0

    def learn(self, sizes: dict[Kind, list[float]]) -> None:
        """Take one calm group into the estimate: logarithms of packet sizes, by kind."""
        if not sizes:
            return
        self._groups.append({kind: _calm_size(group) for kind, group in sizes.items()})
        self._packets.append(sum(len(group) for group in sizes.values()))
        kinds = {kind for group in self._groups for kind in group}
        self._calm = {kind: self._over_groups(kind) for kind in kinds}

    def excess(self, kind: Kind, log_size: float) -> float:
        """Return by how many spreads a packet is above the calm size; infinite when that is not known."""
        calm = self._calm.get(kind)
        return math.inf if calm is None else (log_size - calm.log_size) / calm.spread

    def _over_groups(self, kind: Kind) -> CalmSize:
        groups = [group[kind] for group in self._groups if kind in group]
        lower_quartile = sorted(group.log_size for group in groups)[(len(groups) - 1) // 4]
        alone = kind[1]  # one a group: they can only be compared from group to group
        between = _calm_size([group.log_size for group in groups]).spread
        spread = between if alone else median(group.spread for group in groups)
        return CalmSize(lower_quartile, max(spread, self._settings.least_spread))


def _calm_size(log_sizes: Sequence[float]) -> CalmSize:
    middle = median(log_sizes)
    return CalmSize(middle, 1.4826 * median(abs(size - middle) for size in log_sizes))


class PacketGate:
    """The state of one stream: decoding everything (awake), or key frames only (asleep).

    It falls asleep at a key frame, when the caller has been calm for `calm_after_ms`, counted from the last
    waking at the earliest, and no packet of the last group had grown. It wakes at the packet that shows
    growth, or when the caller is no longer calm.
    """

    def __init__(self, settings: GateSettings) -> None:
        self._settings = settings
        self._groups = CalmGroups(settings)
        self._group: dict[Kind, list[float]] = {}
        self._group_calm = False
        self._group_grew = True
        self._keys: deque[int] = deque(maxlen=settings.groups_kept)
        self._keys_in_a_row = 0
        self._key_at_ms: int | None = None
        self._excess = 0.0
        self._now_ms: int | None = None
        self._calm = False
        self._calm_since_ms: int | None = None
        self.asleep = False
        self.off_reason: str | None = None

    def calm(self, *, is_calm: bool) -> None:
        """Hear from the caller whether anything goes on in the view, as of the last packet."""
        if is_calm and not self._calm:
            self._calm_since_ms = self._now_ms
        self._calm = is_calm
        self._group_calm = self._group_calm and is_calm

    def feed(self, packet: PacketFacts) -> Verdict:
        """Say what to do with the next packet, in decoding order."""
        self._now_ms = packet.at_ms
        if self._calm_since_ms is None:
            self._calm_since_ms = packet.at_ms
        if self.off_reason is None:
            self.off_reason = self._unfit(packet)
        if self.off_reason is not None:
            return self._wake() if self.asleep else Verdict.DECODE
        return self._feed_key(packet) if packet.is_key else self._feed_inter(packet)

    def interrupted(self) -> None:
        """Forget the current group: packets were lost, and the next one of use is a key frame."""
        self.asleep = False
        self._key_at_ms = None
        self._begin_group(calm=False)
        self._group_grew = True

    @property
    def unfit_now(self) -> str | None:
        """Why packet sizes tell nothing at present, None where they do or nothing is known yet."""
        if not (self._groups.known and self._keys):
            return None
        if self._groups.mean_bytes > self._settings.largest_share_of_key * median(self._keys):
            return "calm packets are as large as in a stream of constant bit rate"
        return "the sizes of calm packets vary too much" if self._groups.erratic else None

    def _unfit(self, packet: PacketFacts) -> str | None:
        self._keys_in_a_row = self._keys_in_a_row + 1 if packet.is_key else 0
        if self._keys_in_a_row >= self._settings.packets_to_learn:
            return "every frame is a key frame"
        if self._key_at_ms is not None and packet.at_ms - self._key_at_ms > self._settings.longest_group_ms:
            return f"key frames are more than {self._settings.longest_group_ms // 1000} s apart"
        return None

    def _feed_key(self, packet: PacketFacts) -> Verdict:
        if self._group_calm:
            self._groups.learn(self._group)
        self.asleep = self._may_sleep(packet.at_ms)
        self._key_at_ms = packet.at_ms
        self._keys.append(packet.size_bytes)
        self._begin_group(calm=self._calm)
        return Verdict.KEY_ONLY if self.asleep else Verdict.DECODE

    def _begin_group(self, *, calm: bool) -> None:
        self._group = {}
        self._group_calm = calm
        self._group_grew = False
        self._excess = 0.0

    def _feed_inter(self, packet: PacketFacts) -> Verdict:
        log_size = math.log(packet.size_bytes + _HEADER_BYTES)
        kind = (packet.depth, not self._group)
        self._group.setdefault(kind, []).append(log_size)
        above = self._groups.excess(kind, log_size)
        self._excess = max(0.0, self._excess + above - self._settings.slack_spreads)
        grown = self._excess > self._settings.alarm_spreads
        self._group_grew = self._group_grew or grown
        if not self.asleep:
            return Verdict.DECODE
        return self._wake() if grown or not self._calm else Verdict.HOLD

    def _may_sleep(self, at_ms: int) -> bool:
        calm_for_ms = at_ms - (at_ms if self._calm_since_ms is None else self._calm_since_ms)
        return (
            self._calm
            and calm_for_ms >= self._settings.calm_after_ms
            and self._groups.known
            and not self._group_grew
            and self.unfit_now is None
        )

    def _wake(self) -> Verdict:
        self.asleep = False
        self._calm_since_ms = self._now_ms
        return Verdict.REPLAY
