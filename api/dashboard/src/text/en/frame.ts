import type { frame as ja } from "../ja/frame";

export const frame: typeof ja = {
  skip: "Skip to the content",
  navigation: "Screens",
  loading: "Loading",
  nothing: "There is no such screen.",
  start: "To the first screen",
  screens: { account: "My settings" },
};
