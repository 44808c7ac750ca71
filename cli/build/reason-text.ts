import type { BuildReason } from "../../engine/lab/lab-build-event.ts";

const texts: Readonly<Record<BuildReason, string>> = {
  "not-built": "not on the host yet",
  dockerfile: "its Dockerfile changed",
  files: "files that it copies changed",
  arguments: "its arguments or settings changed",
  base: "its base changed",
  unknown: "built by other means",
  asked: "asked for",
};

/** Why an image is to be built, for a reader: `its Dockerfile changed, its base changed`. */
export function reasonText(reasons: readonly BuildReason[]): string {
  return reasons.map((reason) => texts[reason]).join(", ");
}
