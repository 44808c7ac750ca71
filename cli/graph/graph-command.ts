import { relative, sep } from "node:path";
import type { Lab } from "../../core/lab/lab.ts";
import type { GraphImage, LabGraph } from "../../core/lab/lab-graph.ts";
import { type ImageState, imageStates } from "../../engine/lab/image-states.ts";
import { userDigests } from "../../engine/lab/user-digests.ts";
import { printable } from "../../engine/progress/cells.ts";
import { exitCodes } from "../exit-codes.ts";
import { readFewArguments, tellMistake } from "../few-options.ts";
import { tellProblems } from "../lab-here.ts";
import { painter } from "../output/paint.ts";
import { ownVariables } from "../own-variables.ts";
import type { Terminal } from "../terminal.ts";
import { withConnection } from "../with-connection.ts";
import { type FoundGraph, findGraph, noImages } from "./find-graph.ts";
import { imageTree } from "./image-tree.ts";
import { stateText } from "./state-text.ts";

const graphHelp = `Usage: lab-images graph [folder] [options]

Shows the images of a lab's folder (default: the current one) as a tree: what they build on at the root, beneath each
image those that build on it, and the name that each is built under. Below it stands the order to build them in. It is
read from lab-images.json, the FROM lines of Dockerfiles and the lab's build script; nothing is built, and no host asked
but with --state or --host.

Options:
      --state       Tell of each image how it stands on the host: not built, up to date, or stale and by what
  -H, --host <url>  The host: unix:///…, ssh://user@node, tcp://…, or a docker context; with it comes --state
                    (default: DOCKER_HOST, the current docker context, this machine)
      --json        Print JSON
  -h, --help        Show this help
  -v, --version     Show the version

Exit code: 0 all can be built, 1 a base or a Dockerfile is missing or images build on each other, 2 bad usage, no image,
or a lab-images.json of which a part cannot be read (the rest is shown), 3 the host cannot be reached, 4 not authorised
there.
`;

const options = {
  json: { type: "boolean" },
  state: { type: "boolean" },
  host: { type: "string", short: "H", example: "--host ssh://user@node" },
} as const;

type States = ReadonlyMap<string, ImageState>;

/** `lab-images graph`: shows the images of a folder, returns the exit code. */
export async function graphCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const given = readFewArguments(args, options, graphHelp, terminal);
  if (typeof given === "number") return given;
  const [folder = ".", more] = given.words;
  if (more !== undefined)
    return tellMistake(`"${more}" is one argument too many; leave it out.`, graphHelp, terminal);
  const found = findGraph(folder, ownVariables());
  if (!found) return noImages(folder, terminal);
  const isJson = given.options.has("json");
  const host = given.options.get("host");
  if (host === undefined && !given.options.has("state")) return show(found, undefined, isJson, terminal);
  return withConnection({ option: host }, terminal, async (connection, signal) => {
    const states = await imageStates(found.lab, connection, { digests: userDigests(), signal });
    return show(found, new Map(states.map((each) => [each.name, each])), isJson, terminal);
  });
}

function show(
  { lab, graph, faults, problems, lost }: FoundGraph,
  states: States | undefined,
  isJson: boolean,
  terminal: Terminal,
): number {
  if (isJson) terminal.out(`${JSON.stringify(jsonOf(lab, graph, faults, states), undefined, 2)}\n`);
  else {
    const texts = states && new Map([...states].map(([name, state]) => [name, stateText(state)]));
    terminal.out(imageTree(graph, painter(terminal.colour), texts));
    if (graph.order.length > 1) terminal.out(`\nBuild order: ${printable(graph.order.join(", "))}\n`);
  }
  tellProblems([...faults, ...problems, ...lost], terminal);
  if (problems.length > 0) return exitCodes.failed;
  return faults.length > 0 ? exitCodes.found : exitCodes.fine;
}

function jsonOf(
  lab: Lab,
  { images, order, cycles }: LabGraph,
  faults: readonly string[],
  states: States | undefined,
): unknown {
  const pathOf = ({ dockerfile }: GraphImage) =>
    dockerfile === undefined ? null : relative(lab.root, dockerfile).replaceAll(sep, "/");
  const stateOf = ({ name }: GraphImage) => {
    const found = states?.get(name);
    if (!found) return {};
    const { state, reasons, failure, image, pushed } = found;
    return { state, reasons, failure, image: image?.id ?? null, size: image?.size, pushed };
  };
  return {
    root: lab.root,
    images: images.map((image) => ({ ...image, dockerfile: pathOf(image), ...stateOf(image) })),
    order,
    cycles,
    faults,
  };
}
