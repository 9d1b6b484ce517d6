/** What stands around every screen. */
export const frame = {
  skip: "本文へ移動",
  navigation: "画面の切り替え",
  loading: "読み込んでいます",
  nothing: "この画面はありません。",
  start: "最初の画面へ",
  offline: (time: string) => `接続が切れています。${time} 時点の表示です。`,
  close: "閉じる",
  open: (alerts: number) => `未対応 ${alerts}件`,
  screens: {
    live: "ライブ映像",
    alerts: "警報",
    counter: "窓口の記録",
    footage: "録画",
    investigation: "調査",
    oversight: "履行状況",
    setup: "設定",
    account: "自分の設定",
  },
};
