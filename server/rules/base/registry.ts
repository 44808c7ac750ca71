import type { Stage } from "../../../core/dockerfile/instruction.ts";
import type { Span } from "../../../core/dockerfile/span.ts";
import { knownBase } from "../../../core/image/known-bases.ts";
import { type ImageReference, parseImageReference } from "../../../core/image/reference.ts";
import type { LabImage } from "../../../core/lab/lab-image.ts";
import type { ImageUnderCheck, Rule, RuleReport } from "../rule.ts";

/** Bases from a registry that the lab does not take images from. */
export const registry: Rule = {
  code: "base/registry",
  severity: "warning",
  summary: "a base from a registry that the lab's manifest does not allow",
  why: `A lab lists in \`allowedRegistries\` where its bases may come from: registries whose images it trusts to be what
they say, to stay there, and to be reachable from its build node. Images of the same lab, and those under its own
\`registry\`, are always allowed. Without the list there is nothing to find.`,
  exampleLab: {
    allowedRegistries: ["docker.io/nvidia", "nvcr.io"],
    registry: "ic-registry.epfl.ch/cvlab/gaspar",
  },
  examples: [
    {
      title: "an image of somebody else on Docker Hub",
      bad: "FROM somebody/cuda-ssh:12.2\n",
      at: ["somebody/cuda-ssh"],
    },
    {
      title: "by way of an argument",
      bad: "ARG REGISTRY=quay.io\nFROM ${REGISTRY}/somebody/torch:2.4 AS train\nFROM train\n",
      at: ["${REGISTRY}/somebody/torch:2.4"],
    },
  ],
  fine: [
    "FROM nvidia/cuda:12.2.2-cudnn8-devel-ubuntu22.04 AS build\nFROM nvcr.io/nvidia/pytorch:25.10-py3\nFROM build\n",
    "FROM docker.io/nvidia/cuda:12.2.2-runtime-ubuntu22.04\nFROM scratch\n",
    "FROM ic-registry.epfl.ch/cvlab/gaspar/base:ssh\n",
    "ARG BASE_IMG\nFROM ${BASE_IMG}\n",
  ],
  *check({ dockerfile, lab }: ImageUnderCheck): Iterable<RuleReport> {
    const allowed = lab.values.allowedRegistries;
    if (!allowed) return;
    const prefixes = [...allowed, ...ownRegistry(lab)].map(fullPrefix);
    for (const stage of dockerfile.stages) {
      const text = stage.parent ? undefined : stage.resolvedBase;
      if (!text || text === "scratch" || lab.workspaceBase(text) || isOwn(text, lab)) continue;
      const reference = parseImageReference(text);
      if (!reference || prefixes.some((prefix) => isUnder(reference.repository, prefix))) continue;
      yield {
        span: nameSpan(stage, text, reference),
        message: `${whatIsWrong(text, reference)} ${adviceFor(allowed)}`,
      };
    }
  },
};

/** Where the lab pushes its images, those of all its members. */
function ownRegistry({ values: { registry: own, user } }: LabImage): string[] {
  if (own === undefined) return [];
  const shared = own.replace(/\/?\$\{user\}.*$/s, "");
  return [user !== undefined && shared.endsWith(`/${user}`) ? shared.slice(0, -user.length - 1) : shared];
}

/** `docker.io/nvidia` for `nvidia`, as Docker completes a reference; a registry as it is. */
function fullPrefix(entry: string): string {
  const text = entry.replace(/(?<!\/)\/+$/, "");
  const first = text.split("/")[0] ?? "";
  return /[.:]/.test(first) || first === "localhost" ? text : `docker.io/${text}`;
}

function isUnder(repository: string, prefix: string): boolean {
  // An official image is allowed by its plain name too.
  return [prefix, prefix.replace(/^docker\.io\/(?=[^/]+$)/, "docker.io/library/")].some(
    (each) => repository === each || repository.startsWith(`${each}/`),
  );
}

/** An image of this folder by its plain name: the lab builds it itself. */
function isOwn(text: string, { siblings }: LabImage): boolean {
  return siblings.includes(text.replace(/:[\w.-]+$/, ""));
}

function whatIsWrong(text: string, reference: ImageReference): string {
  const place = `\`${placeOf(reference)}\``;
  // A plain name that is not known as an official image's is most likely one that was built here.
  if (reference.name.includes("/") || knownBase(text))
    return (
      `The lab's manifest does not allow bases from ${place}: nobody in the lab vouches for what is in this image, or ` +
      "that it stays there."
    );
  return (
    `Where no image of this name was built before, Docker takes \`${reference.name}\` from ${place}, which the lab's ` +
    "manifest does not allow. One of the lab's own needs a folder of that name, or an entry under `images`."
  );
}

/** `quay.io/somebody`: the registry, and who owns the image. */
function placeOf({ repository }: ImageReference): string {
  return repository.slice(0, repository.lastIndexOf("/"));
}

function adviceFor(allowed: readonly string[]): string {
  if (allowed.length === 0) return "Build on an image of the lab.";
  const names = allowed.map((each) => `\`${each}\``);
  const list = names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
  return `Take one from ${list}, or add the registry to \`allowedRegistries\`.`;
}

/** The words that name registry and image, where they stand there as they are; else the whole reference. */
function nameSpan({ base, from }: Stage, text: string, { nameSpan: name }: ImageReference): Span {
  if (!base || base.raw !== text) return base?.span ?? from!.span;
  return from!.body.spanOf(base.joined.start + name.start, base.joined.start + name.end);
}
