"""The documents are true: what they name exists, and what exists is named."""

from __future__ import annotations

import hashlib
import re
import shlex
from dataclasses import asdict, fields
from itertools import pairwise
from pathlib import Path
from re import DOTALL, MULTILINE
from typing import Any, Final

import pytest
import typer.main
import yaml
from typer.core import TyperArgument, TyperGroup

from api.alerts.dispatch import KEPT_MS
from api.alerts.pictures import NEAR_MS
from api.alerts.sender import ATTEMPT_S, WAITS
from api.analyze import TICK_MS
from api.cli import app
from api.exits import BAD_INPUT, NOT_INTACT, UNREADABLE, UNWELL
from api.recording import LEAD_MS
from api.requests import BACKENDS, DEFAULT_BACKEND, DEFAULT_MODEL
from api.settings import load_site
from api.words import words
from custody.acts import ACTS
from custody.closing import CLOSING, OPENING
from custody.clues import WEIGHTS
from custody.entries import KINDS, Entry
from custody.explanations import Cause
from custody.raising import RULES as CUSTODY_RULES
from custody.raising import SERVICE_RULES
from custody.reconcile import State as Reconciled
from custody.settings import ClosingDeadlines, CustodySettings, OpeningDeadlines
from custody.sightings import TOGETHER_MS as SEEN_AGAIN_MS
from models.layouts import LayoutName
from models.locate import FOLDERS_VARIABLE
from models.manifest import manifest
from streams.backoff import BackoffSettings
from streams.clips import GAP_MS
from streams.gate import GateSettings
from streams.records import SourceOptions
from streams.released import CELLS
from vision.blurring import BlurSettings
from vision.door import ENOUGH, IN_PLACE
from vision.dwell import DwellSettings
from vision.health import HealthSettings
from vision.items import ItemKind
from vision.place import BARE, UNCHANGED
from vision.rules import SETTINGS
from vision.rules.staff_only_intrusion import REMEMBER_MS
from vision.rules.vault_alone import TOGETHER_MS
from vision.scene import SILENT_AFTER_MS
from vision.slots import BEYOND_DOUBT, NEARLY_BARE, SlotTiming
from vision.types import Health, SlotState, Voice
from vision.zones import Anchor, ZoneKind

ROOT: Final = Path(__file__).resolve().parents[2]
READMES: Final = ("README.md", "README.ja.md")
PAGES: Final = sorted(
    str(page.relative_to(ROOT))
    for pattern in ("*.md", "docs/**/*.md", "models/**/*.md", "sample_footage/*.md")
    for page in ROOT.glob(pattern)
)
REFERENCES: Final = sorted(str(page.relative_to(ROOT)) for page in ROOT.glob("docs/*.md"))
DESIGN: Final = sorted(str(page.relative_to(ROOT)) for page in ROOT.glob("docs/design/*.md"))
DECISIONS: Final = sorted(str(page.relative_to(ROOT)) for page in ROOT.glob("docs/adr/*.md"))
FOLDERS: Final = ("vision", "models", "streams", "custody", "api", "docs", "tests", "benchmarks", "sample_footage")
AGPL_3_SHA256: Final = "0d96a4ff68ad6d4b6f1f30f713b18d5184912ba8dd389f86aa7710db079abcb0"


def commands(group: Any, prefix: str = "") -> dict[str, Any]:
    """Return the commands that can be given, those of a group by both words."""
    found: dict[str, Any] = {}
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            found |= commands(command, f"{name} ")
        else:
            found[prefix + name] = command
    return found


COMMANDS: Final = commands(typer.main.get_command(app))


def text(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def section(page: str, heading: str) -> str:
    """Return what stands under a heading, up to the next one of its level or above."""
    level = heading.partition(" ")[0]
    found = re.search(
        rf"^{re.escape(heading)}.*?$\n(.*?)(?=^#{{1,{len(level)}}} |\Z)", text(page), DOTALL | MULTILINE
    )
    assert found, f"{page} has no heading {heading!r}"
    return found[1]


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text(page), DOTALL | MULTILINE)


def rows(content: str) -> dict[str, str]:
    """Return the rows of all tables: what the first cell says, without backticks, to the whole row."""
    cells = re.findall(r"^\| *(.*?) *\|(.*)$", content, MULTILINE)
    return {first.replace("`", ""): f"{first}|{rest}" for first, rest in cells}


def spans(content: str) -> set[str]:
    return set(re.findall(r"`([^`\n]+)`", content))


