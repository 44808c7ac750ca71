import { fullReference, parseImageReference } from "../../core/image/reference.ts";
import type { Connection } from "../connection/connection.ts";
import { findImage, type ImageDetails } from "../images/inspect-image.ts";
import { labelNames } from "../images/label-names.ts";
import { shortDigest } from "../images/short-digest.ts";
import { fingerprintLabel, readFingerprint } from "../lab/fingerprint.ts";
import type { LayerSource } from "./layer-source.ts";
import { type RecordedImage, withHistory } from "./recorded-image.ts";

/** The image that another one was built on. */
export interface ImageBase {
  readonly image: RecordedImage;
  readonly name: string;
}

/** Names that may be the base's, the likeliest first. */
type MaybeNames = readonly (string | undefined)[];

/** `FROM docker.io/library/debian:12`, as buildah remarks on the first instruction of its own. */
const buildahComment = /^FROM (?!<none>|[0-9a-f]{12}(?:[0-9a-f]{52})?$)(\S+)$/;

/** What buildah says of the base: its name, and how many entries of the history are the base's. */
export function remarkedBase({ history }: RecordedImage): { name: string; entries: number } | undefined {
  const entries = history.findLastIndex(({ comment }) => buildahComment.test(comment));
  if (entries < 0) return undefined;
  return { name: buildahComment.exec(history[entries]!.comment)![1]!, entries };
}

/**
 * The image that this one was built on, where the host has it: of those that its Dockerfile, its labels and its history name,
 * the one that has the most of its layers, from the lowest, and no others.
 *
 * @throws {EngineFailure}
 */
export async function baseOnHost(
  connection: Connection,
  image: RecordedImage,
  source: LayerSource | undefined,
): Promise<ImageBase | undefined> {
  const names = source ? namesBySource(image, source) : namesByImage(image);
  // A fingerprint has the bases of all stages: one that was built anew has lost its name, another one keeps its own.
  const ids = readFingerprint(image.details.labels[fingerprintLabel])?.bases ?? [];
  const [byName, byId] = await Promise.all([detailsOfAll(connection, names), detailsOfAll(connection, ids)]);
  const [best] = [...byName, ...byId.filter((each) => each.names.length === 0)]
    .filter((details) => isBelow(details, image.details))
    .sort((a, b) => b.layers.length - a.layers.length);
  if (!best) return undefined;
  const base = await withHistory(connection, best);
  return isRecordedIn(base, image) ? { image: base, name: nameOf(best, names) } : undefined;
}

/** What the Dockerfile names now, and what the label says that was built on; not where the label is one of the base's. */
function namesBySource({ details: { labels } }: RecordedImage, { name, base }: LayerSource): MaybeNames {
  const isOwn = readFingerprint(labels[fingerprintLabel])?.image === name;
  return [base, isOwn ? labels[labelNames.baseName] : undefined];
}

/** Of an image that no lab knows: its nearest base with a remark, a name or a label. */
function namesByImage(image: RecordedImage): MaybeNames {
  return [remarkedBase(image)?.name, tagBelow(image), image.details.labels[labelNames.baseName]];
}

/** The images of these names or ids that the host has. */
async function detailsOfAll(connection: Connection, images: MaybeNames): Promise<ImageDetails[]> {
  const asked = [...new Set(images)].filter(isAskable);
  const found = await Promise.all(asked.map((each) => findImage(connection, each)));
  return found.filter((details) => details !== undefined);
}

/** Whether a daemon may be asked for it: not `scratch`, and not whatever a label may hold instead of a name. */
function isAskable(candidate: string | undefined): candidate is string {
  return candidate !== undefined && candidate !== "scratch" && parseImageReference(candidate) !== undefined;
}

/** Whether all of the one's layers are the other's lowest. */
function isBelow({ id, layers }: ImageDetails, above: ImageDetails): boolean {
  return id !== above.id && layers.every((digest, index) => digest === above.layers[index]);
}

/** Whether the image's history begins with that of its base, which has an entry for each layer. */
function isRecordedIn(base: RecordedImage, { history }: RecordedImage): boolean {
  const { length } = base.history;
  return (
    length >= base.details.layers.length &&
    length < history.length &&
    base.history.every(({ createdBy }, index) => createdBy === history[index]!.createdBy)
  );
}

/** The nearest image below that has a name: the classic builder's history knows it. */
function tagBelow({ history }: RecordedImage): string | undefined {
  return history.slice(0, -1).findLast(({ tags }) => tags.length > 0)?.tags[0];
}

/** The first of the wanted names that it has; else one that it has, or had. */
export function nameOf({ id, names, digests }: ImageDetails, wanted: MaybeNames): string {
  const own = new Set([...names, ...digests].map(fullReference));
  const asked = wanted.find((each) => each !== undefined && own.has(fullReference(each)));
  return asked ?? names[0] ?? wanted.find(Boolean) ?? shortDigest(id);
}
