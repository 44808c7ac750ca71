import { join, normalize } from "node:path";
import { MappedText } from "../dockerfile/mapped-text.ts";
import { collectInvocations } from "../dockerfile/shell/collect-invocations.ts";
import type { Invocation } from "../dockerfile/shell/invocation.ts";
import { parseShell } from "../dockerfile/shell/shell-script.ts";

/** One `docker build` of a shell script. */
export interface ScriptBuild {
  /** Absolute path of the Dockerfile that it builds. */
  readonly dockerfile: string;
  /** Absolute path of the build context. */
  readonly context: string;
  /** Build arguments; `null` where the script's value cannot be known. */
  readonly args: ReadonlyMap<string, string | null>;
  /** The names it gives the image, those that are known. */
  readonly tags: readonly string[];
}

const builders = new Set(["docker", "podman", "nerdctl", "buildah"]);

/** docker-buildx-build(1) and docker-build(1): options that take the next word. */
// biome-ignore format: a table reads better in columns
const withValue = new Set([
  "--add-host", "--allow", "--annotation", "--attest", "--build-arg", "--build-context", "--builder", "--cache-from",
  "--cache-to", "--cgroup-parent", "--cpu-period", "--cpu-quota", "--cpu-shares", "--cpuset-cpus", "--cpuset-mems", "-c",
  "-f", "--file", "--iidfile", "--label", "-m", "--memory", "--memory-swap", "--metadata-file", "--network",
  "--no-cache-filter", "-o", "--output", "--platform", "--progress", "--provenance", "--sbom", "--secret",
  "--security-opt", "--shm-size", "--ssh", "-t", "--tag", "--target", "--ulimit", "--isolation",
]);

/** Whether a file of this name may be a shell build script. */
export function looksLikeScript(name: string): boolean {
  return /\.(sh|bash)$/.test(name) || /^build[\w-]*$/.test(name);
}

/** The builds of a shell script in `folder`, in order; paths are taken from there. Other text gives none. */
export function readBuildScript(text: string, folder: string): ScriptBuild[] {
  if (!/\b(docker|podman|nerdctl|buildah)\b/.test(text)) return [];
  const source = new MappedText(text, [{ derived: 0, source: 0, sourceEnd: text.length }], text.length);
  const { invocations } = collectInvocations(parseShell(source, "heredoc", 0), () => undefined);
  return invocations.flatMap((invocation) => readBuild(invocation, folder) ?? []);
}

function readBuild(invocation: Invocation, folder: string): ScriptBuild | undefined {
  if (!builders.has(invocation.name)) return undefined;
  const { args } = invocation;
  const at = args.findIndex((word) => word.value === "build" || word.value === "bud");
  if (at < 0 || args.slice(0, at).some((word) => !["buildx", "image"].includes(word.value ?? "")))
    return undefined;
  const buildArguments = new Map<string, string | null>();
  const tags: string[] = [];
  let file: string | undefined;
  let context: string | undefined;
  for (let index = at + 1; index < args.length; index++) {
    const word = args[index]!;
    const text = word.value ?? word.prefix;
    if (!text.startsWith("-")) {
      context = word.value ?? undefined;
      continue;
    }
    const equals = text.startsWith("--") ? text.indexOf("=") : -1;
    const option = equals < 0 ? text : text.slice(0, equals);
    const valueWord = equals < 0 && withValue.has(option) ? args[++index] : undefined;
    const known = valueWord ? valueWord.value : word.value;
    const written = valueWord ? (valueWord.value ?? valueWord.prefix) : text.slice(equals + 1);
    if (option === "--build-arg") {
      const sign = written.indexOf("=");
      if (sign > 0)
        buildArguments.set(written.slice(0, sign), known === null ? null : written.slice(sign + 1));
      else if (sign < 0 && written) buildArguments.set(written, null);
    } else if ((option === "-t" || option === "--tag") && known !== null) tags.push(written);
    else if ((option === "-f" || option === "--file") && known !== null) file = written;
  }
  if (context === undefined || context === "-" || /^[a-z]+:\/\//.test(context)) return undefined;
  const contextPath = normalize(join(folder, context)).replace(/(.)\/$/, "$1");
  const dockerfile = file === undefined ? join(contextPath, "Dockerfile") : normalize(join(folder, file));
  return { dockerfile, context: contextPath, args: buildArguments, tags };
}
