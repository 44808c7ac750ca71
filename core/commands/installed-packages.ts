import type { Invocation } from "../dockerfile/shell/invocation.ts";
import type { ShellWord } from "../dockerfile/shell/shell-word.ts";
import type { Span } from "../dockerfile/span.ts";
import { aptCall } from "./apt.ts";
import { condaCall } from "./conda.ts";
import { pipCall, pipOption, uvPipCall } from "./pip.ts";
import { condaOptionsWithValue, toolCall } from "./tool-call.ts";

/** A command that installs or removes packages by name. */
export interface PackageCommand {
  readonly does: "install" | "remove";
  /** The manager, and the environment it works in: packages of different ones have nothing to do with each other. */
  readonly where: string;
  /** Names as the manager compares them; a removal's may be patterns. */
  readonly names: readonly string[];
  /** From the program to the word that says what it does: `apt-get -y purge`. */
  readonly span: Span;
}

/** Reads an invocation of apt, pip, uv pip or conda that installs or removes; undefined for any other. */
export function packageCommand(invocation: Invocation): PackageCommand | undefined {
  return aptPackages(invocation) ?? pipPackages(invocation) ?? condaPackages(invocation);
}

const aptDoes: ReadonlyMap<string, PackageCommand["does"]> = new Map([
  ["install", "install"],
  ["reinstall", "install"],
  ["remove", "remove"],
  ["purge", "remove"],
  ["autoremove", "remove"],
  ["auto-remove", "remove"],
  ["autopurge", "remove"],
]);

function aptPackages(invocation: Invocation): PackageCommand | undefined {
  const call = aptCall(invocation);
  const does = aptDoes.get(call?.command ?? "");
  if (!call?.commandWord || !does) return undefined;
  const names: string[] = [];
  for (const { value } of call.targets) {
    if (value === null || /^[./]|\.deb$/.test(value)) continue;
    const name = value.replace(/[=:/].*$/s, "");
    // `install name-` removes, `remove name+` installs; `g++` is a name.
    if (does === "install" ? !/[*?[]|-$/.test(name) : !/[^+]\+$/.test(name)) names.push(name);
  }
  return { does, where: "apt", names, span: head(invocation, call.commandWord) };
}

function pipPackages(invocation: Invocation): PackageCommand | undefined {
  const uv = uvPipCall(invocation);
  const call = uv ?? pipCall(invocation);
  const command = call?.command;
  if (!call || (command !== "install" && command !== "uninstall")) return undefined;
  if (["target", "prefix", "root", "dry-run"].some((name) => pipOption(call, name))) return undefined;
  const names: string[] = [];
  for (const { value } of call.targets) {
    const name = /^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\]\s*)?(?:$|[=<>!~;@,])/.exec(
      value ?? "",
    )?.[1];
    if (name && !/\.(whl|zip|gz)$/.test(name)) names.push(name.toLowerCase().replace(/[-_.]+/g, "-"));
  }
  const where = uv ? "uv pip" : `pip ${directoryOf(invocation.word)}`;
  return { does: command === "install" ? "install" : "remove", where, names, span: call.span };
}

const condaDoes: ReadonlyMap<string, PackageCommand["does"]> = new Map([
  ["install", "install"],
  ["create", "install"],
  ["remove", "remove"],
  ["uninstall", "remove"],
]);

function condaPackages(invocation: Invocation): PackageCommand | undefined {
  const call = condaCall(invocation) && toolCall(invocation, condaOptionsWithValue);
  const [command, ...targets] = call?.words ?? [];
  const does = condaDoes.get(command?.value ?? "");
  if (!call || !command || !does) return undefined;
  const { options } = call;
  const environment = ["-n", "--name", "-p", "--prefix"].map((name) => options.get(name)).find(Boolean);
  const names = targets.flatMap(({ value }) => {
    const name = /^(?:[^:]+::)?([A-Za-z0-9_][A-Za-z0-9_.-]*)/.exec(value ?? "")?.[1];
    return name ? [name.toLowerCase()] : [];
  });
  return { does, where: `conda ${environment ?? ""}`, names, span: head(invocation, command) };
}

function head(invocation: Invocation, command: ShellWord): Span {
  return { start: invocation.word.span.start, end: command.span.end };
}

/** `/opt/venv/bin` for `/opt/venv/bin/pip`: the environment that it installs into; as it is certain. */
function directoryOf(word: ShellWord): string {
  const path = word.value ?? `${word.prefix}…${word.suffix}`;
  return path.slice(0, path.lastIndexOf("/") + 1);
}
