import { pipTarget } from "../cuda/compiled-packages.ts";

/**
 * Packages that pip brings in a moment: each and all that it depends on is a wheel of Python alone (`none-any`) on
 * PyPI, together under 2 MB. Read from the wheels' own names, sizes and METADATA (November 2026, Linux, Python 3.11
 * and later). What is not here may be as small, and nothing is said of it.
 */
const small: ReadonlySet<string> = new Set(
  (
    "absl-py annotated-doc attrs click colorama cycler docstring-parser einops filelock humanize " +
    "iniconfig loguru markdown-it-py mdurl more-itertools natsort packaging pathspec platformdirs pluggy pygments " +
    "pyparsing pytest python-dotenv rich shellingham six tabulate tenacity termcolor tomlkit toolz tqdm typer " +
    "typing-extensions"
  ).split(" "),
);

/** The name of the small pure package that a requirement names; undefined for any other, and for one with extras. */
export function smallPackage(requirement: string): string | undefined {
  if (requirement.includes("[")) return undefined;
  const { name, source } = pipTarget(requirement);
  return source === "index" && small.has(name) ? name : undefined;
}
