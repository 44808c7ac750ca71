import { knownBase } from "../../image/known-bases.ts";
import { aptSourcesOf } from "../../image/os-releases.ts";
import type { LabValues } from "../lab-image.ts";
import { dockerfileText } from "./dockerfile-text.ts";
import type { NewImage } from "./new-image.ts";
import { enterScript, setupScript } from "./setup-scripts.ts";

/** The files of a new image, by their path in its folder. */
export function newImageFiles(image: NewImage, values: LabValues): ReadonlyMap<string, string> {
  const facts = knownBase(image.base);
  const sources = facts?.os && aptSourcesOf(facts.os);
  return new Map([
    ["Dockerfile", dockerfileText(image, values, facts, sources)],
    [".dockerignore", ignoreText],
    ["lab/setup", setupScript],
    ["lab/enter", enterScript],
  ]);
}

const ignoreText = `# What a build does not need is not sent to it.
.git
**/__pycache__
**/*.pyc
.dockerignore
Dockerfile
# Data, results and weights belong on the lab's storage, not into an image.
data
outputs
runs
wandb
*.ckpt
*.pt
`;
