import { describe, expect, test } from "vitest";
import { cleanLists } from "../../../../server/rules/apt/clean-lists.ts";
import { findings, fixed, testRule, wordsAtFault } from "../check-rule.ts";

testRule(cleanLists);

const from = "FROM ubuntu:22.04\n";
const install = "apt-get update && apt-get install -y git";

describe("a right clean-up", () => {
  test.each([
    "rm -rf /var/lib/apt/lists",
    "rm -rf /var/lib/apt/lists/",
    "rm -rf /var/lib/apt/lists/*",
    "rm -fr /var/lib/apt/lists/*",
    "rm -r -f /var/lib/apt/lists/*",
    "rm -R /var/lib/apt/lists/*",
    "rm --recursive --force /var/lib/apt/lists/*",
    "rm -rf /tmp/* /var/lib/apt/lists/* /root/.cache",
    "rm -rf /var/lib/apt/lists/{*,.*}",
    "rm -rf /var/lib/{apt,dpkg}/lists",
    "rm -rf /var/{cache/apt,lib/apt/lists}/*",
    "rm -rf /var/lib/apt",
    "rm -rf /var/lib/apt/*",
    "rm -rf /var/cache/apt /var/lib/apt",
    "rm -rf //var/lib/apt/lists/./*",
    "rm -f /var/lib/apt/lists/*_*",
    "find /var/lib/apt/lists -type f -delete",
    "find /var/lib/apt/lists/ -mindepth 1 -exec rm -rf {} +",
    "find /var/lib/apt/lists -type f | xargs rm -f",
    "cd /var/lib/apt/lists && rm -rf *",
    "sudo rm -rf /var/lib/apt/lists/*",
    "bash -c 'rm -rf /var/lib/apt/lists/*'",
    "(rm -rf /var/lib/apt/lists/*)",
    "if true; then rm -rf /var/lib/apt/lists/*; fi",
    "rm -rf /var/lib/apt/lists/* || true",
    "apt-get dist-clean",
    "clean-layer.sh",
    "bash /tmp/cleanup.sh",
    "rm -rf $APT_LISTS",
    'rm -rf "${ROOT}/var/lib/apt/lists"',
    "rm -rf /var/lib/apt/lists/* && apt-get purge -y gcc && apt-get autoremove -y",
  ])("%s", (command) => {
    expect(wordsAtFault(cleanLists, `${from}RUN ${install} && ${command}\n`)).toEqual([]);
  });

  test.each([
    "ENV LISTS=/var/lib/apt/lists\nRUN apt-get update && apt-get install -y git && rm -rf $LISTS/*",
    "RUN trap 'rm -rf /var/lib/apt/lists/*' EXIT; apt-get update; apt-get install -y git",
    "RUN tidy() { rm -rf /var/lib/apt/lists/*; }; apt-get update; apt-get install -y git; tidy",
    'RUN apt_get() { apt-get update && apt-get install -y "$@" && rm -rf /var/lib/apt/lists/*; }; apt_get git',
    "RUN --mount=type=cache,target=/var/lib/apt apt-get update && apt-get install -y git",
    "RUN --mount=type=cache,dst=/var/lib/apt/lists/ apt-get update && apt-get install -y git",
    "RUN --mount=type=tmpfs,target=/var/lib/apt/lists apt-get update && apt-get install -y git",
    "RUN apt-get -o Dir::State::lists=/tmp/lists update",
    "RUN apt-get install -y git",
    "RUN echo apt-get update",
    'SHELL ["pwsh", "-c"]\nRUN apt-get update && apt-get install -y git',
  ])("%s", (run) => {
    expect(wordsAtFault(cleanLists, `${from}${run}\n`)).toEqual([]);
  });
});

describe("no clean-up", () => {
  test.each([
    "true",
    "apt-get clean",
    "apt-get autoclean && apt-get autoremove -y",
    "rm -rf /var/lib/apt/lists/partial",
    "rm -rf /var/lib/apt/lists.old /var/cache/apt/*",
    "rm /var/lib/apt/lists",
    "rm -rf var/lib/apt/lists",
    "rm -rf $BUILD_DIR /tmp/*",
    "find / -name '*.pyc' -delete",
    "find /var/lib/apt/lists -type f",
    "echo rm -rf /var/lib/apt/lists/*",
    "conda clean -a && make clean",
    "./build.sh",
    "rm -rf /var/lib/apt/lists/* && apt-get update",
    "rm -rf /var/lib/apt/lists/* && apt-get update && apt-get install -y vim",
  ])("%s", (command) => {
    expect(wordsAtFault(cleanLists, `${from}RUN ${install} && ${command}\n`)).toEqual(["apt-get update"]);
  });

  test.each([
    ["RUN rm -rf /var/lib/apt/lists/* && apt-get update && apt-get install -y git", "apt-get update"],
    ["RUN apt-get update && rm -rf /var/lib/apt/lists/* && apt-get install -y git", "apt-get update"],
    ["RUN apt-get update && apt-get install -y git\nRUN rm -rf /var/lib/apt/lists/*", "apt-get update"],
    ["RUN sudo apt -y update && sudo apt install -y git", "apt -y update"],
    ["RUN aptitude update && aptitude install -y git", "aptitude update"],
    [
      "RUN --mount=type=cache,target=/var/cache/apt apt-get update && apt-get install -y git",
      "apt-get update",
    ],
    ["RUN if true; then apt-get update && apt-get install -y git; fi", "apt-get update"],
    ["RUN apt-get update", "apt-get update"],
    ['RUN ["apt-get", "update"]', '"apt-get", "update"'],
    ["ONBUILD RUN apt-get update && apt-get install -y git", "apt-get update"],
    ["RUN apt-get install -U -y git", "apt-get install"],
  ])("%s", (run, words) => {
    expect(wordsAtFault(cleanLists, `${from}${run}\n`)).toEqual([words]);
  });
});

