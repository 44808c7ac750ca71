import { uncataloguedTags } from "../../core/cuda/registry-tags.ts";
import { cudaTagsAt } from "../../engine/registry/distribution/cuda-tags.ts";
import { DockerCredentials } from "../../engine/registry/docker-credentials.ts";
import type { WireCudaTags } from "../../server/protocol.ts";

/** What a registry has of `nvidia/cuda` besides the catalogue, with docker's login where there is one. */
export async function fetchCudaTags(registry: string): Promise<WireCudaTags> {
  const tags = uncataloguedTags(await cudaTagsAt(registry, new DockerCredentials()));
  return { registry, date: new Date().toISOString().slice(0, 10), tags };
}
