import { parseImageReference } from "../image/reference.ts";
import { withAnyValues } from "./manifest-variables.ts";

/** Whether an image's name may stand behind a lab's registry; what variables stand for may be right. */
export function isRegistry(registry: string): boolean {
  const reference = parseImageReference(`${withAnyValues(registry)}/image`);
  return reference !== undefined && reference.registry === reference.registry?.toLowerCase();
}

/** What a registry that is none was meant to be: without https://, a slash at the end and upper case. */
export function betterRegistry(registry: string): string | undefined {
  const plain = registry.replace(/^https?:\/\//i, "").replace(/(?<!\/)\/+$/, "");
  const lower = plain.replace(/\$\{[^{}]*\}|[A-Z]+/g, (part) =>
    part.startsWith("$") ? part : part.toLowerCase(),
  );
  return [plain, lower].find((each) => each !== registry && isRegistry(each));
}

/** Why no image can be pushed under a registry, and what to write, as a sentence; undefined where one can. */
export function registryFault(registry: string): string | undefined {
  if (isRegistry(registry)) return undefined;
  const better = betterRegistry(registry);
  const advice =
    better === undefined
      ? "Write a host and a path in lower case, such as ghcr.io/our-lab"
      : `Write ${better}`;
  return `No image can be pushed under ${registry}: Docker takes a host and a path in lower case, without https:// and without a slash at the end. ${advice}.`;
}
