import { describe, expect, test } from "vitest";
import { parseDockerfile } from "../../../../core/dockerfile/dockerfile.ts";
import type { RunInstruction } from "../../../../core/dockerfile/instruction.ts";
import { noLab } from "../../../../core/lab/lab-image.ts";
import { applyEdits } from "../../../../server/lint/edits.ts";
import { Facts } from "../../../../server/rules/facts.ts";
import { lateCleanup } from "../../../../server/rules/layer/late-cleanup.ts";
import { aptCaches, lateCleanupRemoval } from "../../../../server/rules/layer/late-cleanups.ts";
import { findings, fixed, testRule, wordsAtFault } from "../check-rule.ts";

testRule(lateCleanup);

const update = "RUN apt-get update && apt-get install -y git\n";

describe("finds a clean-up of", () => {
  test.each([
    ["lists, with the slash", `${update}RUN rm -rf /var/lib/apt/lists/`, "rm -rf /var/lib/apt/lists/"],
    [
      "lists, options apart",
      `${update}RUN rm -r --force /var/lib/apt/lists`,
      "rm -r --force /var/lib/apt/lists",
    ],
    ["lists, through the parent", `${update}RUN rm -fr /var/lib/apt`, "rm -fr /var/lib/apt"],
    ["lists, quoted", `${update}RUN rm -rf "/var/lib/apt/lists"`, 'rm -rf "/var/lib/apt/lists"'],
    ["lists, by a variable", `ENV L=/var/lib/apt/lists\n${update}RUN rm -rf $L`, "rm -rf $L"],
    ["lists, with sudo", `${update}RUN sudo rm -rf /var/lib/apt/lists/*`, "rm -rf /var/lib/apt/lists/*"],
    [
      "lists, in bash -c",
      `${update}RUN bash -c "rm -rf /var/lib/apt/lists/*"`,
      "rm -rf /var/lib/apt/lists/*",
    ],
    ["archives", `${update}RUN rm /var/cache/apt/archives/*.deb`, "rm /var/cache/apt/archives/*.deb"],
    ["archives, with apt-get", `${update}RUN apt-get -y autoclean`, "apt-get -y autoclean"],
    ["archives, with apt", `${update}RUN apt clean`, "apt clean"],
    ["both", `${update}RUN apt-get distclean`, "apt-get distclean"],
    ["both, exec form", `${update}RUN ["apt-get", "clean"]`, '"apt-get", "clean"'],
    ["pip", "RUN pip install x\nRUN pip cache purge", "pip cache purge"],
    ["pip, by home", "RUN python3 -m pip install x\nRUN rm -rf ~/.cache", "rm -rf ~/.cache"],
    ["pip, by $HOME", 'RUN pip install x\nRUN rm -rf "$HOME/.cache/pip"', 'rm -rf "$HOME/.cache/pip"'],
    [
      "pip, of a user",
      "USER ann\nRUN pip install x\nRUN rm -rf /home/ann/.cache/pip",
      "rm -rf /home/ann/.cache/pip",
    ],
    ["pip, elsewhere", "ENV PIP_CACHE_DIR=/c/pip\nRUN pip install x\nRUN rm -rf /c/pip", "rm -rf /c/pip"],
    ["conda", "RUN conda install -y x\nRUN conda clean -afy", "conda clean -afy"],
    [
      "conda, by path",
      "RUN mamba env update -f e.yml\nRUN rm -rf /opt/miniconda3/pkgs/*",
      "rm -rf /opt/miniconda3/pkgs/*",
    ],
    ["dnf", "RUN dnf install -y x\nRUN dnf clean all", "dnf clean all"],
    ["yum, by path", "RUN yum install -y x\nRUN rm -rf /var/cache/yum", "rm -rf /var/cache/yum"],
    ["zypper", "RUN zypper install -y x\nRUN zypper clean --all", "zypper clean --all"],
    ["apk", "RUN apk add git\nRUN rm -rf /var/cache/apk/*", "rm -rf /var/cache/apk/*"],
    ["npm", "RUN npm ci\nRUN npm cache clean --force", "npm cache clean --force"],
    ["npm, by path", "RUN npm install -g x\nRUN rm -rf /root/.npm", "rm -rf /root/.npm"],
    ["yarn", "RUN yarn\nRUN yarn cache clean", "yarn cache clean"],
    ["poetry", "RUN poetry install\nRUN rm -rf /root/.cache/pypoetry", "rm -rf /root/.cache/pypoetry"],
    ["uv", "RUN uv sync\nRUN uv cache clean", "uv cache clean"],
    [
      "in a here-document",
      `${update}RUN <<EOF\nrm -rf /var/lib/apt/lists/*\nEOF`,
      "rm -rf /var/lib/apt/lists/*",
    ],
    [
      "among other paths",
      `${update}RUN rm -rf /tmp/* /var/lib/apt/lists/* /x`,
      "rm -rf /tmp/* /var/lib/apt/lists/*",
    ],
    [
      "for images built on this one",
      "ONBUILD RUN apt-get update\nONBUILD RUN rm -rf /var/lib/apt/lists/*",
      "rm -rf /var/lib/apt/lists/*",
    ],
    [
      "what a parent stage left",
      "RUN apt-get update\nFROM a\nRUN rm -rf /var/lib/apt/lists/*",
      "rm -rf /var/lib/apt/lists/*",
    ],
  ])("%s", (_, body, words) => {
    expect(wordsAtFault(lateCleanup, `FROM x AS a\n${body}\n`)).toEqual([words]);
  });
});

