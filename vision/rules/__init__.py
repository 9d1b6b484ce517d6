"""One module a rule. SETTINGS and RULES map a rule's name in the site file to its settings and to what makes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from vision.layout import Layout
from vision.rules.camera_blind import CameraBlind, CameraBlindSettings
from vision.rules.person_after_hours import PersonAfterHours, PersonAfterHoursSettings
from vision.rules.rule import Rule
from vision.rules.staff_only_intrusion import StaffOnlyIntrusion, StaffOnlyIntrusionSettings
from vision.rules.terminal_removed import TerminalRemoved, TerminalRemovedSettings
from vision.rules.unattended_counter import UnattendedCounter, UnattendedCounterSettings
from vision.rules.vault_alone import VaultAlone, VaultAloneSettings
from vision.rules.vault_open import VaultOpen, VaultOpenSettings

RuleSettings = (
    CameraBlindSettings
    | PersonAfterHoursSettings
    | StaffOnlyIntrusionSettings
    | TerminalRemovedSettings
    | UnattendedCounterSettings
    | VaultAloneSettings
    | VaultOpenSettings
)

SETTINGS: Mapping[str, type[RuleSettings]] = MappingProxyType(
    {
        "unattended_counter": UnattendedCounterSettings,
        "staff_only_intrusion": StaffOnlyIntrusionSettings,
        "terminal_removed": TerminalRemovedSettings,
        "vault_open": VaultOpenSettings,
        "vault_alone": VaultAloneSettings,
        "person_after_hours": PersonAfterHoursSettings,
        "camera_blind": CameraBlindSettings,
    }
)

RULES: Mapping[type[RuleSettings], Callable[..., Rule]] = MappingProxyType(
    {
        UnattendedCounterSettings: UnattendedCounter,
        StaffOnlyIntrusionSettings: StaffOnlyIntrusion,
        TerminalRemovedSettings: TerminalRemoved,
        VaultOpenSettings: VaultOpen,
        VaultAloneSettings: VaultAlone,
        PersonAfterHoursSettings: PersonAfterHours,
        CameraBlindSettings: CameraBlind,
    }
)


def make_rule(settings: RuleSettings, layout: Layout) -> Rule:
    """Make the rule that these settings are of."""
    return RULES[type(settings)](settings, layout)
