"""What reports and tables say, in Japanese and in English. Words only; nothing is decided or drawn here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from api.language import Language
from custody.telling import STEPS, THINGS
from vision.incidents import Severity
from vision.types import Health, SlotState
from vision.zones import ZoneKind


@dataclass(frozen=True, slots=True)
class Words:
    """One language. `rules` may lack a rule that is newer than these words; `rule()` does not."""

    lang: Language
    title: str
    labels: Mapping[str, str]
    rules: Mapping[str, str]
    severities: Mapping[Severity, str]
    states: Mapping[SlotState, str]
    health: Mapping[Health, str]
    zone_kinds: Mapping[ZoneKind, str]
    things: Mapping[str, str]
    steps: Mapping[str, str]

    def rule(self, name: str) -> str:
        """Return a rule in words."""
        return self.rules.get(name, name.replace("_", " "))


_JA = Words(
    lang="ja",
    title="解析報告",
    labels={
        "interval": "期間",
        "cameras": "カメラ",
        "model": "モデル",
        "backend": "推論エンジン",
        "observations": "観測数",
        "took": "所要時間",
        "seconds": "秒",
        "digest": "サイト設定の SHA-256",
        "incidents": "事案",
        "no_incidents": "この期間に事案はありません。",
        "timelines": "時系列",
        "notes": "注意事項",
        "partial": "途中で途切れた映像",
        "number": "番号",
        "time": "時刻",
        "severity": "重大度",
        "what": "内容",
        "where": "場所",
        "duration": "継続",
        "lasting": "継続中",
        "clip": "映像",
        "no_clip": "映像なし",
        "why": "根拠",
        "after_hours": "時間外",
        "camera": "カメラ",
        "people": "人数",
        "sight": "視界",
        "no_timeline": "このカメラの観測はありません。",
        "entries": "照合した台帳の記録",
        "entry": "台帳の記録",
        "by_ledger": "台帳",
        "by_cameras": "映像",
        "open_clip": "映像を開く",
        "hours": "時間",
        "minutes": "分",
        "closing": "{day} の終業手順（{since} から）",
        "opening": "{day} の始業手順（{since} から）",
        "no_protocol": "台帳の最初の記録より後に、始まった手順はありません。",
        "step": "手順",
        "state": "状態",
        "due_at": "期限",
        "missing": "残り",
        "done": "済み",
        "due": "これから",
        "late": "遅れ",
    },
    rules={
        "unattended_counter": "窓口の離席（保管物が露出）",
        "staff_only_intrusion": "執務室への立ち入り",
        "terminal_removed": "保管物の所在不明",
        "vault_open": "保管庫の施錠なし",
        "vault_alone": "保管庫での単独作業",
        "person_after_hours": "時間外の人影",
        "camera_blind": "カメラの視界喪失",
        "unlogged_vault_access": "記録のない保管庫の開扉",
        "vault_locked_without_count": "員数確認なしの施錠",
        "count_mismatch": "員数の不一致",
        "item_not_returned": "保管物の未返却",
        "item_not_where_ledger_says": "台帳と異なる所在",
        "two_person_breach": "二人体制の不履行",
        "closing_overdue": "終業手順の遅れ・順序違い",
        "opening_overdue": "始業手順の遅れ・順序違い",
        "entry_back_dated": "日時をさかのぼった記録",
        "clock_set_back": "時計の巻き戻し",
        "entry_unreadable": "読めない記録",
        "footage_not_recorded": "映像の保存停止",
    },
    severities={Severity.NOTICE: "注意", Severity.WARNING: "警告", Severity.ALARM: "警報"},
    states={
        SlotState.PRESENT: "あり",
        SlotState.OCCLUDED: "遮られている",
        SlotState.ABSENT: "なし",
        SlotState.UNKNOWN: "不明",
    },
    health={
        Health.CLEAR: "良好",
        Health.COVERED: "覆われている",
        Health.DARK: "暗い",
        Health.FROZEN: "静止",
        Health.BLURRED: "ぼけ",
        Health.MOVED: "向きが変わった",
        Health.SILENT: "信号なし",
    },
    zone_kinds={
        ZoneKind.COUNTER: "窓口",
        ZoneKind.STAFF_SIDE: "職員側",
        ZoneKind.STAFF_ONLY: "執務室",
        ZoneKind.PUBLIC: "待合",
        ZoneKind.VAULT: "保管庫",
        ZoneKind.PRIVATE: "非公開",
        ZoneKind.IGNORE: "対象外",
    },
    things=THINGS,
    steps=STEPS,
)

_EN = Words(
    lang="en",
    title="Analysis report",
    labels={
        "interval": "Interval",
        "cameras": "Cameras",
        "model": "Model",
        "backend": "Back end",
        "observations": "Observations",
        "took": "Took",
        "seconds": "s",
        "digest": "Site file, SHA-256",
        "incidents": "Incidents",
        "no_incidents": "No incident in this interval.",
        "timelines": "Timelines",
        "notes": "Notes",
        "partial": "Clips that broke off",
        "number": "No.",
        "time": "Time",
        "severity": "Severity",
        "what": "What",
        "where": "Where",
        "duration": "Lasted",
        "lasting": "lasting",
        "clip": "Clip",
        "no_clip": "no clip",
        "why": "Why",
        "after_hours": "after hours",
        "camera": "camera",
        "people": "people",
        "sight": "sight",
        "no_timeline": "Nothing was observed by this camera.",
        "entries": "Entries held against it",
        "entry": "entry",
        "by_ledger": "ledger",
        "by_cameras": "cameras",
        "open_clip": "open the clip",
        "hours": "h",
        "minutes": "min",
        "closing": "closing of {day}, since {since}",
        "opening": "opening of {day}, since {since}",
        "no_protocol": "no protocol has begun since the first entry of the ledger",
        "step": "step",
        "state": "state",
        "due_at": "due",
        "missing": "missing",
        "done": "done",
        "due": "due",
        "late": "late",
    },
    rules={
        "unattended_counter": "Counter left unattended",
        "staff_only_intrusion": "Someone where only staff may be",
        "terminal_removed": "Item gone from its place",
        "vault_open": "Vault left open",
        "vault_alone": "Too few people at the vault",
        "person_after_hours": "Someone there after hours",
        "camera_blind": "Camera cannot see",
        "unlogged_vault_access": "Vault opened without an entry",
        "vault_locked_without_count": "Vault locked without a count",
        "count_mismatch": "Count does not agree",
        "item_not_returned": "Item not returned",
        "item_not_where_ledger_says": "Item not where the ledger says",
        "two_person_breach": "One person where two must be",
        "closing_overdue": "Closing late or out of order",
        "opening_overdue": "Morning late or out of order",
        "entry_back_dated": "Entry back-dated",
        "clock_set_back": "Clock set back",
        "entry_unreadable": "Entry that cannot be read",
        "footage_not_recorded": "Footage is not recorded",
    },
    severities={severity: severity.value for severity in Severity},
    states={state: state.value for state in SlotState},
    health={health: health.value for health in Health},
    zone_kinds={kind: kind.value.replace("_", " ") for kind in ZoneKind},
    things={},
    steps={},
)


def words(language: Language) -> Words:
    """Return the words of a site's language."""
    return _JA if language == "ja" else _EN
