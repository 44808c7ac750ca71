import { isIP } from "node:net";
import { resolve } from "node:path";
import { parseImageReference } from "../../core/image/reference.ts";
import type { SecretSource } from "../../engine/build/build-request.ts";
import { isLocalContext } from "../../engine/build/named-contexts.ts";

/** An option's value that is not to be had; its message is shown with the usage. */
export class OptionMistake extends Error {}

/** `NAME=value`, or `NAME` for the variable of this name; nothing where `env` does not have it, as docker does it. */
export function readAssignment(option: string, text: string, env: NodeJS.ProcessEnv): [string, string][] {
  const at = text.indexOf("=");
  const name = at < 0 ? text : text.slice(0, at);
  if (name === "") throw new OptionMistake(`${option} needs a name in front of "=": ${option} NAME=value.`);
  if (at >= 0) return [[name, text.slice(at + 1)]];
  const value = env[name];
  if (value !== undefined) return [[name, value]];
  if (option === "--build-arg") return [];
  return [[name, ""]];
}

/** `id=token,src=path`, `id=token,env=VARIABLE`; `id=token` alone is the variable or the file of that name. */
export function readSecret(text: string, env: NodeJS.ProcessEnv): [string, SecretSource] {
  const fields = new Map(
    text.split(",").map((field): [string, string] => {
      const at = field.indexOf("=");
      return at < 0 ? [field.trim(), ""] : [field.slice(0, at).trim().toLowerCase(), field.slice(at + 1)];
    }),
  );
  const id = fields.get("id") || fields.get("src") || fields.get("source");
  const path = fields.get("src") ?? fields.get("source");
  const variable = fields.get("env") ?? (fields.get("type") === "env" ? (path ?? id) : undefined);
  const unknown = [...fields.keys()].find((name) => !["id", "src", "source", "env", "type"].includes(name));
  if (!id || unknown !== undefined)
    throw new OptionMistake(
      `--secret takes id=NAME,src=PATH or id=NAME,env=VARIABLE, not "${unknown ?? text}".`,
    );
  if (variable !== undefined) return [id, { kind: "environment", variable }];
  if (path === undefined && env[id] !== undefined) return [id, { kind: "environment", variable: id }];
  return [id, { kind: "file", path: resolve(path ?? id) }];
}

/** `default` for the agent that runs, `id=/path/of/its/socket` for another. */
export function readSshAgent(text: string, env: NodeJS.ProcessEnv): [string, string] {
  const at = text.indexOf("=");
  const id = at < 0 ? text : text.slice(0, at);
  if (at >= 0) return [id, resolve(text.slice(at + 1))];
  const socket = env.SSH_AUTH_SOCK;
  if (!socket)
    throw new OptionMistake(
      `--ssh ${text}: no ssh agent runs (SSH_AUTH_SOCK is not set); start one and add your key: eval "$(ssh-agent)" && ssh-add.`,
    );
  return [id, socket];
}

/** `name:address` or `name=address`, given on as `name:address`. */
export function readExtraHost(text: string): string {
  const match = /^([^:=\s]+)[:=]\[?([^\]\s]+)\]?$/.exec(text);
  const [, name, address] = match ?? [];
  if (!name || !address || (address !== "host-gateway" && isIP(address) === 0))
    throw new OptionMistake(`--add-host takes name:address, such as mirror:10.0.0.7, not "${text}".`);
  return `${name}:${address}`;
}

/** `name=path` of a folder, made absolute; or of an image (`docker-image://…`) or a URL. */
export function readNamedContext(text: string): [string, string] {
  const at = text.indexOf("=");
  const [name, value] = [text.slice(0, Math.max(at, 0)), text.slice(at + 1)];
  if (name === "" || value === "")
    throw new OptionMistake(
      `--build-context takes NAME=PATH, NAME=docker-image://IMAGE or NAME=URL, not "${text}".`,
    );
  if (!parseImageReference(name))
    throw new OptionMistake(
      `--build-context takes the name of an image or of a stage in small letters, not "${name}".`,
    );
  return [name, isLocalContext(value) ? resolve(value) : value];
}
