import { aptCall } from "../../../core/commands/apt.ts";
import { condaCall } from "../../../core/commands/conda.ts";
import type { PipCall } from "../../../core/commands/pip.ts";
import { pipTarget, pipTargetWords } from "../../../core/cuda/compiled-packages.ts";
import type { Invocation } from "../../../core/dockerfile/shell/invocation.ts";
import type { ShellWord } from "../../../core/dockerfile/shell/shell-word.ts";

/** A command that installs what a project depends on. */
export interface DependencyInstall {
  readonly invocation: Invocation;
  /** What it goes by: the tool, or the name of the file that lists the packages. */
  readonly key: string;
  /** The files of the project that it reads. */
  readonly files: readonly ShellWord[];
  /** Whether {@link files} are all that it needs of the project. */
  readonly complete: boolean;
}

/**
 * Reads an invocation as an install of dependencies; undefined for any other, and for the project itself. `pip` is the
 * call of pip that it is, if any.
 */
export function dependencyInstall(
  invocation: Invocation,
  pip: PipCall | undefined,
): DependencyInstall | undefined {
  if (invocation.context.conditional || invocation.context.inFunction) return undefined;
  if (pip) return pipDependencies(invocation, pip);
  const apt = aptCall(invocation);
  if (apt) {
    const named =
      apt.command === "install" && apt.targets.some(({ value }) => value && !/^[./]|\.deb$/.test(value));
    const complete = apt.targets.every(({ value }) => value !== null && !/^[./]|\.deb$/.test(value));
    return named ? { invocation, key: "apt", files: [], complete } : undefined;
  }
  const conda = condaCall(invocation);
  if (conda) return condaDependencies(invocation, conda.command);
  const tool = projectTool(invocation);
  return tool ? { invocation, key: tool, files: [], complete: false } : undefined;
}

const trivial = new Set(["pip", "setuptools", "wheel", "uv", "build"]);

function pipDependencies(invocation: Invocation, call: PipCall): DependencyInstall | undefined {
  const targets = pipTargetWords(call);
  // `-e name` is a folder, whatever it looks like.
  const own = call.options.some(({ name, value }) => name === "editable" && !/^\w+\+/.test(value ?? ""));
  if (own || call.open || targets.some(({ value }) => value === null || pipTarget(value).source === "path"))
    return undefined;
  const lists = call.options.filter(({ name }) => name === "requirement" || name === "constraint");
  const files = lists.flatMap(({ valueWord }) => (valueWord ? [valueWord] : []));
  const known = lists.every(
    ({ word, valueWord, value }) => valueWord && word !== valueWord && value !== null,
  );
  const requirement = lists.find(({ name }) => name === "requirement");
  const names = targets.map(({ value }) => pipTarget(value ?? "").name);
  if (requirement) return { invocation, key: baseName(requirement.value ?? ""), files, complete: known };
  if (names.length === 0 || names.every((name) => trivial.has(name))) return undefined;
  return { invocation, key: "pip", files, complete: known };
}

function condaDependencies(
  invocation: Invocation,
  command: string | undefined,
): DependencyInstall | undefined {
  const { args } = invocation;
  const at = args.findIndex(({ value }) => value === "-f" || value === "--file");
  const file = at < 0 ? undefined : args[at + 1];
  if (/^(?:env create|env update|create|install|update)$/.test(command ?? "") && file?.value)
    return { invocation, key: baseName(file.value), files: [file], complete: true };
  return command === "install" ? { invocation, key: "conda", files: [], complete: true } : undefined;
}

const projectTools: ReadonlySet<string> = new Set(["uv", "poetry", "npm", "pnpm", "yarn"]);

/** Tools that read a project's own files to install what it depends on, and perhaps the project. */
function projectTool({ name, args }: Invocation): string | undefined {
  if (!projectTools.has(name)) return undefined;
  const command = args.find(({ value }) => value !== null && !value.startsWith("-"))?.value;
  if (name === "uv" && command === "sync") return "uv";
  if (name === "poetry" && command === "install") return "poetry";
  const global = args.some(({ value }) => value === "-g" || value === "--global");
  if (name !== "uv" && name !== "poetry" && !global)
    return command === "ci" || command === "install" || (name === "yarn" && command === undefined)
      ? name
      : undefined;
  return undefined;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
