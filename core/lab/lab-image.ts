import type { BuildContext } from "../context/build-context.ts";
import type { RegistryTags } from "../cuda/registry-tags.ts";
import type { Dockerfile } from "../dockerfile/dockerfile.ts";
import { knownEnvironment } from "../image/known-bases.ts";
import type { LabJob } from "./job/job.ts";
import type { LabBuildSettings } from "./lab-build.ts";

/** What a lab says of the image that a Dockerfile defines; all of it is optional. */
export interface LabImage {
  /** The image's name: the manifest's key, or the Dockerfile's folder; undefined for a file on its own. */
  readonly name: string | undefined;
  /** Absolute path of the Dockerfile; undefined for one that no lab holds. */
  readonly path?: string;
  /** Absolute path of the manifest that holds, or would hold, the image; undefined for a file on its own. */
  readonly manifestPath: string | undefined;
  /** The manifest's text; undefined while there is none. */
  readonly manifestText: string | undefined;
  /**
   * Build arguments that the manifest or the lab's build script gives, `${image:…}` replaced;
   * `null` for one that is given a value which cannot be known here.
   */
  readonly buildArguments: ReadonlyMap<string, string | null>;
  /** The file that gives a build argument: `lab-images.json`, or the name of a build script; undefined for none. */
  readonly argumentOrigin: (argument: string) => string | undefined;
  /** Whether a file that is not read for its builds gives a build argument all the same: a script beside the Dockerfile. */
  readonly isGivenElsewhere?: (argument: string) => boolean;
  /** Whether a script beside the Dockerfile makes a file before it builds: copies, fetches or writes it. */
  readonly isMadeElsewhere?: (path: string) => boolean;
  /** The other images of the folder, by name. */
  readonly siblings: readonly string[];
  /** The reference that the lab builds an image of the folder under, as far as it says: `registry/name:tag`. */
  readonly referenceOf: (name: string) => string;
  /** The environment of the workspace image or the known base that `reference` names, as far as known. */
  readonly baseEnvironment: (reference: string) => ReadonlyMap<string, string> | undefined;
  readonly values: LabValues;
  /** Absolute path of the Dockerfile that builds `reference`; undefined for an image that is not this lab's. */
  readonly dockerfileOf: (reference: string) => string | undefined;
  /** The last stage of the workspace image that `reference` names, for facts along the chain. */
  readonly workspaceBase: (reference: string) => WorkspaceBase | undefined;
  /** The texts of the lab's other Dockerfiles that build on this image, or copy from it, directly or through others. */
  readonly textsBuiltOn: () => readonly string[];
  /** A file in the Dockerfile's folder; left out where no folder is known. */
  readonly fileBeside?: (name: string) => FileBeside;
  /** Tags of `nvidia/cuda` that are newer than the catalogue, where the user has asked a registry. */
  readonly cudaTags?: RegistryTags | undefined;
  /** The folder that its build sends; undefined where no file tells (an untitled document, standard input). */
  readonly context?: BuildContext;
}

/** A file beside a Dockerfile, which may not be there. */
export interface FileBeside {
  /** Absolute. */
  readonly path: string;
  readonly exists: boolean;
  /** Undefined where it is not there or cannot be read. */
  readonly text: string | undefined;
}

/** An image of the same lab that another one builds on. */
export interface WorkspaceBase {
  readonly dockerfile: Dockerfile;
  readonly lab: LabImage;
}

/** What a lab sets for all its images; a part that it does not set is left out, and rules that need it are silent. */
export interface LabValues {
  /** The host of the apt mirror next door: `ubuntu.ethz.ch`. */
  readonly aptMirror?: string;
  /** The user's folder on the lab's storage, `${user}` replaced where known: `/cvlabdata2/home/gaspar`. */
  readonly storage?: string;
  /** The driver of the lab's GPU nodes: `535.104`. */
  readonly gpuDriver?: string;
  /** Compute capabilities of the lab's GPUs: `["7.0", "8.0"]`. */
  readonly gpuArch?: readonly string[];
  /** Registries, with or without a path, that bases may come from: `docker.io/nvidia`, `nvcr.io`. */
  readonly allowedRegistries?: readonly string[];
  /** Where the lab builds, offered and never chosen by itself: `ssh://node`, `tcp://node:2376`. */
  readonly hosts?: readonly string[];
  /** The registry and path that images are pushed under, `${user}` replaced where known. */
  readonly registry?: string;
  /** The lab member's own name, from `labImages.user` or LAB_IMAGES_USER. */
  readonly user?: string;
  /** `Europe/Zurich`. */
  readonly timezone?: string;
  /** What all builds are given. */
  readonly build?: LabBuildSettings;
  /** What all jobs are given; variables stay in it, until a job is made of it. */
  readonly job?: LabJob;
}

/** A Dockerfile of which no lab says anything. */
export const noLab: LabImage = {
  name: undefined,
  manifestPath: undefined,
  manifestText: undefined,
  buildArguments: new Map(),
  argumentOrigin: () => undefined,
  siblings: [],
  referenceOf: (name) => name,
  baseEnvironment: knownEnvironment,
  values: {},
  dockerfileOf: () => undefined,
  workspaceBase: () => undefined,
  textsBuiltOn: () => [],
};
