import { createHash } from "node:crypto";
import { type Dockerfile, parseDockerfile } from "../../core/dockerfile/dockerfile.ts";
import { usedImages } from "../../core/dockerfile/used-images.ts";
import { allTags, type BuildRequest } from "../build/build-request.ts";
import { contextFiles, ignoreFiles } from "../build/context-files.ts";
import { copiedBy } from "../build/copied-paths.ts";
import { meantBy, replacedStages } from "../build/named-contexts.ts";
import type { FileDigests } from "./file-digests.ts";
import type { Fingerprint } from "./fingerprint.ts";
import type { BlockedImage, LabImageBuild } from "./lab-builds.ts";

/** What goes into an image, as far as it is on this machine. */
export interface ImageInputs extends Pick<Fingerprint, "dockerfile" | "files" | "arguments"> {
  /** References of the images that it builds on or copies from. */
  readonly bases: readonly string[];
}

/**
 * Digests of what a build would use now; of the context only what the Dockerfile copies is read.
 *
 * @throws {Error} of the file system, where something that is copied cannot be read
 * @throws {EngineFailure} `cancelled`
 */
export async function imageInputs(
  { request, text, isTriggered }: Pick<LabImageBuild, "request" | "text" | "isTriggered">,
  digests: FileDigests,
  signal?: AbortSignal,
): Promise<ImageInputs> {
  const { context, namedContexts } = request;
  const dockerfile = parseDockerfile(text, { buildArguments: request.args ?? new Map() });
  const { paths, images } = copiedBy(dockerfile);
  const names = [...images, ...replacedStages(dockerfile, namedContexts)];
  const { ownIgnore, contextIgnore } = await ignoreFiles(request);
  const copied = contextFiles(context, isTriggered ? undefined : paths, {
    ignore: ownIgnore ?? contextIgnore,
  });
  const files = [await digests.digestOf(context, copied, signal)];
  const bases: string[] = [];
  for (const name of names) {
    const meant = meantBy(name, namedContexts);
    if (meant && "image" in meant) bases.push(meant.image);
    else if (meant) {
      // What of it is copied is not looked into.
      const all = contextFiles(meant.folder, undefined, { ignore: undefined });
      files.push(await digests.digestOf(meant.folder, all, signal));
    }
  }
  return {
    dockerfile: digestOfText(effectiveText(dockerfile)),
    files: files.length === 1 ? files[0]! : digestOfText(files.join(" ")),
    arguments: digestOfText(JSON.stringify(settingsOf(request, declaredArguments(dockerfile)))),
    bases,
  };
}

/** References of all images that have to do with a build: those that it makes, builds on and copies from. */
export function imagesAround(build: LabImageBuild | BlockedImage): readonly string[] {
  if ("failure" in build) return [build.reference];
  const { args, namedContexts } = build.request;
  const dockerfile = parseDockerfile(build.text, { buildArguments: args ?? new Map() });
  const used = [...usedImages(dockerfile), ...replacedStages(dockerfile, namedContexts)];
  const meant = used.map((name) => meantBy(name, namedContexts));
  return [
    ...allTags(build.request),
    ...meant.flatMap((each) => (each && "image" in each ? [each.image] : [])),
  ];
}

/** The first digits of a text's digest, as many as a fingerprint has. */
function digestOfText(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** The instructions without comments, and their lines joined as the builder joins them. */
function effectiveText({ text, directives, instructions }: Dockerfile): string {
  if (instructions.some((instruction) => instruction.kind === "OTHER" && instruction.unread)) return text;
  const parts = directives.map(({ name, value }) => `# ${name}=${value}`);
  for (const { keyword, onbuild, body, heredocs } of instructions) {
    parts.push(`${onbuild ? "ONBUILD " : ""}${keyword} ${body.text.trim()}`);
    for (const heredoc of heredocs) parts.push(text.slice(heredoc.body.start, heredoc.body.end));
  }
  return parts.join("\0");
}

function declaredArguments({ instructions }: Dockerfile): ReadonlySet<string> {
  return new Set(
    instructions.flatMap((each) => (each.kind === "ARG" ? each.assignments.map(({ name }) => name) : [])),
  );
}

/** In an order of its own: a manifest may be sorted anew. */
function settingsOf(request: BuildRequest, declared: ReadonlySet<string>): unknown {
  const { args = [], target, platform, network, extraHosts = [], labels = [], namedContexts = [] } = request;
  const used = [...args].filter(([name]) => declared.has(name));
  return [
    used.sort(byName),
    [target, platform, network],
    extraHosts,
    [...labels].sort(byName),
    [...namedContexts].sort(byName),
  ];
}

function byName([a]: [string, string], [b]: [string, string]): number {
  return a < b ? -1 : 1;
}
