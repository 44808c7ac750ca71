import { rmCall } from "../../../core/commands/rm.ts";
import { type ToolCall, toolCall } from "../../../core/commands/tool-call.ts";
import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import type { RunInstruction } from "../../../core/dockerfile/instruction.ts";
import type { Invocation } from "../../../core/dockerfile/shell/invocation.ts";
import type { ShellWord } from "../../../core/dockerfile/shell/shell-word.ts";
import type { Span } from "../../../core/dockerfile/span.ts";
import { neverReached } from "../../fixes/ends-script.ts";
import { type CachePlace, isMounted, isRemovedAfter } from "../cache-place.ts";
import { type Cache, type CacheTool, cacheToolOf } from "../layer/cache-tools.ts";
import { RunEnvironment } from "../pip/pip-cache.ts";

/** A command that fills its tool's cache. */
export interface FillingCall {
  readonly invocation: Invocation;
  /** From the program to the last word of the command's name. */
  readonly span: Span;
  /** The command's name: `install`, `global add`; empty for yarn alone. */
  readonly command: string;
  /** The last word of it. */
  readonly commandWord: ShellWord;
  /** Whether an option shows that it is a yarn of before 2. */
  readonly classicYarn: boolean;
}

/** The commands of a RUN after which a cache stays in its layer. */
export interface CacheLeftByTool {
  readonly cache: Cache;
  readonly calls: readonly [FillingCall, ...FillingCall[]];
}

/** Options in front of a command, and behind it, that take the next word. */
const withValue: ReadonlySet<string> = new Set([
  "-C",
  "--cwd",
  "--directory",
  "--disablerepo",
  "--enablerepo",
  "--installroot",
  "--prefix",
  "--project",
  "--releasever",
  "--repo",
  "--repoid",
  "--setopt",
  "--virtual",
  "-t",
]);

/** Options with which nothing is fetched into the cache, or the cache is the purpose. */
const idle = [
  "--help",
  "-h",
  "--version",
  "--dry-run",
  "--assumeno",
  "--downloadonly",
  "--download-only",
  "--offline",
  "--cache-dir",
  "--cacheonly",
];

/** What the package managers of a RUN leave behind, tool by tool. */
export function cachesLeft(dockerfile: Dockerfile, run: RunInstruction): CacheLeftByTool[] {
  const { invocations } = run.shell;
  const tools = invocations.map(({ name }) => cacheToolOf(name));
  if (!tools.some(Boolean)) return [];
  const environment = new RunEnvironment(run);
  const left = new Map<Cache, [FillingCall, ...FillingCall[]]>();
  const emptied = new Map<Cache, number>();
  const unreached = neverReached(invocations);
  tools.forEach((tool, index) => {
    const invocation = invocations[index]!;
    if (tool && !unreached.has(invocation) && empties(tool, toolCall(invocation, withValue)))
      emptied.set(tool.cache, index);
  });
  for (const [index, invocation] of invocations.entries()) {
    environment.follow(invocation);
    const tool = tools[index];
    if (!tool || tool.cache === "uv" || index < (emptied.get(tool.cache) ?? -1)) continue;
    const call = toolCall(invocation, withValue);
    const filling = fillingCall(tool, call);
    if (!filling || tool.variables.some((name) => environment.of(invocation)(name) !== undefined)) continue;
    const place: CachePlace = { path: undefined, usual: usual[tool.cache] ?? /^\/$/ };
    if (isMounted(dockerfile, run, place) || isRemovedAfter(run, index, place)) continue;
    if (tool.cache === "apk" && invocations.slice(index + 1).some(deletesApkFiles)) continue;
    const calls = left.get(tool.cache);
    if (calls) calls.push(filling);
    else left.set(tool.cache, [filling]);
  }
  return [...left].map(([cache, calls]) => ({ cache, calls }));
}

const homes = "^~$|^/root$|^/home(/[^/]+)?$|^/$";