def options(command: Any) -> set[str]:
    """Return the options of a command, and the names of its arguments in capitals."""
    named = {str(p.name).upper() for p in command.params if isinstance(p, TyperArgument)}
    return named | {name for p in command.params for name in p.opts if name.startswith("--")} - {"--help"}


def defaults(rule: str) -> dict[str, str]:
    return {
        field.name: field.default if isinstance(field.default, str) else f"{field.default:g}"
        for field in fields(SETTINGS[rule])
    }


@pytest.mark.parametrize("rule", SETTINGS)
def test_every_rule_is_explained_with_every_setting_and_its_default(rule: str) -> None:
    table = rows(section("docs/design/rules.md", f"### `{rule}`"))
    for name, default in defaults(rule).items():
        assert table[name].startswith(f"`{name}`| {default} |")


@pytest.mark.parametrize("page", READMES)
@pytest.mark.parametrize("rule", SETTINGS)
def test_both_readmes_have_every_rule_with_every_setting_and_its_default(page: str, rule: str) -> None:
    row = rows(text(page))[rule]
    assert {f"{name}: {default}" for name, default in defaults(rule).items()} == spans(row) - {rule}


def test_no_rule_is_explained_that_does_not_exist() -> None:
    assert re.findall(r"^### `(\w+)`", text("docs/design/rules.md"), MULTILINE) == list(SETTINGS)


def test_the_rules_of_the_site_file_page_are_the_defaults() -> None:
    written = yaml.safe_load(blocks("docs/design/site-file.md", "yaml")[0])["rules"]
    assert {name: SETTINGS[name](**values) for name, values in written.items()} == {
        name: settings() for name, settings in SETTINGS.items()
    }


def test_the_custody_section_of_the_site_file_page_is_the_defaults() -> None:
    written = yaml.safe_load(blocks("docs/design/site-file.md", "yaml")[1])["custody"]
    assert written == asdict(CustodySettings())


def test_every_incident_of_the_ledger_is_explained_and_has_words_in_both_languages() -> None:
    pages = ("counts", "closing", "reconciliation")
    assert set(CUSTODY_RULES) <= set().union(*(spans(text(f"docs/design/{page}.md")) for page in pages))
    assert all(set(CUSTODY_RULES) <= words(language).rules.keys() for language in ("ja", "en"))


def test_every_incident_of_the_service_is_explained_and_has_words_in_both_languages() -> None:
    assert set(SERVICE_RULES) <= spans(text("docs/design/footage.md"))
    assert all(set(SERVICE_RULES) <= spans(text(page)) for page in READMES)
    assert all(set(SERVICE_RULES) <= words(language).rules.keys() for language in ("ja", "en"))


def test_every_act_is_explained_with_its_signers() -> None:
    table = rows(section("docs/design/counts.md", "## The acts"))
    for kind, act in ACTS.items():
        assert table[kind].startswith(f"`{kind}`| {act.SIGNERS} |")


def test_every_step_of_the_protocols_is_explained_with_its_deadline() -> None:
    closing, opening = ClosingDeadlines(), OpeningDeadlines()
    evening, morning = (rows(section("docs/design/closing.md", f"## The {part}")) for part in ("evening", "morning"))
    for step in CLOSING:
        assert f"| {getattr(closing, f'{step.name}_min')} min | `{step.late}`" in evening[step.name]
    for step in OPENING[:-1]:
        assert f"| {getattr(opening, f'{step.name}_before_min')} min | `{step.late}`" in morning[step.name]
    assert f"begins {opening.begins_before_min} min before" in text("docs/design/closing.md")


def test_every_clue_is_explained_with_its_weight() -> None:
    table = rows(section("docs/design/investigation.md", "## The facts"))
    for clue, weight in WEIGHTS.items():
        assert table[clue].startswith(f"`{clue}`| {weight.weight} |")


def test_every_state_of_reconciliation_is_explained() -> None:
    assert set(Reconciled) <= set(rows(section("docs/design/reconciliation.md", "## The states")))


def references(name: str) -> dict[str, str]:
    """Return the pages that have a command's table of options, each with the rows of that table."""
    return {
        page: found[1]
        for page in REFERENCES
        for found in re.finditer(rf"^\| option of `kuraban {name}`.*\n((?:\|.*\n)+)", text(page), MULTILINE)
    }


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_explained_on_one_page_with_every_option(name: str) -> None:
    if not options(COMMANDS[name]):
        assert any(f"`kuraban {name}" in text(page) for page in REFERENCES)
        return
    [table] = references(name).values()
    assert options(COMMANDS[name]) == set(rows(table)) - {"---"}


