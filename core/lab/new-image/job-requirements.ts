import { join } from "node:path/posix";
import type { LabValues } from "../lab-image.ts";

/** What a job runs first when its packages are installed there and not in an image (the guide, "PIP_CACHE_DIR"). */
export function firstJobCommand({ storage }: LabValues): string {
  const install = "pip install -r requirements.txt";
  // A name that is not known yet would make a folder of that name.
  if (storage === undefined || storage.includes("${")) return install;
  return `export PIP_CACHE_DIR=${quoted(join(storage, "pip_cache_dir"))} && ${install}`;
}

function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

/** The text of a `requirements.txt` that is begun. */
export const requirementsText = `# Installed when the job starts: one package a line, with its version where the project needs that one.
# tqdm
`;
