import { type PackageCommand, packageCommand } from "../../../core/commands/installed-packages.ts";
import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import type { RunInstruction } from "../../../core/dockerfile/instruction.ts";
import { matchesGlob } from "../../../core/dockerfile/shell/glob.ts";
import type { LabImage } from "../../../core/lab/lab-image.ts";
import { aptRuns } from "../apt/apt-run.ts";
import type { Facts } from "../facts.ts";
import { type BaseImage, baseImages } from "../lineage.ts";
import type { ImageUnderCheck, Rule, RuleReport } from "../rule.ts";
import { joinRuns } from "./join-runs.ts";
import { lineOf, shippedRuns } from "./run-order.ts";

/** layer/late-removal: packages removed in a later RUN than the one that installed them. */
export const lateRemoval: Rule = {
  code: "layer/late-removal",
  severity: "warning",
  summary: "Packages are removed in a later RUN than the one that installed them: their bytes stay.",
  why: `Each \`RUN\` is a layer on top of the one before it. Removing a package in a later layer hides its files, and
the image stays as large as it was. What is needed only while the image is built is installed, used and removed in one
\`RUN\`, or in a builder stage from which the result is copied.`,
  examples: [
    {
      title: "installed and removed",
      bad: `FROM ubuntu:22.04
RUN apt-get install very-big-package
RUN apt-get remove very-big-package
`,
      good: `FROM ubuntu:22.04
RUN apt-get install very-big-package && apt-get remove very-big-package
`,
      at: ["apt-get remove"],
    },
    {
      title: "the compiler removed after the build",
      bad: `FROM ubuntu:22.04
RUN apt-get update && apt-get install -y --no-install-recommends build-essential python3-pip && rm -rf /var/lib/apt/lists/*
COPY . /opt/tool
RUN pip install --no-cache-dir /opt/tool && \\
    apt-get purge -y --auto-remove build-essential
`,
      at: ["apt-get purge"],
    },
    {
      title: "another build of the same package",
      bad: `FROM pytorch/pytorch:2.4.1-cuda12.1-cudnn9-runtime
RUN pip install --no-cache-dir \\
        ultralytics \\
        opencv-python
# no display on the cluster
RUN pip uninstall -y opencv-python
`,
      good: `FROM pytorch/pytorch:2.4.1-cuda12.1-cudnn9-runtime
RUN pip install --no-cache-dir \\
        ultralytics \\
        opencv-python \\
# no display on the cluster
        && pip uninstall -y opencv-python
`,
      at: ["pip uninstall"],
    },
  ],
  fine: [
    `FROM ubuntu:22.04
RUN apt-get update \\
    && apt-get install -y --no-install-recommends g++ make \\
    && make -C /src install \\
    && apt-get purge -y --auto-remove g++ make \\
    && rm -rf /var/lib/apt/lists/*
`,
    `# The base image installed it.
FROM nvcr.io/nvidia/pytorch:24.05-py3
RUN pip uninstall -y flash-attn
`,
    `FROM ubuntu:22.04
RUN apt-get update && apt-get install -y --no-install-recommends git && rm -rf /var/lib/apt/lists/*
RUN apt-get autoremove -y
`,
    `# Only the last stage is shipped.
FROM ubuntu:22.04 AS build
RUN apt-get update && apt-get install -y --no-install-recommends g++
RUN apt-get remove -y g++
FROM ubuntu:22.04
COPY --from=build /opt/tool /opt/tool
`,
  ],
  *check({ dockerfile, facts, lab }: ImageUnderCheck): Iterable<RuleReport> {
    const removals = lateRemovals(dockerfile, lab);
    removals.sort((a, b) => a.command.span.start - b.command.span.start);
    for (const removal of removals) yield report(dockerfile, facts, removal);
  },
};

interface LateRemoval {
  readonly run: RunInstruction;
  readonly command: PackageCommand;
  /** The packages that come too late, with the RUN that installed each. */
  readonly late: readonly { readonly name: string; readonly from: RunInstruction }[];
  /** Those of them that the same RUN installs again. */
  readonly replaced: Set<string>;
  /** The lab's image that installed them, where this file did not. */
  readonly base?: BaseImage;
}

/** Patterns of a file beyond these are not compared with the packages: people write a handful. */
const mostPatterns = 100;

/** What is known of each package, by its manager and its name. */
type Packages<T> = Map<PackageCommand["where"], Map<string, T>>;

function lateRemovals(dockerfile: Dockerfile, lab: LabImage): LateRemoval[] {
  const runs = shippedRuns(dockerfile);
  const removes = runs.some(({ shell }) =>
    shell.invocations.some((each) => packageCommand(each)?.does === "remove"),
  );
  if (!removes) return [];
  const last = dockerfile.stages.at(-1);
  const bases = last ? [...baseImages(last, lab)].reverse() : [];
  const inherited = new Map<RunInstruction, BaseImage>();
  for (const base of bases)
    for (const run of shippedRuns(base.dockerfile)) if (!run.onbuild) inherited.set(run, base);
  const removals = followed([...inherited.keys(), ...runs]).filter(({ run }) => !inherited.has(run));
  return removals.map((removal) => {
    const late = removal.late.filter(({ from }) => !inherited.has(from));
    // What this file installs is for this file to put right, and told alone.
    if (late.length > 0) return { ...removal, late };
    return { ...removal, base: inherited.get(removal.late.at(-1)!.from)! };
  });
}

