import { dirname, join, relative } from "node:path";
import { driverFit, driverNeeds } from "../../cuda/drivers.ts";
import { parseDockerfile } from "../../dockerfile/dockerfile.ts";
import { ChainFacts } from "../../image/facts-along-chain.ts";
import type { LabFiles } from "../files.ts";
import type { Lab } from "../lab.ts";
import { variablesIn } from "../manifest-variables.ts";
import type { Job } from "./job.ts";
import { firstJobCommand } from "./job-requirements.ts";
import { shellWord } from "./shell-words.ts";

/** What is asked of one job, beside what the lab says of all. */
export interface AskedOfJob {
  readonly name: string;
  /** What it does instead of the manifest's command, as bash reads it. */
  readonly command?: string | undefined;
}

/** A job, and what keeps it from being the one that was meant. */
export interface LabJobResult {
  readonly job: Job;
  /** Variables that it needs and nobody has set: `user`, `env:NAME`. */
  readonly unset: readonly string[];
  /** What its author should know, each a sentence. */
  readonly warnings: readonly string[];
}

/** The image that a job runs: what a Dockerfile (absolute path) makes, or any other by its name, with registry and tag. */
export type ImageOfJob = { readonly dockerfile: string } | { readonly reference: string };

/**
 * The job of an image, as the lab has its jobs; undefined where the lab gives what the Dockerfile makes no name. `files`
 * says whether there is a `requirements.txt`, and what the Dockerfile holds.
 */
export function labJob(
  lab: Lab,
  of: ImageOfJob,
  asked: AskedOfJob,
  files: LabFiles,
): LabJobResult | undefined {
  const dockerfile = "dockerfile" in of ? of.dockerfile : dockerfileOf(lab, of.reference);
  const image = "dockerfile" in of ? lab.buildOf(of.dockerfile).tag : of.reference;
  if (image === undefined) return undefined;
  const said = lab.values.job ?? {};
  const fill = (text: string) => lab.fill(text);
  const filled = (texts: ReadonlyMap<string, string>) =>
    new Map([...texts].map(([key, text]): [string, string] => [key, fill(text)]));
  const usual = asked.command === undefined && said.command !== undefined ? fill(said.command) : undefined;
  const command = asked.command ?? usual;
  const requirements = requirementsOf(lab, dockerfile, files);
  const job: Job = {
    ...said,
    name: asked.name,
    image,
    ...(said.project !== undefined && { project: fill(said.project) }),
    ...(said.mounts && { mounts: filled(said.mounts) }),
    ...(said.environment && { environment: filled(said.environment) }),
    ...(said.runAsUid !== undefined && { runAsUid: fill(said.runAsUid) }),
    ...(said.runAsGid !== undefined && { runAsGid: fill(said.runAsGid) }),
    ...(said.workingDir !== undefined && { workingDir: fill(said.workingDir) }),
    ...(said.nodePools && { nodePools: said.nodePools.map(fill) }),
    ...(said.setup !== undefined && { setup: fill(said.setup) }),
    ...(command !== undefined && { command: requirements ? installing(lab, command) : command }),
  };
  const driver = dockerfile === undefined ? undefined : driverFault(lab, dockerfile, files);
  const warnings = [...warningsOf(lab, job, requirements), ...(driver === undefined ? [] : [driver])];
  const { project = "", runAsUid = "", runAsGid = "", workingDir = "", setup = "", nodePools = [] } = job;
  // What was asked for is its author's own, whatever it holds.
  const texts = [job.image, project, runAsUid, runAsGid, workingDir, setup, usual ?? "", ...nodePools];
  const all = [...texts, ...(job.mounts?.values() ?? []), ...(job.environment?.values() ?? [])];
  return { job, unset: variablesIn(all.join("\n")), warnings };
}

/** Of the lab's image that is built under just this name. */
function dockerfileOf(lab: Lab, reference: string): string | undefined {
  const name = lab.imageNames.find((each) => lab.referenceOf(each) === reference);
  return name === undefined ? undefined : lab.dockerfileOfImage(name);
}

function installing(lab: Lab, command: string): string {
  return `${firstJobCommand(lab.values.storage)} && ${command}`;
}

/** Where the packages are listed that the job installs when it starts: beside the Dockerfile, or beside the images. */
function requirementsOf(lab: Lab, dockerfile: string | undefined, files: LabFiles): string | undefined {
  return [...(dockerfile === undefined ? [] : [dirname(dockerfile)]), lab.root]
    .map((folder) => join(folder, "requirements.txt"))
    .find((path) => files.readText(path) !== undefined);
}

function* warningsOf(lab: Lab, job: Job, requirements: string | undefined): Iterable<string> {
  if (lab.values.job === undefined)
    yield 'The lab says nothing of its jobs: write "job" into lab-images.json, with GPUs, mounts and project.';
  if (requirements === undefined) return;
  if (job.command === undefined)
    yield `${relative(lab.root, requirements)} is not installed, as the job has no command: write job.command into lab-images.json, or give one.`;
  else if (job.workingDir === undefined)
    yield "The job installs requirements.txt from the folder that it starts in: write that as job.workingDir into lab-images.json.";
}

/** Why the lab's GPUs cannot run the image, as a sentence; undefined where they can, or that is not known. */
function driverFault(lab: Lab, dockerfile: string, files: LabFiles): string | undefined {
  const { gpuDriver } = lab.values;
  const image = lab.image(dockerfile);
  const parsed = parseDockerfile(files.readText(dockerfile) ?? "", image);
  const last = parsed.stages.at(-1);
  const cuda = last && new ChainFacts(parsed, image).atEnd(last).cuda?.version;
  if (cuda === undefined || gpuDriver === undefined || driverFit(cuda, gpuDriver) !== "cannot")
    return undefined;
  const { minimum, toolkit } = driverNeeds(cuda);
  const needed = minimum ?? toolkit;
  const takes = needed === undefined ? "" : `, which takes driver ${needed} or later`;
  return `The lab's GPU driver ${gpuDriver} cannot run the image's CUDA ${cuda}${takes}.`;
}

/** Words of a command line as the command of a job; one word alone is a line of its own. */
export function jobCommandOf(words: readonly string[]): string | undefined {
  if (words.length === 0) return undefined;
  return words.length === 1 ? words[0] : words.map(shellWord).join(" ");
}
