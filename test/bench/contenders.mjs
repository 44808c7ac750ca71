import { existsSync } from "node:fs";
import { resolve } from "node:path";

/**
 * A program to compare with.
 * @typedef {object} Contender
 * @property {string} name
 * @property {string} file the program; what is not there is left out with a reason
 * @property {readonly string[]} command what runs it
 * @property {readonly string[]} server arguments that make it a language server on stdio
 * @property {readonly string[]} [lint] arguments that lint the folder named behind them
 * @property {readonly string[]} [start] arguments that make it start and end
 * @property {Readonly<Record<string, string>>} files its configuration, written into its workspace
 */

const tally = resolve(`node_modules/@wharflab/tally-${process.platform}-${process.arch}/bin/tally`);
const syntaxOnly = resolve("node_modules/dockerfile-language-server-nodejs/bin/docker-langserver");

// Slow checks ask registries over the network: they would measure the network.
const noSlowChecks = '[slow-checks]\nmode = "off"\n';
const noShellCheck = '[rules]\nexclude = ["shellcheck/*"]\n';
const tallyLint = ["lint", "--format", "json", "--slow-checks", "off"];

/** @param {string} server our server's bundle */
export const ours = (server) => ({
  name: "lab-images",
  file: server,
  command: [process.execPath, server],
  server: ["--stdio"],
  files: {},
});

/** @returns {Contender} a server that knows the syntax alone: what every rule of ours costs is above it */
export const syntaxOnlyServer = () => ({
  name: "dockerfile-language-server",
  file: syntaxOnly,
  command: [process.execPath, syntaxOnly],
  server: ["--stdio"],
  files: {},
});

/** @returns {Contender} as it is installed */
export const tallyAsShipped = () => ({
  name: "tally",
  file: tally,
  command: [tally],
  server: ["lsp", "--stdio"],
  files: { ".tally.toml": noSlowChecks },
});

/** @returns {Contender} what is left of it when only its own rules run, as ours do */
export const tallyWithoutShellCheck = () => ({
  ...tallyAsShipped(),
  name: "tally, no ShellCheck",
  files: { ".tally.toml": noShellCheck + noSlowChecks },
});

/**
 * The linters of the command line.
 * @param {string} cli our command line's bundle
 */
export const linters = (cli) => [
  {
    name: "lab-images",
    file: cli,
    command: [process.execPath, cli],
    lint: ["lint", "--format", "json"],
    start: ["--version"],
  },
  { name: "tally", file: tally, command: [tally], lint: tallyLint, start: ["--version"] },
  {
    name: "tally, no ShellCheck",
    file: tally,
    command: [tally],
    lint: [...tallyLint, "--ignore", "shellcheck/*"],
    start: ["--version"],
  },
  {
    name: "tally, all rules",
    file: tally,
    command: [tally],
    lint: [...tallyLint, "--select", "*"],
    start: ["--version"],
  },
];

/**
 * Those that are installed; says why another is left out.
 * @template {{ name: string, file: string }} Program
 * @param {readonly Program[]} programs
 * @returns {Program[]}
 */
export function installed(programs) {
  return programs.filter(({ name, file }) => {
    const there = existsSync(file);
    if (!there) console.log(`${name} is left out: there is no ${file}`);
    return there;
  });
}
