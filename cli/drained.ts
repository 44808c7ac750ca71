import { once } from "node:events";

/** Waits until a stream takes more: what is written on meanwhile is kept in memory. One whose reader has gone takes all. */
export async function drained(stream: NodeJS.WriteStream): Promise<void> {
  // A write to a reader that has gone ends with an error, and with no "drain" ever.
  if (stream.writableNeedDrain) await once(stream, "drain").catch(() => {});
}
