import { catalogueDate } from "../../core/cuda/catalogue.ts";
import { driverFit, driverNeeds } from "../../core/cuda/drivers.ts";
import type { BaseFacts } from "../../core/image/base-facts.ts";
import { osTitle, supportEnded } from "../../core/image/os-support.ts";

/** What is known of a base, a line each of Markdown; empty where nothing is. `driver` is the lab's, if it sets one. */
export function factLines(facts: BaseFacts, driver: string | undefined): string[] {
  const lines: string[] = [];
  if (facts.os) {
    const end = supportEnded(facts.os);
    lines.push(`${osTitle(facts.os)}${end ? `, without security updates since ${end}` : ""}`);
  }
  if (facts.cuda) {
    const { version, cudnn, flavour } = facts.cuda;
    lines.push(`CUDA ${version}${flavour ? ` (${flavour})` : ""}${cudnn ? `, cuDNN ${cudnn}` : ""}`);
    lines.push(...driverLines(version, driver));
  }
  if (facts.python) lines.push(`Python ${facts.python.version}${owners[facts.python.owner]}`);
  return lines;
}

const owners = {
  os: " of the operating system",
  image: "",
  conda: " in conda",
} as const;

/** What a CUDA release needs of the GPU driver, and whether the lab's has it. */
export function driverLines(cuda: string, driver: string | undefined): string[] {
  const { toolkit, minimum } = driverNeeds(cuda);
  const needed = minimum ?? toolkit;
  const lines =
    needed === undefined
      ? []
      : [`Driver ${needed} or later${toolkit && toolkit !== needed ? ` (${toolkit} for all of it)` : ""}`];
  if (driver !== undefined) {
    const fit = driverFit(cuda, driver);
    if (fit) lines.push(fits[fit](driver));
  }
  return lines;
}

const fits = {
  native: (driver: string) => `Runs on the lab's driver ${driver}`,
  "minor-compatibility": (driver: string) =>
    `Runs on the lab's driver ${driver} through minor-version compatibility: what it compiles for PTX alone does not`,
  "compatibility-packages": (driver: string) =>
    `Runs on the lab's driver ${driver} through the image's compatibility packages, on data-centre GPUs only`,
  cannot: (driver: string) => `Does not run on the lab's driver ${driver}`,
} as const;

/** Where what is said of CUDA tags is from. */
export const catalogueNote = `From the catalogue of ${catalogueDate}; a tag that came later is not known here.`;
