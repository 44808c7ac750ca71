import * as vscode from "vscode";

const units = [
  ["year", 365 * 24 * 3600],
  ["month", 30 * 24 * 3600],
  ["day", 24 * 3600],
  ["hour", 3600],
  ["minute", 60],
] as const;

/** A time in milliseconds since 1970 as `3 days ago`. */
export function ago(time: number): string {
  const seconds = (Date.now() - time) / 1000;
  const [unit, length] = units.find(([, each]) => seconds >= each) ?? ["minute", 60];
  const format = new Intl.RelativeTimeFormat(vscode.env.language, { numeric: "auto" });
  return format.format(-Math.floor(Math.max(0, seconds) / length), unit);
}
