import type { live as jaLive, office as ja } from "../ja/office";

export const office: typeof ja = {
  zones: {
    counter: "counter",
    staff_side: "staff side",
    staff_only: "office",
    public: "lobby",
    vault: "vault",
    private: "private",
    ignore: "ignored",
  },
  slots: { present: "there", occluded: "hidden", absent: "gone", unknown: "unknown" },
  health: {
    clear: "clear",
    covered: "covered",
    dark: "dark",
    frozen: "frozen",
    blurred: "blurred",
    moved: "moved",
    silent: "no signal",
  },
};

export const live: typeof jaLive = {
  cameras: "Cameras",
  overlay: "Draw zones and people",
  wall: "Full screen",
  enlarge: (camera) => `Enlarge the camera ${camera}`,
  reduce: "Back to all cameras",
  picture: (camera) => `Live picture of the camera ${camera}`,
  connecting: "Connecting",
  stale: (ago) => `The picture has stopped (${ago} old)`,
  offline: "Nothing comes from the camera",
  blind: (health) => `It cannot see: ${health}`,
  unsupported: (codec) => `This browser cannot play the video (${codec}). Still pictures are shown.`,
  refused: "You may not see this camera",
  notRecorded: "Not recorded",
  noCameras: "No camera has been set up yet.",
};
