import { basename } from "node:path";
import { allTags, type BuildRequest } from "./build-request.ts";

/**
 * A build's query on `POST /build` (docker API 1.41, "Build an image"), without what names its context.
 *
 * docker-modem writes arrays as a name that comes several times.
 */
export function buildQuery(request: BuildRequest): Record<string, string | readonly string[]> {
  const args: Record<string, string> = Object.fromEntries(request.args ?? []);
  if (request.inlineCache) args.BUILDKIT_INLINE_CACHE = "1";
  const query: Record<string, string | readonly string[]> = {
    dockerfile: basename(request.dockerfile),
    // The classic builder would leave the container of a step that fails.
    forcerm: "1",
    t: allTags(request),
    buildargs: JSON.stringify(args),
    labels: JSON.stringify(Object.fromEntries(request.labels ?? [])),
    cachefrom: JSON.stringify(request.cacheFrom ?? []),
  };
  if (request.target) query.target = request.target;
  if (request.platform) query.platform = request.platform;
  if (request.network) query.networkmode = request.network;
  if (request.extraHosts?.length) query.extrahosts = request.extraHosts;
  if (request.pull) query.pull = "1";
  if (request.noCache) query.nocache = "1";
  return query;
}
