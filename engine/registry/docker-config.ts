import { readFile } from "node:fs/promises";
import { findNodeAtLocation, type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import { EngineFailure } from "../failure.ts";
import type { RegistryCredentials } from "./credentials.ts";

/** What docker's config file says of registries; a file that is not there says nothing. */
export interface DockerConfig {
  /** Absolute. */
  readonly path: string;
  /** As it stands on disk; undefined where there is none. */
  readonly text: string | undefined;
  /** Names of helpers (`docker-credential-NAME`) by key; an empty one stands for the file itself. */
  readonly credHelpers: ReadonlyMap<string, string>;
  readonly credsStore: string | undefined;
  /** By key, as written: a host or a URL. Undefined where the entry only says that a helper has them. */
  readonly auths: ReadonlyMap<string, RegistryCredentials | undefined>;
}

/** @throws {EngineFailure} `registry-auth`, naming the line, where the file cannot be read or is not what docker takes */
export async function readDockerConfig(path: string): Promise<DockerConfig> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw new EngineFailure(
      {
        cause: "registry-auth",
        what: `cannot read docker's config ${path}`,
        said: error.message,
        next: "Make it a file that you may read",
      },
      { cause: error },
    );
  });
  // Docker takes an empty file for one that says nothing.
  const root = text?.trim() ? parse(text, path) : undefined;
  const strings = (name: string) => entriesOf(root, [name], path, text);
  return {
    path,
    text,
    credHelpers: new Map(
      strings("credHelpers").map(([key, node]) => [key, stringOf(node, `credHelpers of ${key}`, path, text)]),
    ),
    credsStore: credsStoreOf(root, path, text),
    auths: new Map(strings("auths").map(([key, node]) => [key, authOf(node, key, path, text)])),
  };
}

function parse(text: string, path: string): Node {
  const errors: ParseError[] = [];
  // Docker takes neither comments nor trailing commas.
  const root = parseTree(text, errors, { disallowComments: true });
  const [error] = errors;
  if (error) throw fault(path, text, error.offset, `not valid JSON (${printParseErrorCode(error.error)})`);
  if (root?.type !== "object") throw fault(path, text, 0, "not a JSON object");
  return root;
}

function entriesOf(
  root: Node | undefined,
  location: readonly string[],
  path: string,
  text: string | undefined,
): [string, Node][] {
  const node = root && findNodeAtLocation(root, [...location]);
  if (!node || node.type === "null") return [];
  if (node.type !== "object") throw fault(path, text, node.offset, `${location.join(".")} is no object`);
  return (node.children ?? []).flatMap(({ children: [key, value] = [] }) =>
    key && value ? [[String(key.value), value] satisfies [string, Node]] : [],
  );
}

function credsStoreOf(root: Node | undefined, path: string, text: string | undefined): string | undefined {
  const node = root && findNodeAtLocation(root, ["credsStore"]);
  return (node && stringOf(node, "credsStore", path, text)) || undefined;
}

function stringOf(node: Node, name: string, path: string, text: string | undefined): string {
  if (node.type === "null") return "";
  if (node.type !== "string") throw fault(path, text, node.offset, `${name} is no text`);
  return String(node.value);
}

function authOf(
  node: Node,
  key: string,
  path: string,
  text: string | undefined,
): RegistryCredentials | undefined {
  if (node.type !== "object") throw fault(path, text, node.offset, `the entry of ${key} is no object`);
  const value = (name: string) => {
    const found = findNodeAtLocation(node, [name]);
    return found ? stringOf(found, `${name} of ${key}`, path, text) : "";
  };
  const auth = findNodeAtLocation(node, ["auth"]);
  const decoded = auth && value("auth") ? decodeAuth(value("auth")) : undefined;
  if (auth && value("auth") && !decoded)
    throw fault(path, text, auth.offset, `auth of ${key} is not base64 of "user:password"`);
  const { username, password } = decoded ?? { username: value("username"), password: value("password") };
  const token = value("identitytoken");
  if (token) return { kind: "identity-token", username, token };
  return username && password ? { kind: "password", username, password } : undefined;
}

function decodeAuth(auth: string): { username: string; password: string } | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(auth)) return undefined;
  const text = Buffer.from(auth, "base64").toString("utf8");
  const colon = text.indexOf(":");
  if (colon < 1) return undefined;
  // Old versions of docker wrote zero bytes behind the password.
  return { username: text.slice(0, colon), password: text.slice(colon + 1).replace(/\0+$/, "") };
}

/** Names the place, never what stands there: it may be a password. */
function fault(path: string, text: string | undefined, offset: number, why: string): EngineFailure {
  const before = (text ?? "").slice(0, offset).split("\n");
  return new EngineFailure({
    cause: "registry-auth",
    what: `docker's config ${path}, line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}, is ${why.startsWith("not ") ? why : `wrong: ${why}`}`,
    next: "Correct it there, or move the file away and log in again",
  });
}
