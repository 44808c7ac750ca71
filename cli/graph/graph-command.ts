import { relative, sep } from "node:path";
import type { Lab } from "../../core/lab/lab.ts";
import type { GraphImage, LabGraph } from "../../core/lab/lab-graph.ts";
import { printable } from "../../engine/progress/cells.ts";
import { exitCodes } from "../exit-codes.ts";
import { readFewArguments, tellMistake } from "../few-options.ts";
import { painter } from "../output/paint.ts";
import { ownVariables } from "../own-variables.ts";
import type { Terminal } from "../terminal.ts";
import { findGraph, noImages } from "./find-graph.ts";
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
  const found = findGraph(folder, ownVariables());
  if (!found) return noImages(folder, terminal);
  const { lab, graph, faults, problems } = found;
  if (given.options.has("json"))
    terminal.out(`${JSON.stringify(jsonOf(lab, graph, faults), undefined, 2)}\n`);
  else {
    terminal.out(imageTree(graph, painter(terminal.colour)));
    if (graph.order.length > 1) terminal.out(`\nBuild order: ${printable(graph.order.join(", "))}\n`);
  }
  for (const line of [...faults, ...problems]) terminal.err(`lab-images: ${printable(line)}\n`);
  if (problems.length > 0) return exitCodes.failed;
  return faults.length > 0 ? exitCodes.found : exitCodes.fine;
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
