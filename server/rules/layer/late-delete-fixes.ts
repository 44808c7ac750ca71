import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import type { RunInstruction } from "../../../core/dockerfile/instruction.ts";
import { removeInstruction } from "../../fixes/remove.ts";
import type { Edit } from "../rule.ts";
import { isNameless } from "./directories.ts";
import type { LateDeletion } from "./file-history.ts";
import { joinRuns } from "./join-runs.ts";
import { removeCleanup } from "./remove-cleanup.ts";

/** Makes one RUN of the one that fetches and those behind it, up to the one that deletes. */
export function oneRun(dockerfile: Dockerfile, { run, files, histories }: LateDeletion): Edit[] | undefined {
  const first = [...files, ...histories]
    .map(({ instruction }) => instruction)
    .reduce((a, b) => (b.index < a.index ? b : a));
  if (first.index >= run.index || run.index - first.index > 4) return undefined;
  const chain = dockerfile.instructions.slice(first.index, run.index + 1);
  if (!chain.every((each): each is RunInstruction => each.kind === "RUN")) return undefined;
  // What the first sets would reach the third, which `joinRuns` does not look at.
  if (
    chain.length > 2 &&
    chain.some((each) => /(^|[\s;&|(])[A-Za-z_]\w*=/.test(each.shell.main?.source.text ?? "="))
  )
    return undefined;
  const edits = chain.slice(1).map((each, index) => joinRuns(dockerfile, chain[index]!, each));
  return edits.every((edit) => edit !== undefined) ? edits : undefined;
}

/** Mounts what a COPY brings into the RUN that uses and deletes it. */
export function bindMount(
  dockerfile: Dockerfile,
  { run, deletion, files }: LateDeletion,
): Edit[] | undefined {
  const [file, ...others] = files;
  const copy = file?.instruction;
  if (!file || others.length > 0 || copy?.kind !== "COPY" || !deletion.word || !deletion.invocation.node)
    return undefined;
  if (copy.stage !== run.stage || copy.onbuild || run.onbuild || copy.heredocs.length > 0) return undefined;
  const { path } = file;
  if (path === null || isNameless(path) || deletion.path !== path || copy.sources.length !== 1)
    return undefined;
  if (copy.flags.some(({ name }) => name !== "from" && name !== "link")) return undefined;
  const between = dockerfile.instructions.slice(copy.index + 1, run.index);
  if (between.some(({ kind }) => kind === "RUN" || kind === "COPY" || kind === "ADD" || kind === "FROM"))
    return undefined;
  const source = copy.sources[0]!.raw;
  const from = copy.from === undefined ? "" : `from=${copy.from},`;
  if (![source, path, from].every((text) => /^[\w./@+=,:-]*$/.test(text)) || /,/.test(source + path))
    return undefined;
  // `COPY LICENSE /tmp/` and `COPY reqs /tmp/`: it does not show which of them copies into the folder.
  if (
    file.tree &&
    (/\/$/.test(copy.destination?.raw ?? "/") || path.split("/").length < 2 || shared.has(path))
  )
    return undefined;
  const removal =
    run.shell.invocations.length > 1 && removeCleanup(dockerfile, run, deletion.invocation, [deletion.word]);
  if (!removal) return undefined;
  const at = run.keywordSpan.end;
  const writable = file.tree ? ",rw" : "";
  const mount = ` --mount=type=bind,${from}source=${source},target=${path}${writable}`;
  return [removeInstruction(dockerfile, copy), { span: { start: at, end: at }, newText: mount }, ...removal];
}

/** Folders that hold more than what is copied there: a mount would hide it. */
const shared = new Set([
  "/",
  "/tmp",
  "/opt",
  "/root",
  "/home",
  "/usr",
  "/usr/local",
  "/usr/local/bin",
  "/var",
  "/etc",
  "/mnt",
  "/srv",
]);
