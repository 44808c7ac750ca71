import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { EngineFailure } from "../failure.ts";
import type { Host, HostTls } from "./host.ts";
import { dockerConfigFolder, type Machine } from "./machine.ts";

/** The context that means no context: the default socket. */
export const defaultContext = "default";

/** The context that the docker command would use, and where it is chosen; undefined for the default one. */
export async function currentContext(
  machine: Machine,
): Promise<{ readonly name: string; readonly namedBy: string } | undefined> {
  const { DOCKER_CONTEXT: named } = machine.env;
  if (named) return named === defaultContext ? undefined : { name: named, namedBy: "DOCKER_CONTEXT" };
  const file = join(dockerConfigFolder(machine), "config.json");
  const text = await readIfThere(file);
  if (text === undefined) return undefined;
  const name = fieldOf(parsed(text.toString(), file), "currentContext");
  if (typeof name !== "string" || name === "" || name === defaultContext) return undefined;
  return { name, namedBy: file };
}

/**
 * The host of a docker context; undefined where there is none of that name.
 *
 * @throws {EngineFailure} where its files cannot be read
 */
export async function contextHost(machine: Machine, name: string): Promise<Host | undefined> {
  // Docker's own layout: the folder's name is the SHA-256 of the context's.
  return readContext(machine, createHash("sha256").update(name).digest("hex"));
}

/** All docker contexts but the default one, by name; a broken one is a sentence of `problems`. */
export async function listContexts(
  machine: Machine,
): Promise<{ readonly hosts: readonly Host[]; readonly problems: readonly string[] }> {
  const folders = await readdir(join(dockerConfigFolder(machine), "contexts", "meta")).catch(() => []);
  const hosts: Host[] = [];
  const problems: string[] = [];
  for (const folder of folders) {
    try {
      const host = await readContext(machine, folder);
      if (host) hosts.push(host);
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
    }
  }
  return { hosts: hosts.sort((a, b) => a.name.localeCompare(b.name)), problems };
}

async function readContext(machine: Machine, folder: string): Promise<Host | undefined> {
  const root = join(dockerConfigFolder(machine), "contexts");
  const file = join(root, "meta", folder, "meta.json");
  const text = await readIfThere(file);
  if (text === undefined) return undefined;
  const meta = parsed(text.toString(), file);
  const name = fieldOf(meta, "Name");
  const endpoint = fieldOf(fieldOf(meta, "Endpoints"), "docker");
  const url = fieldOf(endpoint, "Host");
  if (typeof name !== "string" || typeof url !== "string" || url === "")
    throw new EngineFailure({
      cause: "request",
      what: `${file} names no Docker endpoint`,
      next: "Make the context again with docker context create",
    });
  const tls = await readTls(join(root, "tls", folder, "docker"));
  const skipVerify = fieldOf(endpoint, "SkipTLSVerify") === true;
  return {
    url,
    name,
    source: "docker-context",
    context: name,
    ...(tls || skipVerify ? { tls: { ...tls, ...(skipVerify ? { skipVerify } : {}) } } : {}),
  };
}

/**
 * Client certificate and CA, as Docker names their files; undefined where there are none.
 *
 * @throws {EngineFailure} where a file is there and cannot be read
 */
export async function readTls(folder: string): Promise<HostTls | undefined> {
  const [ca, cert, key] = await Promise.all(
    ["ca.pem", "cert.pem", "key.pem"].map((name) => readIfThere(join(folder, name))),
  );
  if (!ca && !cert && !key) return undefined;
  return { ...(ca ? { ca } : {}), ...(cert ? { cert } : {}), ...(key ? { key } : {}) };
}

async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new EngineFailure({
      cause: "request",
      what: `${file} cannot be read`,
      said: message,
      next: "Make it readable for this user, or set DOCKER_CONFIG to another folder",
    });
  }
}

function parsed(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new EngineFailure({
      cause: "request",
      what: `${file} is not valid JSON`,
      said: error instanceof Error ? error.message : String(error),
      next: "Correct it there",
    });
  }
}

function fieldOf(object: unknown, name: string): unknown {
  return typeof object === "object" && object !== null && Object.hasOwn(object, name)
    ? (object as Record<string, unknown>)[name]
    : undefined;
}
