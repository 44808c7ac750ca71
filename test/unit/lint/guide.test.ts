import { describe, expect, test } from "vitest";
import { parseDockerfile } from "../../../core/dockerfile/dockerfile.ts";
import { type LabImage, noLab } from "../../../core/lab/lab-image.ts";
import { lint } from "../../../server/lint/lint.ts";
import { allRules } from "../../../server/rules/all-rules.ts";
import { presetValues } from "../lab/preset-values.ts";

/** `code: words at fault` of each finding. */
function found(text: string, lab: LabImage = noLab): string[] {
  return lint({ dockerfile: parseDockerfile(text, lab), lab }, allRules).map(
    ({ code, span }) => `${code}: ${text.slice(span.start, span.end)}`,
  );
}

/** The Dockerfile blocks of the lab's guide, each saved as a file of its own. */
describe("the guide's own code blocks", () => {
  test.each<readonly [string, string, readonly string[]]>([
    ["a base", "FROM base_image_tag\n", ["base/floating-tag: base_image_tag"]],
    [
      "apt-get clean without removing the lists",
      "RUN apt-get update \\\n\t&& apt-get --no-install-recommends -y install sudo htop tmux locate mc less \\\n\t&& apt-get clean\n",
      ["apt/clean-lists: apt-get update"],
    ],
    ["an environment variable", "ENV AUTO_SHUTDOWN_TIME 1h\n", ["env/legacy-format: AUTO_SHUTDOWN_TIME 1h"]],
    ["a file", "COPY local_file /opt/lab/file_inside_image\n", []],
    [
      "a package removed too late",
      "RUN apt-get install very-big-package\nRUN apt-get remove very-big-package\n",
      [
        "apt/assume-yes: apt-get install",
        "apt/no-install-recommends: apt-get install",
        "apt/update-in-same-run: apt-get install",
        "apt/assume-yes: apt-get remove",
        "layer/late-removal: apt-get remove",
      ],
    ],
    [
      "the base image's line 9",
      "RUN sed 's@archive.ubuntu.com@ubuntu.ethz.ch@' -i /etc/apt/sources.list \\\n        && apt-get update \\\n\t&& apt-get --no-install-recommends -y install \\\n\t\tsudo htop tmux screen locate \\\n                python3 python3-pip python3-dev \\\n\t\tbuild-essential libncursesw5-dev libreadline-dev \\\n\t\tlibexpat1-dev uuid-dev \\\n\t&& ldconfig \\\n\t&& apt-get clean && rm -rf /var/lib/apt/lists/*\n",
      [],
    ],
    ["the pip cache of a job", "ENV PIP_CACHE_DIR=/cvlabdata2/home/gaspar/pip_cache_dir\n", []],
  ])("%s", (_, text, expected) => {
    expect(found(text)).toEqual(expected);
  });
});

test("the guide's base on Ubuntu 24.04: the mirror that does nothing, the lists, the pip that refuses", () => {
  const base = `FROM nvidia/cuda:12.6.3-cudnn-devel-ubuntu24.04
RUN sed 's@archive.ubuntu.com@ubuntu.ethz.ch@' -i /etc/apt/sources.list \\
\t&& apt-get update \\
\t&& apt-get --no-install-recommends -y install sudo python3 python3-pip build-essential cmake \\
\t&& apt-get clean
RUN pip3 install --no-cache-dir numpy
`;
  expect(found(base, { ...noLab, values: presetValues("epfl-cvlab") })).toEqual([
    "apt/mirror: /etc/apt/sources.list",
    "apt/clean-lists: apt-get update",
    "pip/externally-managed: pip3 install",
  ]);
});
