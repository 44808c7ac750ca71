import { describe, expect, test } from "vitest";
import { lateRemoval } from "../../../../server/rules/layer/late-removal.ts";
import { findings, fixed, testRule, wordsAtFault } from "../check-rule.ts";
import { labWith } from "../lab-with-base.ts";

testRule(lateRemoval);

const install = "RUN apt-get update && apt-get install -y gcc=4:11.2 make:amd64 python3-dev\n";

describe("finds a removal with", () => {
  test.each([
    [
      "uv pip",
      "RUN uv pip install --system opencv-python\nRUN uv pip uninstall --system opencv-python",
      "uv pip uninstall",
    ],
    ["remove", `${install}RUN apt-get remove -y gcc`, "apt-get remove"],
    [
      "options in front",
      `${install}RUN apt-get -y --auto-remove purge make`,
      "apt-get -y --auto-remove purge",
    ],
    ["autoremove and names", `${install}RUN apt-get autoremove -y gcc`, "apt-get autoremove"],
    ["a pattern", `${install}RUN apt-get purge -y 'python3-*'`, "apt-get purge"],
    ["apt", `${install}RUN sudo apt purge -y gcc`, "apt purge"],
    ["bash -c", `${install}RUN bash -c "apt-get purge -y gcc"`, "apt-get purge"],
    ["exec form", `${install}RUN ["apt-get", "remove", "-y", "gcc"]`, '"apt-get", "remove"'],
    ["a here-document", `${install}RUN <<EOF\napt-get remove -y gcc\nEOF`, "apt-get remove"],
    [
      "names of a variable",
      `ENV TOOLS="gcc make"\nRUN apt-get install -y $TOOLS\nRUN apt-get purge -y $TOOLS`,
      "apt-get purge",
    ],
    ["`g++`", "RUN apt-get install -y g++\nRUN apt-get purge -y g++", "apt-get purge"],
    ["pip", 'RUN pip install "Open_CV[all]>=4" x\nRUN pip uninstall -y open-cv', "pip uninstall"],
    [
      "python -m pip",
      "RUN pip install torch==2.1\nRUN python3 -m pip uninstall -y torch && pip install torch==2.3",
      "python3 -m pip uninstall",
    ],
    [
      "conda",
      "RUN conda install -y -c conda-forge conda-forge::dash=2\nRUN conda remove -y dash",
      "conda remove",
    ],
    [
      "an environment's name",
      "RUN conda create -n vis -y dash\nRUN conda uninstall --name vis dash",
      "conda uninstall",
    ],
    ["a parent stage", `${install}FROM a\nRUN apt-get purge -y gcc`, "apt-get purge"],
    ["ONBUILD", `${install}ONBUILD RUN apt-get purge -y gcc`, "apt-get purge"],
  ])("%s", (_, body, words) => {
    expect(wordsAtFault(lateRemoval, `FROM x AS a\n${body}\n`)).toEqual([words]);
  });
});

describe("is silent about", () => {
  test.each([
    ["one RUN", "RUN apt-get install -y gcc && make && apt-get purge -y gcc"],
    ["what the same RUN has installed too", `${install}RUN apt-get install -y gcc && apt-get purge -y gcc`],
    [
      "a RUN that has removed it itself",
      "RUN apt-get install -y gcc && apt-get purge -y gcc\nRUN apt-get purge -y gcc",
    ],
    ["what nothing here installed", "RUN apt-get purge -y unattended-upgrades"],
    ["autoremove without names", `${install}RUN apt-get autoremove -y`],
    ["another package", `${install}RUN apt-get purge -y gcc-11`],
    [
      "what may not have been installed",
      'RUN if [ -n "$X" ]; then apt-get install -y gcc; fi\nRUN apt-get purge -y gcc',
    ],
    ["what may not be removed", `${install}RUN test -f /x || apt-get purge -y gcc`],
    ["pip of another environment", "RUN /venv/bin/pip install torch\nRUN pip uninstall -y torch"],
    ["another conda environment", "RUN conda create -n a dash\nRUN conda remove -n b dash"],
    ["conda for pip's package", "RUN pip install dash\nRUN conda remove dash"],
    ["a requirements file", "RUN pip install -r requirements.txt\nRUN pip uninstall -y torch"],
    ["a local package", "RUN pip install ./torch\nRUN pip uninstall -y torch"],
    ["a removal while installing", "RUN apt-get install -y vim nano-\nRUN apt-get remove -y nano"],
    ["a stage that is only copied from", `${install}RUN apt-get purge -y gcc\nFROM y`],
    ["an unknown name", `${install}RUN apt-get purge -y $PACKAGES`],
    ["a printed command", `${install}RUN echo apt-get purge gcc`],
  ])("%s", (_, body) => {
    expect(wordsAtFault(lateRemoval, `FROM x AS a\n${body}\n`)).toEqual([]);
  });
});