describe("stages", () => {
  const leaves = `RUN ${install}\n`;
  test.each([
    ["the last one", `${from}${leaves}`, 1],
    ["one that is only copied from", `FROM ubuntu AS b\n${leaves}FROM ubuntu\nCOPY --from=b /a /a\n`, 0],
    ["one that the last builds on", `FROM ubuntu AS b\n${leaves}FROM b AS c\nFROM c\nRUN true\n`, 1],
    ["one that nothing builds on", `FROM ubuntu AS b\n${leaves}FROM ubuntu AS c\n${leaves}`, 1],
  ])("%s", (_, text, count) => {
    expect(findings(cleanLists, text)).toHaveLength(count);
  });
});

describe("lists that a later RUN needs", () => {
  test("are silent where their RUN only fetches them", () => {
    expect(wordsAtFault(cleanLists, `${from}RUN apt-get update\nRUN apt-get install -y git\n`)).toEqual([]);
    expect(wordsAtFault(cleanLists, `${from}RUN apt-get update\nRUN bash deps.sh\n`)).toEqual([]);
  });

  test.each([
    ["in the stage", `${from}RUN ${install}\nRUN apt-get install -y vim\n`],
    ["by another program", `${from}RUN ${install}\nRUN rosdep install --from-paths src -y\n`],
    [
      "in a stage that builds on it",
      `FROM ubuntu AS b\nRUN ${install}\nFROM b\nRUN apt-get install -y vim\n`,
    ],
    ["in ONBUILD", `${from}ONBUILD RUN apt-get install -y vim\nRUN ${install}\n`],
  ])("are reported, but not deleted: %s", (_, text) => {
    expect(findings(cleanLists, text)[0]!.fixes).toBeUndefined();
    expect(fixed(cleanLists, text)).toBe(text);
  });
});

describe("lists that a script behind them may need", () => {
  test.each([
    ["in the stage", `${from}RUN ${install}\nRUN bash deps.sh\n`],
    ["in a stage that builds on it", `FROM ubuntu AS b\nRUN ${install}\nFROM b\nRUN ./install.sh\n`],
  ])("are deleted only when asked: %s", (_, text) => {
    expect(findings(cleanLists, text)[0]!.fixes?.map(({ automatic }) => automatic)).toEqual([false]);
    expect(fixed(cleanLists, text)).toBe(text);
  });

  test.each([
    ["the script's RUN fetches its own", "apt-get update && bash deps.sh && rm -rf /var/lib/apt/lists/*"],
    ["the script installs conda", "bash /tmp/Miniforge3-Linux-x86_64.sh -b -p /opt/conda"],
    ["a project is built", "cmake -B build && make -C build install"],
    ["a shell's settings are read", 'bash -c "source /root/.bashrc"'],
    ["a program's own Python is called", "/opt/sim/python.sh -m pip install x"],
  ])("are deleted where %s", (_, command) => {
    const text = `${from}RUN ${install}\nRUN ${command}\n`;
    expect(findings(cleanLists, text)[0]!.fixes?.map(({ automatic }) => automatic)).toEqual([true]);
  });
});

