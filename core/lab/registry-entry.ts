import { applyEdits, modify } from "jsonc-parser";
import { manifestTree, withValue } from "./manifest-edit.ts";

/**
 * The manifest's text with this registry in it, in the place of another one; a new manifest where there is none. Undefined
 * where it cannot be read: nobody writes to it then.
 */
export function withRegistry(manifestText: string | undefined, registry: string): string | undefined {
  if (manifestText === undefined) return `${JSON.stringify({ registry }, null, 2)}\n`;
  if (!manifestTree(manifestText)) return undefined;
  return (
    withValue(manifestText, ["registry"], registry) ??
    applyEdits(manifestText, modify(manifestText, ["registry"], registry, {}))
  );
}