def test_no_command_is_explained_that_does_not_exist() -> None:
    pages = "\n".join(text(page) for page in PAGES)
    told = re.findall(r"^\| option of `kuraban ([\w -]+)`", pages, MULTILINE)
    assert sorted(told) == sorted(name for name, command in COMMANDS.items() if options(command))


@pytest.mark.parametrize("page", READMES)
@pytest.mark.parametrize("name", COMMANDS)
def test_both_readmes_lead_from_every_command_to_its_page(page: str, name: str) -> None:
    command = f"`kuraban {name.partition(' ')[0]}`"
    [row] = [row for row in rows(text(page)).values() if command in row.rpartition("](")[2]]
    [target] = re.findall(r"\]\(([^)]+)\)", row)
    assert f"`kuraban {name}" in text(target)
    assert set(references(name)) <= {target}


@pytest.mark.parametrize("name", [name for name in COMMANDS if "--model" in options(COMMANDS[name])])
def test_the_default_model_and_back_end_are_those_of_the_pages(name: str) -> None:
    [table] = references(name).values()
    assert f"`{DEFAULT_MODEL}`" in rows(table)["--model"]
    assert set(BACKENDS) <= spans(rows(table)["--backend"])
    assert re.search(rf"`{DEFAULT_BACKEND}` \(default\)", rows(table)["--backend"])


@pytest.mark.parametrize("page", PAGES)
def test_every_quoted_command_line_can_be_given(page: str) -> None:
    for block in blocks(page, "sh"):
        for line in re.findall(r"^(?:\S*/)?kuraban (.*)$", block, MULTILINE):
            arguments = shlex.split(line, comments=True)
            name = next(name for name in COMMANDS if arguments[: len(name.split())] == name.split())
            given = {argument.partition("=")[0] for argument in arguments if argument.startswith("--")}
            assert given <= options(COMMANDS[name]), line


def test_the_exit_codes_that_there_are_are_explained_and_no_others() -> None:
    codes = {int(cell) for cell in rows(section("docs/analyze.md", "## Exit codes")) if re.fullmatch(r"\d", cell)}
    assert codes == {0, BAD_INPUT, UNREADABLE, NOT_INTACT, UNWELL}


@pytest.mark.parametrize("page", READMES)
def test_the_site_file_of_the_readmes_can_be_used(page: str, tmp_path: Path) -> None:
    (path := tmp_path / "site.yaml").write_text(blocks(page, "yaml")[0], encoding="utf-8")
    site = load_site(path, {})
    assert site.warnings == ()
    assert [slot.counter for slot in site.cameras[0].slots] == ["window-1"]
    assert list(site.rules) == list(SETTINGS)


def test_every_state_of_a_slot_is_explained() -> None:
    assert set(SlotState) <= set(rows(section("docs/design/slots.md", "## The states")))
    assert spans(rows(text("docs/glossary.md"))["**voice**"]) | {"none"} == set(Voice)


def test_every_health_of_a_camera_is_explained() -> None:
    assert set(Health) <= set(rows(section("docs/design/rules.md", "### `camera_blind`")))


@pytest.mark.parametrize("words", [ZoneKind, Anchor, ItemKind])
def test_every_word_that_a_site_file_may_use_is_explained(words: type[ZoneKind | Anchor | ItemKind]) -> None:
    assert {word.value for word in words} <= spans(text("docs/design/site-file.md"))


def test_every_known_detector_is_named_with_its_licence() -> None:
    page = "docs/detectors.md"
    table = {first.split(" ")[0]: row for first, row in rows(text(page)).items()}
    for name, entry in manifest().items():
        assert entry.licence in table[name]
    assert f"`{FOLDERS_VARIABLE}`" in text(page)


def test_every_layout_is_named() -> None:
    assert set(LayoutName) <= spans(text("docs/design/detectors.md"))


def test_every_kind_of_entry_is_named() -> None:
    dotted = spans(section("docs/design/ledger.md", "## The kinds")) - {"kuraban analyze"}
    assert dotted == KINDS


def test_every_cause_is_explained_and_named_with_the_command() -> None:
    assert set(Cause) <= set(rows(section("docs/design/ledger.md", "## Incidents")))
    assert set(Cause) <= spans(rows(text("docs/ledger.md"))["--cause"])


