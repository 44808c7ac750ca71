import { parseImageReference } from "../../core/image/reference.ts";
import { nearestWord } from "../../core/nearest-word.ts";
import { labTags } from "../../engine/build/lab-request.ts";
import { EngineFailure } from "../../engine/failure.ts";
import { imageLayers, type LayerLook } from "../../engine/layers/image-layers.ts";
import { type BuildSubject, findSubject } from "../build/build-subject.ts";
import { exitCodes } from "../exit-codes.ts";
import { readFewArguments, tellMistake } from "../few-options.ts";
import { labHere, tellProblems } from "../lab-here.ts";
import { ownVariables } from "../own-variables.ts";
import type { Terminal } from "../terminal.ts";
import { withConnection } from "../with-connection.ts";
import { layerTable } from "./layer-table.ts";

const layersHelp = `Usage: lab-images layers <image> [options]

Shows what made an image as large as it is: its layers in the order in which they were built, each with its size, its
share of the whole and the instruction that made it; for images of the lab the line of the Dockerfile, where the
instruction still stands there as it was built. What a base has brought stands below the base's name. Instructions that
add no bytes are left out. The image is one of the lab, by its name, its folder or its Dockerfile, or any other on the
host, by name or id.

Options:
  -H, --host <url>  The host: unix:///…, ssh://user@node, tcp://…, or a docker context
                    (default: DOCKER_HOST, the current docker context, this machine)
      --json        Print JSON
  -h, --help        Show this help
  -v, --version     Show the version

Exit code: 0 shown, 2 bad usage or no such image, 3 the host cannot be reached, 4 not authorised there.
`;

const options = {
  json: { type: "boolean" },
  host: { type: "string", short: "H", example: "--host ssh://user@node" },
} as const;

/** An image that is asked for, and what the lab knows of it. */
interface Asked {
  readonly reference: string;
  readonly look: LayerLook;
  /** What to do where the host has none. */
  readonly ifMissing: string | undefined;
  /** What is wrong with the lab's manifest, each a sentence. */
  readonly problems: readonly string[];
}

/** `lab-images layers`: shows what made an image's bytes; returns the exit code. */
export async function layersCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const given = readFewArguments(args, options, layersHelp, terminal);
  if (typeof given === "number") return given;
  const [name, more] = given.words;
  if (!name) return tellMistake("say which image to look into.", layersHelp, terminal);
  if (more !== undefined)
    return tellMistake(`"${more}" is one argument too many; leave it out.`, layersHelp, terminal);
  const start = process.cwd();
  return withConnection({ option: given.options.get("host") }, terminal, async (connection) => {
    const { reference, look, ifMissing, problems } = askedOf(name, start);
    tellProblems(problems, terminal);
    const image = await imageLayers(connection, reference, look).catch((error: unknown) => {
      if (error instanceof EngineFailure && error.details.cause === "request" && ifMissing !== undefined)
        throw new EngineFailure({ ...error.details, next: ifMissing }, { cause: error });
      throw error;
    });
    terminal.out(
      given.options.has("json")
        ? `${JSON.stringify(image, (_key, value: unknown) => value ?? null, 2)}\n`
        : layerTable(image, connection.host.name, start, terminal),
    );
    return exitCodes.fine;
  });
}

/**
 * What `build` would build under this name: an image of the lab, a folder or a Dockerfile; else any image of the host's.
 *
 * @throws {EngineFailure} `request` where it can be neither
 */
function askedOf(name: string, start: string): Asked {
  const subject = subjectOf(name, start);
  const [reference] = subject ? labTags(subject.build).tags : [];
  if (subject && reference !== undefined) {
    const { lab, dockerfile, problems } = subject;
    const ifMissing = `Build it first: lab-images build ${name}`;
    return { reference, look: { lab, dockerfile }, ifMissing, problems };
  }
  const { lab, problems } = labHere();
  const near = nearestWord(name, lab.imageNames);
  return { reference: name, look: { lab }, ifMissing: near && `Did you mean ${near}?`, problems };
}

/** Undefined where there is nothing to build of this name, and an image may have it. @throws {EngineFailure} */
function subjectOf(name: string, start: string): BuildSubject | undefined {
  try {
    return findSubject(name, undefined, start, ownVariables());
  } catch (error) {
    if (error instanceof EngineFailure && isImage(name)) return undefined;
    throw error;
  }
}

/** Whether a daemon can have an image of this name or id. */
function isImage(name: string): boolean {
  return parseImageReference(name) !== undefined || /^(?:sha256:)?[0-9a-f]{4,64}$/.test(name);
}
