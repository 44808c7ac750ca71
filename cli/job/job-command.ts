import { existsSync } from "node:fs";
import { parseImageReference } from "../../core/image/reference.ts";
import { diskFiles } from "../../core/lab/files.ts";
import { type Converter, convertCommand, converters } from "../../core/lab/job/convert-command.ts";
import { jobNameFault, usualJobName } from "../../core/lab/job/job.ts";
import { type ImageOfJob, jobCommandOf, type LabJobResult, labJob } from "../../core/lab/job/lab-job.ts";
import { shellLine } from "../../core/lab/job/shell-words.ts";
import { submitCommand } from "../../core/lab/job/submit-command.ts";
import type { Lab } from "../../core/lab/lab.ts";
import { unsetVariable, variablesIn } from "../../core/lab/manifest-variables.ts";
import { nearestWord } from "../../core/nearest-word.ts";
import { EngineFailure } from "../../engine/failure.ts";
import { checkJobImage } from "../../engine/lab/job-checks.ts";
import { printable } from "../../engine/progress/cells.ts";
import { DockerCredentials } from "../../engine/registry/docker-credentials.ts";
import { findSubject } from "../build/build-subject.ts";
import { exitCodes } from "../exit-codes.ts";
import { failureSentence } from "../failure-sentence.ts";
import { readFewArguments, tellMistake } from "../few-options.ts";
import { labHere, tellProblems } from "../lab-here.ts";
import { ownVariables } from "../own-variables.ts";
import { usualHost } from "../registry/usual-host.ts";
import type { Terminal } from "../terminal.ts";
import { withConnections } from "../with-connections.ts";
import { jobHelp } from "./job-usage.ts";
import { runProgram } from "./run-program.ts";

const options = {
  run: { type: "boolean" },
  convert: { type: "string", example: "--convert apptainer" },
  "no-check": { type: "boolean" },
  host: { type: "string", short: "H", example: "--host ssh://user@node" },
} as const;

/** `lab-images job`: prints the command that starts a job, or starts it; returns the exit code. */
export async function jobCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const end = args.indexOf("--");
  const own = end < 0 ? args : args.slice(0, end);
  const given = readFewArguments(own, options, jobHelp, terminal);
  if (typeof given === "number") return given;
  const [image, name, more] = given.words;
  if (image === undefined) return tellMistake("say which image the job is of.", jobHelp, terminal);
  if (more !== undefined)
    return tellMistake(
      `"${more}" is one argument too many; the job's command stands behind --.`,
      jobHelp,
      terminal,
    );
  const converter = given.options.get("convert");
  if (converter !== undefined && !isConverter(converter)) return tellConverter(converter, terminal);
  if (converter !== undefined && given.options.has("run"))
    return tellMistake(
      "--run starts a job, and --convert prints a command: give one of them.",
      jobHelp,
      terminal,
    );
  try {
    const command = end < 0 ? undefined : jobCommandOf(args.slice(end + 1));
    const found = readJob(subjectOf(image, terminal), name, command);
    // Of what is not submitted the name alone is used.
    const unset = converter === undefined ? found.unset : variablesIn(found.job.image);
    if (unset[0] !== undefined) throw jobLacks(unset[0]);
    if (!given.options.has("no-check")) {
      const code = await tellImage(found.job.image, given.options.get("host"), terminal);
      if (code === exitCodes.cancelled) return code;
    }
    if (converter !== undefined) {
      terminal.out(`${shellLine(convertCommand(found.job.image, converter))}\n`);
      return exitCodes.fine;
    }
    for (const warning of found.warnings) terminal.err(`lab-images: ${printable(warning)}\n`);
    const words = submitCommand(found.job);
    if (given.options.has("run")) return await runProgram(words, terminal);
    terminal.out(`${shellLine(words)}\n`);
    return exitCodes.fine;
  } catch (error) {
    if (!(error instanceof EngineFailure)) throw error;
    terminal.err(`lab-images: ${failureSentence(error.details)}\n`);
    return exitCodes.failed;
  }
}

/** What a job is asked of. */
interface JobSubject {
  readonly lab: Lab;
  readonly of: ImageOfJob;
  /** What the image is called, in short. */
  readonly name: string;
}

/**
 * The image that a word names: one of the lab, a folder, a Dockerfile, or any other by its name with the registry.
 * @throws {EngineFailure} of cause `request`
 */
function subjectOf(word: string, terminal: Terminal): JobSubject {
  const reference = existsSync(word) ? undefined : parseImageReference(word);
  if (reference?.registry !== undefined) {
    const name = reference.repository.replace(/^.*\//, "");
    const { lab, problems } = labHere();
    tellProblems(problems, terminal);
    return { lab, of: { reference: word }, name };
  }
  const { lab, dockerfile, build, problems } = findSubject(word, undefined, process.cwd(), ownVariables());
  tellProblems(problems, terminal);
  return { lab, of: { dockerfile }, name: build.name ?? "" };
}

/** @throws {EngineFailure} of cause `request` for what cannot be a job */
function readJob(
  { lab, of, name: image }: JobSubject,
  name: string | undefined,
  command: string | undefined,
): LabJobResult {
  const asked = { name: name ?? usualJobName(image), command };
  const fault = jobNameFault(asked.name);
  if (fault !== undefined) throw new EngineFailure({ cause: "request", what: fault.replace(/\.$/, "") });
  const found = labJob(lab, of, asked, diskFiles);
  if (!found)
    throw new EngineFailure({
      cause: "request",
      what: "the lab gives this Dockerfile's image no name, so no job can be of it",
      next: "Name an image of lab-images.json",
    });
  return found;
}

function jobLacks(variable: string): EngineFailure {
  const { what, next } = unsetVariable(variable);
  return new EngineFailure({ cause: "request", what: `the job ${what}`, next });
}

/** Says what is wrong with the image in its registry; none of it keeps from submitting, unless that is cancelled. */
async function tellImage(image: string, host: string | undefined, terminal: Terminal): Promise<number> {
  return withConnections(
    terminal,
    async (connections, connecting) => {
      const faults = await checkJobImage(image, {
        credentials: new DockerCredentials(),
        host: () => usualHost(host),
        connect: (its) => connections.connect(its, connecting),
        signal: connecting.signal,
      });
      for (const fault of faults) terminal.err(`lab-images: ${printable(fault)}\n`);
      return exitCodes.fine;
    },
    { keeps: true },
  );
}

function isConverter(word: string): word is Converter {
  return converters.some((each) => each === word);
}

function tellConverter(word: string, terminal: Terminal): number {
  const near = nearestWord(word, converters);
  const end = near === undefined ? `: it is ${converters.join(" or ")}.` : `; did you mean "${near}"?`;
  return tellMistake(`"${word}" is no program that images are converted for${end}`, jobHelp, terminal);
}
