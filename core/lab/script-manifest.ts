import type { Span } from "../dockerfile/span.ts";
import { type BuildScript, isBuilder } from "./build-script.ts";
import { scriptHeading } from "./export-script.ts";
import type { ManifestChoices } from "./new-manifest.ts";
import { scriptFaults } from "./script-faults.ts";
import { type WrittenManifest, writtenManifest } from "./written-manifest.ts";

/** What else Docker may make of images, in commands that are not read. */
const otherMakers = new Set(["compose", "buildx", "bake", "commit", "import", "load", "manifest"]);

/** Makes a manifest of the build script that lies in `root` (absolute), the folder of the images' folders. */
export function scriptManifest(
  { text, scripts, steps, invocations }: BuildScript,
  root: string,
  choices: ManifestChoices = {},
): WrittenManifest {
  const read = new Set(steps.map(({ invocation }) => invocation));
  const faults = scriptFaults({ text, scripts }).slice(0, 1);
  const unread = invocations.flatMap((invocation) => {
    const command = invocation.args[0]?.value ?? "";
    return !read.has(invocation) && isBuilder(invocation) && otherMakers.has(command)
      ? { span: invocation.span, message: `${invocation.name} ${command} is not read` }
      : [];
  });
  const readable = faults[0]?.span.start ?? text.length;
  const stated = steps.flatMap((step) =>
    (step.kind === "build" || step.kind === "tag") && step.invocation.span.end <= readable ? step : [],
  );
  return writtenManifest(
    { text, steps: stated, unread: [...faults, ...unread], comments: commentsIn(text) },
    root,
    choices,
  );
}

/** But for what our own export says of the script. */
function commentsIn(text: string): { span: Span; text: string }[] {
  const comments = [...text.matchAll(/^[ \t]*#(?!!)([^\r\n]*)/gm)];
  return comments
    .filter(([, words]) => !words?.startsWith(scriptHeading))
    .map(({ 0: whole, 1: words = "", index }) => ({
      span: { start: index, end: index + whole.length },
      text: words,
    }));
}
