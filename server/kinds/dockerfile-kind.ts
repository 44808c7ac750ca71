import { parseDockerfile } from "../../core/dockerfile/dockerfile.ts";
import { noLab } from "../../core/lab/lab-image.ts";
import { lint } from "../lint/lint.ts";
import { allRules } from "../rules/all-rules.ts";
import { watchedSources } from "../rules/context/watched-sources.ts";
import type { TextKind } from "./text-kind.ts";

/** Dockerfiles, whatever they are called: what a user names and no other kind takes is one. */
export const dockerfileKind: TextKind = {
  opens: (language) => language === "dockerfile",
  takes: () => true,
  linterAt({ path, lab, severities, cudaTags, trees }) {
    const image = lab && path !== undefined ? lab.image(path) : { ...noLab, cudaTags };
    return (text) => {
      trees?.advance();
      const dockerfile = parseDockerfile(text, image, trees);
      return {
        source: dockerfile,
        dockerfile,
        image,
        findings: lint({ dockerfile, lab: image }, allRules, severities),
        dependsOn: () => (image.context ? watchedSources(dockerfile, image.context) : []),
      };
    };
  },
};
