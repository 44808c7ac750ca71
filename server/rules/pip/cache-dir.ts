import type { PipCall } from "../../../core/commands/pip.ts";
import { commentsIn } from "../../../core/dockerfile/comments-in.ts";
import { variableReferences } from "../../../core/dockerfile/docker-word.ts";
import { type Dockerfile, parseDockerfile } from "../../../core/dockerfile/dockerfile.ts";
import type { Assignment, EnvInstruction, Stage } from "../../../core/dockerfile/instruction.ts";
import { shippedStages } from "../../../core/dockerfile/shipped-stages.ts";
import type { Span } from "../../../core/dockerfile/span.ts";
import type { LabValues } from "../../../core/lab/lab-image.ts";
import { removeInstruction } from "../../fixes/remove.ts";
import { isMounted } from "../cache-place.ts";
import { Facts } from "../facts.ts";
import type { Edit, Fix, ImageUnderCheck, Rule, RuleReport } from "../rule.ts";
import { cachesLeft, shortLived, withoutCache } from "./caches-left.ts";

const cacheVariable = "PIP_CACHE_DIR";
const offVariable = "PIP_NO_CACHE_DIR";

/** `ENV PIP_CACHE_DIR` that gives jobs no cache, or somebody else's. */
export const cacheDir: Rule = {
  code: "pip/cache-dir",
  severity: "warning",
  summary: "`PIP_CACHE_DIR` that is of no use in jobs, or is filled while the image is built.",
  why: `What a job installs with pip is downloaded anew each time, unless \`PIP_CACHE_DIR\` names a folder on the lab's
storage. It has to be a folder of one's own: in another user's pip may not write, and one that is not on the storage is
empty when the next job starts. What the image itself installs behind it fills the same folder, in the layer, below what
the job mounts there. \`PIP_NO_CACHE_DIR\` in the image switches the cache off in jobs too, whatever its value;
for the image's own installs there is \`pip install --no-cache-dir\`.`,
  exampleLab: { storage: "/cvlabdata2/home/tyszkiew", user: "tyszkiew" },
  examples: [
    {
      title: "a placeholder",
      bad: `FROM ic-registry.epfl.ch/cvlab/lis/lab-base:cuda118
ENV PIP_CACHE_DIR=/cvlabdata2/home/your_gaspar/pip_cache_dir
`,
      good: `FROM ic-registry.epfl.ch/cvlab/lis/lab-base:cuda118
ENV PIP_CACHE_DIR=/cvlabdata2/home/tyszkiew/pip_cache_dir
`,
      at: ["/cvlabdata2/home/your_gaspar/pip_cache_dir"],
    },
    {
      title: "another user's folder",
      bad: `FROM pytorch/pytorch:2.4.1-cuda12.1-cudnn9-runtime
ENV OMP_NUM_THREADS=8 \\
    PIP_CACHE_DIR="/cvlabdata2/home/gaspar/pip"
`,
      good: `FROM pytorch/pytorch:2.4.1-cuda12.1-cudnn9-runtime
ENV OMP_NUM_THREADS=8 \\
    PIP_CACHE_DIR=/cvlabdata2/home/tyszkiew/pip_cache_dir
`,
      at: ['"/cvlabdata2/home/gaspar/pip"'],
    },
    {
      title: "an install whose cache stays in the image, below the job's mount",
      bad: `FROM python:3.11
ENV PIP_CACHE_DIR=/cvlabdata2/home/tyszkiew/pip_cache_dir
RUN pip install numpy
`,
      good: `FROM python:3.11
ENV PIP_CACHE_DIR=/cvlabdata2/home/tyszkiew/pip_cache_dir
RUN pip install --no-cache-dir numpy
`,
      at: ["pip install"],
    },
    {
      title: "switched off in jobs too",
      bad: `FROM python:3.11
ENV PIP_NO_CACHE_DIR=1
RUN pip install numpy
ENV PIP_CACHE_DIR=/cvlabdata2/home/tyszkiew/pip_cache_dir
`,
      at: ["PIP_NO_CACHE_DIR=1"],
    },
    {
      title: "a folder that jobs find empty",
      bad: `FROM python:3.11
ENV PIP_CACHE_DIR=/opt/pip_cache
`,
      at: ["/opt/pip_cache"],
    },
  ],
  fine: [
    `FROM python:3.11
RUN pip install --no-cache-dir numpy
ENV PIP_CACHE_DIR=/cvlabdata2/home/tyszkiew/pip_cache_dir
`,
    `FROM python:3.11
ENV PIP_CACHE_DIR=/cvlabdata2/shared/pip
`,
    `FROM python:3.11
ARG LDAP_USERNAME
ENV PIP_CACHE_DIR=/cvlabdata2/home/\${LDAP_USERNAME}/pip_cache_dir
`,
    `# The cache is for the build.
FROM python:3.11
ENV PIP_CACHE_DIR=/cache/pip
RUN --mount=type=cache,target=/cache/pip pip install numpy
`,
    `FROM python:3.11
ENV PIP_NO_CACHE_DIR=1
RUN pip install numpy
`,
  ],
  *check(image: ImageUnderCheck): Iterable<RuleReport> {
    const { dockerfile, lab } = image;
    const last = dockerfile.stages.at(-1);
    if (!last) return;
    const shipped = shippedStages(dockerfile);
    const cache = settings(dockerfile, shipped, cacheVariable).at(-1);
    const reports: RuleReport[] = [];
    if (cache && !isForBuild(dockerfile, shipped, cache.assignment)) {
      const report = checkPath(dockerfile, cache.assignment, lab.values);
      if (report) reports.push(report);
    }
    for (const { call, ofJobs } of image.facts.get(cachesLeft)) {
      if (ofJobs !== undefined) reports.push(baked(call, ofJobs, lab.values));
    }
    const off = checkOff(image, last, shipped, cache);
    if (off) reports.push(off);
    yield* reports.sort((a, b) => a.span.start - b.span.start);
  },
};

