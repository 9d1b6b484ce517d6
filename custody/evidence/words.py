"""What the summary of a package says, in Japanese and in English. Words only."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

WORDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "ja": {
            "title": "証拠提供書",
            "export": "提供の記録",
            "site": "拠点",
            "case": "調査",
            "by": "提供者",
            "reason": "理由",
            "authority": "根拠文書",
            "made_at": "作成日時",
            "software": "ソフトウェア",
            "models": "モデルの SHA-256",
            "site_digest": "サイト設定の SHA-256",
            "incident": "事案",
            "number": "番号",
            "what": "内容",
            "camera": "カメラ",
            "zone": "区域",
            "item": "物品",
            "began_at": "開始",
            "raised_at": "検知",
            "ended_at": "終了",
            "clip": "映像",
            "no_clip": "映像はありません",
            "requested": "請求した区間",
            "delivered": "提供した区間",
            "gaps": "映像のない区間",
            "none": "なし",
            "clock": "カメラ時計のずれ",
            "no_clock": "不明（録画に時計の情報がない）",
            "released": "加工した写し",
            "original": "原本の SHA-256",
            "blurred": "人物をぼかし、非公開の区域を黒く塗った写しです。原本は変えていません。ぼかしていない人物：",
            "entries": "台帳の記録（番号・日時・種類・署名者）",
            "check": "確かめ方",
            "how": (
                "verify.html をブラウザーで開き、zip ファイルまたはこのフォルダーをその上に置いてください。"
                "通信は行いません。表示される鍵が拠点の公表している鍵と同じかを必ず照合してください。"
                "写真の赤い枠は紙面に描いたもので、画像ファイルには描かれていません。"
            ),
        },
        "en": {
            "title": "Summary of evidence",
            "export": "This export",
            "site": "Site",
            "case": "Case",
            "by": "Exported by",
            "reason": "Reason",
            "authority": "Authority",
            "made_at": "Made at",
            "software": "Software",
            "models": "Models, SHA-256",
            "site_digest": "Site file, SHA-256",
            "incident": "Incident",
            "number": "Number",
            "what": "What",
            "camera": "Camera",
            "zone": "Zone",
            "item": "Item",
            "began_at": "Began",
            "raised_at": "Raised",
            "ended_at": "Ended",
            "clip": "Clip",
            "no_clip": "There is no clip",
            "requested": "Asked for",
            "delivered": "Delivered",
            "gaps": "Without footage",
            "none": "none",
            "clock": "Camera clock off by",
            "no_clock": "unknown: the recording tells nothing of a clock",
            "released": "Altered copy",
            "original": "Original, SHA-256",
            "blurred": "People are blurred and private places black; the original is untouched. Not blurred: ",
            "entries": "Ledger entries: number, time, kind, signers",
            "check": "How to check",
            "how": (
                "Open verify.html in a browser and drop the zip file, or this folder, on it. Nothing is sent away. "
                "Compare the key that it shows with the one that the office has published. Red frames on pictures "
                "are drawn on this page only, and not into the picture files."
            ),
        },
    }
)
