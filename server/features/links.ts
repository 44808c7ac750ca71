import type { DocumentLink } from "vscode-languageserver";
import type { Dockerfile } from "../../core/dockerfile/dockerfile.ts";
import { parseImageReference } from "../../core/image/reference.ts";
import type { LabImage } from "../../core/lab/lab-image.ts";
import { usedImages } from "../rules/base/used-image.ts";
import { resolvedBase } from "./resolved-base.ts";
import { toRange } from "./to-lsp.ts";

/** From a base to the page where its tags are listed, for registries that have such pages. */
export function imageLinks(dockerfile: Dockerfile, lab: LabImage): DocumentLink[] {
  const links: DocumentLink[] = [];
  for (const stage of dockerfile.stages) {
    const base = stage.base && resolvedBase(stage, lab);
    if (!base || lab.dockerfileOf(base.reference)) continue;
    const target = pageOf(base.reference);
    if (target) links.push({ range: toRange(dockerfile.lines, stage.base.span), target, tooltip: "Tags" });
  }
  for (const { place, reference, span } of usedImages({ dockerfile, lab })) {
    const target = place === "COPY" ? pageOf(reference.name) : undefined;
    if (target) links.push({ range: toRange(dockerfile.lines, span), target, tooltip: "Tags" });
  }
  return links;
}

/** Where a registry lists an image's tags; undefined for one that has no page a browser can open. */
function pageOf(reference: string): string | undefined {
  const repository = parseImageReference(reference)?.repository;
  const slash = repository?.indexOf("/") ?? -1;
  if (!repository || slash < 0) return undefined;
  const [registry, path] = [repository.slice(0, slash), repository.slice(slash + 1)];
  switch (registry) {
    case "docker.io":
      return path.startsWith("library/")
        ? `https://hub.docker.com/_/${path.slice("library/".length)}/tags`
        : `https://hub.docker.com/r/${path}/tags`;
    case "quay.io":
      return `https://quay.io/repository/${path}?tab=tags`;
    case "nvcr.io": {
      const [organisation, ...rest] = path.split("/");
      const team = rest.length > 1 ? `/teams/${rest[0]}` : "";
      return `https://catalog.ngc.nvidia.com/orgs/${organisation}${team}/containers/${rest.at(-1)}/tags`;
    }
    default:
      return undefined;
  }
}
