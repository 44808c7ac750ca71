import { condaCall } from "../../../core/commands/conda.ts";
import type { PipCall } from "../../../core/commands/pip.ts";
import { type CallEnvironment, pipTarget, pipTargetWords } from "../../../core/cuda/compiled-packages.ts";
import type { Invocation } from "../../../core/dockerfile/shell/invocation.ts";
import type { ShellWord } from "../../../core/dockerfile/shell/shell-word.ts";
import type { Span } from "../../../core/dockerfile/span.ts";

/** A place that says of which CUDA the torch wheels are. */
export interface IndexMention {
  readonly kind: "index" | "nightly" | "conda" | "cudatoolkit";
  /** `cu121`; of conda the CUDA version: `12.1`. */
  readonly name: string;
  /** The name itself where it is written out, else the word. */
  readonly span: Span;
  /** Whether {@link span} is the name and nothing else. */
  readonly exact: boolean;
  /** Whether it was said before, by ENV or ARG: then the place is elsewhere. */
  readonly configured: boolean;
}

/** An install of torch by pip, uv or conda. */
export interface TorchInstall {
  readonly invocation: Invocation;
  readonly tool: "pip" | "uv" | "conda";
  /** The word that asks for torch; undefined where only other packages are installed. */
  readonly torch: ShellWord | undefined;
  /** Its version where `==` pins it: `2.1.0`. */
  readonly version: string | undefined;
  readonly mentions: readonly IndexMention[];
  /** Whether the packages may come from an index that says nothing of CUDA, or cannot be known. */
  readonly elsewhere: boolean;
  readonly targets: readonly ShellWord[];
  /** Whether it may ask for more than can be seen here: by a variable, a requirements file, a project. */
  readonly open: boolean;
}

/** PyTorch's own indices, and the mirrors that keep their names. */
const indexUrl =
  /(?:download(?:-r2)?\.pytorch\.org\/whl|pytorch-wheels)\/(nightly\/|test\/)?(cu\d{2,3})(?![\w.])/g;
const localVersion = /^(?:torch|torchvision|torchaudio)(?:\[.*\])?\s*===?[\w.]+\+(cu\d{2,3})(?![\w.])/;
const variables = [
  ...["PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_CONFIG_FILE", "PIP_CONSTRAINT"],
  ...[
    "UV_INDEX_URL",
    "UV_EXTRA_INDEX_URL",
    "UV_FIND_LINKS",
    "UV_DEFAULT_INDEX",
    "UV_INDEX",
    "UV_TORCH_BACKEND",
  ],
];
const sourceOptions =
  /^--?(i|f|index-url|extra-index-url|find-links|index|default-index|no-index|torch-backend|constraint|c)(=|$)/;

/** The variables that tell pip and uv where to look. */
export const indexVariables: ReadonlySet<string> = new Set(variables);

/** The CUDA indices that a text names, with their places in the document. */
export function mentionsIn(text: string, span: Span, source: string): IndexMention[] {
  const found: IndexMention[] = [];
  // Most words name none.
  if (!text.includes("cu")) return found;
  for (const [, folder, name] of text.matchAll(indexUrl))
    found.push(mention(folder === undefined ? "index" : "nightly", name!, span, source));
  const local = found.length === 0 && localVersion.exec(text)?.[1];
  if (local) found.push(mention("index", local, span, source));
  return found;
}

/** A name at its place in the document, where it is written out there. */
export function mention(kind: IndexMention["kind"], name: string, span: Span, source: string): IndexMention {
  const at = source.slice(span.start, span.end).indexOf(name);
  const start = span.start + at;
  return {
    kind,
    name,
    exact: at >= 0,
    configured: false,
    span: at < 0 ? span : { start, end: start + name.length },
  };
}

/** What a call of pip or `uv pip` installs; `invocation` is the command that it stands in. */
export function torchInstall(
  invocation: Invocation,
  call: PipCall,
  environment: CallEnvironment,
  source: string,
): TorchInstall {
  const { args } = invocation;
  const targets = pipTargetWords(call);
  const torch = targets.find(({ value }) => value !== null && isTorch(value));
  const mentions = args.flatMap((word) => mentionsIn(word.value ?? word.prefix, word.span, source));
  args.forEach((word, at) => {
    const attached = /^--torch-backend(?:=(.*))?$/s.exec(word.value ?? "");
    const holder = attached && (attached[1] === undefined ? args[at + 1] : word);
    const name = attached?.[1] ?? holder?.value;
    if (holder && name && /^cu\d+$/.test(name)) mentions.push(mention("index", name, holder.span, source));
  });
  // Of other installs nobody asks where they come from.
  const configured = torch ? variables.map(environment) : [];
  const place = (torch ?? invocation.word).span;
  if (mentions.length === 0) {
    const texts = configured.flatMap((value) => value?.replace(/^(cu\d+)$/, "pytorch-wheels/$1") ?? []);
    for (const each of texts.flatMap((text) => mentionsIn(text, place, "")))
      mentions.push({ ...each, configured: true });
  }
  const unknown = args.some(({ value }) => value === null);
  return {
    invocation,
    tool: invocation.name === "uv" ? "uv" : "pip",
    torch,
    version: torch && /^torch(?:\[.*\])?\s*===?([\d.]*\d)(?![\d.]*\*)/.exec(torch.value ?? "")?.[1],
    mentions,
    elsewhere:
      unknown ||
      args.some(({ value }) => sourceOptions.test(value ?? "")) ||
      configured.some((value) => value !== undefined && value !== ""),
    targets,
    open: call.open || unknown || asksForMore(call, targets),
  };
}

function asksForMore({ options }: PipCall, targets: readonly ShellWord[]): boolean {
  if (options.some(({ name }) => /^(requirement|group|requirements-from-script)$/.test(name))) return true;
  return targets.some(({ value }) => value === null || pipTarget(value).source !== "index");
}

/** Reads an invocation as an install by conda or one of its likes; undefined for any other. */
export function condaInstall(invocation: Invocation, source: string): TorchInstall | undefined {
  const call = condaCall(invocation);
  if (!call?.command || !/^(install|create|update|env (create|update))$/.test(call.command)) return undefined;
  const mentions: IndexMention[] = [];
  for (const { value, span } of call.targets) {
    const [, name, cuda] = /^(?:[\w-]+::)?(pytorch-cuda|cudatoolkit)\s*==?(\d+\.\d+)/.exec(value ?? "") ?? [];
    if (!name || !cuda) continue;
    // `11` of `cudatoolkit=11` names no release; `12.1.*` and `12.1.105` are of 12.1.
    mentions.push(mention(name === "cudatoolkit" ? "cudatoolkit" : "conda", cuda, span, source));
  }
  const torch = call.targets.find(({ value }) => /^(?:[\w-]+::)?pytorch(?![\w-])/.test(value ?? ""));
  const open = call.targets.some(({ value }) => value === null) || /^(env|update)/.test(call.command);
  const targets = call.targets;
  return { invocation, tool: "conda", torch, version: undefined, mentions, elsewhere: true, targets, open };
}

function isTorch(target: string): boolean {
  const { name, source } = pipTarget(target);
  return name === "torch" && (source === "index" || source === "wheel");
}
