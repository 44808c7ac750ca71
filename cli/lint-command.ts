import { resolve } from "node:path";
import { printable } from "../engine/progress/cells.ts";
import { version } from "../package.json";
import type { Severity } from "../server/rules/rule.ts";
import { type FailureLevel, type LintOptions, readLintArguments } from "./arguments.ts";
import { checkFile } from "./check-file.ts";
import type { CheckedFile } from "./checked-file.ts";
import { exitCodes } from "./exit-codes.ts";
import { explain } from "./explain-command.ts";
import { findFiles } from "./find-files.ts";
import { LabReader } from "./lab-of.ts";
import { lintStandardInput } from "./lint-stdin.ts";
import { jsonOutput } from "./output/json.ts";
import { sarifOutput } from "./output/sarif.ts";
import { changesOutput, textOutput } from "./output/text.ts";
import { onlyRules } from "./rules.ts";
import type { Terminal } from "./terminal.ts";
import { lintHelp } from "./usage.ts";

/** `lab-images lint`: checks Dockerfiles, prints what was found, returns the exit code. */
export async function lintCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const read = readLintArguments(args);
  switch (read.kind) {
    case "help":
      terminal.out(lintHelp);
      return exitCodes.fine;
    case "version":
      terminal.out(`${version}\n`);
      return exitCodes.fine;
    case "explain":
      return explain(read.code, terminal);
    case "mistake":
      terminal.err(`lab-images: ${printable(read.message)}\n\n${lintHelp}`);
      return exitCodes.failed;
    case "paths":
      return lintPaths(read.options, read.paths, terminal);
    case "stdin": {
      const { options, path } = read;
      const start = process.cwd();
      const labs = labsFrom(start, options);
      const { file, output } = await lintStandardInput(process.stdin, path, {
        labs,
        fix: options.fix,
        start,
      });
      if (output !== undefined) terminal.out(output);
      const report = output === undefined ? terminal : { ...terminal, out: terminal.err };
      return tell([file], labs.problemsBeside([file]), options, report, start);
    }
  }
}

function lintPaths(options: LintOptions, paths: readonly string[], terminal: Terminal): number {
  const start = process.cwd();
  const named = paths.map((path) => resolve(start, path));
  const labs = labsFrom(start, options, named);
  const found = findFiles(paths.length === 0 ? ["."] : paths, start);
  const files = found.files.map((file) => checkFile(file, { labs, fix: options.fix, start }));
  for (const folder of found.emptyFolders)
    terminal.err(
      `lab-images: no Dockerfile in ${printable(folder)}; name the file itself if it is called otherwise.\n`,
    );
  return tell(files, [...found.failures, ...labs.problemsBeside(files)], options, terminal, start);
}

function labsFrom(start: string, { rules }: LintOptions, named: readonly string[] = []): LabReader {
  const variables = { user: process.env.LAB_IMAGES_USER };
  return new LabReader(start, variables, (severities) => onlyRules(severities, rules), named);
}

/** Prints what was found and what went wrong, of single files or otherwise; returns the exit code. */
function tell(
  files: readonly CheckedFile[],
  problems: readonly string[],
  options: LintOptions,
  terminal: Terminal,
  start: string,
): number {
  const failures = [...files.flatMap(({ failure }) => failure ?? []), ...problems];
  for (const failure of failures.flatMap((each) => each.split("\n")))
    terminal.err(`lab-images: ${printable(failure)}\n`);
  print(files, problems, options, terminal, start);
  if (failures.length > 0) return exitCodes.failed;
  return files.some((file) => fails(file, options.failOn)) ? exitCodes.found : exitCodes.fine;
}

function print(
  files: readonly CheckedFile[],
  problems: readonly string[],
  options: LintOptions,
  terminal: Terminal,
  start: string,
): void {
  switch (options.format) {
    case "text":
      terminal.out(textOutput(files, options.fix, terminal));
      return;
    case "json":
      terminal.err(changesOutput(files));
      terminal.out(jsonOutput(files, problems, start));
      return;
    case "sarif":
      terminal.err(changesOutput(files));
      terminal.out(sarifOutput(files, problems, start));
      return;
  }
}

const ranks: Readonly<Record<Severity, number>> = { error: 3, warning: 2, info: 1, hint: 0 };

function fails(file: CheckedFile, level: FailureLevel): boolean {
  return file.findings.some(({ severity }) => ranks[severity] >= ranks[level]);
}
