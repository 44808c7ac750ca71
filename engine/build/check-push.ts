import { nameFault } from "../../core/image/name-fault.ts";
import { EngineFailure } from "../failure.ts";
import { pushTarget } from "../registry/push-target.ts";

/**
 * Says what a registry would refuse after an hour of building before it. `registry` is the lab's, with the path that images
 * are pushed under.
 *
 * @throws {EngineFailure} of cause `request`
 */
export function checkPush(tags: readonly string[], registry: string | undefined): void {
  if (tags.length === 0)
    throw new EngineFailure({
      cause: "request",
      what: "an image without a name cannot be pushed",
      next: "Give it a name, with its registry",
    });
  for (const tag of tags) {
    pushTarget(tag);
    const fault = nameFault(tag, registry, true);
    if (fault) throw new EngineFailure({ cause: "request", what: fault.message.replace(/\.$/, "") });
  }
}