/** An assignment and the instruction that makes it. */
interface Setting {
  readonly instruction: EnvInstruction;
  readonly assignment: Assignment;
}

function settings(dockerfile: Dockerfile, shipped: ReadonlySet<Stage>, variable: string): Setting[] {
  return dockerfile.instructions.flatMap((instruction) =>
    instruction.kind === "ENV" && instruction.stage && shipped.has(instruction.stage)
      ? instruction.assignments
          .filter(({ name }) => name === variable)
          .map((assignment) => ({ instruction, assignment }))
      : [],
  );
}

/** Whether a RUN mounts the folder: then the cache is one of the builds, not of the jobs. */
function isForBuild(dockerfile: Dockerfile, shipped: ReadonlySet<Stage>, { value }: Assignment): boolean {
  if (!value) return false;
  const place = { path: value, usual: /^$/ };
  return dockerfile.instructions.some(
    (each) =>
      each.kind === "RUN" && each.stage && shipped.has(each.stage) && isMounted(dockerfile, each, place),
  );
}

/** An install whose cache is in the image, in the folder that the job has its storage in. */
function baked(call: PipCall, folder: string, { storage }: LabValues): RuleReport {
  const hidden =
    storage?.startsWith("/") && folder.split("/")[1] === storage.split("/")[1]
      ? "where the job mounts the lab's storage over it: every pull loads it, and nothing can read it"
      : "which every pull loads";
  const fixes = withoutCache(call);
  return {
    span: call.span,
    message: `pip leaves its cache in this layer, in ${folder}, ${hidden}; write \`pip ${call.command} --no-cache-dir\`.`,
    ...(fixes.length > 0 && { fixes }),
  };
}

function checkOff(
  image: ImageUnderCheck,
  last: Stage,
  shipped: ReadonlySet<Stage>,
  cache: Setting | undefined,
): RuleReport | undefined {
  const { dockerfile } = image;
  const path = cache ? cache.assignment.value : last.variables.environment(cacheVariable);
  if (path === undefined || path === "" || (path && shortLived.test(path))) return undefined;
  const all = settings(dockerfile, shipped, offVariable);
  const off = all.at(-1);
  // pip takes any text but the empty one for a yes, "0" and "false" too.
  if (off) {
    if (!off.assignment.value) return undefined;
    const fix = all.length === 1 ? removal(image, off) : undefined;
    return {
      span: off.assignment.span,
      message:
        "Switches pip's cache off in jobs too, so that PIP_CACHE_DIR has no effect and each job downloads its packages " +
        "again; remove it, and write pip install --no-cache-dir where the image itself installs.",
      ...(fix && { fixes: [fix] }),
    };
  }
  if (!cache || !last.variables.environment(offVariable)) return undefined;
  return {
    span: cache.assignment.span,
    message:
      "Has no effect: the base image sets PIP_NO_CACHE_DIR, which switches pip's cache off in jobs too. Each job " +
      'downloads its packages again; write ENV PIP_NO_CACHE_DIR="" as well, and pip install --no-cache-dir.',
  };
}

