import { createHash } from "node:crypto";
import { lstat, mkdir, readlink, rename, rm, stat, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Endpoint, endpointKey } from "../host-url.ts";
import type { SshProgram } from "./ssh-program.ts";

/** What a user's environment says that another ssh, or another login, may come of. */
const variables = ["PATH", "HOME", "SSH_AUTH_SOCK"] as const;

/**
 * Where this user's programs find the connection to a host that one of them has: a symbolic link to its folder, which may
 * or may not be there. Undefined where there is no folder that only this user may write to.
 */
export async function meetingPlace(program: SshProgram, endpoint: Endpoint): Promise<string | undefined> {
  const { uid, env } = { uid: process.getuid?.(), env: process.env };
  const folder = join(env.XDG_RUNTIME_DIR || tmpdir(), `lab-images-${uid}`);
  try {
    await mkdir(folder, { mode: 0o700 }).catch(() => {});
    if (!(await isPrivate(folder))) return undefined;
    const configFile = program.configFile ?? join(env.HOME ?? "", ".ssh", "config");
    const changed = await stat(configFile).then(
      ({ mtimeMs }) => mtimeMs,
      () => 0,
    );
    const key = [endpointKey(endpoint), program, changed, variables.map((name) => env[name])];
    return join(folder, createHash("sha256").update(JSON.stringify(key)).digest("hex").slice(0, 32));
  } catch {
    return undefined;
  }
}

/** The folder of the connection that is found there; undefined where none is, or not of this user's. */
export async function folderAt(place: string): Promise<string | undefined> {
  try {
    const folder = await readlink(place);
    return (await isPrivate(folder)) ? folder : undefined;
  } catch {
    return undefined;
  }
}

/** Has a connection found there, in place of another one. That it cannot be is nobody's trouble. */
export async function leaveAt(place: string, folder: string): Promise<void> {
  const beside = `${place}.${process.pid}`;
  try {
    await symlink(folder, beside);
    await rename(beside, place);
  } catch {
    await rm(beside, { force: true });
  }
}

async function isPrivate(folder: string): Promise<boolean> {
  const found = await lstat(folder);
  return found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o077) === 0;
}