def test_the_entry_of_the_ledger_page_has_the_hash_that_stands_there() -> None:
    line = blocks("docs/design/ledger.md", "json")[0].strip()
    assert Entry.from_line(line.encode()).leaf().hex() in text("docs/design/ledger.md")


def test_every_event_that_streams_log_is_explained() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "streams").glob("*.py"))
    events = set(re.findall(r'"(stream\.[a-z_]+)"', sources))
    assert events == {
        span for span in spans(text("docs/design/streams.md")) if re.fullmatch(r"stream\.[a-z_]+", span)
    }


def test_every_event_on_the_operators_page_is_one_that_is_logged() -> None:
    paths = [*(ROOT / "api").rglob("*.py"), *(ROOT / "streams").rglob("*.py")]
    sources = "".join(path.read_text(encoding="utf-8") for path in paths)
    told = set(rows(section("docs/operations.md", "## What the log says"))) - {"event", "---"}
    assert told
    assert told <= set(re.findall(r'_log\.\w+\(\s*"([a-z_.]+)"', sources))


def test_every_check_of_the_doctor_is_explained() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "api" / "doctor").glob("*.py"))
    checks = set(re.findall(r'(?:good|bad|warning|skipped)\(\s*"([a-z.]+)"', sources))
    assert checks
    groups = {"cameras", "folder"}  # that all of a kind was skipped
    assert checks - groups <= spans(section("docs/operations.md", "## Is it well?"))


def seconds(milliseconds: float) -> str:
    return f"{milliseconds / 1000:g} s"


DWELL, HEALTH, SLOT, BACKOFF = DwellSettings(), HealthSettings(), SlotTiming(), BackoffSettings()
BLUR: Final = BlurSettings()
STATED: Final = [
    ("docs/design/rules.md", f"after {seconds(DWELL.clear_ms)} clear: the incident's `ended_at`"),
    ("docs/design/rules.md", f"after {seconds(DWELL.forgive_ms)} clear |"),
    ("docs/design/rules.md", f"wait; after {seconds(DWELL.lapse_ms)} clear"),
    ("docs/design/rules.md", f"A silence of more than {seconds(DWELL.gap_ms)} between"),
    ("docs/design/rules.md", f"has changed for {seconds(HEALTH.frozen_after_ms)}"),
    ("docs/design/rules.md", f"must hold for\n{seconds(HEALTH.confirm_ms)} before"),
    ("docs/design/rules.md", f"come from it for {seconds(SILENT_AFTER_MS)}"),
    ("docs/design/rules.md", f"in the last {seconds(TOGETHER_MS)} no camera"),
    ("docs/design/rules.md", f"until {seconds(REMEMBER_MS)} after it was last seen"),
    ("docs/design/reconciliation.md", f"seen again within {seconds(SEEN_AGAIN_MS)} was there"),
    ("docs/design/slots.md", f"still for {seconds(SLOT.learn_ms)} (at most {seconds(SLOT.learn_at_most_ms)}"),
    ("docs/design/slots.md", f"renewed every {seconds(SLOT.refresh_ms)} at most"),
    ("docs/design/slots.md", f"| bare | for {seconds(SLOT.bare_ms)} | absent |"),
    ("docs/design/slots.md", f"not still for {seconds(SLOT.settle_ms)} | occluded"),
    ("docs/design/slots.md", f"| other | still for {seconds(SLOT.gone_ms)}, nobody near, surroundings"),
    ("docs/design/slots.md", f"| neither, for {seconds(SLOT.open_ms)}, and somebody"),
    ("docs/design/slots.md", f"in front, and bareness below {BEYOND_DOUBT}"),
    ("docs/design/slots.md", f"less than {UNCHANGED:.0%} of its pixels differ, or {IN_PLACE:.0%}".replace("%", " %")),
    ("docs/design/slots.md", f"less than {ENOUGH:.0%} of it is seen".replace("%", " %")),
    ("docs/design/slots.md", f"The sum must reach {BARE}"),
    ("docs/design/slots.md", f"bareness of {NEARLY_BARE}"),
    ("docs/design/streams.md", f"more than {seconds(GateSettings().longest_group_ms)} apart"),
    ("docs/design/streams.md", f"stretches longer than {seconds(GAP_MS)} without a picture"),
    ("docs/design/streams.md", f"queue of {SourceOptions().queue_packets} packets"),
    ("docs/design/streams.md", f"Nothing within {SourceOptions().read_timeout_s:g} s is offline"),
    ("docs/design/streams.md", f"up to {BACKOFF.longest_s:g} s, each"),
    ("docs/design/evidence.md", f"with a margin of {BLUR.margin * 100:.0f} % of"),
    ("docs/design/evidence.md", f"A box counts {seconds(BLUR.hold_ms)}\n  beyond its moment"),
    ("docs/design/evidence.md", f"{CELLS} patches of mean colour"),
    ("docs/design/time.md", f"more than {seconds(SourceOptions().clock_bound_ms)} off"),
    ("docs/design/time.md", f"every {seconds(TICK_MS)} of capture"),
    ("docs/alerts.md", f"waits: {WAITS.first_s:g} s at first, {WAITS.longest_s:g} s at most"),
    ("docs/alerts.md", f"An attempt takes {ATTEMPT_S:g} s at most"),
    ("docs/alerts.md", f"kept for {KEPT_MS // 86_400_000} days with the reason"),
    ("docs/alerts.md", f"less than {seconds(NEAR_MS)} ago"),
    ("docs/analyze.md", f"{seconds(LEAD_MS)} before to {seconds(LEAD_MS)} after"),
]


