import { version } from "../package.json";
import type { Severity } from "../server/rules/rule.ts";
import { type FailureLevel, type LintOptions, readLintArguments } from "./arguments.ts";
import { checkFile } from "./check-file.ts";
import type { CheckedFile } from "./checked-file.ts";
import { exitCodes } from "./exit-codes.ts";
import { findDockerfiles } from "./find-dockerfiles.ts";
import { LabReader } from "./lab-of.ts";
import { printable } from "./output/cells.ts";
import { jsonOutput } from "./output/json.ts";
import { sarifOutput } from "./output/sarif.ts";
import { changesOutput, textOutput } from "./output/text.ts";
import type { Terminal } from "./terminal.ts";
import { lintHelp } from "./usage.ts";

/** `lab-images lint`: checks Dockerfiles, prints what was found, returns the exit code. */
export function lintCommand(args: readonly string[], terminal: Terminal): number {
  const read = readLintArguments(args);
  switch (read.kind) {
    case "help":
      terminal.out(lintHelp);
      return exitCodes.fine;
    case "version":
      terminal.out(`${version}\n`);
      return exitCodes.fine;
    case "mistake":
      terminal.err(`lab-images: ${printable(read.message)}\n\n${lintHelp}`);
      return exitCodes.failed;
    case "lint":
      return lintPaths(read.options, terminal);
  }
}

function lintPaths(options: LintOptions, terminal: Terminal): number {
  const start = process.cwd();
  const labs = new LabReader(start, process.env.LAB_IMAGES_USER);
  const found = findDockerfiles(options.paths.length === 0 ? ["."] : options.paths, start);
  const files = found.files.map((file) => checkFile(file, { labs, fix: options.fix, start }));

  const failures = [...found.failures, ...files.flatMap(({ failure }) => failure ?? []), ...labs.problems];
  for (const failure of failures.flatMap((each) => each.split("\n")))
    terminal.err(`lab-images: ${printable(failure)}\n`);
  for (const folder of found.emptyFolders)
    terminal.err(
      `lab-images: no Dockerfile in ${printable(folder)}; name the file itself if it is called otherwise.\n`,
    );
  print(files, options, terminal, start);
  if (failures.length > 0) return exitCodes.failed;
  return files.some((file) => fails(file, options.failOn)) ? exitCodes.found : exitCodes.fine;
}

function print(files: readonly CheckedFile[], options: LintOptions, terminal: Terminal, start: string): void {
  switch (options.format) {
    case "text":
      terminal.out(textOutput(files, options.fix, terminal));
      return;
    case "json":
      terminal.err(changesOutput(files));
      terminal.out(jsonOutput(files, start));
      return;
    case "sarif":
      terminal.err(changesOutput(files));
      terminal.out(sarifOutput(files, start));
      return;
  }
}

const ranks: Readonly<Record<Severity, number>> = { error: 3, warning: 2, info: 1, hint: 0 };

function fails(file: CheckedFile, level: FailureLevel): boolean {
  return file.findings.some(({ severity }) => ranks[severity] >= ranks[level]);
}