/** The ends of the paths at which the caches lie, and of the folders around them. */
const usual: { readonly [cache in Cache]?: RegExp } = {
  rpm: /^\/var(\/cache(\/(dnf|yum|libdnf5|tdnf))?)?$|^\/$/,
  zypper: /^\/var(\/cache(\/zypp)?)?$|^\/$/,
  apk: /^\/var(\/cache(\/apk)?)?$|^\/etc\/apk\/cache$|^\/$/,
  npm: new RegExp(`(^|/)\\.npm(/_cacache)?$|${homes}`),
  yarn: new RegExp(`(^|/)\\.cache(/yarn(/.*)?)?$|(^|/)\\.yarn(/(berry|cache).*)?$|/share/\\.cache$|${homes}`),
  poetry: new RegExp(`(^|/)\\.cache(/pypoetry(/.*)?)?$|${homes}`),
};

function empties({ empties: whole }: CacheTool, { words }: ToolCall): boolean {
  const text = words.map(({ value }) => value ?? "").join(" ");
  return whole.test(text) || /^(clean|cache (clean|clear|rm|remove|purge))\b/.test(text);
}

function fillingCall(
  tool: CacheTool,
  { invocation, words, options, open }: ToolCall,
): FillingCall | undefined {
  if (open || [...idle, ...tool.without].some((name) => options.has(name))) return undefined;
  const fills = tool.fills.exec(words.map(({ value }) => value ?? "").join(" "));
  if (!fills || words.some(({ value }, index) => value === null && index === 0)) return undefined;
  // Newer releases of yarn have these options alone; what they leave is what the program runs from.
  if (
    tool.cache === "yarn" &&
    ["--immutable", "--immutable-cache", "--mode"].some((name) => options.has(name))
  )
    return undefined;
  const count = fills[0] === "" ? 0 : fills[0].split(" ").length;
  const commandWord = words[count - 1] ?? invocation.word;
  return {
    invocation,
    span: {
      start: invocation.word.span.start,
      end: Math.max(invocation.word.span.end, commandWord.span.end),
    },
    command: fills[0],
    commandWord,
    classicYarn:
      fills[0] === "global add" ||
      ["--frozen-lockfile", "--pure-lockfile", "--production", "--prod", "--non-interactive"].some((name) =>
        options.has(name),
      ),
  };
}

/** `rm /var/cache/apk/*`: the indexes are files. */
function deletesApkFiles(invocation: Invocation): boolean {
  return rmCall(invocation)?.paths.some(({ value }) => value?.startsWith("/var/cache/apk/")) ?? false;
}

/** What cleans up behind a call, as its author calls the tool; `plain` for a message. Undefined where that is not clear. */
export function cleanCommand(
  cache: Cache,
  { invocation }: Pick<FillingCall, "invocation">,
  plain = false,
): string | undefined {
  const rest = commands[cache];
  if (rest === undefined) return undefined;
  const { word, through, node, script, name } = invocation;
  if (plain) return cache === "poetry" ? rest : `${name} ${rest}`;
  if (!node || through.some((wrapper) => wrapper !== "sudo")) return undefined;
  if (cache === "poetry") return through.length === 0 ? rest : undefined;
  const text = script.source.text;
  const program = text.slice(word.written.pos, word.written.end);
  if (word.substituted || (program.includes("/") && !/^[/~]/.test(program))) return undefined;
  const lead = through.length > 0 ? text.slice(node.pos, word.written.pos) : "";
  return /[\\\n]/.test(lead) ? undefined : `${lead}${program} ${rest}`;
}

const commands: { readonly [cache in Cache]?: string } = {
  rpm: "clean all",
  zypper: "clean --all",
  npm: "cache clean --force",
  yarn: "cache clean",
  // `poetry cache clear` leaves the archives, and the folder holds the environments too.
  poetry: "rm -rf ~/.cache/pypoetry/cache ~/.cache/pypoetry/artifacts",
};
