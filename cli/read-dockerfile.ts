import { lstatSync, readFileSync, type Stats, statSync } from "node:fs";
import { whyNot } from "./failure.ts";

/** A Dockerfile's content, and what is needed to write it back as it was. */
export interface DockerfileText {
  /** Without the byte order mark, as an editor has it: positions count from here. */
  readonly text: string;
  /** What the file holds. */
  readonly bytes: Buffer;
  readonly byteOrderMark: boolean;
  /** Whether {@link text} says all that the bytes say: bytes that are no UTF-8 show as U+FFFD. */
  readonly exact: boolean;
}

/** More is refused: nobody writes it by hand. */
export const maximumBytes = 10_000_000;
const limit = "and a file over 10 MB is not read; leave it out.";

/** Reads a Dockerfile, or says in a sentence why it was not. `shown` is how the message names it. */
export function readDockerfile(path: string, shown: string): DockerfileText | { readonly failure: string } {
  try {
    const stats = statSync(path);
    // Before it is opened: reading a pipe would wait for a writer.
    if (!stats.isFile())
      return { failure: `${shown} was not checked: it is ${kindOf(stats)}, not a file; name a file.` };
    if (stats.size > maximumBytes) {
      const size = (stats.size / 1_000_000).toFixed(1);
      return { failure: `${shown} was not checked: it has ${size} MB, ${limit}` };
    }
    return decodeDockerfile(readFileSync(path), shown);
  } catch (error) {
    return { failure: `${shown} could not be read: ${whyNotRead(error, path)}` };
  }
}

/** A Dockerfile's text from its bytes, or a sentence that says why they are none. */
export function decodeDockerfile(
  bytes: Buffer,
  shown: string,
): DockerfileText | { readonly failure: string } {
  if (bytes.length > maximumBytes)
    return { failure: `${shown} was not checked: it has more than 10 MB, ${limit}` };
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))
    return {
      failure: `${shown} was not checked: it is UTF-16 text, which Docker cannot read; save it as UTF-8.`,
    };
  const nul = bytes.indexOf(0);
  if (nul >= 0)
    return {
      failure: `${shown} was not checked: it is binary (a NUL byte at offset ${nul}); leave it out, or save it as UTF-8 text.`,
    };
  const byteOrderMark = first === 0xef && second === 0xbb && bytes[2] === 0xbf;
  const text = bytes.toString("utf8", byteOrderMark ? 3 : 0);
  return { text, bytes, byteOrderMark, exact: encode(text, byteOrderMark).equals(bytes) };
}

/** A Dockerfile's text as bytes. */
export function encode(text: string, byteOrderMark: boolean): Buffer {
  return Buffer.from(byteOrderMark ? `\uFEFF${text}` : text, "utf8");
}

function whyNotRead(error: unknown, path: string): string {
  const missing = error instanceof Error && "code" in error && error.code === "ENOENT";
  if (missing && lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink())
    return "it is a symbolic link to a file that does not exist; point the link at one, or delete it.";
  return whyNot(error);
}

function kindOf(stats: Stats): string {
  if (stats.isSocket()) return "a socket";
  if (stats.isFIFO()) return "a pipe";
  if (stats.isDirectory()) return "a folder";
  return "a device";
}
