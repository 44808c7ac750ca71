import { randomBytes } from "node:crypto";
import { chown, open, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { applyEdits, type FormattingOptions, modify, parse } from "jsonc-parser";
import { EngineFailure } from "../failure.ts";
import { makeOwnFolder } from "../make-folder.ts";
import { type DockerConfig, readDockerConfig } from "./docker-config.ts";

/** An entry of `auths` to write, or to remove (undefined), by its key. */
export type AuthChange = readonly [key: string, entry: object | undefined];

/**
 * Writes entries of `auths` into docker's config, and leaves every other byte of it as it was. The file is replaced
 * whole or not at all, and only its owner can read it.
 *
 * @param changesOf gets the config as it stands now: another program may have written it since it was last read
 * @throws {EngineFailure} `registry-auth` where it cannot be read or written
 */
export async function writeAuths(
  path: string,
  changesOf: (config: DockerConfig) => readonly AuthChange[],
): Promise<void> {
  const config = await readDockerConfig(path);
  const changes = changesOf(config);
  if (changes.length === 0) return;
  const formattingOptions = formattingOf(config.text);
  let text = config.text?.trim() ? config.text : "{}";
  const set = (location: string[], value: object | undefined) => {
    text = applyEdits(text, modify(text, location, value, { formattingOptions }));
  };
  const auths = (): unknown => parse(text)?.auths;
  if (auths() === null) set(["auths"], {});
  for (const [key, entry] of changes) set(["auths", key], entry);
  // Without the line ends that the last entry leaves.
  if (Object.keys(auths() ?? { none: true }).length === 0) set(["auths"], {});
  if (text === config.text) return;
  try {
    await replaceFile(path, text);
  } catch (error) {
    throw new EngineFailure(
      {
        cause: "registry-auth",
        what: `cannot write docker's config ${path}`,
        said: error instanceof Error ? error.message : String(error),
        next: "Make it and its folder writable for you",
      },
      { cause: error },
    );
  }
}

/** As the file is written; docker itself writes tabs. */
function formattingOf(text = ""): FormattingOptions {
  const indent = /\n([ \t]+)"/.exec(text)?.[1] ?? "\t";
  const eol = /\r\n/.test(text) ? "\r\n" : "\n";
  return { insertSpaces: !indent.includes("\t"), tabSize: indent.length, eol };
}

async function replaceFile(path: string, text: string): Promise<void> {
  makeOwnFolder(dirname(path));
  // A link stays a link: what it leads to is written.
  const target = await realpath(path).catch(() => path);
  const before = await stat(target).catch(() => undefined);
  const temporary = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    const file = await open(temporary, "wx", 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    // Only the superuser can give a file away; anyone else owns what they write.
    if (before) await chown(temporary, before.uid, before.gid).catch(() => {});
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
