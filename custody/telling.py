"""An incident of the ledger in a sentence: the fact that nobody has explained, in the language of the office. Pure.

In English it is the fact that stands in the incident; in Japanese it is made of the values that stand beside it. An
incident that cameras raised alone is told by its rule, and has no sentence here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from vision.incidents import Incident

STEPS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "items_counted": "員数確認",
        "items_in_vault": "保管庫への収納",
        "vault_locked": "保管庫の施錠",
        "vault_opened": "保管庫の開扉",
        "key_handed_over": "鍵の引き継ぎ",
        "sheet_signed": "点検表の署名",
        "items_out": "保管物の持ち出し",
    }
)
"""The steps of the protocols, in Japanese."""
_QUESTIONS: Final = {
    "wire_locks_attached": "ワイヤー錠の取り付け",
    "vault_locked": "施錠",
    "partition_closed": "仕切りの閉鎖",
}
THINGS: Final[Mapping[str, str]] = MappingProxyType({"terminals": "端末全台", "cards": "カード", "sheet": "点検表"})
"""What an incident may be about and is no item, in Japanese."""

_LATE: Final = {
    "items_counted": "{since}以降、{missing}の員数を二人で確認していない",
    "items_in_vault": "台帳では{missing}が保管庫に戻っていない",
    "vault_locked": "台帳では{missing}が施錠されていない",
    "vault_opened": "台帳では{missing}がまだ開けられていない",
    "key_handed_over": "{since}以降、{missing}が引き継がれていない",
    "sheet_signed": "当日の点検表に二人の署名がない",
}
"""What is missing for a step of a protocol, late or overtaken."""

_FAULTS: Final = {
    "out of order": "{step}が、{before}より先に記録された",
    "answered no": "点検表で「いいえ」と答えた項目：{answers}",
    "seen alone": "記録{seq}には{signers}の名があるが、{item}に見えたのは{seen}人",
    "signed alone": "記録{seq}の署名は{signers}の一人だけ",
    "counts differ": "{signers}の数が一致しない：{numbers}",
    "not as expected": "{expected}あるはずが、数えると{numbers}",
    "sheet differs": "点検表では{item}が{stated}、台帳では{expected}",
    "not there": "台帳では定位置{slot}にあるはずの{item}が、そこに見えない",
    "not in vault": "台帳では保管庫にあるはずの{item}が、定位置{slot}に見える",
    "left open": "台帳では施錠されているはずの{item}が、開いて見える",
}
_RULES: Final = {
    "unlogged_vault_access": "{item}が開くのが見えたが、台帳では施錠されたまま",
    "entry_back_dated": "記録{seq}は署名より{late_s}前のことを書いている（署名：{signers}）",
    "clock_set_back": "記録{seq}の時刻は、先の記録より{back_s}前に戻っている",
    "entry_unreadable": "記録{seq}は読めない：{fact}",
    "footage_not_recorded": "映像が保存されていない：{reason}",
}


def told(incident: Incident, language: Literal["ja", "en"], timezone: ZoneInfo) -> str | None:
    """Return the fact that nobody has explained, with local times; None where the incident states none."""
    fact = incident.why.get("fact")
    if fact is None or language == "en":
        return None if fact is None else str(fact)
    sentence = _sentence(incident)
    return str(fact) if sentence is None else sentence.format_map(_values(incident, timezone))


def _sentence(incident: Incident) -> str | None:
    why = incident.why
    fault = _FAULTS.get(str(why.get("fault")))
    return fault or _LATE.get(str(why.get("step"))) or _RULES.get(incident.rule)


def _values(incident: Incident, timezone: ZoneInfo) -> Mapping[str, str]:
    values = {"item": incident.item, **incident.why}
    return {key: _shown(key, value, timezone) for key, value in values.items()}


def _shown(key: str, value: Any, timezone: ZoneInfo) -> str:
    match key:
        case "since":
            return datetime.fromisoformat(str(value)).astimezone(timezone).strftime("%H:%M")
        case "late_s" | "back_s":
            return _length(int(value))
        case _:
            members = value if isinstance(value, list | tuple) else (value,)
            return "、".join(_word(key, str(member)) for member in members)


def _word(key: str, value: str) -> str:
    words = _QUESTIONS if key == "answers" else STEPS if key in {"step", "before"} else THINGS
    return words.get(value, value)


def _length(seconds: int) -> str:
    return f"{seconds}秒" if seconds < 60 else f"{seconds // 60}分" if seconds < 3600 else f"{seconds / 3600:.1f}時間"
