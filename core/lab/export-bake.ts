import { posix } from "node:path";
import { bakeUserVariable } from "./bake-text.ts";
import { type ExportedImage, exportedVariables } from "./export-images.ts";
import { mapVariables } from "./manifest-variables.ts";

/** A `docker-bake.json` (docker's bake file reference): a target an image, its bases as other targets. */
export function exportBake(images: readonly ExportedImage[]): string {
  const names = targetNames(images);
  const target = Object.fromEntries(images.map((image) => [names.get(image.name), targetOf(image, names)]));
  const variables = exportedVariables(images).map((name) => [bakeName(name), { default: "" }]);
  const file = {
    ...(variables.length > 0 ? { variable: Object.fromEntries(variables) } : {}),
    group: { default: { targets: Object.keys(target) } },
    target,
  };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

function targetOf(
  { tag, otherTags, context, dockerfile, args, bases, calledBases, settings }: ExportedImage,
  names: ReadonlyMap<string, string>,
) {
  const { network, platform, target } = settings;
  // Bake pushes every name, and one without a registry would be Docker Hub's own.
  const pushed = [tag, ...otherTags].filter((each) => each.includes("/"));
  const named = pushed.length > 0 ? pushed : [tag, ...otherTags];
  const called = [...bases.map((base) => [base.tag, base.tag] as const), ...calledBases];
  const contexts = called.flatMap(([name, reference]): [string, string][] => {
    const base = bases.find((each) => each.tag === reference);
    return base ? [[name, `target:${names.get(base.name)}`]] : [];
  });
  return {
    context: template(context),
    // Bake takes it from the context.
    dockerfile: template(posix.relative(context, dockerfile)),
    tags: named.map(template),
    ...(target === undefined ? {} : { target: template(target) }),
    ...(args.size === 0 ? {} : { args: templates(args) }),
    // What is not pushed yet is taken from the target that makes it.
    ...(contexts.length === 0 ? {} : { contexts: templates(contexts) }),
    ...(network === undefined ? {} : { network }),
    ...(platform === undefined ? {} : { platforms: [platform] }),
  };
}

/** What the targets are called, by the names of their images: bake takes letters, digits, "_" and "-". */
function targetNames(images: readonly ExportedImage[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const { name } of images) {
    let target = name.replace(/[^\w-]/g, "_");
    while (taken.has(target)) target += "_";
    taken.add(target);
    names.set(name, target);
  }
  return names;
}

function templates(entries: Iterable<readonly [string, string]>): Record<string, string> {
  return Object.fromEntries([...entries].map(([name, value]) => [template(name), template(value)]));
}

/** A text of HCL's JSON in which only the manifest's variables are replaced. */
function template(text: string): string {
  return mapVariables(
    text,
    (part) => part.replace(/([$%])\{/g, "$1$1{"),
    (name) => `\${${bakeName(name)}}`,
  );
}

/** What bake calls a variable of the manifest. */
function bakeName(variable: string): string {
  return variable === "user" ? bakeUserVariable : variable.slice("env:".length);
}
