import type { BakeFile, BakeTarget } from "./bake-file.ts";
import type { ScriptOption } from "./build-script.ts";
import type { ManifestChoices } from "./new-manifest.ts";
import {
  type StatedStep,
  type UnreadPlace,
  type WrittenManifest,
  writtenManifest,
} from "./written-manifest.ts";

/** Makes a manifest of the `docker-bake.json` that lies in `root` (absolute), the folder of the images' folders. */
export function bakeManifest(
  { text, targets, problems }: BakeFile,
  root: string,
  choices: ManifestChoices = {},
): WrittenManifest {
  const tagOf = new Map(targets.map(({ name, tags }) => [name, tags[0]]));
  const unread = targets.flatMap((target) => unreadOf(target, tagOf));
  const stated = { text, steps: targets.map(stepOf), unread: [...problems, ...unread], comments: [] };
  return writtenManifest(stated, root, choices);
}

function stepOf(target: BakeTarget): StatedStep {
  const { span, tags, args, platforms, settings } = target;
  const option = (name: string, value: string | undefined): ScriptOption[] =>
    value === undefined ? [] : [{ name, value, span }];
  return {
    kind: "build",
    span,
    build: target,
    tags: tags.map((value) => ({ value, span, literal: true })),
    args: [...args.values()].map((value) => ({ value, span, literal: true })),
    options: [
      ...option("--network", settings.network),
      ...option("--platform", platforms.length === 0 ? undefined : platforms.join(",")),
      ...option("--target", settings.target),
    ],
  };
}

/** A base that goes by its own name is an argument of the manifest, or a FROM line; another name has no place there. */
function unreadOf(target: BakeTarget, tagOf: ReadonlyMap<string, string | undefined>): UnreadPlace[] {
  const { name, span, bases, otherContexts, unread } = target;
  const renamed = [...bases].flatMap(([called, base]) => (tagOf.get(base) === called ? [] : called));
  const contexts = [...renamed, ...otherContexts].map(
    (called) => `the context ${called} of ${name} is not kept`,
  );
  const fields = unread.map((field) => `${field} of ${name} is not kept`);
  return [...contexts, ...fields].map((message) => ({ span, message }));
}
