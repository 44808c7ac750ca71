/** Whether a named context is a folder here: neither an image (`docker-image://…`) nor another URL. */
export function isLocalContext(value: string): boolean {
  return !/^[a-z][a-z0-9+.-]+:\/\/|^git@/i.test(value);
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
  const context = contexts?.get(name);
  if (context === undefined) return { image: name };
  if (context.startsWith(imageScheme)) return { image: context.slice(imageScheme.length) };
  return isLocalContext(context) ? { folder: context } : undefined;
}
