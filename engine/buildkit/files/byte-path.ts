import { isUtf8 } from "node:buffer";
import { readlink } from "node:fs/promises";

/**
 * A path whose characters are the bytes of its name ("latin1"): names on disk need not be UTF-8, and two of them stand
 * in the order of their bytes.
 */
export type BytePath = string;

/** A path as the rest of the program has it. */
export function bytePath(path: string): BytePath {
  return Buffer.from(path).toString("latin1");
}

/** What the file system is asked with. */
export function onDisk(path: BytePath): string | Buffer {
  return isAscii(path) ? path : Buffer.from(path, "latin1");
}

/** The path as text, for patterns and people; what is no UTF-8 becomes U+FFFD, as in Go. */
export function textOf(path: BytePath): string {
  return isAscii(path) ? path : Buffer.from(path, "latin1").toString();
}

/** Where a symbolic link points to, with `/`. */
export async function linkTarget(link: BytePath): Promise<BytePath> {
  const target = await readlink(onDisk(link), "latin1");
  return process.platform === "win32" ? target.replaceAll("\\", "/") : target;
}

/** Whether a path is text. */
export function isText(path: BytePath): boolean {
  return isAscii(path) || isUtf8(Buffer.from(path, "latin1"));
}

/** Appends a name to a path; either may be empty. */
export function below(folder: BytePath, name: BytePath): BytePath {
  return folder === "" ? name : `${folder}/${name}`;
}

function isAscii(path: string): boolean {
  for (let at = 0; at < path.length; at++) if (path.charCodeAt(at) > 0x7f) return false;
  return true;
}
