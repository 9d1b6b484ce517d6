/** The cards and the clock of the live screen. */
export const cards = {
  title: "窓口と保管物",
  attended: (people: number) => `職員が${people}人います`,
  unattended: "職員が離席しています",
  unseen: "見えていません",
  exposed: (names: readonly string[]) => `窓口の上：${names.join("、")}`,
  nothingExposed: "窓口の上に保管物はありません",
  since: (time: string, length: string) => `${time} から（${length}）`,
  out: "台帳：保管庫の外",
  differs: "映像と台帳が食い違っています",
  doors: { open: "扉が開いています", closed: "扉は閉まっています", unseen: "扉が見えていません" },
  nobodyThere: "前に人はいません",
  peopleThere: (people: number) => `前に${people}人います`,
  alerts: "未対応の警報",
  moreAlerts: "すべての警報を見る",
  afterHours: "閉庁時間",
};

export const protocol = {
  titles: { closing: "終業手順", opening: "始業手順" },
  done: "済み",
  due: (time: string, length: string) => `${time} まで（あと${length}）`,
  late: (length: string) => `${length}遅れ`,
  missing: (names: readonly string[]) => `残り：${names.join("、")}`,
  steps: {
    items_counted: "枚数・台数の確認",
    items_in_vault: "保管庫への収納",
    vault_locked: "保管庫の施錠",
    vault_opened: "保管庫の開扉",
    key_handed_over: "鍵の引き継ぎ",
    sheet_signed: "点検表の署名",
    items_out: "保管物の持ち出し",
  },
  things: { terminals: "端末全台", cards: "カード", sheet: "点検表" },
};
