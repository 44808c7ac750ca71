import { type ExportedImage, exportedVariables } from "./export-images.ts";
import { withoutControls } from "./job/shell-words.ts";
import { mapVariables } from "./manifest-variables.ts";

/** What the comment at the top of the script begins with. */
export const scriptHeading = " Builds the images ";

/** A strict shell script that builds the images, and pushes them where it is called with `--push`. */
export function exportScript(images: readonly ExportedImage[]): string {
  // Those that say where.
  const pushed = images
    .flatMap(({ tag, otherTags }) => [tag, ...otherTags])
    .filter((tag) => tag.includes("/"));
  const lines = [
    "#!/usr/bin/env bash",
    `#${scriptHeading}${images.map(({ name }) => name.replace(/\p{Cc}/gu, "?")).join(", ")}, each after its bases${pushed.length > 0 ? "; --push pushes them" : ""}.`,
    "set -euo pipefail",
    'cd "$(dirname "$0")"',
  ];
  const builds = images.map(buildCommand);
  const pushes = pushed.map((tag) => `  docker push ${quoted(tag)}`);
  for (const name of exportedVariables(images))
    lines.push(
      name === "user"
        ? 'user=${LAB_IMAGES_USER:?"set it to your name"}'
        : `: "\${${name.slice("env:".length)}:?set it first}"`,
    );
  lines.push("", ...builds.flatMap((line) => [line, ""]));
  if (pushes.length > 0) lines.push('if [ "${1:-}" = --push ]; then', ...pushes, "fi", "");
  return lines.join("\n");
}

function buildCommand({
  tag,
  otherTags,
  context,
  dockerfile,
  args,
  calledBases,
  settings: { network, platform, target },
}: ExportedImage): string {
  const words = [
    "docker build",
    ...(network === undefined ? [] : [`--network ${quoted(network)}`]),
    ...(platform === undefined ? [] : [`--platform ${quoted(platform)}`]),
    ...(target === undefined ? [] : [`--target ${quoted(target)}`]),
    ...[...calledBases].map(([name, tag]) => `--build-context ${quoted(`${name}=docker-image://${tag}`)}`),
    ...[...args].map(([name, value]) => `--build-arg ${quoted(`${name}=${value}`)}`),
    `--file ${quoted(dockerfile)}`,
    ...[tag, ...otherTags].map((each) => `--tag ${quoted(each)}`),
    quoted(context.startsWith("-") ? `./${context}` : context),
  ];
  return words.join(" \\\n  ");
}

/** A text as one word of the shell in which only the manifest's variables are replaced. */
function quoted(text: string): string {
  if (/^[\w./:=@%+,-]+$/.test(text)) return text;
  const word = mapVariables(
    text,
    (part) => withoutControls(part.replace(/[\\"$`]/g, "\\$&"), (printf) => printf),
    (name) => `\${${name.replace("env:", "")}}`,
  );
  return `"${word}"`;
}
