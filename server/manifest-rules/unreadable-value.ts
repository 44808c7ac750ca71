import { manifestName } from "../../core/lab/manifest.ts";
import { type ManifestProblem, problemText } from "../../core/lab/manifest-text.ts";
import type { RuleReport } from "../rules/rule.ts";
import type { ManifestRule } from "./manifest-rule.ts";
import { writeInstead } from "./write-instead.ts";

/** manifest/value: a part of the manifest that cannot be read, and so does not count. */
export const unreadableValue: ManifestRule = {
  code: "manifest/value",
  severity: "error",
  summary:
    "a part of `lab-images.json` that is of the wrong kind or that nothing reads, or a file in `extends` that cannot be read",
  why: `What cannot be read does not count: the rules that need it are silent, and a build goes without it. The other
parts stay in force.`,
  examples: [
    {
      title: "an address where a host's name is wanted",
      bad: '{\n  "aptMirror": "http://ubuntu.ethz.ch/ubuntu"\n}\n',
      at: ["http://ubuntu.ethz.ch/ubuntu"],
    },
    {
      title: "a text where a list is wanted",
      bad: '{\n  "gpuArch": "8.0"\n}\n',
      at: ["8.0"],
    },
    {
      title: "a name that no field has",
      bad: '{\n  "gpudriver": "535.104",\n  "images": { "base": { "arg": { "BASE_IMG": "ubuntu:22.04" } } }\n}\n',
      at: ["gpudriver", "arg"],
    },
    {
      title: "a file that is not there",
      bad: '{\n  "extends": "../shared/lab.json"\n}\n',
      at: ["../shared/lab.json"],
    },
  ],
  fine: ['{\n  // Our own.\n  "extends": "epfl-cvlab",\n  "gpuArch": [7.0, "8.0"],\n}\n', "{}\n"],
  *check({ manifest: { problems, text } }) {
    const elsewhere = text.valueSpan(["extends"]);
    for (const problem of problems) {
      const own = problem.file === manifestName;
      yield own ? ownReport(problem) : { span: elsewhere, message: `In ${problemText(problem)}` };
    }
  },
};

function ownReport({ span, message, instead }: ManifestProblem): RuleReport {
  const report = { span, message: capital(message) };
  if (instead === undefined) return report;
  return { ...report, fixes: [writeInstead(span, instead)] };
}

/** Names of parts stay as they are written. */
function capital(message: string): string {
  return message.startsWith("not ") ? `N${message.slice(1)}` : message;
}
