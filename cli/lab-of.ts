import { statSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { DiskContexts } from "../core/context/disk-context.ts";
import { askedOnce, diskFolders } from "../core/context/folder-reader.ts";
import { repositoryRoot } from "../core/context/git-ignore.ts";
import { diskFiles, type LabFiles, largestLabFile, withTexts } from "../core/lab/files.ts";
import { GivenArguments } from "../core/lab/given-argument.ts";
import { Lab } from "../core/lab/lab.ts";
import { labFileIn, labRootOf } from "../core/lab/lab-root.ts";
import { manifestName } from "../core/lab/manifest.ts";
import { problemText } from "../core/lab/manifest-text.ts";
import type { VariableValues } from "../core/lab/manifest-variables.ts";
import { type SeverityOverrides, severityOverrides } from "../server/lint/severities.ts";
import { unreadableValue } from "../server/manifest-rules/unreadable-value.ts";
import type { CheckedFile } from "./checked-file.ts";

/** What a lab says of one of its files. */
export interface LabOfFile {
  /** Absolute path of the file. */
  readonly path: string;
  readonly lab: Lab;
  readonly severities: SeverityOverrides;
}

/** What is left of a lab's severities where the command line chooses rules: only the check knows those. */
export type ChosenSeverities = (severities: SeverityOverrides) => SeverityOverrides;

/** The labs of the files that are checked, each read once until it is forgotten. */
export class LabReader {
  /** The folders that a lab without a repository may be as large as. */
  readonly #bounds: readonly string[];
  readonly #variables: VariableValues;
  readonly #chosen: ChosenSeverities;
  #files: LabFiles = diskFiles;
  #contexts = contextsOf(this.#files);
  #given = new GivenArguments(this.#files);
  readonly #labs = new Map<string, Lab>();
  /** The lab's root of the files in each folder. */
  readonly #roots = new Map<string, string>();
  /** What is wrong with manifests, by the path of the lab's. */
  readonly #problems = new Map<string, readonly string[]>();

  /** `start` is the folder that the program was started in; `named` are others (absolute) that it was called with. */
  constructor(
    start: string,
    variables: VariableValues,
    chosen: ChosenSeverities = (severities) => severities,
    named: readonly string[] = [],
  ) {
    this.#bounds = [start, ...named];
    this.#variables = variables;
    this.#chosen = chosen;
  }

  /** What the lab says of the file at `path` (absolute). */
  of(path: string): LabOfFile {
    const lab = this.lab(path);
    return { path, lab, severities: this.#chosen(severityOverrides(lab.manifest)) };
  }

  /** The lab that the Dockerfile at `path` (absolute) belongs to. */
  lab(path: string): Lab {
    const root = this.#rootOf(path);
    let lab = this.#labs.get(root);
    if (!lab) {
      lab = new Lab(root, this.#files, { ...this.#variables, contexts: this.#contexts, given: this.#given });
      this.#labs.set(root, lab);
      this.#problems.set(
        join(root, manifestName),
        lab.problems.map((problem) => problemText({ ...problem, file: join(root, problem.file) })),
      );
    }
    return lab;
  }

  /** Has every lab and folder read anew: a file beside the checked one has changed. */
  forget(): void {
    this.#labs.clear();
    this.#roots.clear();
    this.#contexts = contextsOf(this.#files);
    this.#given = new GivenArguments(this.#files);
  }

  /** Has the file at `path` (absolute) read as `text` from now on, whatever is on disk; but for one that no lab reads. */
  replaceText(path: string, text: string): void {
    if (text.length > largestLabFile) return;
    this.#files = withTexts(this.#files, new Map([[path, text]]));
    this.forget();
  }

  /** What is wrong with the manifests read so far, each a sentence; but for those in which it was found already. */
  problemsBeside(files: readonly CheckedFile[]): readonly string[] {
    const told = new Set(
      files.flatMap(({ path, findings }) =>
        findings.some(({ code }) => code === unreadableValue.code) ? path : [],
      ),
    );
    return [...this.#problems].flatMap(([path, problems]) => (told.has(path) ? [] : problems));
  }

  #rootOf(path: string): string {
    const folder = dirname(path);
    let root = this.#roots.get(folder);
    if (root === undefined) {
      root = labRootOf(path, this.#boundaryOf(path), this.#files);
      this.#roots.set(folder, root);
    }
    return root;
  }

  /** A lab lies in one repository; without one, in a folder that was named, or in the one that holds the image's folder. */
  #boundaryOf(path: string): string {
    const folder = dirname(path);
    const isIn = (bound: string) => folder === bound || folder.startsWith(bound.replace(/\/?$/, sep));
    const repository = repositoryRoot(folder);
    if (repository !== undefined) return repository;
    const bound = this.#bounds.find(isIn) ?? folder;
    const above = bound === folder ? labFileIn(dirname(folder), this.#files) : undefined;
    return above !== undefined && isOf(above, folder) ? dirname(folder) : bound;
  }
}

/**
 * Whether a file is this user's own, the administrator's or of whoever owns the folder: in a folder that all may write to,
 * such as /tmp, anybody could name a registry and arguments for the images below.
 */
function isOf(file: string, folder: string): boolean {
  if (process.getuid === undefined) return true;
  try {
    return [process.getuid(), 0, statSync(folder).uid].includes(statSync(file).uid);
  } catch {
    return false;
  }
}

/** The build contexts as they are now: each folder is read once, however many Dockerfiles lie in it. */
function contextsOf(files: LabFiles): DiskContexts {
  return new DiskContexts(files, askedOnce(diskFolders));
}
