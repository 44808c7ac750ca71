import { join } from "node:path";
import type { Lab } from "../../core/lab/lab.ts";
import type { Connection } from "../connection/connection.ts";
import { labelNames } from "../images/label-names.ts";
import type { UnsavedTexts } from "../lab/lab-builds.ts";
import { entriesBelow } from "./entries-below.ts";
import { baseOnHost, nameOf, remarkedBase } from "./image-base.ts";
import { type ChainImage, type LayerPart, partOf } from "./layer-part.ts";
import { type LayerSource, layerSource } from "./layer-source.ts";
import { aheadOfTriggers, triggersOf } from "./made-by.ts";
import { firstEntries, recordedImage } from "./recorded-image.ts";

/** What made an image as large as it is. */
export interface ImageLayers {
  /** Its name: the one that was asked for, if it is one of its. */
  readonly image: string;
  /** Of its configuration; of its manifest with containerd's image store. */
  readonly id: string;
  /** Bytes of all its layers, unpacked. */
  readonly size: number;
  /** How many there are, those that add no bytes included. */
  readonly count: number;
  /** The lowest base first, the image itself last. */
  readonly parts: readonly LayerPart[];
  /** A base that the first part's layers cannot be told from: it is not on the host. */
  readonly missingBase: string | undefined;
}

/** What is known of an image besides what its host has. */
export interface LayerLook {
  /** The lab whose Dockerfiles made it, or its bases. */
  readonly lab?: Lab | undefined;
  /** Absolute path of the Dockerfile that the lab builds it of; without it, that of the image's name. */
  readonly dockerfile?: string | undefined;
  /** What an editor has not saved: lines are those of these texts. */
  readonly unsaved?: UnsavedTexts | undefined;
}

/**
 * The layers of an image on a host, by its name or its id, each with what made it, and by the image of its chain of bases that
 * it came with.
 *
 * @throws {EngineFailure} `request` where there is no such image
 */
export async function imageLayers(
  connection: Connection,
  image: string,
  look: LayerLook = {},
): Promise<ImageLayers> {
  const recorded = await recordedImage(connection, image);
  const { details, history } = recorded;
  const name = nameOf(details, [image]);
  const source =
    look.lab && look.dockerfile !== undefined
      ? layerSource(look.lab, look.dockerfile, look.unsaved)
      : sourceOf(name, undefined, look);
  const { parts, missingBase } = await chainOf(connection, { image: recorded, name, source }, look);
  const known = history.reduce((sum, { size }) => sum + size, 0);
  // Of layers without an entry only the sum is known.
  const size = history.length < details.layers.length ? Math.max(known, details.size) : known;
  return { image: name, id: details.id, size, count: details.layers.length, parts, missingBase };
}

/** No chain is longer: Docker has no image of more layers. */
const deepest = 127;

type Chain = Pick<ImageLayers, "parts" | "missingBase">;

async function chainOf(connection: Connection, link: ChainImage, look: LayerLook, depth = 0): Promise<Chain> {
  const { image, source } = link;
  const base = depth < deepest ? await baseOf(connection, link, look) : undefined;
  if (!base) {
    const named = source?.base ?? (depth === 0 ? image.details.labels[labelNames.baseName] : undefined);
    return { parts: [partOf(link, 0)], missingBase: named === "scratch" || named === "" ? undefined : named };
  }
  const { parts, missingBase } = await chainOf(connection, base, look, depth + 1);
  return { parts: [...parts, partOf(link, base.image.history.length, base.triggers)], missingBase };
}

/** The image below: the host's, else as much of its history as is known to be its. */
async function baseOf(
  connection: Connection,
  link: ChainImage,
  look: LayerLook,
): Promise<(ChainImage & { readonly triggers: readonly string[] }) | undefined> {
  const { image, source } = link;
  const base = await baseOnHost(connection, image, source);
  if (base)
    return { ...base, source: sourceOf(base.name, source, look), triggers: base.image.details.triggers };
  const found = remarkedBase(image) ?? baseByDockerfile(link);
  if (!found) return undefined;
  const below = sourceOf(found.name, source, look);
  const triggers = below ? triggersOf(below) : [];
  const entries = aheadOfTriggers(image, found.entries, triggers);
  return { image: firstEntries(image, entries), name: found.name, source: below, triggers };
}

/** The Dockerfile of the lab's that builds what another one of its calls `name`. */
function sourceOf(
  name: string,
  caller: Pick<LayerSource, "path"> | undefined,
  { lab, unsaved }: LayerLook,
): LayerSource | undefined {
  if (!lab) return undefined;
  const path = lab.image(caller?.path ?? join(lab.root, "Dockerfile")).dockerfileOf(name);
  return path === undefined ? undefined : layerSource(lab, path, unsaved);
}

/** What the Dockerfile tells of a base that is not on the host. */
function baseByDockerfile({ image, source }: ChainImage): { name: string; entries: number } | undefined {
  if (source?.base === undefined || source.base === "scratch") return undefined;
  const entries = entriesBelow(image.instructions, source);
  return entries === undefined ? undefined : { name: source.base, entries };
}
