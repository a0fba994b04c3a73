/** The keys that work everywhere, for the list under `?` and in the settings. */
export const keyList: { keys: string[]; does: string }[] = [
  { keys: ["Ctrl", "K"], does: "Open the command palette (Cmd K on a Mac)" },
  { keys: ["?"], does: "List the keys" },
  { keys: ["C"], does: "Compose a request" },
  { keys: ["G", "P"], does: "Go to the plans" },
  { keys: ["G", "H"], does: "Go to the history" },
  { keys: ["G", "W"], does: "Go to the workspace" },
  { keys: ["G", "S"], does: "Go to the settings" },
  { keys: ["Ctrl", "Enter"], does: "Send the request; apply the changes" },
  { keys: ["↑", "↓"], does: "Select the step before or after" },
  { keys: ["Alt", "↑"], does: "Move the selected step up" },
  { keys: ["Alt", "↓"], does: "Move the selected step down" },
  { keys: ["Delete"], does: "Remove the selected step" },
  { keys: ["T"], does: "Look back on a plan; come back to now" },
  { keys: [",", "."], does: "On a time line: one event back, one on" },
  { keys: ["K"], does: "On a time line: play, pause" },
  { keys: ["Esc"], does: "Close what is open; clear the selection" },
];
