import type { CodeLens } from "vscode-languageserver";
import type { Dockerfile } from "../../core/dockerfile/dockerfile.ts";
import type { LabImage } from "../../core/lab/lab-image.ts";
import { buildAndPushCommand, buildCommand } from "../protocol.ts";
import { toRange } from "./to-lsp.ts";

/** Over the first FROM: what the image is called, and what can be done with it. Only for a file that can be built. */
export function codeLenses(uri: string, dockerfile: Dockerfile, lab: LabImage): CodeLens[] {
  const from = dockerfile.stages.find((stage) => stage.from)?.from;
  if (!from || !uri.startsWith("file:")) return [];
  const range = toRange(dockerfile.lines, from.keywordSpan);
  const name = lab.name === undefined ? [] : [{ title: lab.referenceOf(lab.name), command: "" }];
  const commands = [
    { title: "Build", command: buildCommand, arguments: [uri] },
    { title: "Build and push", command: buildAndPushCommand, arguments: [uri] },
  ];
  return [...commands, ...name].map((command) => ({ range, command }));
}
