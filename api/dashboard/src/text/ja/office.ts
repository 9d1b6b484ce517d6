/** The words of the office: what things, states and incidents are called. The same as in reports (`api/words.py`). */
export const office = {
  zones: {
    counter: "窓口",
    staff_side: "職員側",
    staff_only: "執務室",
    public: "待合",
    vault: "保管庫",
    private: "非公開",
    ignore: "対象外",
  },
  slots: { present: "あり", occluded: "遮られている", absent: "なし", unknown: "不明" },
  health: {
    clear: "良好",
    covered: "覆われている",
    dark: "暗い",
    frozen: "静止している",
    blurred: "ぼけている",
    moved: "向きが変わった",
    silent: "信号がない",
  },
};

export const live = {
  cameras: "カメラ",
  overlay: "区域と人物を重ねて表示",
  wall: "全画面",
  enlarge: (camera: string) => `カメラ「${camera}」を大きく表示`,
  reduce: "一覧に戻る",
  picture: (camera: string) => `カメラ「${camera}」のライブ映像`,
  connecting: "接続しています",
  stale: (ago: string) => `映像が途切れています（${ago}前の画像）`,
  offline: "カメラから映像が届いていません",
  blind: (health: string) => `見えていません：${health}`,
  unsupported: (codec: string) => `このブラウザーは映像の形式（${codec}）を再生できません。静止画を表示しています。`,
  refused: "このカメラを見る権限がありません",
  notRecorded: "録画していません",
  noCameras: "カメラがまだ登録されていません。",
};
