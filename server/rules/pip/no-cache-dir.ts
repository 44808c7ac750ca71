import type { PipCall } from "../../../core/commands/pip.ts";
import type { ImageUnderCheck, Rule, RuleReport } from "../rule.ts";
import { cachesLeft, withoutCache } from "./caches-left.ts";

/** `pip install`, `download` or `wheel` that leaves pip's cache in a layer. */
export const noCacheDir: Rule = {
  code: "pip/no-cache-dir",
  severity: "warning",
  summary: "pip leaves its cache in the layer.",
  why: `pip keeps a copy of everything it downloads, and of every wheel it builds, in \`~/.cache/pip\`. In an image nobody
reads that copy, yet each push and pull carries it: with torch and the CUDA wheels it is several gigabytes.
\`--no-cache-dir\` keeps it out. So do \`PIP_NO_CACHE_DIR\`, a cache mount over the folder, and deleting the folder in the
same RUN.`,
  examples: [
    {
      title: "an install",
      bad: `FROM python:3.11
RUN pip install torch==2.4.0 torchvision
`,
      good: `FROM python:3.11
RUN pip install --no-cache-dir torch==2.4.0 torchvision
`,
      at: ["pip install"],
    },
    {
      title: "every spelling of pip",
      bad: `FROM nvidia/cuda:12.2.2-cudnn8-devel-ubuntu22.04
RUN python3 -m pip install --upgrade pip \\
    && pip3.11 -q install -r requirements.txt \\
    && /opt/venv/bin/pip wheel .
`,
      good: `FROM nvidia/cuda:12.2.2-cudnn8-devel-ubuntu22.04
RUN python3 -m pip install --no-cache-dir --upgrade pip \\
    && pip3.11 -q install --no-cache-dir -r requirements.txt \\
    && /opt/venv/bin/pip wheel --no-cache-dir .
`,
      at: ["python3 -m pip install", "pip3.11 -q install", "/opt/venv/bin/pip wheel"],
    },
    {
      title: "inside a conda environment",
      bad: `FROM condaforge/miniforge3:24.3.0-0
RUN conda run -n train pip install einops
`,
      good: `FROM condaforge/miniforge3:24.3.0-0
RUN conda run -n train pip install --no-cache-dir einops
`,
      at: ["pip install"],
    },
    {
      title: "exec form",
      bad: `FROM python:3.11
RUN ["pip", "install", "numpy"]
`,
      good: `FROM python:3.11
RUN ["pip", "install", "--no-cache-dir", "numpy"]
`,
      at: ['"pip", "install"'],
    },
  ],
  fine: [
    `FROM python:3.11
RUN pip install numpy --no-cache-dir
`,
    `FROM python:3.11
ENV PIP_NO_CACHE_DIR=1
RUN pip install numpy
`,
    `FROM python:3.11
RUN --mount=type=cache,target=/root/.cache/pip pip install numpy
`,
    `FROM python:3.11
RUN pip install numpy && rm -rf ~/.cache/pip
`,
    `FROM python:3.11 AS build
RUN pip wheel --wheel-dir /wheels .
FROM python:3.11
COPY --from=build /wheels /wheels
`,
  ],
  *check({ facts }: ImageUnderCheck): Iterable<RuleReport> {
    for (const { call, ofJobs } of facts.get(cachesLeft)) if (ofJobs === undefined) yield report(call);
  },
};

function report(call: PipCall): RuleReport {
  const fixes = withoutCache(call);
  return {
    span: call.span,
    message:
      "pip leaves a second copy of what it downloads and builds in this layer, in its cache; " +
      `write \`pip ${call.command} --no-cache-dir\`.`,
    ...(fixes.length > 0 && { fixes }),
  };
}
