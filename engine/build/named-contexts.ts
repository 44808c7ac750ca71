import type { Dockerfile } from "../../core/dockerfile/dockerfile.ts";
import { familiarRepository, parseImageReference } from "../../core/image/reference.ts";

/** Whether a named context is a folder here: neither an image (`docker-image://…`) nor another URL. */
export function isLocalContext(value: string): boolean {
  return !/^[a-z][a-z0-9+.-]+:\/\/|^git@/i.test(value);
}

/**
 * The name that BuildKit looks a named context up by, for any that a Dockerfile or a user writes: `debian` for
 * `docker.io/library/debian:latest` (moby/buildkit `frontend/dockerui/config.go`, `NamedContext`).
 */
export function contextName(written: string): string {
  const reference = parseImageReference(written);
  if (!reference) return written;
  const { tag, digest } = reference;
  const name = familiarRepository(reference);
  if (digest !== undefined) return `${name}${tag === undefined ? "" : `:${tag}`}@${digest}`;
  return tag === undefined || tag === "latest" ? name : `${name}:${tag}`;
}

/** The name that a session serves the folder of a named context by: its own folders have two. */
export function folderName(context: string): string {
  return context === "context" || context === "dockerfile" ? `_${context}` : context;
}

const imageScheme = "docker-image://";

/**
 * What a Dockerfile means by the name of an image: another image or a folder where a named context of the build says so;
 * undefined for what lies elsewhere.
 */
export function meantBy(
  name: string,
  contexts: ReadonlyMap<string, string> | undefined,
): { readonly image: string } | { readonly folder: string } | undefined {
  const context = contexts?.get(contextName(name));
  if (context === undefined) return { image: name };
  if (context.startsWith(imageScheme)) return { image: context.slice(imageScheme.length) };
  return isLocalContext(context) ? { folder: context } : undefined;
}

/** Names of the stages that a named context takes the place of. */
export function replacedStages(
  { stages }: Dockerfile,
  contexts: ReadonlyMap<string, string> | undefined,
): string[] {
  return stages.flatMap(({ name }) => (name !== undefined && contexts?.has(contextName(name)) ? [name] : []));
}
