import type { PipCall } from "../../../core/commands/pip.ts";
import type { CopyInstruction, Instruction, Stage } from "../../../core/dockerfile/instruction.ts";
import { type ByRun, pipInstalls } from "../pip/pip-calls.ts";
import type { ImageUnderCheck, Rule, RuleReport } from "../rule.ts";
import { copyBelow } from "./copy-below.ts";
import { type DependencyInstall, dependencyInstall } from "./dependency-install.ts";
import { places } from "./place.ts";
import { lineOf } from "./run-order.ts";

/** layer/copy-before-install: the whole context copied above the install of dependencies. */
export const copyBeforeInstall: Rule = {
  code: "layer/copy-before-install",
  severity: "info",
  summary: "`COPY .` ahead of a dependency install: any edit installs everything anew.",
  why: `Docker takes a layer from its cache while nothing above it has changed. \`COPY .\` changes with every edit of
any file, so each \`RUN\` below it runs again: a changed comment downloads torch once more. Copy the file that lists the
packages first, install, and copy the code behind.`,
  examples: [
    {
      title: "requirements behind the code",
      bad: `FROM python:3.12-slim
WORKDIR /app
COPY . .
RUN pip install --no-cache-dir -r requirements.txt
CMD ["python", "train.py"]
`,
      at: ["COPY . ."],
    },
    {
      title: "an install that needs nothing of the code",
      bad: `FROM pytorch/pytorch:2.4.1-cuda12.1-cudnn9-runtime
COPY . /workspace
RUN pip install --no-cache-dir einops timm
`,
      at: ["COPY . /workspace"],
    },
    {
      title: "uv",
      bad: `FROM ghcr.io/astral-sh/uv:python3.12-bookworm-slim
COPY . /app
WORKDIR /app
RUN uv sync --frozen --no-cache
`,
      at: ["COPY . /app"],
    },
  ],
  fine: [
    `FROM python:3.12-slim
WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt
COPY . .
RUN pip install --no-cache-dir --no-deps -e .
`,
    "# The code itself is what is installed.\nFROM python:3.12-slim\nCOPY . /app\nRUN pip install --no-cache-dir /app\n",
    "# One folder, not everything.\nFROM python:3.12-slim\nCOPY docker /opt/docker\nRUN pip install --no-cache-dir numpy\n",
    "# Downloads stay in the cache mount.\nFROM python:3.12-slim\nCOPY . /app\nRUN --mount=type=cache,target=/root/.cache/pip pip install -r /app/requirements.txt\n",
  ],
  *check({ dockerfile, facts }: ImageUnderCheck): Iterable<RuleReport> {
    if (!dockerfile.instructions.some(isWholeContext)) return;
    const pip = facts.get(pipInstalls);
    const before = new Map<Stage, ReadonlySet<string>>();
    /** The first copy of everything that a stage's layers stand on. */
    const copies = new Map<Stage, CopyInstruction>();
    const told = new Set<CopyInstruction>();
    const reports: RuleReport[] = [];
    for (const stage of dockerfile.stages) {
      const known = new Set(stage.parent && before.get(stage.parent));
      before.set(stage, known);
      let copy = stage.parent && copies.get(stage.parent);
      const inOrder = stage.instructions.toSorted((a, b) => Number(a.onbuild) - Number(b.onbuild));
      for (const each of inOrder) {
        if (!copy && isWholeContext(each)) copy = each;
        const installs = installsOf(each, pip);
        const late =
          copy &&
          installs.find(({ key }) => key === "pip" || key === "apt" || key === "conda" || !known.has(key));
        for (const { key } of installs) known.add(key);
        if (!copy || told.has(copy) || !late || each.kind !== "RUN") continue;
        // It runs in another build than the copy.
        if (each.onbuild && !copy.onbuild) continue;
        told.add(copy);
        const movable = copy.stage === stage && !copy.onbuild && !each.onbuild;
        const edits = movable ? copyBelow(dockerfile, facts.get(places), stage, copy) : undefined;
        reports.push({
          span: copy.span,
          message:
            `Any edit of any file runs the install of line ${lineOf(dockerfile, each)} again, because this ${copy.keyword} ` +
            "stands above it. Copy the files that list the packages first, and everything else behind the install.",
          ...(edits && { fixes: [{ title: "Copy the code behind the install", automatic: false, edits }] }),
        });
        break;
      }
      if (copy) copies.set(stage, copy);
    }
    yield* reports.sort((a, b) => a.span.start - b.span.start);
  },
};

function isWholeContext(each: Instruction): each is CopyInstruction {
  if ((each.kind !== "COPY" && each.kind !== "ADD") || each.from !== undefined) return false;
  return each.sources.some(
    ({ value }) => value === "." || value === "./" || value === "*" || value === "./*",
  );
}

function installsOf(each: Instruction, pip: ByRun<PipCall>): DependencyInstall[] {
  if (each.kind !== "RUN" || each.mounts.some(({ type }) => type === "cache")) return [];
  const ofRun = pip.get(each);
  const installs: DependencyInstall[] = [];
  for (const invocation of each.shell.invocations) {
    const install = dependencyInstall(invocation, ofRun?.get(invocation));
    if (install) installs.push(install);
  }
  return installs;
}
