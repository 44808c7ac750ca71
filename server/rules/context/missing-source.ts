import { basename, dirname } from "node:path";
import {
  type BuildContext,
  type ContextState,
  contextPath,
  isPattern,
} from "../../../core/context/build-context.ts";
import { appendLine } from "../../../core/context/folder-context.ts";
import type { Fix, ImageUnderCheck, Rule, RuleReport } from "../rule.ts";
import { type ContextUse, contextUses } from "./context-sources.ts";

/** context/missing-source: what COPY, ADD or a bind mount takes is not in the build context. */
export const missingSource: Rule = {
  code: "context/missing-source",
  severity: "error",
  summary: "a COPY or ADD source that is not in the build context, or that `.dockerignore` leaves out",
  why: `\`COPY\` and \`ADD\` take files of the build context only: the folder of the Dockerfile, or the one that the build
script names. A path that is not there stops the build, often after many minutes. A path that \`.dockerignore\` leaves
out is not there either, though the file lies in the folder. A pattern that fits nothing copies nothing, and says nothing.
What \`.gitignore\` names, or a script beside the Dockerfile copies or fetches, is made before the build, and not missed.`,
  examples: [
    {
      title: "a misspelt name: the folder holds requirements.txt",
      bad: "FROM python:3.12-slim\nCOPY requirments.txt /app/\n",
      at: ["requirments.txt"],
    },
    {
      title: "a file that .dockerignore leaves out (its line: *.pt)",
      bad: "FROM python:3.12-slim\nCOPY weights.pt /app/\n",
      at: ["weights.pt"],
    },
    {
      title: "outside of the context: .. stops at its root",
      bad: "FROM python:3.12-slim\nCOPY ../shared/setup.sh /opt/\n",
      at: ["../shared/setup.sh"],
    },
    {
      title: "a bind mount of what is not there",
      bad: "FROM python:3.12-slim\nRUN --mount=type=bind,source=requirement.txt,target=/r.txt pip install --no-cache-dir -r /r.txt\n",
      at: ["requirement.txt"],
    },
  ],
  fine: [
    "FROM python:3.12-slim\nCOPY requirements.txt src /app/\n",
    "# A pattern beside a file that is there: the usual way to copy what may not exist.\nFROM python:3.12-slim\nCOPY requirements.txt uv.lock* /app/\n",
    "FROM python:3.12-slim AS build\nFROM python:3.12-slim\nCOPY --from=build /opt/wheels /wheels\n",
    "FROM python:3.12-slim\nARG CONFIG\nCOPY ${CONFIG} /app/\n",
    "FROM python:3.12-slim\nADD https://example.org/data.tar.gz /data/\n",
    "FROM python:3.12-slim\nCOPY <<EOF /etc/motd\nwelcome\nEOF\n",
  ],
  *check({ dockerfile, lab }: ImageUnderCheck): Iterable<RuleReport> {
    const { context } = lab;
    if (!context) return;
    const uses = contextUses(dockerfile);
    const states = new Map(uses.map((use) => [use, stateOf(context, use)]));
    /** The instructions that get something, as far as known. */
    const served = new Set<ContextUse["instruction"]>();
    for (const [use, { kind }] of states)
      if (kind === "there" || kind === "unknown") served.add(use.instruction);
    const isHere = isTheContext(context, states);
    for (const use of uses) {
      const { path, instruction } = use;
      if (path === null || isTemplate.test(path)) continue;
      const state = states.get(use);
      const pattern = use.form !== "mount" && isPattern(path);
      // A pattern beside another source is the usual way to copy what need not exist.
      if (pattern && (served.has(instruction) || mayBeMissing.test(path))) continue;
      if (state?.kind === "ignored") yield leftOut(context, use, path, state);
      if (state?.kind !== "missing" || (!context.named && context.mayBeAbove(path))) continue;
      if (!isHere && !isMisspelt(context, path)) continue;
      // What an argument's default names, another build may replace.
      const given = use.arguments.every((name) => lab.buildArguments.has(name));
      if (!given && context.nearest(path).length === 0) continue;
      // It is made before the build.
      if (context.isLeftOutByGit(path) || lab.isMadeElsewhere?.(path)) continue;
      yield pattern ? fitsNothing(context, use, path) : notThere(context, use, path);
    }
  },
};

