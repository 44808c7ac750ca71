import { createHash } from "node:crypto";
import { realpath, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname } from "node:path";
import { diskFolder, type SyncedFolder, textFolder } from "../buildkit/files/synced-folder.ts";
import { EngineFailure } from "../failure.ts";
import type { BuildRequest } from "./build-request.ts";
import { ownIgnoreFile } from "./context-files.ts";
import { folderName, isLocalContext } from "./named-contexts.ts";

const folderThatIsThere = "Name a folder that is there";

/**
 * Sees that what a build begins with is there.
 *
 * @throws {EngineFailure} of cause `request`
 */
export async function checkFolders(request: BuildRequest): Promise<void> {
  await checkFolder(request.context, "the build context");
  for (const [name, value] of request.namedContexts ?? [])
    if (isLocalContext(value)) await checkFolder(value, `the context "${name}"`);
  if (request.dockerfileText !== undefined) return;
  const { dockerfile } = request;
  const file = await stat(dockerfile).catch(errorOf);
  if (file instanceof Error)
    throw requestFailure(
      `the Dockerfile ${dockerfile} cannot be read`,
      file,
      "Name a Dockerfile that is there",
    );
  if (!file.isFile())
    throw requestFailure(`${dockerfile} is no file`, undefined, "Name a Dockerfile, not its folder");
}

async function checkFolder(path: string, what: string): Promise<void> {
  const folder = await stat(path).catch(errorOf);
  if (folder instanceof Error)
    throw requestFailure(`${what} ${path} cannot be read`, folder, folderThatIsThere);
  if (!folder.isDirectory())
    throw requestFailure(`${what} ${path} is no folder`, undefined, "Name the folder that holds it");
}

/** The folders of a build by the names that BuildKit's Dockerfile frontend knows them by. */
export async function buildFolders(request: BuildRequest): Promise<ReadonlyMap<string, SyncedFolder>> {
  const named = [...(request.namedContexts ?? [])].filter(([, value]) => isLocalContext(value));
  return new Map([
    ...named.map(([name, folder]) => [folderName(name), diskFolder(folder)] as const),
    ["context", diskFolder(request.context)],
    ["dockerfile", await dockerfileFolder(request)],
  ]);
}

/** The folder of a Dockerfile that is not on disk as it is built has it and its own ignore file. */
async function dockerfileFolder({ dockerfile, dockerfileText }: BuildRequest): Promise<SyncedFolder> {
  if (dockerfileText === undefined) return diskFolder(dirname(dockerfile));
  const name = basename(dockerfile);
  const texts = new Map([[name, dockerfileText]]);
  const ignore = await ownIgnoreFile(dockerfile);
  if (ignore !== undefined) texts.set(`${name}.dockerignore`, ignore);
  return textFolder(texts);
}

/**
 * What the daemon keeps a context's files by. The same for the same folder of the same user on the same machine, so
 * that only what changed is sent.
 *
 * @throws {EngineFailure} of cause `request` where the context is not there any more
 */
export async function sharedKey({ context }: BuildRequest): Promise<string> {
  const folder = await realpath(context).catch((error: unknown) => {
    throw requestFailure(`the build context ${context} cannot be read`, errorOf(error), folderThatIsThere);
  });
  // The number alone: a job's user need not have a name on its machine.
  const user = process.getuid?.() ?? "";
  return createHash("sha256").update(`lab-images\0${hostname()}\0${user}\0${folder}`).digest("hex");
}

function requestFailure(what: string, error: Error | undefined, next: string): EngineFailure {
  return new EngineFailure({ cause: "request", what, next, ...(error ? { said: error.message } : {}) });
}

function errorOf(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
