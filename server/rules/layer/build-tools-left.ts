import { basename, dirname } from "node:path";
import { aptCall } from "../../../core/commands/apt.ts";
import { rmCall } from "../../../core/commands/rm.ts";
import type { RunInstruction, Stage } from "../../../core/dockerfile/instruction.ts";
import { shippedStages } from "../../../core/dockerfile/shipped-stages.ts";
import type { LabImage } from "../../../core/lab/lab-image.ts";
import { chainFacts } from "../chain-facts.ts";
import type { ImageUnderCheck, Rule, RuleReport } from "../rule.ts";
import { compilesProject, isBuildTool, needsCompilers } from "./build-commands.ts";
import { type ToolInstall, twoStages } from "./two-stages.ts";

/** layer/build-tools-left: an image that ships the compilers with which it was built. */
export const buildToolsLeft: Rule = {
  code: "layer/build-tools-left",
  severity: "info",
  summary: "One stage that compiles, and ships the compilers and the build tree.",
  why: `What compiles a program is not needed to run it. A builder stage has the compilers, the sources and the objects;
the image that is pushed copies the result with \`COPY --from=build\`. That saves hundreds of megabytes in each push and
pull, and an edit further down does not compile anew.`,
  examples: [
    {
      title: "a library compiled in the image that jobs use",
      bad: `FROM ubuntu:22.04
RUN apt-get update \\
    && apt-get install -y --no-install-recommends build-essential cmake git libgomp1 \\
    && rm -rf /var/lib/apt/lists/*
RUN git clone --depth 1 https://github.com/colmap/colmap /src \\
    && cmake -S /src -B /src/build -DCMAKE_INSTALL_PREFIX=/opt/colmap \\
    && cmake --build /src/build -j8 --target install
ENV PATH=/opt/colmap/bin:$PATH
`,
      at: ["cmake --build"],
    },
    {
      title: "make, with the base's own folders as its target",
      bad: `FROM ubuntu:22.04
RUN apt-get update && apt-get install -y --no-install-recommends g++ make && rm -rf /var/lib/apt/lists/*
COPY solver /src
RUN make -C /src && make -C /src install
`,
      at: ["make"],
    },
  ],
  fine: [
    `FROM ubuntu:22.04 AS build
RUN apt-get update && apt-get install -y --no-install-recommends g++ make
COPY solver /src
RUN make -C /src && make -C /src install DESTDIR=/out
FROM ubuntu:22.04
COPY --from=build /out /
`,
    `# The compilers go in the same RUN.
FROM ubuntu:22.04
RUN apt-get update && apt-get install -y g++ make && make -C /src install-all && apt-get purge -y --auto-remove g++ make
`,
    `# Jobs compile kernels.
FROM nvidia/cuda:12.2.2-devel-ubuntu22.04
RUN apt-get update && apt-get install -y build-essential cmake
RUN cmake -S /src -B /b && cmake --build /b
RUN pip install --no-cache-dir deepspeed
`,
    "# Nothing is compiled.\nFROM ubuntu:22.04\nRUN apt-get update && apt-get install -y build-essential cmake\n",
  ],
  *check({ dockerfile, facts, lab }: ImageUnderCheck): Iterable<RuleReport> {
    if (isForCompiling(lab) || mentionsCi.test(dockerfile.text)) return;
    const chain = facts.get(chainFacts);
    const shipped = shippedStages(dockerfile);
    const tools: ToolInstall[] = [];
    const compiling: { readonly run: RunInstruction; readonly found: RuleReport["span"] }[] = [];
    for (const each of dockerfile.instructions) {
      if (each.kind !== "RUN" || each.onbuild || !each.stage || !shipped.has(each.stage)) continue;
      for (const invocation of each.shell.invocations) {
        if (needsCompilers(invocation) || removesTools(invocation)) return;
        const call = aptCall(invocation);
        if (call?.command === "install") {
          // What the base has, the image has anyway.
          const { provides } = chain.at(each.stage);
          const words = call.targets.filter(
            ({ value }) => isBuildTool(value ?? "") && !provides.has(value ?? ""),
          );
          if (words.length > 0) tools.push({ run: each, call, words });
        }
        if (compilesProject(invocation)) {
          const { start, end } = invocation.word.span;
          const named = /^(?:cmake|cargo|python)/.test(invocation.name);
          const build = named ? invocation.args[0]!.span.end : end;
          if (compiling.at(-1)?.run !== each) compiling.push({ run: each, found: { start, end: build } });
        }
      }
    }
    const [first] = compiling;
    if (!first || tools.length === 0 || makesThrough(first.run.stage, shipped)) return;
    const runs = compiling.map(({ run }) => run);
    const names = [...new Set(tools.flatMap(({ words }) => words.map(({ value }) => value!)))];
    const cleared = clearsUp(runs);
    // What is left then, a `pkg-config` or the like, is worth no stage.
    if (cleared && !names.some(isCompiler)) return;
    const edits = lab.values.aptMirror === undefined ? twoStages(dockerfile, tools, runs) : undefined;
    yield {
      span: first.found,
      message:
        `Compiles in the stage that is shipped: the image carries ${carried(names.slice(0, 3), cleared)}. ` +
        "Compile in a builder stage and copy what was installed with COPY --from=build.",
      ...(edits && { fixes: [{ title: "Compile in a builder stage", automatic: false, edits }] }),
    };
  },
};

