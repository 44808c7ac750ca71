import { join, resolve } from "node:path";

/**
 * @typedef {object} VsCodeArguments
 * @property {string} extensionDevelopmentPath
 * @property {string} extensionTestsPath
 * @property {string | undefined} userDataDir
 * @property {string | undefined} extensionsDir
 * @property {string | undefined} workspace
 */

const WITH_VALUE = ["extensionDevelopmentPath", "extensionTestsPath", "user-data-dir", "extensions-dir"];

/**
 * Reads the part of VS Code's command line that runTests uses. Flags of the desktop alone mean nothing here.
 *
 * @param {string[]} args
 * @returns {VsCodeArguments}
 */
export function readArguments(args) {
  /** @type {Map<string, string[]>} */
  const values = new Map();
  const positional = [];
  for (let index = 0; index < args.length; index += 1) {
    const arg = /** @type {string} */ (args[index]);
    const [, name = "", joined] = /^--([^=]+)(?:=(.*))?$/s.exec(arg) ?? [];
    if (WITH_VALUE.includes(name)) {
      const value = joined ?? args[++index] ?? "";
      values.set(name, [...(values.get(name) ?? []), resolve(value)]);
    } else if (!arg.startsWith("-")) {
      positional.push(resolve(arg));
    }
  }
  const [extensionDevelopmentPath, second] = values.get("extensionDevelopmentPath") ?? [];
  const extensionTestsPath = values.get("extensionTestsPath")?.[0];
  if (!extensionDevelopmentPath || !extensionTestsPath) {
    throw new Error(
      "--extensionDevelopmentPath and --extensionTestsPath are needed: this VS Code only runs tests",
    );
  }
  if (second || positional.length > 1) {
    throw new Error("a page takes one --extensionDevelopmentPath and one folder");
  }
  return {
    extensionDevelopmentPath,
    extensionTestsPath,
    userDataDir: values.get("user-data-dir")?.[0],
    extensionsDir: values.get("extensions-dir")?.[0],
    workspace: positional[0],
  };
}

/**
 * The address that runs the suite in a page; the extension host reads the paths on the server's side.
 *
 * @param {{ url: string, host: string }} server
 * @param {VsCodeArguments} args
 * @param {Record<string, string>} environment
 */
export function testAddress(server, args, environment) {
  /** @param {string} path */
  const remote = (path) => `vscode-remote://${join(server.host, encodeURI(path))}`;
  const payload = [
    ["extensionDevelopmentPath", remote(args.extensionDevelopmentPath)],
    ["extensionTestsPath", remote(args.extensionTestsPath)],
    ["skipWelcome", "true"],
    ["extensionEnvironment", JSON.stringify(environment)],
  ];
  const address = new URL(server.url);
  if (args.workspace) {
    address.searchParams.set(
      args.workspace.endsWith(".code-workspace") ? "workspace" : "folder",
      args.workspace,
    );
  } else {
    address.searchParams.set("ew", "true");
  }
  address.searchParams.set("payload", JSON.stringify(payload));
  return address.href;
}