/** Removes the assignment, where no install of the image needs it. */
function removal(image: ImageUnderCheck, setting: Setting): Fix | undefined {
  const { dockerfile, lab } = image;
  const edit = removalEdit(dockerfile, setting);
  if (!edit) return undefined;
  const { text } = dockerfile;
  const after = text.slice(0, edit.span.start) + edit.newText + text.slice(edit.span.end);
  const source = { dockerfile: parseDockerfile(after, lab), lab };
  if (new Facts(source).get(cachesLeft).length > 0) return undefined;
  return { title: `Remove ${offVariable}`, automatic: false, edits: [edit] };
}

function removalEdit(dockerfile: Dockerfile, { instruction, assignment }: Setting): Edit | undefined {
  if (instruction.onbuild) return undefined;
  const { assignments } = instruction;
  if (assignments.length === 1) return removeInstruction(dockerfile, instruction);
  const index = assignments.indexOf(assignment);
  const span: Span =
    index > 0
      ? { start: assignments[index - 1]!.span.end, end: assignment.span.end }
      : { start: assignment.span.start, end: assignments[1]!.span.start };
  const holdsComment = commentsIn(dockerfile.comments, span).length > 0;
  return holdsComment ? undefined : { span, newText: "" };
}

/** What stands for a name that the reader is to put in. */
const placeholder =
  /^(<[^<>]+>|\[[^[\]]+\]|(your|my)[-_]?(gaspar|(user|login|ldap)?[-_]?(name|id)?|user)|gaspar[-_]?name|user[-_]?name)$/i;

function checkPath(dockerfile: Dockerfile, assignment: Assignment, lab: LabValues): RuleReport | undefined {
  const { raw = "", value } = assignment;
  const { user } = lab;
  const storage = lab.storage?.includes("${") ? undefined : lab.storage?.replace(/(?<!\/)\/+$/, "");
  const span = valueSpan(dockerfile, assignment);
  const computed = variableReferences(raw, dockerfile.escape).length > 0;
  const fixes = (automatic: boolean): { readonly fixes?: readonly Fix[] } => {
    if (!storage || !/^\/[^\s"'\\$`#]+$/.test(storage) || span === assignment.span) return {};
    const newText = `${storage}/pip_cache_dir`;
    const title = `Use ${newText}`;
    return { fixes: [{ title, automatic: automatic && !computed, edits: [{ span, newText }] }] };
  };
  const own = storage ? `write ${storage}/pip_cache_dir` : "write a folder of your own on the lab's storage";

  const written = raw.replace(/["']/g, "").split("/");
  const stand = written.find((part) => part !== user && placeholder.test(part));
  if (stand) {
    return {
      span,
      message: `${stand} is a placeholder, not a user: jobs find no folder there to keep pip's cache in; ${own}.`,
      ...fixes(true),
    };
  }
  if (!value?.startsWith("/")) return undefined;
  const other = user === undefined ? undefined : otherUser(value, user, storage);
  if (other !== undefined) {
    return {
      span,
      message: `This is the folder of ${other}, not of ${user}: your jobs cannot keep pip's cache there; ${own}.`,
      ...fixes(true),
    };
  }
  if (!lab.storage?.startsWith("/") || value.startsWith("/dev/")) return undefined;
  const [root] = lab.storage.split("/").slice(1);
  if (!root || root.includes("$") || value.split("/")[1] === root) return undefined;
  return {
    span,
    message: `Lies outside the lab's storage (/${root}), so that each job begins with an empty cache and downloads its packages again; ${own}.`,
    ...fixes(false),
  };
}

/** The user whose folder a path lies in, when that is not `user`. */
function otherUser(path: string, user: string, storage: string | undefined): string | undefined {
  const parts = path.split("/");
  const place = storage?.split("/") ?? [];
  const at = place.lastIndexOf(user);
  // Directly on the storage, as in `/labdata/NAME`, folders need not be those of users.
  if (at > 1 && /^(homes?|users?)$/i.test(place[at - 1]!)) {
    const name = parts[at];
    const below = place.slice(0, at).every((part, index) => part === parts[index]);
    if (below && name && parts.length > at + 1 && name !== user && !shared.test(name)) return name;
  }
  return user !== "gaspar" && parts.includes("gaspar") ? "gaspar" : undefined;
}

/** Folders beside the users' own that are for all. */
const shared = /^(all|cache|common|data|lab|public|shared?|tmp)$/i;

/** The value as written, behind the name; the whole assignment where continuation lines stand inside it. */
function valueSpan({ text }: Dockerfile, { raw, span }: Assignment): Span {
  if (!raw) return span;
  const start = span.end - raw.length;
  return text.slice(start, span.end) === raw ? { start, end: span.end } : span;
}
