import { basename, dirname } from "node:path";
import type { Stage } from "../../../core/dockerfile/instruction.ts";
import type { LabImage, WorkspaceBase } from "../../../core/lab/lab-image.ts";
import { manifestImageCycle } from "../../manifest-rules/image-cycle.ts";
import type { ImageUnderCheck, Rule, RuleReport } from "../rule.ts";
import { cycleMessage } from "./cycle-message.ts";

/** image/cycle in Dockerfiles: a FROM that leads back to the image itself. */
export const cycle: Rule = {
  code: manifestImageCycle.code,
  severity: manifestImageCycle.severity,
  summary: manifestImageCycle.summary,
  why: manifestImageCycle.why,
  examples: [
    {
      title: "a Dockerfile that builds on the image it makes, in a lab whose script builds it as lab/base:1",
      bad: "FROM lab/base:1\nRUN echo more\n",
      at: ["lab/base:1"],
    },
  ],
  fine: ["FROM ubuntu:22.04\n", "FROM lab/other:1 AS builder\nFROM builder\n"],
  *check({ dockerfile, lab }: ImageUnderCheck): Iterable<RuleReport> {
    if (lab.path === undefined) return;
    for (const stage of dockerfile.stages) {
      const { base, from } = stage;
      // What the manifest gives, the manifest is told of.
      if (!base || !from || (base.raw.includes("$") && lab.manifestText?.includes("${image:"))) continue;
      const path = wayBack(stage, lab, lab.path, new Set());
      if (!path) continue;
      const span = from.body.spanOf(base.joined.start, base.joined.end);
      yield { span, message: cycleMessage([nameOf(lab), ...path]) };
    }
  },
};

/** The names of the images from the base of a stage to the Dockerfile at `goal`; undefined where none leads there. */
function wayBack(stage: Stage, lab: LabImage, goal: string, seen: Set<string>): string[] | undefined {
  const base = baseOf(stage, lab);
  const path = base?.lab.path;
  if (!base || path === undefined) return undefined;
  if (path === goal) return [nameOf(base.lab)];
  if (seen.has(path)) return undefined;
  seen.add(path);
  for (const next of base.dockerfile.stages) {
    const rest = wayBack(next, base.lab, goal, seen);
    if (rest) return [nameOf(base.lab), ...rest];
  }
  return undefined;
}

function baseOf({ parent, resolvedBase }: Stage, lab: LabImage): WorkspaceBase | undefined {
  return parent || !resolvedBase ? undefined : lab.workspaceBase(resolvedBase);
}

function nameOf({ name, path = "" }: LabImage): string {
  return name ?? basename(dirname(path));
}
