const reasons: ReadonlyMap<string, string> = new Map([
  ["ENOENT", "there is no such file or folder; check the spelling of the path."],
  ["EACCES", "permission is denied; ask its owner for access, or leave it out."],
  ["EPERM", "the system does not permit it; ask its owner for access, or leave it out."],
  ["EISDIR", "it is a folder; name the file in it."],
  ["ENOTDIR", "a part of its path is a file, not a folder; check the spelling of the path."],
  ["ELOOP", "its symbolic links lead round in a circle; point the link at a file."],
  ["ENAMETOOLONG", "the path is too long; check the spelling of the path."],
  ["ENOSPC", "the disk is full; free some space and run again."],
  ["EROFS", "the file system is read-only; copy the file elsewhere, or mount it writable."],
  ["EMFILE", "too many files are open; raise the limit (ulimit -n) and run again."],
]);

/** Why something failed and what to do about it, as the end of a sentence. */
export function whyNot(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const known = reasons.get(code);
  if (known !== undefined) return known;
  const message = error instanceof Error ? error.message : String(error);
  return `${message}; put that right and run again.`;
}
