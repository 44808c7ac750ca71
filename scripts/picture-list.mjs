/**
 * The pictures of the running product, by name, and what of the sources is seen on each (paths as git takes them).
 * @type {ReadonlyMap<string, readonly string[]>}
 */
export const pictures = new Map([
  ["editor", ["examples/lab", "server/rules", "server/features", "client/media", "package.nls.json"]],
  ["building", ["client", "package.nls.json", "test/vscode/pictures/building.ts"]],
]);

/** Where they lie, each as `NAME.png`. */
export const pictureFolder = "docs/pictures";
