import type { ManifestProblem } from "./manifest-text.ts";

/** What a lab says of the build of one Dockerfile; what it does not say is left out. */
export interface LabBuild {
  /** The image's name in the lab; undefined for a file on its own. */
  readonly name: string | undefined;
  /** Absolute path of the build context. */
  readonly context: string;
  /**
   * The name that the image gets, with its registry and tag; undefined for a file on its own. It still holds the
   * variables that nobody has set.
   */
  readonly tag: string | undefined;
  /** The other names that it gets. */
  readonly otherTags: readonly string[];
  /** Build arguments; `null` for one that is given a value which cannot be known here. */
  readonly args: ReadonlyMap<string, string | null>;
  /** Those of the arguments that need a variable which nobody has set, with that left in: `${env:TOKEN}`. */
  readonly unfinished: ReadonlyMap<string, string>;
  readonly settings: LabBuildSettings & {
    /** The stage that the build stops at; the last one without it. */
    readonly target?: string;
  };
  /** Other names by which its Dockerfile calls images of the lab, and the references that those are built under. */
  readonly bases: ReadonlyMap<string, string>;
  /** What the lab's build script or bake file has done beside this build, or with it, and this build does not do. */
  readonly lost: readonly ManifestProblem[];
}

/** `build` in the manifest: what all builds of a lab are given. */
export interface LabBuildSettings {
  /** Of RUN: `host`, `none`, `default`. */
  readonly network?: string;
  /** `linux/amd64`. */
  readonly platform?: string;
  /** Whether images get labels that say what they were built of; they do unless it is false. */
  readonly labels?: boolean;
}
