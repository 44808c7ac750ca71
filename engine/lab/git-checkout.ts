import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

/** The git checkout that a folder lies in, as far as it can be told. */
export interface GitCheckout {
  /** Where it comes from, for everyone to read: without user, password and query. */
  readonly source: string | undefined;
  /** The commit that is checked out; what is not committed is not told. */
  readonly revision: string | undefined;
}

/** References that name others; more in a row are a circle. */
const maximumReferences = 5;

/**
 * Reads the checkout around a folder from git's own files (gitrepository-layout(5)): no git has to be there, and nothing
 * that the repository's configuration names is run. Undefined outside of one.
 */
export async function gitCheckout(folder: string): Promise<GitCheckout | undefined> {
  const own = await gitFolder(folder);
  if (own === undefined) return undefined;
  // Of a worktree, what all worktrees share lies elsewhere.
  const common = (await textOf(join(own, "commondir")))?.trim();
  const shared = common ? resolve(own, common) : own;
  const head = (await textOf(join(own, "HEAD")))?.trim() ?? "";
  const config = (await textOf(join(shared, "config"))) ?? "";
  const url = remoteUrl(config, /^ref: refs\/heads\/(.+)$/.exec(head)?.[1]);
  return { source: url && publicUrl(url), revision: await commitOf(head, [own, shared]) };
}

/** The nearest `.git` at or above a folder: the folder itself, or what its file names (worktrees, submodules). */
async function gitFolder(folder: string): Promise<string | undefined> {
  for (let at = folder; ; at = dirname(at)) {
    const path = join(at, ".git");
    if ((await textOf(join(path, "HEAD"))) !== undefined) return path;
    const named = /^gitdir: (.+)$/m.exec((await textOf(path)) ?? "")?.[1];
    if (named !== undefined) return resolve(at, named.trim());
    if (at === dirname(at)) return undefined;
  }
}

async function commitOf(head: string, folders: readonly string[]): Promise<string | undefined> {
  let text = head;
  for (let follows = 0; follows < maximumReferences; follows++) {
    if (/^[0-9a-f]{40,64}$/.test(text)) return text;
    const name = /^ref: (refs\/\S+)$/.exec(text)?.[1];
    if (name === undefined || name.includes("..")) return undefined;
    const next = await referenceOf(name, folders);
    if (next === undefined) return undefined;
    text = next;
  }
  return undefined;
}

async function referenceOf(name: string, folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) {
    const loose = await textOf(join(folder, name));
    if (loose !== undefined) return loose.trim();
    const packed = (await textOf(join(folder, "packed-refs"))) ?? "";
    const line = packed.split("\n").find((each) => each.trimEnd().endsWith(` ${name}`));
    if (line !== undefined) return line.slice(0, line.indexOf(" "));
  }
  return undefined;
}

/** The URL of the remote that the branch follows, else of `origin`, else of the first one. */
function remoteUrl(config: string, branch: string | undefined): string | undefined {
  const urls = new Map<string, string>();
  let followed: string | undefined;
  let section = "";
  for (const line of config.split("\n")) {
    const header = /^\s*\[(\w+)(?:\s+"(.*)")?\]/.exec(line);
    if (header) section = `${header[1]!.toLowerCase()} ${header[2] ?? ""}`;
    const [, name, value = ""] = /^\s*(\w+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (name?.toLowerCase() === "url" && section.startsWith("remote ") && !urls.has(section))
      urls.set(section, value.replace(/^"(.*)"$/, "$1"));
    if (name?.toLowerCase() === "remote" && section === `branch ${branch}`) followed = value;
  }
  return urls.get(`remote ${followed}`) ?? urls.get("remote origin") ?? [...urls.values()][0];
}

/** A remote's URL with nothing in it that is somebody's own; undefined for a folder, which nobody else can reach. */
export function publicUrl(url: string): string | undefined {
  if (url.includes("://")) {
    if (!URL.canParse(url)) return undefined;
    const { protocol, username, host, pathname } = new URL(url);
    if (protocol === "file:" || host === "") return undefined;
    // The account that all share, without which there is no access.
    return `${protocol}//${username === "git" && protocol === "ssh:" ? "git@" : ""}${host}${pathname}`;
  }
  // As for scp: `git@github.com:lab/images.git`. One letter is a drive of Windows.
  const [, user, host, path] = /^(?:([^@/\\]+)@)?([\w.-]{2,}):(.+)$/.exec(url) ?? [];
  return host === undefined ? undefined : `${user === "git" ? "git@" : ""}${host}:${path}`;
}

async function textOf(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(() => undefined);
}
