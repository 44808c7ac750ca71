import * as vscode from "vscode";

const units = [
  ["year", 365 * 24 * 3600],
  ["month", 30 * 24 * 3600],
  ["day", 24 * 3600],
  ["hour", 3600],
  ["minute", 60],
] as const;

/** Before that, a time is no time: images that are the same whenever they are built have 1970 or 1980. */
const firstTime = Date.UTC(2000, 0, 1);

/** When an image was made, in milliseconds since 1970, if what is said of it can be true. */
export function knownTime(time: number | undefined): number | undefined {
  return time !== undefined && time >= firstTime ? time : undefined;
}

/** A time in milliseconds since 1970 as `3 days ago`. */
export function ago(time: number): string {
  const seconds = (Date.now() - time) / 1000;
  const [unit, length] = units.find(([, each]) => seconds >= each) ?? ["minute", 60];
  const format = new Intl.RelativeTimeFormat(vscode.env.language, { numeric: "auto" });
  return format.format(-Math.floor(Math.max(0, seconds) / length), unit);
}
