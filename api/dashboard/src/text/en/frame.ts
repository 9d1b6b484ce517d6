import type { frame as ja } from "../ja/frame";

export const frame: typeof ja = {
  skip: "Skip to the content",
  navigation: "Screens",
  loading: "Loading",
  nothing: "There is no such screen.",
  start: "To the first screen",
  offline: (time) => `The connection is lost. What is shown is of ${time}.`,
  close: "Close",
  open: (alerts) => `${alerts} open`,
  screens: {
    live: "Live",
    alerts: "Alerts",
    counter: "Counter",
    footage: "Recordings",
    investigation: "Investigation",
    oversight: "Oversight",
    setup: "Set-up",
    account: "My settings",
  },
};
