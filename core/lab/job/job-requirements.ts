import { shellWord } from "./shell-words.ts";

/** The text of a `requirements.txt` that is begun. */
export const requirementsText = `# Installed when the job starts: one package a line, with its version where the project needs that one.
# tqdm
`;

const install = "pip install -r requirements.txt";

/**
 * What a job runs first when its packages are installed there and not in an image: `command`, with pip's downloads kept
 * on the user's `storage` where that is known (the guide, "PIP_CACHE_DIR").
 */
export function firstJobCommand(storage: string | undefined, command: string = install): string {
  // A name that is not known yet would make a folder of that name.
  if (!storage || storage.includes("${")) return command;
  return `export PIP_CACHE_DIR=${shellWord(`${storage.replace(/(?<!\/)\/+$/, "")}/pip_cache_dir`)} && ${command}`;
}
