import { describe, expect, test } from "vitest";
import { Lab } from "../../../core/lab/lab.ts";
import type { LabImage } from "../../../core/lab/lab-image.ts";
import { noInstallRecommends } from "../../../server/rules/apt/no-install-recommends.ts";
import { noninteractive } from "../../../server/rules/apt/noninteractive.ts";
import { rotatedNvidiaKey } from "../../../server/rules/apt/rotated-nvidia-key.ts";
import { torchIndex } from "../../../server/rules/cuda/torch-index.ts";
import { archiveLeft } from "../../../server/rules/layer/archive-left.ts";
import { gitHistory } from "../../../server/rules/layer/git-history.ts";
import type { Rule } from "../../../server/rules/rule.ts";
import { noCache as uvNoCache } from "../../../server/rules/uv/no-cache.ts";
import { memoryFiles } from "../lab/memory-files.ts";
import { findings, fixed } from "./check-rule.ts";

/** The image `base` of a lab in which `torch` builds on it, and `last` on `torch`. */
function base(text: string, last: string): LabImage {
  const manifest = {
    images: {
      base: { tag: "1" },
      torch: { tag: "1", args: { BASE_IMG: "${image:base}" } },
      last: { tag: "1", args: { BASE_IMG: "${image:torch}" } },
    },
  };
  const from = "ARG BASE_IMG\nFROM ${BASE_IMG}\n";
  const files = {
    "/lab/lab-images.json": JSON.stringify(manifest),
    "/lab/base/Dockerfile": text,
    "/lab/torch/Dockerfile": `${from}ENV A=1\n`,
    "/lab/last/Dockerfile": `${from}${last}\n`,
  };
  return new Lab("/lab", memoryFiles(files)).image("/lab/base/Dockerfile");
}

test("a lab knows the Dockerfiles that build on an image, directly or through others", () => {
  const lab = base("FROM ubuntu:22.04\n", "RUN ls");
  expect(lab.textsBuiltOn().map((text) => text.split("\n")[2])).toEqual(["ENV A=1", "RUN ls"]);
});

describe("a fix of an image that others of the lab build on", () => {
  test.each<[Rule, string, string]>([
    [noninteractive, "ENV DEBIAN_FRONTEND=noninteractive", "RUN apt-get install -y python3-tk"],
    [gitHistory, "RUN git clone https://x.org/a/tools /opt/tools", "RUN cd /opt/tools && git checkout v1.0"],
    [
      archiveLeft,
      "RUN wget -q https://x.org/data.zip -O /opt/data.zip && unzip /opt/data.zip -d /opt",
      "RUN unzip /opt/data.zip -d /data",
    ],
    [torchIndex, "RUN pip install torch", "RUN pip install torchvision"],
    [uvNoCache, "RUN uv pip install --system numpy", "RUN uv pip install --offline numpy"],
  ])("$code asks where they need what it takes away", (rule, line, last) => {
    const text = `FROM nvidia/cuda:12.2.2-runtime-ubuntu22.04\n${line}\n`;
    expect(findings(rule, text, base(text, last))[0]?.fixes).toMatchObject([{ automatic: false }]);
    const other = "RUN useradd ann";
    expect(findings(rule, text, base(text, other))[0]?.fixes).toMatchObject([{ automatic: true }]);
  });

  test("apt/no-install-recommends names what they need", () => {
    const text = "FROM ubuntu:22.04\nRUN apt-get install -y git curl\n";
    const lab = base(text, "RUN curl -fsSLO https://x.org/a");
    expect(fixed(noInstallRecommends, text, lab)).toContain(" git ca-certificates curl");
  });

  test("apt/rotated-nvidia-key leaves the list that they install from", () => {
    const text = "FROM nvidia/cuda:11.2.0-devel-ubuntu20.04\nRUN apt-get update\n";
    for (const last of [
      "RUN apt-get install -y libnccl-dev",
      "RUN apt-get install -y \\\n    git \\\n    # for torch\n    libcudnn8",
    ])
      expect(fixed(rotatedNvidiaKey, text, base(text, last))).toBe(text);
    for (const last of [
      "COPY a /cuda/libcublas",
      "# check with nvidia-smi\nRUN apt-get update",
      "RUN apt-get install -y libcurl4 && nvidia-smi",
    ])
      expect(fixed(rotatedNvidiaKey, text, base(text, last))).toContain("rm -f");
  });
});