/** Follows the packages from RUN to RUN. */
function followed(runs: readonly RunInstruction[]): LateRemoval[] {
  const found: LateRemoval[] = [];
  const installed: Packages<RunInstruction> = new Map();
  let patterns = 0;
  for (const run of runs) {
    /** What the RUN itself installs, and whether it certainly does. */
    const own: Packages<boolean> = new Map();
    for (const invocation of run.shell.invocations) {
      const command = packageCommand(invocation);
      if (!command) continue;
      const { where, names } = command;
      const certain = !invocation.context.conditional && !invocation.context.inFunction;
      const ofRun = packagesOf(own, where);
      if (command.does === "install") {
        noteReplaced(found, run, command);
        for (const name of names) ofRun.set(name, certain || ofRun.get(name) === true);
        continue;
      }
      const compared = names.filter((name) => !isPattern(name) || patterns++ < mostPatterns);
      const late: { name: string; from: RunInstruction }[] = [];
      const there = packagesOf(installed, where);
      for (const name of namesAmong(there, compared)) {
        if (certain && !ofRun.has(name)) late.push({ name, from: there.get(name)! });
        there.delete(name);
      }
      for (const name of namesAmong(ofRun, compared)) ofRun.delete(name);
      if (late.length > 0) found.push({ run, command, late, replaced: new Set() });
    }
    for (const [where, ofRun] of own) {
      const there = packagesOf(installed, where);
      for (const [name, certain] of ofRun) if (certain && !there.has(name)) there.set(name, run);
    }
  }
  return found;
}

function packagesOf<T>(packages: Packages<T>, where: string): Map<string, T> {
  const known = packages.get(where) ?? new Map<string, T>();
  packages.set(where, known);
  return known;
}

function isPattern(name: string): boolean {
  return /[*?]/.test(name);
}

/** The packages that a removal's names mean: looked up, and only for a pattern compared with each. */
function namesAmong<T>(packages: ReadonlyMap<string, T>, names: readonly string[]): Set<string> {
  const among = new Set<string>();
  for (const name of names) {
    if (!isPattern(name)) {
      if (packages.has(name)) among.add(name);
    } else for (const each of packages.keys()) if (matchesGlob(name, each)) among.add(each);
  }
  return among;
}

/** Takes note of what the RUN installs again after it removed it: then both are in the image. */
function noteReplaced(found: LateRemoval[], run: RunInstruction, { where, names }: PackageCommand): void {
  const installed = new Set(names);
  for (let at = found.length - 1; at >= 0 && found[at]!.run === run; at--) {
    const removal = found[at]!;
    if (removal.command.where !== where) continue;
    for (const { name } of removal.late) if (installed.has(name)) removal.replaced.add(name);
  }
}

/** Whether what a RUN installs, with no `update` of its own, would come behind where an earlier one deletes the lists. */
function comesBehindCleanUp(facts: Facts, earlier: RunInstruction, later: RunInstruction): boolean {
  const runs = facts.get(aptRuns);
  const stepsOf = (run: RunInstruction) => runs.find((each) => each.run === run)?.steps ?? [];
  return (
    stepsOf(earlier).some(({ deletes }) => deletes !== "no") &&
    stepsOf(later).some(({ uses }) => uses !== "no") &&
    !stepsOf(later).some(({ updates }) => updates)
  );
}

function report(
  dockerfile: Dockerfile,
  facts: Facts,
  { run, command, late, replaced, base }: LateRemoval,
): RuleReport {
  const span = command.span;
  const names = late.map(({ name }) => name);
  const listed =
    names.length > 4 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ");
  if (base) {
    const image = base.lab.name === undefined ? "an image of this lab" : `the lab's image ${base.lab.name}`;
    const them = late.length > 1 ? "them" : "it";
    const message =
      `Removes ${listed}, which ${image} installs: this image stays as large as with ${them}. ` +
      `Leave ${them} out there, or build on an image without ${them}.`;
    return { span, message };
  }
  const lines = [...new Set(late.map(({ from }) => lineOf(dockerfile, from)))].sort((a, b) => a - b);
  const where = `${lines.length === 1 ? "line" : "lines"} ${lines.join(", ")}`;
  const parent = late.some(({ from }) => from.stage !== run.stage);
  const advice = parent
    ? "Remove what the other stage installs in the RUN that installs it, or install it in a stage that is only copied from."
    : "Remove them in the RUN that installs them, or install them in a builder stage and copy what they build.";
  const message = names.every((name) => replaced.has(name))
    ? `Replaces ${listed} in a later layer than the RUN that installed ${late.length > 1 ? "them" : "it"} (${where}): ` +
      "the image carries both. Install what is wanted in that RUN, or all of it in one."
    : `Removes ${listed} in a later layer than the RUN that installed them (${where}): the image stays as large as with them. ${advice}`;
  const [from, ...others] = new Set(late.map((each) => each.from));
  const joins = from && others.length === 0 && !comesBehindCleanUp(facts, from, run);
  const edit = joins ? joinRuns(dockerfile, from, run) : undefined;
  if (!from || !edit) return { span, message };
  const title = `Join it to the RUN of line ${lineOf(dockerfile, from)}`;
  return { span, message, fixes: [{ title, automatic: true, edits: [edit] }] };
}