test.each([
  ["ubuntu:22.04", "", 1],
  ["ubuntu:22.04", "-n ", 0],
  ["ubuntu:16.04", "", 0],
  ["debian:12", "", 0],
])("lists that add-apt-repository fetches: %s %s", (base, option, found) => {
  const text = `FROM ${base}\nRUN add-apt-repository -y ${option}ppa:a/b && apt-get install -y git\nRUN rm -rf /var/lib/apt/lists/*\n`;
  expect(wordsAtFault(lateCleanup, text)).toHaveLength(found);
  const into = text.replace("\nRUN rm", " && rm");
  expect(fixed(lateCleanup, text)).toBe(found > 0 ? into : text);
});

describe("is silent about", () => {
  test.each([
    ["a RUN that cleans up behind itself", `${update}RUN apt-get update && rm -rf /var/lib/apt/lists/*`],
    [
      "a maker that has cleaned",
      "RUN apt-get update && rm -rf /var/lib/apt/lists/*\nRUN rm -rf /var/lib/apt/lists/*",
    ],
    [
      "a maker that has cleaned with find",
      "RUN apt-get update && find /var/lib/apt/lists -type f -delete\nRUN rm -rf /var/lib/apt/lists/*",
    ],
    [
      "a second clean-up",
      `${update}RUN apt-get update && rm -rf /var/lib/apt/lists\nRUN rm -rf /var/lib/apt/lists/*`,
    ],
    ["a part of the lists", `${update}RUN rm -rf /var/lib/apt/lists/partial`],
    ["another directory", `${update}RUN rm -rf /var/lib/apt-lists`],
    ["a pattern in exec form", `${update}RUN ["rm", "-rf", "/var/lib/apt/lists/*"]`],
    ["what may not run", `${update}RUN if [ -n "$X" ]; then rm -rf /var/lib/apt/lists/*; fi`],
    ["what may not have run", 'RUN if [ -n "$X" ]; then apt-get update; fi\nRUN rm -rf /var/lib/apt/lists/*'],
    ["a script in front", `${update}RUN ./install.sh && rm -rf /var/lib/apt/lists/*`],
    [
      "a script in front of several clean-ups",
      `${update}RUN bash deps.sh && apt-get clean && rm -rf /var/lib/apt/lists/* /tmp/*`,
    ],
    [
      "a script in front of several clean-ups of pip",
      "RUN pip install x\nRUN bash deps.sh && rm -rf /tmp/x && pip cache purge",
    ],
    ["pip without a cache", "RUN pip install --no-cache-dir x\nRUN rm -rf /root/.cache/pip"],
    [
      "pip without a cache, by variable",
      "ENV PIP_NO_CACHE_DIR=1\nRUN pip install x\nRUN rm -rf /root/.cache/pip",
    ],
    ["pip without a cache, exported", "RUN export PIP_NO_CACHE_DIR=1 && pip install x\nRUN rm -rf ~/.cache"],
    ["another user's cache", "USER ann\nRUN pip install x\nUSER root\nRUN rm -rf /root/.cache/pip"],
    ["an unknown option", "RUN pip install $OPTIONS x\nRUN rm -rf /root/.cache/pip"],
    ["names without a dot", "RUN pip install x\nRUN rm -rf /root/*"],
    [
      "a cache mount",
      "RUN --mount=type=cache,target=/var/cache/apt --mount=type=cache,target=/var/lib/apt apt-get update && apt-get install -y git\nRUN apt-get clean && rm -rf /var/lib/apt/lists/*",
    ],
    [
      "a mount over conda's packages",
      "RUN --mount=type=cache,target=/root/miniconda3/pkgs conda install x\nRUN conda clean -a",
    ],
    ["another package manager", "RUN apk add --no-cache git\nRUN rm -rf /var/cache/apk/*"],
    ["a printed command", `${update}RUN echo "rm -rf /var/lib/apt/lists/*"`],
    ["a stage that is only copied from", `${update}RUN apt-get clean\nFROM y\nCOPY --from=a /x /x`],
    ["another interpreter", `${update}SHELL ["pwsh", "-c"]\nRUN rm -rf /var/lib/apt/lists/*`],
    ["an ONBUILD that has not run yet", "ONBUILD RUN apt-get update\nRUN rm -rf /var/lib/apt/lists/*"],
    ["a base image's lists", "RUN rm -rf /var/lib/apt/lists/* && apt-get clean"],
  ])("%s", (_, body) => {
    expect(wordsAtFault(lateCleanup, `FROM x AS a\n${body}\n`)).toEqual([]);
  });
});

