/** Whether a named context is a folder here: neither an image (`docker-image://…`) nor another URL. */
export function isLocalContext(value: string): boolean {
  return !/^[a-z][a-z0-9+.-]+:\/\/|^git@/i.test(value);
}
