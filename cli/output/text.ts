import { printable } from "../../engine/progress/cells.ts";
import type { Finding, Severity } from "../../server/rules/rule.ts";
import { type CheckedFile, isFixable, mainFix } from "../checked-file.ts";
import type { Terminal } from "../terminal.ts";
import { counted } from "./counted.ts";
import { excerptOf } from "./excerpt.ts";
import { type Paint, painter, styles } from "./paint.ts";

const colours: Readonly<Record<Severity, string>> = { error: "31", warning: "33", info: "36", hint: "2" };

/** The findings for a reader at a terminal. */
export function textOutput(
  files: readonly CheckedFile[],
  fix: boolean,
  terminal: Pick<Terminal, "colour" | "width">,
): string {
  const paint = painter(terminal.colour);
  const parts = files.flatMap((file) =>
    file.findings.map((finding) => describe(file, finding, paint, terminal.width)),
  );
  const changes = changesOutput(files);
  if (changes !== "") parts.unshift(changes);
  if (files.length > 0) parts.push(`${paint(styles.bold, summary(files, fix))}\n`);
  return parts.join("\n");
}

/** What `--fix` has changed: each file, and each of its fixes once with its count. */
export function changesOutput(files: readonly CheckedFile[]): string {
  const byFile = new Map<string, Map<string, number>>();
  for (const { shown, applied } of files.flatMap(({ changes }) => changes)) {
    const counts = byFile.get(shown) ?? new Map<string, number>();
    byFile.set(shown, counts);
    for (const { finding, fix } of applied) {
      const line = `${fix.title} [${finding.code}]`;
      counts.set(line, (counts.get(line) ?? 0) + 1);
    }
  }
  let output = "";
  for (const [shown, counts] of byFile) {
    output += `Fixed ${printable(shown)}\n`;
    for (const [line, count] of counts)
      output += `  ${printable(line)}${count > 1 ? `, ${count} times` : ""}\n`;
  }
  return output;
}

function describe(file: CheckedFile, finding: Finding, paint: Paint, width: number): string {
  const { line, character } = file.lines.positionAt(finding.span.start);
  const colour = colours[finding.severity];
  const place = paint(styles.bold, `${printable(file.shown)}:${line + 1}:${character + 1}:`);
  const severity = paint(colour, `${finding.severity}:`);
  const message = printable(finding.message.replace(/\s*\n\s*/g, " "));
  const head = `${place} ${severity} ${message} ${paint(styles.dim, `[${finding.code}]`)}\n`;

  const number = String(line + 1);
  const margin = number.length + 5;
  const excerpt = excerptOf(file.text, file.lines, finding.span, width - margin);
  const goesOn = excerpt.lastLineNumber === undefined ? "" : ` … to line ${excerpt.lastLineNumber}`;
  const source = `  ${paint(styles.dim, `${number} |`)} ${excerpt.source}`.trimEnd();
  const marks = `  ${paint(styles.dim, `${" ".repeat(number.length)} |`)} ${paint(colour, excerpt.marks)}${goesOn}`;
  return `${head}${source}\n${marks}\n`;
}

function summary(files: readonly CheckedFile[], fix: boolean): string {
  const findings = files.flatMap((file) => file.findings);
  const fixed = files.flatMap(({ changes }) => changes).flatMap(({ applied }) => applied).length;
  const failed = files.filter(({ failure }) => failure !== undefined).length;
  const parts = [
    fix && fixed > 0 ? `${counted(fixed, "problem")} fixed` : "",
    problems(files, findings, failed),
    ...fixesOf(findings, fix),
    failed > 0 ? `${counted(failed, "file")} could not be ${fix ? "checked or fixed" : "checked"}` : "",
  ];
  const sentence = parts.filter(Boolean).join("; ");
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

function problems(files: readonly CheckedFile[], findings: readonly Finding[], failed: number): string {
  if (findings.length === 0) {
    const checked = files.length - failed;
    return checked === 0 ? "" : `no problems in ${counted(checked, "file")}`;
  }
  const severities: readonly Severity[] = ["error", "warning", "info", "hint"];
  const kinds = severities.flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    if (count === 0) return [];
    return severity === "info" ? `${count} info` : counted(count, severity);
  });
  const withFindings = files.filter((file) => file.findings.length > 0).length;
  return `${counted(findings.length, "problem")} (${kinds.join(", ")}) in ${counted(withFindings, "file")}`;
}

function fixesOf(findings: readonly Finding[], fix: boolean): string[] {
  const automatic = findings.filter(isFixable).length;
  if (!fix) return automatic > 0 ? [`${automatic} can be fixed with --fix`] : [];
  const asked = findings.filter((finding) => mainFix(finding)?.automatic === false).length;
  return asked > 0 ? [`${asked} ${asked === 1 ? "has a fix" : "have fixes"} to choose in the editor`] : [];
}