describe("moves the clean-up", () => {
  test.each([
    [
      "behind a trailing &&",
      "RUN apt-get update && \\\n\tapt-get install -y git\nRUN rm -rf /var/lib/apt/lists/*\n",
      "RUN apt-get update && \\\n\tapt-get install -y git && \\\n\trm -rf /var/lib/apt/lists/*\n",
    ],
    [
      "behind `;` with set -e",
      "RUN set -e; \\\n    apt-get update; \\\n    apt-get install -y git\nRUN rm -rf /var/lib/apt/lists/*\n",
      "RUN set -e; \\\n    apt-get update; \\\n    apt-get install -y git; \\\n    rm -rf /var/lib/apt/lists/*\n",
    ],
    [
      "with its sudo",
      "RUN sudo apt-get update\nRUN sudo rm -rf /var/lib/apt/lists/*\n",
      "RUN sudo apt-get update && sudo rm -rf /var/lib/apt/lists/*\n",
    ],
    [
      "into a here-document",
      "RUN <<EOF\nset -e\napt-get update\nEOF\nRUN rm -rf /var/lib/apt/lists/*\n",
      "RUN <<EOF\nset -e\napt-get update\nrm -rf /var/lib/apt/lists/*\nEOF\n",
    ],
    [
      "out of a here-document",
      "RUN apt-get update\nRUN <<EOF\nset -e\nls\nrm -rf /var/lib/apt/lists/*\nEOF\n",
      "RUN apt-get update && rm -rf /var/lib/apt/lists/*\nRUN <<EOF\nset -e\nls\nEOF\n",
    ],
    [
      "with comments between the lines",
      "RUN apt-get update \\\n    # the tools\n    && apt-get install -y git\nRUN ls \\\n    # clean\n    && ls -l && apt-get clean\n",
      "RUN apt-get update \\\n    # the tools\n    && apt-get install -y git \\\n    && apt-get clean\nRUN ls \\\n    # clean\n    && ls -l\n",
    ],
    [
      "in front of the shell's own comment",
      "RUN apt-get update # lists\nRUN rm -rf /var/lib/apt/lists/*\n",
      "RUN apt-get update && rm -rf /var/lib/apt/lists/* # lists\n",
    ],
    [
      "with another escape character",
      "RUN apt-get update `\n    && apt-get install -y git\nRUN rm -rf `\n    /var/lib/apt/lists/*\n",
      "RUN apt-get update `\n    && apt-get install -y git `\n    && rm -rf /var/lib/apt/lists/*\n",
    ],
    [
      "in ONBUILD",
      "ONBUILD RUN apt-get update\nONBUILD RUN rm -rf /var/lib/apt/lists/*\n",
      "ONBUILD RUN apt-get update && rm -rf /var/lib/apt/lists/*\n",
    ],
    [
      "from the middle of a list",
      "RUN pip install x\nRUN ls && rm -rf ~/.cache/pip && pwd\n",
      "RUN pip install x && rm -rf ~/.cache/pip\nRUN ls && pwd\n",
    ],
    [
      "of two caches to two RUNs",
      "RUN apt-get update\nRUN pip install x\nRUN rm -rf /root/.cache /tmp/x /var/lib/apt/lists/*\n",
      "RUN apt-get update && rm -rf /var/lib/apt/lists/*\nRUN pip install x && rm -rf /root/.cache\nRUN rm -rf /tmp/x\n",
    ],
    [
      "over a RUN that fetches its own lists",
      "RUN apt-get update\nRUN apt-get update && apt-get install -y x && rm -rf /tmp/x\nRUN rm -rf /var/lib/apt/lists/*\n",
      "RUN apt-get update\nRUN apt-get update && apt-get install -y x && rm -rf /tmp/x && rm -rf /var/lib/apt/lists/*\n",
    ],
    [
      "of exec form",
      'RUN apt-get update && apt-get install -y x\nRUN ["apt-get", "clean"]\n',
      "RUN apt-get update && apt-get install -y x && apt-get clean\n",
    ],
    [
      "of conda behind mamba",
      "RUN mamba install -y x\nRUN conda clean -afy\n",
      "RUN mamba install -y x && conda clean -afy\n",
    ],
  ])("%s", (_, bad, good) => {
    const head = bad.includes("`") ? "# escape=`\nFROM x\n" : "FROM x\n";
    expect(fixed(lateCleanup, head + bad)).toBe(head + good);
    const windows = (text: string) => text.replace(/\n/g, "\r\n");
    expect(fixed(lateCleanup, windows(head + bad))).toBe(windows(head + good));
  });
});