describe("joins", () => {
  test.each([
    [
      "in the first one's style",
      "RUN apt-get update && \\\n\tapt-get install -y gcc\n\nRUN apt-get purge -y gcc\n",
      "RUN apt-get update && \\\n\tapt-get install -y gcc && \\\n\tapt-get purge -y gcc\n",
    ],
    [
      "with `;` where set -e stops",
      "RUN set -ex; \\\n    apt-get install -y gcc\nRUN apt-get purge -y gcc && \\\n    ls\n",
      "RUN set -ex; \\\n    apt-get install -y gcc; \\\n    apt-get purge -y gcc && \\\n    ls\n",
    ],
    [
      "with the comment between them",
      "RUN apt-get install -y gcc\n# not needed any more\nRUN apt-get purge -y gcc\n",
      "RUN apt-get install -y gcc \\\n# not needed any more\n    && apt-get purge -y gcc\n",
    ],
    [
      "with comments inside",
      "RUN apt-get install -y \\\n    # compiler\n    gcc\nRUN apt-get purge -y \\\n    # compiler\n    gcc\n",
      "RUN apt-get install -y \\\n    # compiler\n    gcc \\\n    && apt-get purge -y \\\n    # compiler\n    gcc\n",
    ],
    [
      "with another escape character",
      "RUN apt-get install -y `\n  gcc\nRUN apt-get purge -y gcc\n",
      "RUN apt-get install -y `\n  gcc `\n  && apt-get purge -y gcc\n",
    ],
    [
      "sudo",
      "RUN sudo apt-get install -y gcc\nRUN sudo apt-get purge -y gcc\n",
      "RUN sudo apt-get install -y gcc && sudo apt-get purge -y gcc\n",
    ],
  ])("%s", (_, bad, good) => {
    const head = bad.includes("`") ? "# escape=`\nFROM x\n" : "FROM x\n";
    expect(fixed(lateRemoval, head + bad)).toBe(head + good);
    const windows = (text: string) => text.replace(/\n/g, "\r\n");
    expect(fixed(lateRemoval, windows(head + bad))).toBe(windows(head + good));
  });
});