@pytest.mark.parametrize(("page", "sentence"), STATED)
def test_a_number_in_a_page_is_the_number_in_the_code(page: str, sentence: str) -> None:
    assert sentence in text(page)


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", text(page)):
        if "://" not in target:
            assert ((ROOT / page).parent / target).exists(), f"{page} links to {target}, which does not exist"


def anchors(page: Path) -> set[str]:
    """Return what a link to a heading of a page may say behind its `#`."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES)
def test_every_link_to_a_heading_leads_to_one(page: str) -> None:
    for target, anchor in re.findall(r"\]\(([^)#\s:]*)#([^)\s]+)\)", text(page)):
        linked = (ROOT / page).parent / target if target else ROOT / page
        assert anchor in anchors(linked), f"{page} links to {target}#{anchor}, which does not exist"


@pytest.mark.parametrize("page", PAGES)
def test_every_quoted_path_exists(page: str) -> None:
    for span in spans(text(page)):
        if re.fullmatch(rf"(?:{'|'.join(FOLDERS)})/[\w./-]*", span) and "shared/" not in span:
            beside = (ROOT / page).parent / span
            assert (ROOT / span).exists() or beside.exists(), f"{page} names {span}, which does not exist"


@pytest.mark.parametrize("page", PAGES)
def test_every_quoted_make_target_exists(page: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", text("Makefile"), MULTILINE))
    code = "\n".join([*spans(text(page)), *blocks(page, "sh")])
    assert set(re.findall(r"^make ([a-z-]+)", code, MULTILINE)) <= targets


@pytest.mark.parametrize("page", READMES)
def test_the_first_screen_has_both_commands_and_a_picture(page: str) -> None:
    first = "\n".join(text(page).splitlines()[:18])
    assert "make run" in first
    assert "make test" in first
    assert "](docs/pictures/" in first


@pytest.mark.parametrize("page", DESIGN)
def test_a_design_note_has_goals_limits_and_what_was_refused(page: str) -> None:
    headings = re.findall(r"^## (.*)$", text(page), MULTILINE)
    assert {"Goals", "Non-goals", "Invariants", "Alternatives refused"} <= set(headings)


def test_decisions_are_numbered_without_a_gap_and_say_why() -> None:
    for number, page in enumerate(DECISIONS, start=1):
        assert Path(page).name.startswith(f"{number:04d}-")
        assert text(page).startswith(f"# {number}. ")
        assert re.findall(r"^## (.*)$", text(page), MULTILINE) == [
            "Context",
            "Decision",
            "Alternatives",
            "Consequences",
        ]


def test_the_glossary_has_each_word_once_and_in_order() -> None:
    words = re.findall(r"^\| \*\*(.+?)\*\* \|", text("docs/glossary.md"), MULTILINE)
    assert all(one < other for one, other in pairwise(words))


def test_the_licence_is_the_whole_text_of_the_agpl() -> None:
    assert hashlib.sha256((ROOT / "LICENSE").read_bytes()).hexdigest() == AGPL_3_SHA256


@pytest.mark.parametrize("page", PAGES)
def test_no_line_is_too_long_to_read_as_text(page: str) -> None:
    outside = re.sub(r"^```.*?^```|^\|.*?$", "", text(page), flags=DOTALL | MULTILINE)
    assert all(len(line) <= 160 for line in outside.splitlines())
