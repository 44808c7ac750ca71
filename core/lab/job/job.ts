/** The clusters' command lines that jobs are submitted with. */
export type JobCli = "runai-v1" | "runai-v2";

/** `job` in the manifest: what all jobs of a lab are given. Texts as written, variables not replaced yet. */
export interface LabJob {
  readonly cli?: JobCli;
  /** Training runs to its end; a workspace is there until it is deleted. */
  readonly kind?: JobKind;
  readonly project?: string;
  /** GPUs, or a fraction of one. */
  readonly gpu?: number;
  /** CPU cores that are asked for. */
  readonly cpu?: number;
  /** Memory that is asked for: `32G`. */
  readonly memory?: string;
  /** In the order in which they are tried. */
  readonly nodePools?: readonly string[];
  /** What is mounted (`/cvlabdata2`, `/data:ro`, `pvc:NAME`), by the path in the job. */
  readonly mounts?: ReadonlyMap<string, string>;
  readonly environment?: ReadonlyMap<string, string>;
  /** As the user who submits, as the cluster knows them. */
  readonly runAsUser?: boolean;
  /** Numbers, as texts. */
  readonly runAsUid?: string;
  readonly runAsGid?: string;
  /** A large /dev/shm, for data loaders with workers. */
  readonly largeShm?: boolean;
  readonly workingDir?: string;
  /** A program of the image that makes the user and runs what it is given: `/opt/lab/enter`. */
  readonly setup?: string;
  /** What the job does, as bash reads it once variables are replaced. */
  readonly command?: string;
}

export type JobKind = "training" | "workspace";

/** One job, all of its texts as they are handed over. */
export interface Job extends LabJob {
  readonly name: string;
  /** The image, with its registry and tag. */
  readonly image: string;
}

/** Why a cluster would refuse a job's name, as a sentence; undefined where it would not. */
export function jobNameFault(name: string): string | undefined {
  if (/^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) return undefined;
  return `"${name}" is no name for a job: write lower case, digits and "-", a letter first, at most 63 characters.`;
}

/** A name for a job of an image, which the cluster takes. */
export function usualJobName(image: string): string {
  const plain = image
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+|-+$/g, "");
  return plain.slice(0, 63).replace(/-+$/, "") || "job";
}