describe("only explains", () => {
  const purge = "RUN apt-get purge -y gcc\n";
  test.each([
    ["with an instruction in between", `RUN apt-get install -y gcc\nCOPY . /src\n${purge}`],
    ["behind a comment of the shell", `RUN apt-get install -y gcc # compiler\n${purge}`],
    ["where a failure would be hidden", "RUN apt-get install -y gcc\nRUN apt-get purge -y gcc || true\n"],
    ["where it would run after a failure", "RUN apt-get install -y gcc\nRUN apt-get purge -y gcc; ls\n"],
    ["in another directory", `RUN cd /src && apt-get install -y gcc\n${purge}`],
    ["with a variable of the first shell", "RUN P=x; apt-get install -y gcc\nRUN apt-get purge -y gcc $P\n"],
    ["with a mount", `RUN --mount=type=cache,target=/c apt-get install -y gcc\n${purge}`],
    ["in a here-document", `RUN <<EOF\napt-get install -y gcc\nEOF\n${purge}`],
    ["in exec form", `RUN ["apt-get", "install", "-y", "gcc"]\n${purge}`],
    ["in the background", `RUN apt-get install -y gcc & wait &\n${purge}`],
    ["for ONBUILD", `ONBUILD RUN apt-get install -y gcc\nONBUILD ${purge}`],
    [
      "for what two RUNs installed",
      "RUN apt-get install -y make\nRUN apt-get install -y gcc\nRUN apt-get purge -y gcc make\n",
    ],
  ])("%s", (_, body) => {
    const text = `FROM x AS a\n${body}`;
    expect(findings(lateRemoval, text)).toHaveLength(1);
    expect(fixed(lateRemoval, text)).toBe(text);
  });
});

test("names the packages, where they came from and what to do", () => {
  const [finding] = findings(lateRemoval, `FROM x AS a\n${install}FROM a\nRUN apt-get purge -y make gcc\n`);
  expect(finding?.message).toContain("make, gcc");
  expect(finding?.message).toContain("line 2");
  expect(finding?.message).toContain("the other stage");
});

test("what is installed again in the same RUN is replaced, not removed", () => {
  const first = "FROM ubuntu:22.04\nRUN pip install numpy opencv-python\n";
  const message = (body: string) => findings(lateRemoval, `${first}RUN ${body}\n`)[0]?.message;
  expect(message("pip uninstall -y numpy && pip install numpy==1.26")).toContain(
    "Replaces numpy in a later layer than the RUN that installed it (line 2): the image carries both.",
  );
  expect(message("pip uninstall -y numpy opencv-python && pip install numpy==1.26")).toContain(
    "Removes numpy, opencv-python in a later layer",
  );
});

test("no fix that puts an install behind the clean-up of the lists", () => {
  const first =
    "FROM ubuntu:22.04\nRUN apt-get update && apt-get install -y git && rm -rf /var/lib/apt/lists/*\n";
  const late = `${first}RUN apt-get remove -y git && apt-get install -y curl\n`;
  expect(findings(lateRemoval, late)).toHaveLength(1);
  expect(findings(lateRemoval, late)[0]?.fixes).toBeUndefined();
  const updated = `${first}RUN apt-get remove -y git && apt-get update && apt-get install -y curl\n`;
  expect(findings(lateRemoval, updated)[0]?.fixes).toHaveLength(1);
});

describe("what an image of the lab installed", () => {
  const base = "FROM ubuntu:22.04\nRUN apt-get install -y build-essential git\n";
  const on = "FROM lab/base:1\n";

  test("is told with the image's name, and without a fix", () => {
    const text = `${on}RUN apt-get purge -y build-essential git\n`;
    const [finding, ...others] = findings(lateRemoval, text, labWith(base));
    expect(others).toEqual([]);
    expect(finding?.message).toContain("Removes build-essential, git, which the lab's image base installs");
    expect(finding?.fixes).toBeUndefined();
  });

  test("is left out beside what this file installs", () => {
    const text = `${on}RUN apt-get install -y vim\nRUN apt-get remove -y git vim\n`;
    const [finding] = findings(lateRemoval, text, labWith(base));
    expect(finding?.message).toContain(
      "Removes vim in a later layer than the RUN that installed them (line 2)",
    );
  });

  test("is what its last stage ships and keeps", () => {
    const stages = "FROM ubuntu:22.04 AS a\nRUN apt-get install -y git\nFROM ubuntu:22.04\n";
    const text = `${on}RUN apt-get remove -y git\n`;
    expect(findings(lateRemoval, text, labWith(stages))).toEqual([]);
    expect(findings(lateRemoval, text, labWith(`${base}RUN apt-get remove -y git\n`))).toEqual([]);
  });
});
