/** What package managers leave behind. */
export type Cache =
  | "apt-lists"
  | "apt-archives"
  | "pip"
  | "conda"
  | "rpm"
  | "zypper"
  | "apk"
  | "npm"
  | "yarn"
  | "poetry"
  | "uv";

/** A package manager other than apt, pip and conda. */
export interface CacheTool {
  readonly names: readonly string[];
  readonly cache: Cache;
  readonly fills: RegExp;
  readonly without: readonly string[];
  readonly variables: readonly string[];
  readonly empties: RegExp;
  readonly directories: (home: string | null) => readonly (string | null)[];
}

/** What fills their caches, what says not to, and what empties them. */
const cacheTools: readonly CacheTool[] = [
  {
    names: ["yum", "dnf", "microdnf", "tdnf"],
    cache: "rpm",
    fills: /^(install|reinstall|update|upgrade|makecache|groupinstall|localinstall|builddep)\b/,
    without: [],
    variables: [],
    empties: /^clean (all|packages)$/,
    directories: () => ["/var/cache/dnf", "/var/cache/yum", "/var/cache/libdnf5"],
  },
  {
    names: ["zypper"],
    cache: "zypper",
    fills: /^(install|in|update|up|refresh|ref|dup)\b/,
    without: [],
    variables: [],
    empties: /^(clean|cc)\b/,
    directories: () => ["/var/cache/zypp"],
  },
  {
    names: ["apk"],
    cache: "apk",
    fills: /^(add|update|upgrade)\b/,
    without: ["--no-cache"],
    variables: [],
    empties: /^cache clean$/,
    directories: () => ["/var/cache/apk"],
  },
  {
    names: ["npm"],
    cache: "npm",
    fills: /^(install|i|ci|add|update|clean-install)\b/,
    without: ["--cache", "--offline"],
    variables: ["npm_config_cache", "NPM_CONFIG_CACHE"],
    empties: /^cache clean$/,
    directories: (home) => [home && `${home}/.npm`],
  },
  {
    names: ["yarn"],
    cache: "yarn",
    fills: /^(install|add|upgrade|global add)\b|^$/,
    without: ["--cache-folder", "--offline"],
    variables: ["YARN_CACHE_FOLDER"],
    empties: /^cache clean\b/,
    directories: (home) => [home === "/root" ? "/usr/local/share/.cache" : home && `${home}/.cache/yarn`],
  },
  {
    names: ["poetry"],
    cache: "poetry",
    fills: /^(install|add|update|sync)\b/,
    without: ["--no-cache"],
    variables: ["POETRY_CACHE_DIR", "POETRY_NO_CACHE"],
    empties: /^cache clear\b/,
    directories: (home) => [home && `${home}/.cache/pypoetry`],
  },
  {
    names: ["uv"],
    cache: "uv",
    fills: /^(sync|add|tool install|run|pip (install|sync))\b/,
    without: ["--no-cache", "-n", "--cache-dir", "--no-cache-dir", "--offline"],
    variables: ["UV_NO_CACHE", "UV_CACHE_DIR"],
    empties: /^(cache clean|clean)$/,
    directories: (home) => [home && `${home}/.cache/uv`],
  },
];

const byName: ReadonlyMap<string, CacheTool> = new Map(
  cacheTools.flatMap((tool) => tool.names.map((name) => [name, tool])),
);

/** The package manager of that name; undefined for any other program. */
export function cacheToolOf(name: string): CacheTool | undefined {
  return byName.get(name);
}
