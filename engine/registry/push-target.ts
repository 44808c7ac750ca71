import { nameFault, placeholderIn } from "../../core/image/name-fault.ts";
import { EngineFailure } from "../failure.ts";
import { parseReferenceOrFail, registryOf } from "./registry-host.ts";

/** Where an image is pushed to. */
export interface PushTarget {
  /** Registry and path as written: what the daemon calls the image. */
  readonly name: string;
  /** `latest` where the reference has none, as docker has it. */
  readonly tag: string;
  /** The host, `docker.io` where the reference names none. */
  readonly registry: string;
}

/**
 * Where a reference is pushed to.
 * @throws {EngineFailure} `request` for a name that no registry takes: a placeholder in it, a digest, Docker Hub's own
 */
export function pushTarget(text: string): PushTarget {
  const fault = nameFault(text, undefined, true);
  if (fault) throw cannotPush(text, fault.message.replace(/\.$/, ""), fault.better);
  const reference = parseReferenceOrFail(text);
  const placeholder = placeholderIn(reference.name);
  if (placeholder !== undefined)
    throw cannotPush(text, `"${placeholder}" stands where your own name belongs`, undefined);
  return { name: reference.name, tag: reference.tag ?? "latest", registry: registryOf(reference) };
}

function cannotPush(text: string, why: string, better: string | undefined): EngineFailure {
  return new EngineFailure({
    cause: "request",
    what: `cannot push ${text}: ${why}`,
    next: better === undefined ? "Tag the image under another name and push that" : `Push ${better}`,
  });
}
