const BLOCK = 512;
const NAME_LENGTH = 100;
const FILE_MODE = 0o644;

/**
 * @typedef {string | Buffer | { content: string | Buffer, mode: number } | { link: string }} TarEntry
 * The content of a file, with its mode where that is not 644, or what a symbolic link points to.
 */

/**
 * @param {Buffer} header
 * @param {number} offset
 * @param {number} length
 * @param {number} value
 */
function writeOctal(header, offset, length, value) {
  header.write(`${value.toString(8).padStart(length - 1, "0")}\0`, offset, "latin1");
}

/**
 * @param {string} name
 * @param {{ size?: number, mode: number, type: "0" | "2" | "5", link?: string }} entry a file, a link or a folder
 */
function tarHeader(name, { size = 0, mode, type, link = "" }) {
  if (Buffer.byteLength(name) >= NAME_LENGTH) {
    throw new Error(`too long a name for a plain tar: ${name}`);
  }
  const header = Buffer.alloc(BLOCK);
  header.write(name, 0);
  writeOctal(header, 100, 8, mode);
  writeOctal(header, 108, 8, 0);
  writeOctal(header, 116, 8, 0);
  writeOctal(header, 124, 12, size);
  writeOctal(header, 136, 12, 0);
  header.write("        ", 148);
  header.write(type, 156);
  header.write(link, 157);
  header.write("ustar\x0000", 257, "latin1");
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return header;
}

/**
 * A tar archive with the same bytes for the same files: owned by root, from 1970, folders before their files.
 *
 * @param {Record<string, TarEntry>} files by path
 */
export function makeTar(files) {
  /** @type {Buffer[]} */
  const parts = [];
  /** @type {Set<string>} */
  const folders = new Set();
  for (const [path, entry] of Object.entries(files)) {
    const names = path.split("/").slice(0, -1);
    for (let depth = 1; depth <= names.length; depth++) {
      const folder = `${names.slice(0, depth).join("/")}/`;
      if (!folders.has(folder)) {
        folders.add(folder);
        parts.push(tarHeader(folder, { mode: 0o755, type: "5" }));
      }
    }
    if (typeof entry === "object" && "link" in entry) {
      parts.push(tarHeader(path, { mode: 0o777, type: "2", link: entry.link }));
      continue;
    }
    const { content, mode } =
      typeof entry === "string" || Buffer.isBuffer(entry) ? { content: entry, mode: FILE_MODE } : entry;
    const bytes = Buffer.from(content);
    const padding = Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK);
    parts.push(tarHeader(path, { size: bytes.length, mode, type: "0" }), bytes, padding);
  }
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
}
