const units = ["B", "kB", "MB", "GB", "TB"];

/** Bytes as docker shows them: `30B`, `1.98MB`; steps of 1000. */
export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? Math.round(value) : value.toPrecision(3)}${units[unit]}`;
}

/** Milliseconds as `1.2s`. */
export function secondsText(milliseconds: number): string {
  return `${(Math.max(0, milliseconds) / 1000).toFixed(1)}s`;
}

/** `1.2MB / 3MB`, `30B`; empty where nothing is known. */
export function progressAmount({
  current,
  total,
}: {
  readonly current: number;
  readonly total?: number | undefined;
}): string {
  if (total !== undefined) return `${bytesText(current)} / ${bytesText(total)}`;
  return current > 0 ? bytesText(current) : "";
}
