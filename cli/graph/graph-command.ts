import { join, relative, resolve, sep } from "node:path";
import type { Lab } from "../../core/lab/lab.ts";
import { type GraphImage, type LabGraph, labGraph } from "../../core/lab/lab-graph.ts";
import { nearestWord } from "../../core/nearest-word.ts";
import { cycleMessage } from "../../server/rules/image/cycle-message.ts";
import { exitCodes } from "../exit-codes.ts";
import { readFewArguments, tellMistake } from "../few-options.ts";
import { LabReader } from "../lab-of.ts";
import { printable } from "../output/cells.ts";
import { painter } from "../output/paint.ts";
import type { Terminal } from "../terminal.ts";
import { imageTree } from "./image-tree.ts";

const graphHelp = `Usage: lab-images graph [folder] [options]

Shows the images of a lab's folder (default: the current one) as a tree: what they build on at the root, beneath each
image those that build on it, and the name that each is built under. Below it stands the order to build them in. It is
read from lab-images.json, the FROM lines of Dockerfiles and the lab's build script; nothing is built or asked for.

Options:
      --json     Print JSON
  -h, --help     Show this help
  -v, --version  Show the version

Exit code: 0 all can be built, 1 a base or a Dockerfile is missing or images build on each other, 2 bad usage, no image,
or a lab-images.json of which a part cannot be read (the rest is shown).
`;

const options = { json: { type: "boolean" } } as const;

/** `lab-images graph`: shows the images of a folder, returns the exit code. */
export function graphCommand(args: readonly string[], terminal: Terminal): number {
  const given = readFewArguments(args, options, graphHelp, terminal);
  if (typeof given === "number") return given;
  const [folder = ".", more] = given.words;
  if (more !== undefined)
    return tellMistake(`"${more}" is one argument too many; leave it out.`, graphHelp, terminal);
  const labs = new LabReader(process.cwd(), process.env.LAB_IMAGES_USER, new Set());
  const lab = labAt(resolve(folder), labs);
  if (!lab) {
    terminal.err(
      `lab-images: ${printable(folder)} holds no image: no folder in it has a Dockerfile. Name the folder that holds the images' folders.\n`,
    );
    return exitCodes.failed;
  }
  const graph = labGraph(lab);
  const faults = faultsOf(graph);
  if (given.options.has("json"))
    terminal.out(`${JSON.stringify(jsonOf(lab, graph, faults), undefined, 2)}\n`);
  else {
    terminal.out(imageTree(graph, painter(terminal.colour)));
    if (graph.order.length > 1) terminal.out(`\nBuild order: ${printable(graph.order.join(", "))}\n`);
  }
  const problems = labs.problemsBeside([]);
  for (const line of [...faults, ...problems]) terminal.err(`lab-images: ${printable(line)}\n`);
  if (problems.length > 0) return exitCodes.failed;
  return faults.length > 0 ? exitCodes.found : exitCodes.fine;
}

/** The lab of the images in a folder, or the one that the folder is an image of; undefined where neither has an image. */
function labAt(folder: string, labs: LabReader): Lab | undefined {
  // The lab of a Dockerfile that would lie in a folder of this one, and of one in this folder itself.
  const around = [labs.lab(join(folder, "image", "Dockerfile")), labs.lab(join(folder, "Dockerfile"))];
  return around.find((lab) => lab.imageNames.length > 0);
}

/** What keeps images from being built, each a sentence. */
function faultsOf({ images, cycles }: LabGraph): string[] {
  const names = images.map(({ name }) => name);
  const missing = images.flatMap(({ name, missingBases }) =>
    missingBases.map((base) => {
      const near = nearestWord(base, names);
      const advice = near === undefined ? `The images are ${names.join(", ")}` : `Write \${image:${near}}`;
      return `${name} builds on \${image:${base}}, and there is no image ${base} in this lab. ${advice}.`;
    }),
  );
  const empty = images
    .filter(({ dockerfile }) => dockerfile === undefined)
    .map(
      ({ name }) =>
        `There is no Dockerfile in the folder ${name}, so this image cannot be built. Make one, or take the image out of lab-images.json.`,
    );
  return [...cycles.map((path) => cycleMessage(path)), ...missing, ...empty];
}

function jsonOf(lab: Lab, { images, order, cycles }: LabGraph, faults: readonly string[]): unknown {
  const pathOf = ({ dockerfile }: GraphImage) =>
    dockerfile === undefined ? null : relative(lab.root, dockerfile).replaceAll(sep, "/");
  return {
    root: lab.root,
    images: images.map((image) => ({ ...image, dockerfile: pathOf(image) })),
    order,
    cycles,
    faults,
  };
}