/** In a template of a Dockerfile it is not known yet what stands there. */
const isTemplate = /\{\{|^\{\w+\}$/;
/** `uv.loc[k]`: a file's name made a pattern, so that it need not exist. */
const mayBeMissing = /\[[^\]^]\]/;

/**
 * Whether the folder is the one that is built with: something names it, or it holds what the file copies. Above it there
 * may be another, and what is copied may be made there first. In a folder below it, where all of it is, it certainly is not.
 */
function isTheContext(context: BuildContext, states: ReadonlyMap<ContextUse, ContextState>): boolean {
  if (context.named) return true;
  const missing: string[] = [];
  for (const [{ path }, { kind }] of states) {
    const meant = contextPath(path ?? "");
    if (meant === "") continue;
    if (kind === "there" || kind === "ignored") return true;
    if (kind === "missing" && !isPattern(meant)) missing.push(meant);
  }
  if (!context.outermost) return false;
  const below = (path: string) =>
    context.nearest(path).flatMap((near) => (near.endsWith(`/${path}`) ? near.slice(0, -path.length) : []));
  const [first, ...others] = missing.map(below);
  return others.length === 0 || !first?.some((folder) => others.every((each) => each.includes(folder)));
}

/** Whether a name beside it shows that the folder is meant, and the name misspelt. */
function isMisspelt(context: BuildContext, path: string): boolean {
  const meant = contextPath(path);
  return context.nearest(path).some((near) => dirname(near) === dirname(meant));
}

function stateOf(context: BuildContext, { path, form }: ContextUse): ContextState {
  if (path === null) return { kind: "unknown" };
  return form !== "mount" && isPattern(path) ? context.matches(path) : context.exists(path);
}

function fitsNothing(context: BuildContext, { span, instruction }: ContextUse, path: string): RuleReport {
  return {
    span,
    severity: "warning",
    message: `Nothing in the build context (${shownFolder(context)}) fits ${path}: this ${instruction.keyword} copies nothing, and the build goes on without the files. Correct the pattern, or delete it.`,
  };
}

function notThere(context: BuildContext, use: ContextUse, path: string): RuleReport {
  const { span, instruction } = use;
  const near = context.nearest(path);
  const choice =
    near.length > 0
      ? `Write ${near.slice(0, -1).join(", ")}${near.length > 1 ? " or " : ""}${near.at(-1)}`
      : "Put it there";
  const fixes = near.flatMap((name) => replacement(use, path, name) ?? []);
  return {
    span,
    message: `${whatIsMissing(context, path)}, so the build stops at this ${instruction.keyword}. ${choice}${near.length > 0 ? "." : ", or correct the path."}`,
    ...(fixes.length > 0 ? { fixes } : {}),
  };
}

function whatIsMissing(context: BuildContext, path: string): string {
  const meant = contextPath(path);
  const folder = shownFolder(context);
  if (/(^|\/)\.\.(\/|$)/.test(path) && !meant.startsWith(path.split("/")[0]!))
    return `${path} lies outside of the build context (${folder}): .. stops at its root, and ${meant} is not there`;
  if (/^\/(home|root|mnt|tmp|Users|scratch|cvlabdata\d*)\//.test(path))
    return `${path} is taken from the build context (${folder}), not from the computer, and is not there`;
  return `${path} is not in the build context (${folder})`;
}

function replacement(use: ContextUse, path: string, name: string): Fix | undefined {
  const start = /^(?:\.?\/)*/.exec(path)![0];
  const text = use.form === "json" ? JSON.stringify(start + name) : start + name;
  if (use.form !== "json" && !/^[\w./@%+=:~-]+$/.test(text)) return undefined;
  // In a pattern's place these would be one.
  if (isPattern(name)) return undefined;
  return { title: `Write ${start}${name}`, automatic: false, edits: [{ span: use.span, newText: text }] };
}

function leftOut(
  context: BuildContext,
  { span, instruction }: ContextUse,
  path: string,
  { line, written }: Extract<ContextState, { kind: "ignored" }>,
): RuleReport {
  const file = basename(context.ignoreFile.path);
  const meant = contextPath(path);
  const consequence = isPattern(path)
    ? `this ${instruction.keyword} copies nothing`
    : `the build stops at this ${instruction.keyword}`;
  const exception = `!${meant}`;
  const works =
    !isPattern(meant) && !/\s|\\/.test(meant) && context.withIgnoreLine(exception, meant).kind === "there";
  const fix: Fix = {
    title: `Add ${exception} to ${file}`,
    automatic: false,
    edits: [],
    otherFile: {
      path: context.ignoreFile.path,
      before: context.ignoreFile.text,
      after: appendLine(context.ignoreFile.text, exception),
    },
  };
  return {
    span,
    message: `${file} leaves ${meant} out of the build context (line ${line}: ${written}), so ${consequence}. Add ${exception} at the end of ${file}, or do not copy it.`,
    ...(works ? { fixes: [fix] } : {}),
  };
}

/** The folder by its name: its whole path would hide the message. */
function shownFolder({ folder }: BuildContext): string {
  return `the folder ${basename(folder) || folder}`;
}
