import type { BigIntStats } from "node:fs";

/** Bits of Go's `os.FileMode` above the nine of the permissions (golang/go `src/io/fs/fs.go`). */
const goBits = {
  directory: 0x80000000,
  symlink: 1 << 27,
  device: 1 << 26,
  namedPipe: 1 << 25,
  setUserId: 1 << 23,
  setGroupId: 1 << 22,
  characterDevice: 1 << 21,
  sticky: 1 << 20,
} as const;

/** The permissions that a file from Windows gets: there is none to ask there. */
const windowsPermissions = 0o755;

/** What a mode says a file is, and its mode as Unix has it. */
export interface FileKind {
  readonly type: "directory" | "symlink" | "fifo" | "character-device" | "block-device" | "file";
  readonly mode: number;
}

/** Reads a {@link goMode}. */
export function fileKind(goModeBits: number): FileKind {
  const has = (bit: number) => Math.floor(goModeBits / bit) % 2 === 1;
  const mode =
    (goModeBits & 0o777) |
    (has(goBits.setUserId) ? 0o4000 : 0) |
    (has(goBits.setGroupId) ? 0o2000 : 0) |
    (has(goBits.sticky) ? 0o1000 : 0);
  if (has(goBits.directory)) return { type: "directory", mode };
  if (has(goBits.symlink)) return { type: "symlink", mode };
  if (has(goBits.namedPipe)) return { type: "fifo", mode };
  if (has(goBits.characterDevice)) return { type: "character-device", mode };
  return { type: has(goBits.device) ? "block-device" : "file", mode };
}

/** A file's mode as Go writes it, which is how BuildKit sends it. A socket goes as an empty file,
 * as it does from docker's own client. */
export function goMode(stat: BigIntStats): number {
  const bits = Number(stat.mode);
  let mode = process.platform === "win32" ? windowsPermissions : bits & 0o777;
  if (stat.isDirectory()) mode += goBits.directory;
  else if (stat.isSymbolicLink()) mode += goBits.symlink;
  else if (stat.isFIFO()) mode += goBits.namedPipe;
  else if (stat.isBlockDevice()) mode += goBits.device;
  else if (stat.isCharacterDevice()) mode += goBits.device + goBits.characterDevice;
  if (bits & 0o4000) mode += goBits.setUserId;
  if (bits & 0o2000) mode += goBits.setGroupId;
  if (bits & 0o1000) mode += goBits.sticky;
  return mode;
}