describe("leaves in place", () => {
  test.each([
    [
      "lists that an install in between reads",
      "RUN apt-get update\nRUN apt-get install -y x\nRUN rm -rf /var/lib/apt/lists/*",
    ],
    [
      "lists that a script in between may read",
      "RUN apt-get update\nRUN sh /tmp/setup\nRUN rm -rf /var/lib/apt/lists/*",
    ],
    ["another user's command", "RUN apt-get update\nUSER ann\nRUN sudo rm -rf /var/lib/apt/lists/*"],
    [
      "a command whose failure does not matter",
      "RUN apt-get update\nRUN rm -rf /var/lib/apt/lists/* || true",
    ],
    ["a path of a variable", "RUN apt-get update\nENV L=/var/lib/apt/lists\nRUN rm -rf $L"],
    ["the parent stage", "RUN apt-get update\nFROM a\nRUN rm -rf /var/lib/apt/lists/*"],
    ["an exec form without a shell", 'RUN ["apt-get", "update"]\nRUN rm -rf /var/lib/apt/lists/*'],
    ["a RUN that ends on its own", "RUN apt-get update; exit 0\nRUN rm -rf /var/lib/apt/lists/*"],
    ["one path for the caches of two RUNs", "RUN pip install x\nRUN uv sync\nRUN rm -rf /root/.cache"],
    ["a comment", "RUN apt-get update\nRUN \\\n  # clean up\n  rm -rf /var/lib/apt/lists/*"],
    [
      "a program that may not be there yet",
      "RUN /opt/conda/bin/conda install x\nENV PATH=/opt/conda/bin:$PATH\nRUN conda clean -a",
    ],
  ])("%s", (_, body) => {
    const text = `FROM x AS a\n${body}\n`;
    expect(findings(lateCleanup, text)).toHaveLength(1);
    expect(fixed(lateCleanup, text)).toBe(text);
  });
});

