"""What an investigation and the last sights say, in Japanese and in English. Words only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from api.language import Language
from custody.clues import Clue
from custody.explanations import Cause


@dataclass(frozen=True, slots=True)
class FindingsWords:
    """One language. labels: templates by name, filled in by `api.findings`.

    clues: of all that sights and entries tell; what incidents alone tell has the words of its rule.
    """

    labels: Mapping[str, str]
    clues: Mapping[Clue, str]
    causes: Mapping[Cause, str]


_JA = FindingsWords(
    labels={
        "title": "調査: {item}",
        "window": "期間: {span}",
        "agreed": "最後に一致した員数確認: 記録 {entry}、{number}（{names}）",
        "never_agreed": "一致した員数確認はない。台帳に現れた時から調べる。",
        "counted": "一致しない員数確認: 記録 {entry}、{number}、あるべき数 {expected}（{names}）",
        "unseen": "誰にも見えていなかった時間: 期間の {share}、計 {hours}",
        "no_facts": "この期間に手がかりはない。",
        "order": "損失をよく説明する順。順位は調べる順序であり、誰かを責めるものではない。",
        "explained": "説明: {cause}（{by}、{at}）{note}",
        "logged": "署名: {names}",
        "present": "居合わせた人物: {tracks}",
        "clip": "映像: {file}（{camera} {span}）",
        "cut": "切り出す区間: {camera} {span}",
        "no_footage": "映像: なし",
        "entry": "台帳の記録 {entry}",
        "unreadable": "読めない記録: {says}",
        "seen": "{item}: {at} まで {slot} にあった（カメラ {camera}）",
        "never": "{item}: 一度も見えていない",
        "to": "{began} から {ended}",
    },
    clues={
        Clue.REMOVED: "{subject} が定位置から消え、台帳に記録がない",
        Clue.NEIGHBOUR_REMOVED: "近くの {subject} が定位置から消え、台帳に記録がない",
        Clue.UNLOGGED_OPENING: "{subject} が記録なしに開けられた",
        Clue.EXPOSED: "{subject} に無人のまま置かれていた",
        Clue.ELSEWHERE: "{subject} が台帳と異なる場所で見えた",
        Clue.BLIND: "どのカメラからも見えなかった",
        Clue.CORRECTED: "{subject} についての記録が訂正された",
        Clue.UNSUPPORTED: "{subject} についての記録を裏付ける映像がない",
        Clue.AT_VAULT: "施錠中の {subject} の前に人がいた",
        Clue.OPENING: "{subject} が開けられた（記録あり）",
        Clue.HANDLED: "{subject} が持ち出され、または戻された（記録あり）",
    },
    causes={
        Cause.MOVED: "{moved_by} が動かした",
        Cause.FALSE_OCCLUSION: "誤報（遮り）",
        Cause.FALSE_LIGHT: "誤報（光）",
        Cause.DRILL: "訓練",
        Cause.REAL: "事実",
    },
)

_EN = FindingsWords(
    labels={
        "title": "Investigation: {item}",
        "window": "Window: {span}",
        "agreed": "Last count that agreed: entry {entry}, {number} ({names})",
        "never_agreed": "No count has agreed. The window begins where the ledger begins to tell of it.",
        "counted": "Count that does not agree: entry {entry}, {number} of {expected} ({names})",
        "unseen": "Seen by nobody: {share} of the window, {hours} together",
        "no_facts": "Nothing is known of this window that would explain it.",
        "order": "What explains the loss best comes first. A rank is an order in which to look, and accuses nobody.",
        "explained": "explained as {cause}, by {by} at {at}{note}",
        "logged": "signed: {names}",
        "present": "present: {tracks}",
        "clip": "clip: {file} ({camera} {span})",
        "cut": "to cut: {camera} {span}",
        "no_footage": "clip: none",
        "entry": "entry {entry}",
        "unreadable": "cannot be read: {says}",
        "seen": "{item}: at {slot} until {at} (camera {camera})",
        "never": "{item}: never seen",
        "to": "{began} to {ended}",
    },
    clues={
        Clue.REMOVED: "{subject} left its place, and no entry says so",
        Clue.NEIGHBOUR_REMOVED: "{subject}, near it, left its place, and no entry says so",
        Clue.UNLOGGED_OPENING: "{subject} was opened without an entry",
        Clue.EXPOSED: "it lay on {subject}, and nobody attended",
        Clue.ELSEWHERE: "{subject} was seen where the ledger did not have it",
        Clue.BLIND: "no camera could see it",
        Clue.CORRECTED: "an entry about {subject} was corrected",
        Clue.UNSUPPORTED: "no camera bears out an entry about {subject}",
        Clue.AT_VAULT: "somebody was at {subject} while it was locked",
        Clue.OPENING: "{subject} was opened, with an entry",
        Clue.HANDLED: "{subject} was taken out or put back, with an entry",
    },
    causes={
        Cause.MOVED: "moved by {moved_by}",
        Cause.FALSE_OCCLUSION: "false: something stood in front",
        Cause.FALSE_LIGHT: "false: the light changed",
        Cause.DRILL: "a drill",
        Cause.REAL: "real",
    },
)


def findings_words(language: Language) -> FindingsWords:
    """Return the words of a language."""
    return _JA if language == "ja" else _EN
