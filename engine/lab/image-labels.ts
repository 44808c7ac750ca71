import { dirname } from "node:path";
import { parseDockerfile } from "../../core/dockerfile/dockerfile.ts";
import type { Instruction } from "../../core/dockerfile/instruction.ts";
import { shippedStages } from "../../core/dockerfile/shipped-stages.ts";
import { ChainFacts } from "../../core/image/facts-along-chain.ts";
import { fullReference } from "../../core/image/reference.ts";
import type { Lab } from "../../core/lab/lab.ts";
import { meantBy, replacedStages } from "../build/named-contexts.ts";
import { labelNames } from "../images/label-names.ts";
import type { ListedImage } from "../images/list-images.ts";
import { fingerprintLabel } from "./fingerprint.ts";
import { gitCheckout } from "./git-checkout.ts";
import { digestIn, type HostImages } from "./host-images.ts";
import type { LabImageBuild } from "./lab-builds.ts";

/**
 * The labels of an image that is about to be built, those that were asked for among them. The ones that the Dockerfile sets
 * are left to it. One that is not known is empty where the base has it: else the image would inherit what is said of the
 * base. CUDA it does inherit.
 *
 * Of the same fingerprint the former image's labels are taken over, its time too: a build that comes from the cache whole
 * gives the same image. Not so without the cache, or where the builder will fetch another base: both make another image.
 *
 * @param digestOf asks a registry for the digest of a base that is not on the host
 */
export async function imageLabels(
  build: LabImageBuild,
  lab: Lab,
  host: HostImages,
  fingerprint: string,
  digestOf: (reference: string) => Promise<string | undefined>,
): Promise<ReadonlyMap<string, string>> {
  const { request, text } = build;
  const asked = request.labels ?? new Map<string, string>();
  const image = lab.image(request.dockerfile);
  const dockerfile = parseDockerfile(text, { ...image, buildArguments: request.args ?? new Map() });
  const shipped = [...shippedStages(dockerfile, request.target)];
  const [last] = shipped;
  const replaced = replacedStages(dockerfile, request.namedContexts);
  const below = shipped.find(({ name }) => name !== undefined && replaced.includes(name))?.name;
  const meant = meantBy((below ?? shipped.at(-1)?.resolvedBase) || "scratch", request.namedContexts);
  const reference = meant && "image" in meant && meant.image !== "scratch" ? meant.image : undefined;
  const base = reference ? host.find(reference) : undefined;
  const former = formerLabels(build, host, fingerprint);
  // The builder fetches what is not on the host, or may be newer.
  const isFetched = reference !== undefined && (!base || request.pull);
  const baseDigest = isFetched ? await digestOf(reference) : base && digestIn(base, reference ?? "");
  const isOther = isFetched && baseDigest !== undefined && baseDigest !== former?.[labelNames.baseDigest];
  const kept = isOther ? undefined : former;
  const checkout = kept ? undefined : await gitCheckout(dirname(request.dockerfile));
  const found: Readonly<Record<keyof typeof labelNames, string | undefined>> = {
    source: checkout?.source,
    revision: checkout?.revision,
    // Without a name nobody finds the former image: each build would leave another one.
    created: request.tags.length > 0 ? `${new Date().toISOString().slice(0, 19)}Z` : undefined,
    baseName: reference && fullReference(reference),
    baseDigest,
    cuda: last && new ChainFacts(dockerfile, image).atEnd(last).cuda?.version,
  };
  const labels = new Map([[fingerprintLabel, fingerprint]]);
  for (const [key, name] of Object.entries(labelNames)) {
    const value = kept ? kept[name] : found[key as keyof typeof labelNames];
    if (value !== undefined) labels.set(name, value);
    else if (base?.labels[name] && key !== "cuda") labels.set(name, "");
  }
  for (const name of labelsSetBy(dockerfile.instructions)) if (name !== fingerprintLabel) labels.delete(name);
  for (const [name, value] of asked) labels.set(name, value);
  return labels;
}

/** The labels of the image that has the name now, where it was built of the same. */
function formerLabels(
  { request }: LabImageBuild,
  host: HostImages,
  fingerprint: string,
): ListedImage["labels"] | undefined {
  const [name] = request.tags;
  const labels = name === undefined ? undefined : host.find(name)?.labels;
  return labels?.[fingerprintLabel] === fingerprint && !request.noCache ? labels : undefined;
}

/** The names of the labels that LABEL sets in any stage; the builder's would win over them. */
function labelsSetBy(instructions: readonly Instruction[]): string[] {
  return instructions.flatMap((instruction) =>
    instruction.kind === "OTHER" && instruction.keyword === "LABEL"
      ? instruction.words.map(({ raw }) => raw.replace(/=.*$/s, "").replace(/^(["'])(.*)\1$/s, "$2"))
      : [],
  );
}
