import { betterTag, isTag, placeholderIn } from "../../core/image/name-fault.ts";
import { parseImageReference } from "../../core/image/reference.ts";
import { imageUses } from "../../core/lab/image-graph.ts";
import { betterRegistry, registryFault } from "../../core/lab/registry-name.ts";
import type { Edit, RuleReport } from "../rules/rule.ts";
import type { ManifestRule, ManifestUnderCheck } from "./manifest-rule.ts";

/** image/name in the manifest: the parts of a name that cannot be pushed. */
export const manifestImageName: ManifestRule = {
  code: "image/name",
  severity: "error",
  summary: "a name that cannot be pushed: a placeholder, upper case, a bad tag, not under the lab's registry",
  why: `A registry takes a name only in lower case, with a tag of letters, digits, \`.\`, \`_\` and \`-\`, and only under a
path that is yours. Docker says so after the build, when the push is refused; a placeholder of the guide
(\`your_gaspar\`) is refused then, too. In \`lab-images.json\` write \`\${user}\`: it becomes the name of whoever builds.`,
  examples: [
    {
      title: "the guide's placeholder",
      bad: '{\n  "registry": "ic-registry.epfl.ch/cvlab/your_gaspar"\n}\n',
      good: '{\n  "registry": "ic-registry.epfl.ch/cvlab/${user}"\n}\n',
      at: ["your_gaspar"],
    },
    {
      title: "a registry written as an address",
      bad: '{\n  "registry": "https://ghcr.io/our-lab/"\n}\n',
      good: '{\n  "registry": "ghcr.io/our-lab"\n}\n',
      at: ["https://ghcr.io/our-lab/"],
    },
    {
      title: "upper case, and a character that no tag may hold",
      bad: '{\n  "registry": "ghcr.io/Our-Lab",\n  "images": {\n    "base": { "tag": "12.2+cudnn8" }\n  }\n}\n',
      good: '{\n  "registry": "ghcr.io/our-lab",\n  "images": {\n    "base": { "tag": "12.2-cudnn8" }\n  }\n}\n',
      at: ["ghcr.io/Our-Lab", "12.2+cudnn8"],
    },
  ],
  fine: [
    '{\n  "registry": "ic-registry.epfl.ch/cvlab/${user}",\n  "images": { "base": { "tag": "ssh" } }\n}\n',
    '{\n  "registry": "localhost:5000",\n  "images": { "base": {} }\n}\n',
  ],
  *check(under) {
    yield* registryReports(under);
    for (const [name, { tag }] of under.manifest.images) {
      // An image of the file that it extends is not written here.
      if (!under.manifest.text.node(["images", name])) continue;
      yield* keyReports(under, name);
      if (tag !== undefined && under.manifest.text.node(["images", name, "tag"]))
        yield* tagReports(under, name, tag);
    }
  },
};

function* registryReports({ manifest: { text, registry } }: ManifestUnderCheck): Iterable<RuleReport> {
  const path = ["registry"];
  if (!registry || !text.node(path)) return;
  const placeholder = placeholderIn(registry);
  if (placeholder !== undefined) {
    const span = text.partSpan(path, registry.indexOf(placeholder), placeholder.length);
    const message = `${placeholder} is the guide's placeholder: the push is refused. Write \${user}, which becomes the name of whoever builds.`;
    yield { span, message, fixes: [written("${user}", [{ span, newText: "${user}" }])] };
    return;
  }
  const message = registryFault(registry);
  if (message === undefined) return;
  const span = text.valueSpan(path);
  const better = betterRegistry(registry);
  yield {
    span,
    message,
    ...(better !== undefined && { fixes: [written(better, [{ span, newText: better }])] }),
  };
}

/** A name is the name of a folder too. */
function* keyReports(under: ManifestUnderCheck, name: string): Iterable<RuleReport> {
  const { manifest, lab } = under;
  if (parseImageReference(`registry.example/${name}`)?.name === `registry.example/${name}`) return;
  const span = manifest.text.nameSpan(["images", name]);
  const lower = name.toLowerCase();
  if (!parseImageReference(`registry.example/${lower}`)) {
    yield {
      span,
      message: `${name} is no name that Docker takes: lower case, digits, and single ".", "_" or "-" between them. Rename the image and its folder.`,
    };
    return;
  }
  const message = `${name} holds upper case, which Docker refuses: write ${lower}`;
  if (lab.holdsDockerfile(name) || !lab.holdsDockerfile(lower) || manifest.images.has(lower)) {
    yield { span, message: `${message}, and rename its folder too.` };
    return;
  }
  const edits = [{ span, newText: lower }, ...usesOf(under, name, lower)];
  yield { span, message: `${message}, as its folder is called.`, fixes: [written(lower, edits)] };
}

function usesOf({ manifest }: ManifestUnderCheck, name: string, better: string): Edit[] {
  return [...manifest.images].flatMap(([image, { args }]) =>
    [...args].flatMap(([argument, value]) => {
      const path = ["images", image, "args", argument];
      return imageUses(manifest.text.node(path) ? value : "")
        .filter((use) => use.name === name)
        .map(({ index, length }) => ({
          span: manifest.text.partSpan(path, index, length),
          newText: `\${image:${better}}`,
        }));
    }),
  );
}

function* tagReports(
  { manifest: { text } }: ManifestUnderCheck,
  name: string,
  tag: string,
): Iterable<RuleReport> {
  if (isTag(tag) || tag.includes("${")) return;
  const span = text.valueSpan(["images", name, "tag"]);
  const better = betterTag(tag);
  const rule = `Docker takes letters, digits, ".", "_" and "-", at most 128 of them, none of "." and "-" first`;
  const message = `${tag || "An empty text"} is no tag: ${rule}. ${better === undefined ? "Correct it" : `Write ${better}`}.`;
  yield {
    span,
    message,
    ...(better !== undefined && { fixes: [written(better, [{ span, newText: better }])] }),
  };
}

function written(text: string, edits: readonly Edit[]) {
  return { title: `Write ${text}`, automatic: true, edits };
}
