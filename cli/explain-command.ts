import { printable } from "../engine/progress/cells.ts";
import { knownRules } from "../server/rules/known-rules.ts";
import { exitCodes } from "./exit-codes.ts";
import { pageOutput, ruleList } from "./output/page.ts";
import { noSuchRule } from "./rules.ts";
import type { Terminal } from "./terminal.ts";
import { explainHelp } from "./usage.ts";

/** `lab-images explain`: prints a rule's page, or a list of the rules; returns the exit code. */
export function explainCommand(args: readonly string[], terminal: Terminal): number {
  if (args.includes("--help") || args.includes("-h")) {
    terminal.out(explainHelp);
    return exitCodes.fine;
  }
  const option = args.find((arg) => arg.startsWith("-"));
  if (option !== undefined) {
    terminal.err(`lab-images: there is no option "${printable(option)}".\n\n${explainHelp}`);
    return exitCodes.failed;
  }
  if (args.length === 0) {
    terminal.out(ruleList(knownRules));
    return exitCodes.fine;
  }
  let outcome: number = exitCodes.fine;
  for (const [index, code] of args.entries()) {
    if (index > 0) terminal.out("\n");
    outcome = Math.max(outcome, explain(code, terminal));
  }
  return outcome;
}

/** Prints the page of the rule with this code, or says that there is none. */
export function explain(code: string, terminal: Terminal): number {
  const known = knownRules.find(({ rule }) => rule.code === code);
  if (!known) {
    terminal.err(`lab-images: ${printable(noSuchRule(code))}\n`);
    return exitCodes.failed;
  }
  terminal.out(pageOutput(known, terminal));
  return exitCodes.fine;
}