describe("the fix", () => {
  const clean = "apt-get clean && rm -rf /var/lib/apt/lists/*";
  test.each([
    [`RUN ${install}`, `RUN ${install} && ${clean}`],
    [`RUN ${install} && apt-get clean`, `RUN ${install} && apt-get clean && rm -rf /var/lib/apt/lists/*`],
    [
      `RUN ${install} && rm -rf /var/cache/apt/archives/*`,
      `RUN ${install} && rm -rf /var/cache/apt/archives/* && rm -rf /var/lib/apt/lists/*`,
    ],
    ["RUN apt-get clean && apt-get update", undefined],
    [
      "RUN apt-get update && rosdep install --from-paths src -y",
      "RUN apt-get update && rosdep install --from-paths src -y && rm -rf /var/lib/apt/lists/*",
    ],
    [`RUN apt-get clean && ${install}`, `RUN apt-get clean && ${install} && ${clean}`],
    [`RUN ${install} # version control`, `RUN ${install} && ${clean} # version control`],
    [`RUN (${install})`, `RUN (${install}) && ${clean}`],
    [`RUN ${install} || true`, `RUN ${install} || true && ${clean}`],
    [`RUN ${install} &`, undefined],
    [`RUN ${install}; exit 0`, undefined],
    [`RUN bash -c "${install}"`, `RUN bash -c "${install}" && ${clean}`],
    [
      `RUN sudo bash -c "${install}"`,
      `RUN sudo bash -c "${install}" && sudo apt-get clean && sudo rm -rf /var/lib/apt/lists/*`,
    ],
    [`RUN ["bash", "-c", "${install}"]`, `RUN ["bash", "-c", "${install} && ${clean}"]`],
    [
      `RUN --mount=type=cache,target=/var/cache/apt ${install}`,
      `RUN --mount=type=cache,target=/var/cache/apt ${install} && rm -rf /var/lib/apt/lists/*`,
    ],
    [`RUN <<EOF\n${install}\nldconfig\nEOF`, `RUN <<EOF\n${install}\nldconfig && ${clean}\nEOF`],
    [
      `RUN <<EOF\nset -e\n${install}\ncat > /motd <<END\nhello\nEND\nEOF`,
      `RUN <<EOF\nset -e\n${install}\ncat > /motd <<END && ${clean}\nhello\nEND\nEOF`,
    ],
    [
      "# escape=`\nFROM ubuntu\nRUN apt-get update `\n  && apt-get install -y git",
      "# escape=`\nFROM ubuntu\nRUN apt-get update `\n  && apt-get install -y git `\n  && apt-get clean `\n  && rm -rf /var/lib/apt/lists/*",
    ],
    [
      "RUN set -eux; \\\n\tapt-get update; \\\n\t# compilers\n\tapt-get install -y gcc; \\\n\tldconfig",
      "RUN set -eux; \\\n\tapt-get update; \\\n\t# compilers\n\tapt-get install -y gcc; \\\n\tldconfig; \\\n\tapt-get clean; \\\n\trm -rf /var/lib/apt/lists/*",
    ],
    [
      "RUN apt-get update && apt-get install -y \\\n    gcc \\\n    # debugger\n    gdb",
      "RUN apt-get update && apt-get install -y \\\n    gcc \\\n    # debugger\n    gdb \\\n    && apt-get clean \\\n    && rm -rf /var/lib/apt/lists/*",
    ],
    [`ONBUILD RUN ${install}`, `ONBUILD RUN ${install} && ${clean}`],
  ])("%s", (run, expected) => {
    const start = run.startsWith("# escape") ? "" : from;
    const after = fixed(cleanLists, `${start}${run}\n`);
    expect(after).toBe(`${start}${expected ?? run}\n`);
    if (expected) expect(wordsAtFault(cleanLists, after)).toEqual([]);
  });
});

describe("add-apt-repository, which fetches the lists itself", () => {
  const add = "add-apt-repository -y ppa:deadsnakes/ppa";
  const python = "apt-get install -y --no-install-recommends python3.11";

  test("is found where the RUN installs from them", () => {
    const text = `${from}RUN ${add} && ${python}\n`;
    expect(wordsAtFault(cleanLists, text)).toEqual(["add-apt-repository"]);
    expect(fixed(cleanLists, text)).toBe(
      `${from}RUN ${add} && ${python} && apt-get clean && rm -rf /var/lib/apt/lists/*\n`,
    );
  });

  test("takes away a clean-up that comes too late", () => {
    const text = `${from}RUN ${add} && ${python}\nRUN rm -rf /var/lib/apt/lists/*\n`;
    expect(fixed(cleanLists, text)).toBe(
      `${from}RUN ${add} && ${python} && apt-get clean && rm -rf /var/lib/apt/lists/*\n`,
    );
  });

  test("keeps the lists for a later RUN", () => {
    const text = `${from}RUN ${add} && ${python}\nRUN apt-get install -y git\n`;
    expect(wordsAtFault(cleanLists, text)).toEqual(["add-apt-repository"]);
    expect(fixed(cleanLists, text)).toBe(text);
  });

  test.each([
    `${from}RUN ${add} -n && ${python}\n`,
    `${from}RUN ${add} && ${python} && rm -rf /var/lib/apt/lists/*\n`,
    `${from}RUN if true; then ${add}; fi && ${python}\n`,
    `${from}RUN --mount=type=cache,target=/var/lib/apt ${add} && ${python}\n`,
    `FROM ubuntu:16.04\nRUN ${add} && ${python}\n`,
    `FROM lab/base:1\nRUN ${add} && ${python}\n`,
  ])("is not found: %s", (text) => {
    expect(wordsAtFault(cleanLists, text)).toEqual([]);
  });
});