/** Of a Dockerfile, or of the folder that it lies in: others compile in that image, or people work in it. */
const forCompiling = /(?:^|[._-])(?:builder|build|prebuild|ci|dev|devel|development)(?:[._-]|$)/i;
/** In a comment or a name: an image that a pipeline compiles in. */
const mentionsCi = /\bCI\b|\bJenkins\b|\bbuildbot\b/;

function isForCompiling({ path, context }: LabImage): boolean {
  if (/(?:^|\/)\.devcontainer(?:\/|$)/.test(context?.folder ?? "")) return true;
  return (
    path !== undefined && [basename(path), basename(dirname(path))].some((name) => forCompiling.test(name))
  );
}

const isCompiler = (name: string): boolean =>
  /^(?:build-essential|gcc|g\+\+|gfortran|clang|cargo|rustc)/.test(name);

/** Whether every RUN that compiles deletes a folder behind that: the sources and the build tree. */
function clearsUp(runs: readonly RunInstruction[]): boolean {
  return runs.every(({ shell: { invocations } }) => {
    const last = invocations.findLastIndex(compilesProject);
    return invocations.slice(last + 1).some((each) => {
      const call = rmCall(each);
      return call?.recursive && call.paths.some(({ value, prefix }) => !ofCaches.test(value ?? prefix));
    });
  });
}

/** Where package managers keep lists and downloads: nothing is built there. */
const ofCaches = /(?:^|\/)(?:\.cache|\.npm|pkgs)(?:\/|$)|^\/var\/(?:cache|lib\/apt)(?:\/|$)/;

function carried(tools: readonly string[], cleared: boolean): string {
  if (!cleared) return `${tools.join(", ")}, the sources and the build tree`;
  return tools.length > 1 ? `${tools.slice(0, -1).join(", ")} and ${tools.at(-1)}` : tools.join("");
}

/** `apt-get purge build-essential`, `autoremove`: the author clears up himself. */
function removesTools(invocation: Parameters<typeof aptCall>[0]): boolean {
  const call = aptCall(invocation);
  if (!call || !/^(?:remove|purge|autoremove|auto-remove|autopurge)$/.test(call.command ?? "")) return false;
  return call.targets.some(({ value }) => value === null || isBuildTool(value));
}

/** Whether the file has builder stages of its own, from which it copies: then what is compiled here is meant to be. */
function makesThrough(stage: Stage | undefined, shipped: ReadonlySet<Stage>): boolean {
  if (!stage) return true;
  return [...shipped].some(({ instructions }) =>
    instructions.some((each) => each.kind === "COPY" && each.from !== undefined),
  );
}
