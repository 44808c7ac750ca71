import { join } from "node:path";
import { cacheFolder } from "../cache-folder.ts";
import { FileDigests } from "./file-digests.ts";

/** Digests that this user's next look at a lab finds again, from whichever program. */
export function userDigests(): FileDigests {
  return new FileDigests(join(cacheFolder(), "digests"));
}
