import { isAbsolute } from "node:path";
import { pathToFileURL } from "node:url";
import type { Span } from "../../core/dockerfile/span.ts";
import { version } from "../../package.json";
import { unusedSuppression } from "../../server/lint/suppressions.ts";
import { unreadCode } from "../../server/lint/unread.ts";
import { docsUrl } from "../../server/rules/docs-url.ts";
import { knownRules } from "../../server/rules/known-rules.ts";
import type { FileEdit, Finding, Fix, Severity } from "../../server/rules/rule.ts";
import { type CheckedFile, mainFix } from "../checked-file.ts";
import { shownPath } from "../shown-path.ts";

const levels: Readonly<Record<Severity, "error" | "warning" | "note">> = {
  error: "error",
  warning: "warning",
  info: "note",
  hint: "note",
};

/** The base that relative paths count from. */
const startId = "START";

/** The findings, and what went wrong otherwise, as SARIF 2.1.0, which GitHub, GitLab and editors read. */
export function sarifOutput(
  files: readonly CheckedFile[],
  problems: readonly string[],
  start: string,
): string {
  const rules = describeRules();
  const indices = new Map(rules.map(({ id }, index) => [id, index]));
  const failures = files.filter(({ failure }) => failure !== undefined);
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "lab-images", version, rules } },
        columnKind: "utf16CodeUnits",
        originalUriBaseIds: { [startId]: { uri: pathToFileURL(`${start}/`).href } },
        invocations: [
          {
            executionSuccessful: failures.length === 0 && problems.length === 0,
            toolExecutionNotifications: [
              ...failures.map(({ path, failure }) => ({
                level: "error",
                message: { text: failure },
                locations: [{ physicalLocation: { artifactLocation: locationOf(path, start) } }],
              })),
              ...problems.map((text) => ({ level: "error", message: { text } })),
            ],
          },
        ],
        results: files.flatMap((file) =>
          file.findings.map((finding) => describeFinding(file, finding, indices, start)),
        ),
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

interface RuleDescription {
  readonly id: string;
  readonly shortDescription: { readonly text: string };
  readonly fullDescription?: { readonly text: string; readonly markdown?: string };
  readonly helpUri?: string;
  readonly defaultConfiguration: { readonly level: string };
}

function describeRules(): RuleDescription[] {
  const rules = knownRules.map(
    ({ rule: { code, summary, why, severity } }): RuleDescription => ({
      id: code,
      shortDescription: { text: summary },
      fullDescription: { text: why },
      helpUri: docsUrl(code),
      defaultConfiguration: { level: levels[severity] },
    }),
  );
  const suppression: RuleDescription = {
    id: unusedSuppression,
    shortDescription: { text: "A comment that suppresses nothing." },
    defaultConfiguration: { level: levels.hint },
  };
  const unread: RuleDescription = {
    id: unreadCode,
    shortDescription: { text: "A part that was not checked, and why." },
    defaultConfiguration: { level: levels.info },
  };
  return [...rules, suppression, unread];
}

function describeFinding(
  file: CheckedFile,
  finding: Finding,
  indices: ReadonlyMap<string, number>,
  start: string,
) {
  const fix = mainFix(finding);
  const changes = fix ? describeChanges(file, fix, start) : [];
  const artifactLocation = locationOf(file.path, start);
  return {
    ruleId: finding.code,
    ruleIndex: indices.get(finding.code) ?? -1,
    level: levels[finding.severity],
    message: { text: finding.message },
    locations: [{ physicalLocation: { artifactLocation, region: regionOf(file, finding.span) } }],
    ...(fix &&
      changes.length > 0 && {
        fixes: [{ description: { text: fix.title }, artifactChanges: changes }],
      }),
  };
}

function describeChanges(file: CheckedFile, fix: Fix, start: string) {
  const own = fix.edits.map(({ span, newText }) => ({
    deletedRegion: regionOf(file, span),
    insertedContent: { text: newText },
  }));
  return [
    ...(own.length > 0 ? [{ artifactLocation: locationOf(file.path, start), replacements: own }] : []),
    ...(fix.otherFile ? [wholeFile(fix.otherFile, start)] : []),
  ];
}

function wholeFile({ path, before, after }: FileEdit, start: string) {
  return {
    artifactLocation: locationOf(path, start),
    replacements: [
      {
        deletedRegion: { charOffset: 0, charLength: before?.length ?? 0 },
        insertedContent: { text: after },
      },
    ],
  };
}

function regionOf({ lines }: CheckedFile, span: Span) {
  const first = lines.positionAt(span.start);
  const last = lines.positionAt(span.end);
  return {
    startLine: first.line + 1,
    startColumn: first.character + 1,
    endLine: last.line + 1,
    endColumn: last.character + 1,
  };
}

function locationOf(path: string, start: string) {
  const shown = shownPath(path, start);
  if (isAbsolute(shown)) return { uri: pathToFileURL(path).href };
  return { uri: shown.split("/").map(encodeURIComponent).join("/"), uriBaseId: startId };
}
