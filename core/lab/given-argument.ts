import { dirname, join } from "node:path";
import { looksLikeScript } from "./build-script.ts";
import type { FolderEntry, LabFiles } from "./files.ts";

/** Programs that build: shell, Python and others that call docker, make and its like. */
const programs =
  /\.(?:py|mk|ps1|bat|cmd|groovy|js|mjs|ts|rb|pl|go|nix|bzl)$|^(?:(?:GNUm|m|M)akefile|[Jj]ustfile|Jenkinsfile|Earthfile|Rakefile|noxfile|dodo)\b/;
/** Pipelines and task files of many tools, of which only those count that speak of build arguments. */
const tasks = /\.(?:ya?ml|toml|json|jsonc|ini)$/;
/** Compose's files, Buildx's and those of development containers: there an argument is a key, whatever is around it. */
const lists =
  /^(?:docker-)?compose[\w.-]*\.ya?ml$|^docker-bake[\w.-]*\.(?:hcl|json)$|^\.?devcontainer\.json$/;

/** Folders of which nothing is the project's own. */
const left =
  /^(?:node_modules|venv|site-packages|third_party|vendor|__pycache__|\.(?:git|hg|svn|venv|tox|nox|cache|eggs|terraform|vscode|idea|.*_cache))$/;

/** So much of a repository is looked at, from its root down; a project's builder lies high up. */
const mostFolders = 500;
const mostFiles = 1_000;

/**
 * The build arguments that a project's own files give, besides those that are read as its lab: a Python program, a
 * makefile, a pipeline, compose or bake. Which value, and to which Dockerfile, is not looked at: a builder may be
 * anywhere, and make its commands of parts. Each folder is read once; make a new one when a file changed.
 */
export class GivenArguments {
  readonly #files: LabFiles;
  readonly #beside = new Map<string, GivenNames>();
  readonly #below = new Map<string, GivenNames>();
  /** The git repository that a folder lies in. */
  readonly #repositories = new Map<string, string | undefined>();

  constructor(files: LabFiles) {
    this.#files = files;
  }

  /** Whether a file in one of the folders (absolute) gives `name`, but for those files (absolute paths) that are left out. */
  beside(name: string, folders: readonly string[], leftOut: ReadonlySet<string>): boolean {
    return folders.some((folder) => isGiven(name, this.#namesIn(folder), leftOut));
  }

  /** The same of all files of the git repository that the folder (absolute) lies in. */
  inRepositoryOf(folder: string, name: string, leftOut: ReadonlySet<string>): boolean {
    const repository = this.#repositoryOf(folder);
    return repository !== undefined && isGiven(name, this.#namesBelow(repository), leftOut);
  }

  #repositoryOf(folder: string): string | undefined {
    if (this.#repositories.has(folder)) return this.#repositories.get(folder);
    const above = dirname(folder);
    const isRoot = this.#files.list(folder).some(({ name }) => name === ".git");
    const root = isRoot ? folder : above === folder ? undefined : this.#repositoryOf(above);
    this.#repositories.set(folder, root);
    return root;
  }

  #namesIn(folder: string): GivenNames {
    let names = this.#beside.get(folder);
    if (!names) {
      names = namesGiven(folder, this.#files.list(folder), this.#files);
      this.#beside.set(folder, names);
    }
    return names;
  }

  #namesBelow(repository: string): GivenNames {
    const known = this.#below.get(repository);
    if (known) return known;
    const all = new Map<string, string[]>();
    const folders = [repository];
    let files = 0;
    for (let index = 0; index < folders.length && index < mostFolders && files < mostFiles; index++) {
      const folder = folders[index]!;
      const entries = this.#files.list(folder);
      const wanted = entries.filter(mayGive).slice(0, mostFiles - files);
      files += wanted.length;
      for (const [name, paths] of namesGiven(folder, wanted, this.#files))
        all.set(name, [...(all.get(name) ?? []), ...paths]);
      for (const { name, isFolder } of entries)
        if (isFolder && !left.test(name)) folders.push(join(folder, name));
    }
    this.#below.set(repository, all);
    return all;
  }
}

/** Whether a file of this name is a makefile. */
export function isMakefile(name: string): boolean {
  return /^(?:GNUm|m|M)akefile$|\.mk$/.test(name);
}

function mayGive({ name, isFolder }: FolderEntry): boolean {
  return !isFolder && (looksLikeScript(name) || programs.test(name) || tasks.test(name) || lists.test(name));
}

/** The names of build arguments, each with the files (absolute paths) that give it. */
type GivenNames = ReadonlyMap<string, readonly string[]>;

function isGiven(name: string, names: GivenNames, leftOut: ReadonlySet<string>): boolean {
  return names.get(name)?.some((file) => !leftOut.has(file)) ?? false;
}

function namesGiven(folder: string, entries: readonly FolderEntry[], files: LabFiles): GivenNames {
  const given = new Map<string, string[]>();
  for (const entry of entries) {
    if (!mayGive(entry)) continue;
    const path = join(folder, entry.name);
    for (const name of namesIn(files.readText(path) ?? "", lists.test(entry.name))) {
      const paths = given.get(name);
      if (paths) paths.push(path);
      else given.set(name, [path]);
    }
  }
  return given;
}

function namesIn(text: string, isList: boolean): Set<string> {
  if (!isList && !/build[-_]?arg/i.test(text)) return new Set();
  const names = [...text.matchAll(option)].map(([, name]) => name!);
  // docker-py's `buildargs={"NAME": …}`, and the `build-args:` of a pipeline's step.
  const keys = isList || /build[-_]?args/i.test(text) ? text.matchAll(key) : [];
  return new Set([...names, ...[...keys].map(([, name]) => name!)]);
}

/** `--build-arg NAME=…`, also as two strings of a list, and in a string that is put together. */
const option = /--build-arg[\s=,"'`+([]*(?:[fF]["'])?([A-Za-z_]\w*)/g;
const key = /(?<![\w.$-])["']?([A-Za-z_]\w*)["']?\]?\s*[:=](?!=)/g;
