import { posix } from "node:path";
import { hasGitOption } from "../../../core/commands/git.ts";
import type { ShellWord } from "../../../core/dockerfile/shell/shell-word.ts";
import { insertWords } from "../../fixes/insert-words.ts";
import { builtOnText } from "../built-on.ts";
import type { Fix, ImageUnderCheck, Rule, RuleReport } from "../rule.ts";
import type { BroughtFile } from "./brought-files.ts";
import { type FileLife, fileHistory } from "./file-history.ts";
import { type HistoryNeed, HistoryNeeds } from "./history-needs.ts";

/** layer/git-history: a `git clone` that keeps the whole history in its layer. */
export const gitHistory: Rule = {
  code: "layer/git-history",
  severity: "info",
  summary: "`git clone` keeps the repository's whole history in the layer.",
  why: `\`git clone\` fetches every version that every file ever had. An image needs one of them, and the rest is often
larger than the files themselves. \`--depth 1\` fetches the newest commit alone, with \`--branch\` that of a tag or branch.
A package that takes its version from the history (\`setuptools_scm\`), and a later \`git checkout\`, need more: there the
fix has to be asked for.`,
  examples: [
    {
      title: "a tag",
      bad: `FROM nvidia/cuda:12.2.2-devel-ubuntu22.04
RUN git clone --branch v0.6 https://github.com/example/solver.git /opt/solver \\
    && make -C /opt/solver -j8
`,
      good: `FROM nvidia/cuda:12.2.2-devel-ubuntu22.04
RUN git clone --depth 1 --branch v0.6 https://github.com/example/solver.git /opt/solver \\
    && make -C /opt/solver -j8
`,
      at: ["git clone"],
    },
    {
      title: "a version that is checked out afterwards",
      bad: `FROM pytorch/pytorch:2.4.1-cuda12.1-cudnn9-devel
RUN git clone https://github.com/NVIDIA/apex && cd apex && git checkout 24.04.01 && make
`,
      at: ["git clone"],
    },
    {
      title: "a package that may take its version from the history",
      bad: `FROM pytorch/pytorch:2.4.1-cuda12.1-cudnn9-devel
RUN git clone https://github.com/openvla/openvla.git /opt/openvla && pip install --no-cache-dir -e /opt/openvla
`,
      at: ["git clone"],
    },
  ],
  fine: [
    `FROM ubuntu:22.04
RUN git clone --depth=1 https://github.com/ohmyzsh/ohmyzsh.git /root/.oh-my-zsh
`,
    `# The clone goes in the RUN that made it.
FROM ubuntu:22.04
RUN git clone https://github.com/example/tool /tmp/tool && make -C /tmp/tool install && rm -rf /tmp/tool
`,
    `FROM ubuntu:22.04
RUN git clone https://github.com/kaldi-asr/kaldi.git && cd kaldi && make && rm -rf .git
`,
    `# The history is read.
FROM ubuntu:22.04
RUN git clone https://github.com/example/tool /opt/tool && git -C /opt/tool describe --tags > /version
`,
    `FROM ubuntu:22.04 AS build
RUN git clone https://github.com/example/tool /tool && make -C /tool
FROM ubuntu:22.04
COPY --from=build /tool/bin /usr/local/bin
`,
  ],
  *check({ facts }: ImageUnderCheck): Iterable<RuleReport> {
    const history = facts.get(fileHistory);
    const clones = history.files.filter(keepsHistory);
    if (clones.length === 0) return;
    const needs = new HistoryNeeds(history);
    clones.sort((a, b) => a.file.span.start - b.file.span.start);
    for (const { file } of clones) {
      const need = needs.of(file);
      if (need?.kind !== "history") yield report(file, need, mayBeUsedIn(facts.get(builtOnText), file));
    }
  },
};

/** Whether the text of an image that builds on this one names a clone, and so may need its history. */
function mayBeUsedIn(text: string, { path }: BroughtFile): boolean {
  return text !== "" && (path === null || text.includes(posix.basename(path)));
}

/** Options with which a clone has no history to spare, or that `--depth` does not go with. */
const shallow = [
  "--depth",
  "--shallow-since",
  "--shallow-exclude",
  "--filter",
  "--bare",
  "--mirror",
  "--reference",
  "--reference-if-able",
  "--revision",
  "--no-checkout",
  "-n",
  "-s",
  "--shared",
  "-l",
  "--local",
  "--separate-git-dir",
];

function keepsHistory({ file, goneInRun, historyGoneInRun }: FileLife): boolean {
  const { clone } = file;
  if (!clone || goneInRun || historyGoneInRun || hasGitOption(clone.call, ...shallow)) return false;
  // Of a folder on the same machine git takes the whole history whatever it is asked.
  return isRemote(clone.repository);
}

function isRemote({ value, prefix }: ShellWord): boolean {
  return /^(https?|git|ssh|ftps?):\/\/|^[\w.-]+@[\w.-]+:/.test(value ?? prefix);
}

function report(file: BroughtFile, need: HistoryNeed | undefined, usedLater: boolean): RuleReport {
  const { call, command, repository } = file.clone!;
  const name = /([^/:]+?)(\.git)?\/*$/.exec(repository.value ?? "")?.[1];
  const span = { start: call.invocation.word.span.start, end: command.span.end };
  const message =
    `This clone keeps the whole history${name ? ` of ${name}` : ""} in the layer, often more than the files ` +
    `themselves; ${advice(need)}`;
  const fix = fixFor(file, need, usedLater);
  return { span, message, ...(fix && { fixes: [fix] }) };
}

/** What `--branch` takes for what `git checkout` takes: git puts `refs/heads/` and `refs/tags/` in front itself. */
function branchOf({ revision }: HistoryNeed): string | undefined {
  return revision?.replace(/^(?:(?:refs\/)?(?:heads|tags)\/|(?:refs\/)?(?:remotes\/)?origin\/)/, "");
}

function advice(need: HistoryNeed | undefined): string {
  switch (need?.kind) {
    case "checkout": {
      const revision = branchOf(need);
      if (!revision) return "clone with --depth 1 and the --branch that is checked out later.";
      return isCommit(revision)
        ? `fetch the one commit: git init, git fetch --depth 1 <repository> ${revision}, git checkout FETCH_HEAD.`
        : `write git clone --depth 1 --branch ${revision}.`;
    }
    case "package":
      return "write git clone --depth 1, unless the package takes its version from the history.";
    case "script":
      return "write git clone --depth 1, unless what runs in it needs the history.";
    case "submodules":
      return "write git clone --depth 1, which leaves the submodules as they are.";
    default:
      return "write git clone --depth 1.";
  }
}

/** Whether a revision is, or may be, a commit's hash, which `--branch` does not take. */
function isCommit(revision: string): boolean {
  return /^[0-9a-f]{6,40}$/i.test(revision);
}

function fixFor({ clone }: BroughtFile, need: HistoryNeed | undefined, usedLater: boolean): Fix | undefined {
  const { call, command } = clone!;
  if (need?.kind === "checkout") {
    const revision = branchOf(need);
    const known = revision && !isCommit(revision) && /^[A-Za-z0-9][\w./+-]*$/.test(revision);
    if (!known || revision === "HEAD" || hasGitOption(call, "-b", "--branch")) return undefined;
    const edit = insertWords(call.invocation, command, ["--depth", "1", "--branch", revision]);
    return edit && { title: `Clone ${revision} alone`, automatic: false, edits: [edit] };
  }
  const edit = insertWords(call.invocation, command, ["--depth", "1"]);
  return edit && { title: "Add --depth 1", automatic: need === undefined && !usedLater, edits: [edit] };
}
