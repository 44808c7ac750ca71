import { existsSync } from "node:fs";
import { resolve } from "node:path";

/**
 * A language server to compare with.
 * @typedef {object} Contender
 * @property {string} name
 * @property {string} file the program; what is not there is left out with a reason
 * @property {readonly string[]} command what runs it
 * @property {readonly string[]} server arguments that make it a language server on stdio
 * @property {Readonly<Record<string, string>>} files its configuration, written into its workspace
 */

/**
 * A command line to compare with.
 * @typedef {object} Linter
 * @property {string} name
 * @property {string} file
 * @property {readonly string[]} command
 * @property {readonly string[]} lint arguments that lint the folder named behind them
 * @property {readonly string[]} start arguments that make it start and end
 */

const tally = resolve(`node_modules/@wharflab/tally-${process.platform}-${process.arch}/bin/tally`);
const syntaxOnly = resolve("node_modules/dockerfile-language-server-nodejs/bin/docker-langserver");

// Slow checks ask registries: they would measure the network. Files above 100 kB are not linted otherwise.
const comparable = '[slow-checks]\nmode = "off"\n\n[file-validation]\nmax-file-size = 10000000\n';
const noShellCheck = '[rules]\nexclude = ["shellcheck/*"]\n\n';
const tallyLint = ["lint", "--format", "json", "--slow-checks", "off"];

/** What our server and our command line are called in the tables. */
export const oursName = "lab-images";

/**
 * @param {string} server our server's bundle
 * @returns {Contender}
 */
export const ours = (server) => ({
  name: oursName,
  file: server,
  // As the extension starts it (client/language-server.ts).
  command: [process.execPath, "--max-semi-space-size=4", server],
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
  files: { ".tally.toml": comparable },
});

/** @returns {Contender} what is left of it when only its own rules run, as ours do */
export const tallyWithoutShellCheck = () => ({
  ...tallyAsShipped(),
  name: "tally, no ShellCheck",
  files: { ".tally.toml": noShellCheck + comparable },
});

/**
 * The linters of the command line.
 * @param {string} cli our command line's bundle
 * @returns {Linter[]}
 */
export const linters = (cli) => [
  {
    name: oursName,
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
