import { basename } from "node:path";
import type { BuildContext, UnusedEntry, UnusedPart } from "../../../core/context/build-context.ts";
import { appendLine } from "../../../core/context/folder-context.ts";
import type { Fix, ImageUnderCheck, Rule, RuleReport } from "../rule.ts";
import { contextUses } from "./context-sources.ts";

/** What nobody copies may weigh so much (bytes). */
const allowedBytes = 200_000_000;
/** More lines than these in an ignore file are not written for the author. */
const maximumLines = 12;
const shownEntries = 4;

/** context/large: a build context with much that the Dockerfile never copies. */
export const contextLarge: Rule = {
  code: "context/large",
  severity: "info",
  summary: "a build context with more than 200 MB that the Dockerfile never copies",
  why: `A builder without BuildKit (Kaniko, Podman, older Docker) sends the whole folder before the first step of every
build, and a \`COPY .\` that is written later puts all of it into the image: data sets, checkpoints, virtual
environments, \`.git\`. Lines in \`.dockerignore\` keep them out of both.`,
  examples: [
    {
      title: "the folder holds 3 GB of checkpoints and a data set besides",
      bad: "FROM python:3.12-slim\nCOPY requirements.txt src /app/\n",
      at: ["FROM"],
    },
  ],
  fine: [
    "# All of it is copied, so all of it is needed.\nFROM python:3.12-slim\nCOPY . /app\n",
    "FROM python:3.12-slim\nCOPY requirements.txt checkpoints data /app/\n",
    "# What is copied cannot be known.\nFROM python:3.12-slim\nARG FOLDER\nCOPY ${FOLDER} /app/\n",
  ],
  *check({ dockerfile, lab }: ImageUnderCheck): Iterable<RuleReport> {
    const { context } = lab;
    const from = dockerfile.stages[0]?.from;
    if (!context || !from) return;
    const uses = contextUses(dockerfile);
    const paths = uses.flatMap(({ path }) => path ?? []);
    // An ONBUILD takes what it copies of another context.
    if (paths.length < uses.length) return;
    // Where nothing names the context and what is copied lies elsewhere, this folder is not it.
    if (!context.named && paths.some((path) => context.exists(path).kind === "missing")) return;
    if (context.bytes <= allowedBytes) return;
    const unused = context.unused(paths);
    if (unused.bytes <= allowedBytes) return;
    const fix = ignoreFix(context, unused);
    yield {
      span: from.keywordSpan,
      message: messageOf(context, unused),
      ...(fix ? { fixes: [fix] } : {}),
    };
  },
};

function messageOf(context: BuildContext, { entries, bytes, complete }: UnusedPart): string {
  const shown = entries.slice(0, shownEntries).filter((entry) => entry.bytes * 20 > bytes);
  const parts = (shown.length > 0 ? shown : entries.slice(0, 1)).map(
    (entry) => `${shownEntry(entry)} (${size(entry.bytes)})`,
  );
  const named = entries.slice(0, parts.length).reduce((sum, entry) => sum + entry.bytes, 0);
  const more = named * 20 < bytes * 19 ? " and more" : "";
  const file = basename(context.ignoreFile.path);
  return `The build context (the folder ${basename(context.folder)}) holds ${complete ? "" : "at least "}${size(bytes)} that nothing here copies: ${parts.join(", ")}${more}. A builder without BuildKit sends it all before each build, and a later COPY . takes it into the image; list it in ${file}.`;
}

/** The lines that clear the finding; undefined where they would be many, or would not do. */
function ignoreFix(context: BuildContext, { entries, bytes, complete }: UnusedPart): Fix | undefined {
  const { path, text } = context.ignoreFile;
  const lines: string[] = [];
  let left = bytes;
  for (const entry of entries) {
    if (left <= allowedBytes / 2 || lines.length >= maximumLines) break;
    const line = ignoreLine(entry);
    if (line === undefined || context.withIgnoreLine(line, entry.path).kind !== "ignored") continue;
    lines.push(line);
    left -= entry.bytes;
  }
  if (left > allowedBytes) return undefined;
  // Another Dockerfile may need what this one does not.
  const alone = context.dockerfiles.length === 1 && complete;
  return {
    title: `Add ${lines.slice(0, 3).join(", ")}${lines.length > 3 ? ` and ${lines.length - 3} more` : ""} to ${basename(path)}`,
    automatic: alone,
    edits: [],
    otherFile: {
      path,
      before: text,
      after: lines.reduce<string | undefined>((before, line) => appendLine(before, line), text) ?? "",
    },
  };
}

/** The line of an ignore file that means exactly this entry. */
function ignoreLine({ path }: UnusedEntry): string | undefined {
  if (/^[!#]|^\s|\s$|[\r\n]/.test(path)) return undefined;
  return path.replace(/[\\*?[]/g, "\\$&");
}

function shownEntry({ path, isFolder }: UnusedEntry): string {
  return isFolder ? `${path}/` : path;
}

function size(bytes: number): string {
  if (bytes >= 9.95e8) return `${(bytes / 1e9).toFixed(1)} GB`;
  return bytes >= 1e6 ? `${Math.round(bytes / 1e6)} MB` : `${Math.ceil(bytes / 1e3)} kB`;
}