describe("leaves to the author", () => {
  const download = `RUN python -c "import torchvision; torchvision.models.resnet50(weights='DEFAULT')"`;
  test.each([
    ["a folder that a RUN in between may fill", `RUN pip install x\n${download}\nRUN rm -rf /root/.cache`],
    ["a folder that a command of its RUN may fill", `RUN pip install x\n${download} && rm -rf ~/.cache`],
    [
      "a folder that COPY fills",
      "RUN pip install x\nCOPY hub /root/.cache/torch/hub\nRUN rm -rf /root/.cache/*",
    ],
    ["what is installed offline", "RUN uv sync\nRUN uv sync --offline\nRUN rm -rf /root/.cache/uv"],
  ])("%s", (_, body) => {
    const text = `FROM x\n${body}\n`;
    expect(findings(lateCleanup, text)[0]?.fixes).toMatchObject([{ automatic: false }]);
  });

  test("no longer where only the cache itself is deleted", () => {
    const text = `FROM x\nRUN pip install x\n${download}\nRUN rm -rf /root/.cache/pip\n`;
    expect(fixed(lateCleanup, text)).toBe(
      `FROM x\nRUN pip install x && rm -rf /root/.cache/pip\n${download}\n`,
    );
  });
});

test("says what is deleted and where it was made", () => {
  const [finding] = findings(lateCleanup, `FROM x\n${update}RUN rm -rf /var/lib/apt/lists/*\n`);
  expect(finding?.message).toContain("the apt package lists (about 40 MB)");
  expect(finding?.message).toContain("line 2");
  expect(finding?.fixes?.[0]?.title).toBe("Move the clean-up into the RUN of line 2");
});

test("warns of bytes, and only informs where most bases have none to lose", () => {
  const severities = (cleanup: string) =>
    findings(lateCleanup, `FROM x\n${update}RUN ${cleanup}\n`).map((each) => each.severity);
  expect(severities("rm -rf /var/lib/apt/lists/*")).toEqual(["warning"]);
  expect(severities("apt-get clean")).toEqual(["info"]);
});

describe("a fix that cleans in the RUN itself takes the late clean-up away:", () => {
  const without = (text: string, ...indices: number[]) => {
    const dockerfile = parseDockerfile(text);
    const cleaned = indices.map((index) => dockerfile.instructions[index] as RunInstruction);
    const edits = new Facts({ dockerfile, lab: noLab }).get(lateCleanupRemoval)(new Set(cleaned), aptCaches);
    return applyEdits(text, edits);
  };

  test.each([
    [
      "a RUN that does nothing else",
      `FROM x\n${update}RUN apt-get clean && rm -rf /var/lib/apt/lists/*\nRUN ls\n`,
      `FROM x\n${update}RUN ls\n`,
    ],
    [
      "one command of several",
      `FROM x\n${update}RUN ls && rm -rf /var/lib/apt/lists/*\n`,
      `FROM x\n${update}RUN ls\n`,
    ],
    [
      "one path of several",
      `FROM x\n${update}RUN rm -rf /tmp/x /var/lib/apt/lists/*\n`,
      `FROM x\n${update}RUN rm -rf /tmp/x\n`,
    ],
    [
      "several commands in front of others",
      `FROM x\n${update}RUN apt-get clean && rm -rf /var/lib/apt/lists/* && ls\n`,
      `FROM x\n${update}RUN ls\n`,
    ],
    [
      "several commands behind others",
      `FROM x\n${update}RUN ls \\\n    && apt-get clean \\\n    && rm -rf /var/lib/apt/lists/*\n`,
      `FROM x\n${update}RUN ls\n`,
    ],
    [
      "several commands between others",
      `FROM x\n${update}RUN ls && apt-get clean && rm -rf /var/lib/apt/lists/* && ls\n`,
      `FROM x\n${update}RUN ls && ls\n`,
    ],
    [
      "nothing of a RUN with a comment",
      `FROM x\n${update}RUN rm -rf /var/lib/apt/lists/* # lists\n`,
      `FROM x\n${update}RUN rm -rf /var/lib/apt/lists/* # lists\n`,
    ],
    [
      "nothing that another RUN's cache needs",
      `FROM x\n${update}${update}RUN rm -rf /var/lib/apt/lists/*\n`,
      `FROM x\n${update}${update}RUN rm -rf /var/lib/apt/lists/*\n`,
    ],
  ])("takes away %s", (_, before, after) => {
    expect(without(before, 1)).toBe(after);
  });
});

test("lists that a RUN in between needs are not to be deleted before it", () => {
  const text =
    "FROM ubuntu:22.04\nRUN apt-get update\nRUN apt-get install -y git\nRUN rm -rf /var/lib/apt/lists/*\n";
  expect(findings(lateCleanup, text)[0]?.message).toContain("Fetch, use and delete them in one RUN.");
});
