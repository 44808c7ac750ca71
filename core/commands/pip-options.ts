/** Long options of pip's own, and of install, download and wheel, that take a value (pip 9 to 26). */
const withValue = [
  "abi",
  "build-constraint",
  "build-option",
  "cache-dir",
  "cert",
  "client-cert",
  "config-settings",
  "constraint",
  "dest",
  "editable",
  "exists-action",
  "extra-index-url",
  "find-links",
  "global-option",
  "group",
  "implementation",
  "index-url",
  "install-option",
  "keyring-provider",
  "log",
  "no-binary",
  "only-binary",
  "platform",
  "prefix",
  "progress-bar",
  "proxy",
  "python",
  "python-version",
  "report",
  "requirement",
  "requirements-from-script",
  "resume-retries",
  "retries",
  "root",
  "root-user-action",
  "src",
  "target",
  "timeout",
  "trusted-host",
  "upgrade-strategy",
  "uploaded-prior-to",
  "use-deprecated",
  "use-feature",
  "wheel-dir",
] as const;

const flags = [
  "break-system-packages",
  "check-build-dependencies",
  "compile",
  "debug",
  "disable-pip-version-check",
  "dry-run",
  "force-reinstall",
  // Of `pip config`.
  "global",
  "help",
  "ignore-installed",
  "ignore-requires-python",
  "isolated",
  "no-build-isolation",
  "no-cache-dir",
  "no-clean",
  "no-color",
  "no-compile",
  "no-deps",
  "no-index",
  "no-input",
  "no-python-version-warning",
  "no-use-pep517",
  "no-user",
  "no-verify",
  "no-warn-conflicts",
  "no-warn-script-location",
  "pre",
  "prefer-binary",
  "quiet",
  "require-hashes",
  "require-virtualenv",
  "site",
  "upgrade",
  "use-pep517",
  "user",
  "verbose",
  "version",
] as const;

const aliases: ReadonlyMap<string, string> = new Map([
  ["config-setting", "config-settings"],
  ["default-timeout", "timeout"],
  ["destination-dir", "dest"],
  ["destination-directory", "dest"],
  ["local-log", "log"],
  ["log-file", "log"],
  ["no-dependencies", "no-deps"],
  ["pypi-url", "index-url"],
  ["require-venv", "require-virtualenv"],
  ["source", "src"],
  ["source-dir", "src"],
  ["source-directory", "src"],
]);

const valued: ReadonlySet<string> = new Set(withValue);
const names: readonly string[] = [...withValue, ...flags, ...aliases.keys()];

/** pip's short options by letter: the long names they stand for. */
export const pipShortOptions: ReadonlyMap<string, string> = new Map([
  ["C", "config-settings"],
  ["I", "ignore-installed"],
  ["U", "upgrade"],
  ["V", "version"],
  ["c", "constraint"],
  ["d", "dest"],
  ["e", "editable"],
  ["f", "find-links"],
  ["h", "help"],
  ["i", "index-url"],
  ["q", "quiet"],
  ["r", "requirement"],
  ["t", "target"],
  ["v", "verbose"],
  ["w", "wheel-dir"],
]);

/**
 * The option that `written` (without dashes) stands for: itself, what it is an alias of, or the only one that
 * begins with it, as Python's optparse takes it. What fits several, or none, stays as it is written.
 */
export function canonicalPipOption(written: string): string {
  const exact = names.includes(written) ? written : undefined;
  const fitting = exact ? [exact] : names.filter((name) => name.startsWith(written));
  const name = fitting.length === 1 ? fitting[0]! : written;
  return aliases.get(name) ?? name;
}

/** Whether the option of that canonical name takes a value. */
export function takesValue(name: string): boolean {
  return valued.has(name);
}
