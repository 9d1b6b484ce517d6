"""The section `alerts`: destinations, and the policies by which they are told. Destinations are `destinations`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Final

from api.alerts.settings import AlertSettings, Mqtt, Policy, Stage, Stretch
from api.language import Language
from api.sitefile.destinations import DestinationReader
from api.sitefile.node import Node
from api.sitefile.problems import quoted, suggestion
from custody.raising import RULES as LEDGER_RULES
from custody.raising import SERVICE_RULES
from vision.incidents import Severity
from vision.rules import SETTINGS

LONGEST_S: Final = 24 * 3600.0
RULES: Final = (*SETTINGS, *LEDGER_RULES, *SERVICE_RULES)
"""What can be raised, by cameras, by the ledger, and by the service about itself."""

ALWAYS: Final = "always"

_POLICY: Final = ("rules", "severity", "cameras", "when", "stages", "group_s", "repeat_s")


def read_alerts(
    node: Node | None, environ: Mapping[str, str], language: Language, cameras: Sequence[str]
) -> AlertSettings:
    """Read the section; without it nobody is told. language: of the site; cameras: their ids."""
    fields = {} if node is None else node.fields(("destinations", "policies"))
    written = fields["destinations"].identified("destination") if "destinations" in fields else {}
    reader = DestinationReader(environ, language)
    read = {name: reader.read(destination) for name, destination in written.items()}
    named = fields["policies"].identified("policy") if "policies" in fields else {}
    policies = tuple(_policy(name, policy, cameras, written) for name, policy in named.items())
    told = {name for policy in policies for stage in policy.stages for name in stage.to}
    for name, channel in read.items():
        if name not in told and not isinstance(channel, Mqtt):  # a broker is kept as the office is by no policy
            written[name].warn("no policy tells it anything; name it in the stages of one")
    return AlertSettings(
        destinations=MappingProxyType({name: channel for name, channel in read.items() if channel is not None}),
        policies=policies,
    )


def _policy(name: str, node: Node, cameras: Sequence[str], destinations: Collection[str]) -> Policy:
    fields = node.fields(_POLICY, required=("stages",))
    given: dict[str, Any] = {}
    if "rules" in fields:
        given["rules"] = _members(fields["rules"], RULES, "rule")
    if "cameras" in fields:
        given["cameras"] = _members(fields["cameras"], cameras, "camera")
    if "severity" in fields and (severity := fields["severity"].choice(list(Severity))):
        given["severity"] = Severity(severity)
    if "when" in fields:
        given["when"] = _when(fields["when"])
    for seconds in ("group_s", "repeat_s"):
        if seconds in fields and (value := fields[seconds].number(0, LONGEST_S, "seconds")) is not None:
            given[seconds] = value
    stages = _stages(fields["stages"], destinations) if "stages" in fields else ()
    return replace(Policy(name, stages), **given)


def _members(node: Node, known: Collection[str], what: str) -> frozenset[str]:
    """Read a list of names that must be known."""
    read, members = set(), node.items(f"a list of {what}s")
    for member in members or []:
        name = member.text(f"the name of a {what}")
        if name is not None and name not in known:
            member.wrong(f"the name of a {what}", suggestion(name, known), f"the unknown {what} {quoted(name)}")
        elif name is not None:
            read.add(name)
    if members == []:
        node.wrong(f"at least one {what}", "name one, or leave the key out for all", f"no {what}")
    return frozenset(read)


def _when(node: Node) -> frozenset[Stretch]:
    if not node.is_list:
        node.choice((ALWAYS,))
        return frozenset(Stretch)
    return frozenset(map(Stretch, _members(node, list(Stretch), "stretch")))


def _stages(node: Node, destinations: Collection[str]) -> tuple[Stage, ...]:
    stages = [_stage(member, destinations) for member in node.items("a list of stages") or []]
    if node.is_list and not stages:
        node.wrong("at least one stage", "write stages: [{to: [duty]}]", "no stage")
    if any(later.after_s <= earlier.after_s for earlier, later in pairwise(stages)):
        node.wrong("every stage later than the one before", "put them in order of after_s", "stages out of order")
    return tuple(stages)


def _stage(node: Node, destinations: Collection[str]) -> Stage:
    fields = node.fields(("after_s", "to"), required=("to",))
    after_s = fields["after_s"].number(0, LONGEST_S, "seconds") if "after_s" in fields else None
    to = _members(fields["to"], destinations, "destination") if "to" in fields else frozenset()
    return Stage(after_s or 0.0, tuple(sorted(to)))
