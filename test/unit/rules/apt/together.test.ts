import { describe, expect, test } from "vitest";
import { parseDockerfile } from "../../../../core/dockerfile/dockerfile.ts";
import { noLab } from "../../../../core/lab/lab-image.ts";
import { applyEdits } from "../../../../server/lint/edits.ts";
import { fixAll } from "../../../../server/lint/fix-all.ts";
import { lint } from "../../../../server/lint/lint.ts";
import { assumeYes } from "../../../../server/rules/apt/assume-yes.ts";
import { cleanLists } from "../../../../server/rules/apt/clean-lists.ts";
import { noInstallRecommends } from "../../../../server/rules/apt/no-install-recommends.ts";
import { preferAptGet } from "../../../../server/rules/apt/prefer-apt-get.ts";
import { updateInSameRun } from "../../../../server/rules/apt/update-in-same-run.ts";
import type { Finding } from "../../../../server/rules/rule.ts";

const rules = [updateInSameRun, noInstallRecommends, assumeYes, cleanLists, preferAptGet];

const check = (text: string): Finding[] => lint({ dockerfile: parseDockerfile(text), lab: noLab }, rules);

const codes = (findings: readonly Finding[], code: string) =>
  findings.filter((each) => each.code === code).length;

const cases: readonly (readonly [name: string, bad: string, good: string])[] = [
  [
    "the guide's first block",
    "RUN apt-get update \\\n\t&& apt-get --no-install-recommends -y install sudo htop tmux locate mc less \\\n\t&& apt-get clean\n",
    "RUN apt-get update \\\n\t&& apt-get --no-install-recommends -y install sudo htop tmux locate mc less \\\n\t&& apt-get clean \\\n\t&& rm -rf /var/lib/apt/lists/*\n",
  ],
  [
    "what the guide's second block asks for",
    "RUN sed 's@archive.ubuntu.com@ubuntu.ethz.ch@' -i /etc/apt/sources.list \\\n        && apt-get update \\\n\t&& apt-get --no-install-recommends -y install \\\n\t\tsudo htop \\\n                python3 python3-pip \\\n\t&& ldconfig \\\n\t&& apt-get clean && rm -rf /var/lib/apt/lists/*\n",
    "RUN sed 's@archive.ubuntu.com@ubuntu.ethz.ch@' -i /etc/apt/sources.list \\\n        && apt-get update \\\n\t&& apt-get --no-install-recommends -y install \\\n\t\tsudo htop \\\n                python3 python3-pip \\\n\t&& ldconfig \\\n\t&& apt-get clean && rm -rf /var/lib/apt/lists/*\n",
  ],
  [
    "the guide's very big package",
    "RUN apt-get install very-big-package\nRUN apt-get remove very-big-package\n",
    "RUN apt-get update && apt-get install --no-install-recommends -y very-big-package && apt-get clean && rm -rf /var/lib/apt/lists/*\nRUN apt-get remove -y very-big-package\n",
  ],
  [
    "apt in two RUNs",
    "RUN apt update\nRUN apt install python3-pip git\n",
    "RUN apt-get update && apt-get install --no-install-recommends -y python3-pip git && apt-get clean && rm -rf /var/lib/apt/lists/*\n",
  ],
  [
    "one update for three RUNs",
    "RUN apt-get update && apt-get upgrade -y\nRUN apt-get install -y git\nRUN apt install tmux\n",
    "RUN apt-get update && apt-get upgrade -y && apt-get clean && rm -rf /var/lib/apt/lists/*\n" +
      "RUN apt-get update && apt-get install --no-install-recommends -y git && apt-get clean && rm -rf /var/lib/apt/lists/*\n" +
      "RUN apt-get update && apt-get install --no-install-recommends -y tmux && apt-get clean && rm -rf /var/lib/apt/lists/*\n",
  ],
  [
    "set -ex, with ;",
    "RUN set -ex; \\\n    apt update; \\\n    # compilers\n    apt install gcc; \\\n    ldconfig\n",
    "RUN set -ex; \\\n    apt-get update; \\\n    # compilers\n    apt-get install --no-install-recommends -y gcc libc6-dev; \\\n    ldconfig; \\\n    apt-get clean; \\\n    rm -rf /var/lib/apt/lists/*\n",
  ],
  [
    "here-documents",
    "RUN <<EOF\nset -e\nsudo apt update\nEOF\n\nRUN <<EOF\nset -e\nsudo apt install \\\n  git\nEOF\n",
    "\nRUN <<EOF\nset -e\nsudo apt-get update\nsudo apt-get install --no-install-recommends -y \\\n  git\nsudo apt-get clean\nsudo rm -rf /var/lib/apt/lists/*\nEOF\n",
  ],
  [
    "exec form with a shell",
    'RUN ["bash", "-c", "apt update && apt install git"]\n',
    'RUN ["bash", "-c", "apt-get update && apt-get install --no-install-recommends -y git && apt-get clean && rm -rf /var/lib/apt/lists/*"]\n',
  ],
  [
    "bash -c in quotes",
    'RUN bash -c "apt update && apt install git"\n',
    'RUN bash -c "apt-get update && apt-get install --no-install-recommends -y git" && apt-get clean && rm -rf /var/lib/apt/lists/*\n',
  ],
  [
    "ONBUILD",
    "ONBUILD RUN apt update\nONBUILD RUN apt install git\n",
    "ONBUILD RUN apt-get update && apt-get install --no-install-recommends -y git && apt-get clean && rm -rf /var/lib/apt/lists/*\n",
  ],
  [
    "a clean-up in a RUN of its own has nothing left to delete, and goes",
    "RUN apt-get update\nRUN apt-get install -y git\nRUN rm -rf /var/lib/apt/lists/*\n",
    "RUN apt-get update && apt-get install --no-install-recommends -y git && apt-get clean && rm -rf /var/lib/apt/lists/*\n",
  ],
  [
    "a repository that is added in between",
    "RUN apt-get update && apt-get install -y gnupg\nRUN echo deb https://x.org/apt stable main > /etc/apt/sources.list.d/x.list && apt-get update\nRUN apt-get install -y x\n",
    "RUN apt-get update && apt-get install --no-install-recommends -y gnupg && apt-get clean && rm -rf /var/lib/apt/lists/*\nRUN echo deb https://x.org/apt stable main > /etc/apt/sources.list.d/x.list\nRUN apt-get update && apt-get install --no-install-recommends -y x && apt-get clean && rm -rf /var/lib/apt/lists/*\n",
  ],
];

describe.each([
  ["LF", (text: string) => text],
  ["CRLF", (text: string) => text.replaceAll("\n", "\r\n")],
])("the five apt rules together (%s)", (_, convert) => {
  test.each(cases)("%s", (_name, bad, good) => {
    const text = convert(`FROM ubuntu:22.04\n${bad}`);
    const result = fixAll(text, check);
    expect(result.text).toBe(convert(`FROM ubuntu:22.04\n${good}`));
    expect(result.remaining).toEqual([]);
    expect(fixAll(result.text, check).text).toBe(result.text);
  });

  test.each(cases)("each fix alone clears its finding and brings none: %s", (_name, bad) => {
    const text = convert(`FROM ubuntu:22.04\n${bad}`);
    const before = check(text);
    for (const { code, fixes } of before) {
      for (const { edits } of fixes ?? []) {
        const after = check(applyEdits(text, edits));
        expect(codes(after, code)).toBeLessThan(codes(before, code));
        for (const rule of rules)
          expect(codes(after, rule.code), rule.code).toBeLessThanOrEqual(codes(before, rule.code));
      }
    }
  });
});
