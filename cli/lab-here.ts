import { join } from "node:path";
import type { Lab } from "../core/lab/lab.ts";
import { LabReader } from "./lab-of.ts";
import { ownVariables } from "./own-variables.ts";

/** The lab that the current folder is in. */
export function labHere(): Lab {
  const start = process.cwd();
  return new LabReader(start, ownVariables()).lab(join(start, "Dockerfile"));
}
