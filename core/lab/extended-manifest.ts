import { dirname, join, relative } from "node:path";
import { nearestWord } from "../nearest-word.ts";
import type { LabFiles } from "./files.ts";
import type { LabValues } from "./lab-image.ts";
import { type Manifest, readManifest } from "./manifest.ts";
import { patterns } from "./manifest-fields.ts";
import { presets } from "./presets.ts";

/**
 * Reads the manifest at `path` together with the preset or the files that it extends: what stands nearer wins,
 * value by value (also those of builds and jobs), image by image and rule by rule. Undefined where there is no such file.
 */
export function readExtendedManifest(path: string, files: LabFiles): Manifest | undefined {
  const text = files.readText(path);
  return text === undefined ? undefined : extend(readManifest(text), path, files, [path]);
}

/** `chain` are the files read so far, the one at `path` last. */
function extend(manifest: Manifest, path: string, files: LabFiles, chain: readonly string[]): Manifest {
  const from = manifest.extends;
  if (from === undefined) return manifest;
  const root = dirname(chain[0] ?? path);
  const problem = (what: string, files: readonly string[] = []): Manifest => ({
    ...manifest,
    problems: [
      ...manifest.problems,
      manifest.text.problem(`extends ${what}.`, manifest.text.valueSpan(["extends"])),
    ],
    files,
  });
  if (!patterns.file.test(from)) {
    const preset = presets.get(from);
    if (preset) return merge(manifest, readManifest(JSON.stringify(preset.manifest), from));
    const names = [...presets.keys()];
    const advice = nearestWord(from, names) ?? names.join(", ");
    return problem(`names no preset that ships: "${from}"; write ${advice}, or a file such as "./lab.json"`);
  }
  const base = join(dirname(path), from);
  if (chain.includes(base)) return problem(`"${from}" leads back to this file; leave one of the two out`);
  const text = files.readText(base);
  if (text === undefined)
    return problem(`"${from}", which cannot be read; write the path of a file from here`, [base]);
  const inherited = extend(readManifest(text, relative(root, base)), base, files, [...chain, base]);
  return merge(manifest, { ...inherited, files: [base, ...inherited.files] });
}

function merge(
  near: Manifest,
  far: Pick<Manifest, "values" | "images" | "rules" | "problems" | "files">,
): Manifest {
  const { build, job } = far.values;
  const values: LabValues = {
    ...far.values,
    ...near.values,
    ...(build && { build: { ...build, ...near.values.build } }),
    ...(job && { job: { ...job, ...near.values.job } }),
  };
  return {
    text: near.text,
    extends: near.extends,
    registry: values.registry,
    values,
    images: new Map([...far.images, ...near.images]),
    rules: new Map([...far.rules, ...near.rules]),
    problems: [...near.problems, ...far.problems],
    files: far.files,
  };
}
