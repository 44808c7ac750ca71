import { exportBake } from "../core/lab/export-bake.ts";
import { exportImages } from "../core/lab/export-images.ts";
import { exportScript } from "../core/lab/export-script.ts";
import { nearestWord } from "../core/nearest-word.ts";
import { exitCodes } from "./exit-codes.ts";
import { readFewArguments, tellMistake } from "./few-options.ts";
import { findGraph, noImages } from "./graph/find-graph.ts";
import { tellProblems } from "./lab-here.ts";
import type { Terminal } from "./terminal.ts";

const exportHelp = `Usage: lab-images export script [folder] > build
       lab-images export bake [folder] > docker-bake.json

Prints what builds the images of a lab's folder (default: the current one) without Lab Images: a strict shell script,
which pushes them too when it is called with --push, or a file for docker buildx bake. Put it into the lab's folder. They
take \${user} from LAB_IMAGES_USER, and \${env:NAME} from NAME, when they are used.

Options:
  -h, --help     Show this help
  -v, --version  Show the version

Exit code: 0 printed, 1 images cannot be built, or a build argument's value is not known, 2 bad usage, no image, or a
lab-images.json of which a part cannot be read; nothing is printed then.
`;

const formats = { script: exportScript, bake: exportBake } as const;

/** `lab-images export`: prints a lab's builds for another builder, returns the exit code. */
export function exportCommand(args: readonly string[], terminal: Terminal): number {
  const given = readFewArguments(args, {}, exportHelp, terminal);
  if (typeof given === "number") return given;
  const [format, folder = ".", more] = given.words;
  if (format !== "script" && format !== "bake") {
    const near = format === undefined ? undefined : nearestWord(format, Object.keys(formats));
    const end = near === undefined ? "." : `; did you mean "${near}"?`;
    const what = format === undefined ? "say as what" : `there is no format "${format}"`;
    return tellMistake(`${what}: script or bake${end}`, exportHelp, terminal);
  }
  if (more !== undefined)
    return tellMistake(`"${more}" is one argument too many; leave it out.`, exportHelp, terminal);
  // Without the user's name and environment: whoever uses the file may be another one.
  const found = findGraph(folder, {});
  if (!found) return noImages(folder, terminal);
  const images = exportImages(found.lab, found.graph);
  const unknown = images.flatMap(({ name, unknownArgs }) =>
    unknownArgs.map(
      (argument) =>
        `The value of ${argument} of ${name} is known to the build script alone. Write it into lab-images.json.`,
    ),
  );
  const faults = [...found.problems, ...found.faults, ...unknown];
  tellProblems([...faults, ...found.lost], terminal);
  if (found.problems.length > 0) return exitCodes.failed;
  if (faults.length > 0) return exitCodes.found;
  terminal.out(formats[format](images));
  return exitCodes.fine;
}
