import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Dockerfile, parseDockerfile } from "../../../core/dockerfile/dockerfile.ts";
import { type LabImage, noLab } from "../../../core/lab/lab-image.ts";
import { refactoringsAt } from "../../../server/features/refactor/all-refactorings.ts";
import { applyEdits } from "../../../server/lint/edits.ts";
import { lint } from "../../../server/lint/lint.ts";
import { buildToolsLeft } from "../../../server/rules/layer/build-tools-left.ts";
import { contextWith } from "../context/memory-context.ts";
import { withCursor } from "./complete-at.ts";

/** The text after a refactoring at `|`; undefined where it is not offered. */
function refactored(marked: string, title: string, to = marked): string | undefined {
  const { text, offset } = withCursor(marked);
  const end = to === marked ? offset : to.indexOf("|");
  const dockerfile = parseDockerfile(text);
  const findings = lint({ dockerfile, lab: noLab }, [buildToolsLeft]);
  const found = refactoringsAt({ dockerfile, lab: noLab, findings, selection: { start: offset, end } }).find(
    (each) => each.title === title,
  );
  return found && applyEdits(text, found.edits);
}

const join = "Join with the next RUN";
const split = "Split the RUN here";
const toHeredoc = "Write as a here-document";
const fromHeredoc = "Write as one RUN with &&";

describe("joining", () => {
  test("a RUN and the next, in the first one's style", () => {
    expect(refactored("FROM x\nRUN a|a \\\n    && b\nRUN c\n", join)).toBe(
      "FROM x\nRUN aa \\\n    && b \\\n    && c\n",
    );
  });

  test("not where the second would run in another folder or see another variable", () => {
    expect(refactored("FROM x\nRUN c|d /src\nRUN make\n", join)).toBeUndefined();
    expect(refactored("FROM x\nRUN A|=1 && b\nRUN echo $A\n", join)).toBeUndefined();
    expect(refactored("FROM x\nRUN a|a\nENV B=1\nRUN c\n", join)).toBeUndefined();
  });

  test("all RUNs that are selected", () => {
    const text = "FROM x\nRUN a\nRUN b\nRUN c\n";
    const selection = { start: text.indexOf("a"), end: text.indexOf("c\n") };
    const [found] = refactoringsAt({
      dockerfile: parseDockerfile(text),
      lab: noLab,
      findings: [],
      selection,
    });
    expect(found?.title).toBe("Join these 3 RUNs");
    expect(applyEdits(text, found!.edits)).toBe("FROM x\nRUN a && b && c\n");
  });
});

describe("splitting", () => {
  test("before the command at the cursor; comments stay with it", () => {
    expect(refactored("FROM x\nRUN a \\\n    # why\n    && b|b \\\n    && c\n", split)).toBe(
      "FROM x\nRUN a\n# why\nRUN bb \\\n    && c\n",
    );
  });

  test("not at the first command, behind a cd, or in a list with ||", () => {
    expect(refactored("FROM x\nRUN a|a && b\n", split)).toBeUndefined();
    expect(refactored("FROM x\nRUN cd /src && ma|ke\n", split)).toBeUndefined();
    expect(refactored("FROM x\nRUN a || b && c|c\n", split)).toBeUndefined();
  });

  test("not behind what the shell was told, where the rest needs it", () => {
    const offered = (list: string) => {
      const text = `FROM x\nRUN ${list}\n`;
      const at = text.lastIndexOf("&&") + 4;
      const place = {
        dockerfile: parseDockerfile(text),
        lab: noLab,
        findings: [],
        selection: { start: at, end: at },
      };
      return refactoringsAt(place).some(({ title }) => title === split);
    };
    expect(offered("set -o pipefail && a | b && c | d")).toBe(false);
    expect(offered("set -euxo pipefail && a | b && c | d")).toBe(false);
    expect(offered("set -euxo pipefail && a | b && c d")).toBe(true);
    expect(offered("set -eu && a && c $D")).toBe(false);
    expect(offered("set -f && a && c *")).toBe(false);
    expect(offered("eval $(ssh-agent) && ssh-add /k && git clone x")).toBe(false);
    expect(offered("f() { a; } && f && f")).toBe(false);
  });
});

describe("here-documents", () => {
  const run =
    "FROM x\nRUN apt-get update \\\n    && apt-get install -y \\\n        git \\\n    && rm -rf /x\n";
  const heredoc =
    "FROM x\nRUN <<EOF\nset -e\napt-get update\napt-get install -y \\\n        git\nrm -rf /x\nEOF\n";

  test("a list of commands becomes one that stops at the first failure", () => {
    expect(refactored(run.replace("update", "up|date"), toHeredoc)).toBe(heredoc);
  });

  test("not with CRLF, which the shell would get, nor where `set -e` would go on after a failure", () => {
    expect(refactored("FROM x\r\nRUN a|a && b\r\n", toHeredoc)).toBeUndefined();
    expect(refactored("FROM x\nRUN a|a \\\r\n && b\n", toHeredoc)).toBeUndefined();
    for (const list of ["aa && ! b && c", "aa && { b && c; } && d", "if aa; then ! b; fi > /x && c"])
      expect(refactored(`FROM x\nRUN |${list}\n`, toHeredoc), list).toBeUndefined();
    expect(refactored("FROM x\nRUN |(aa && b) && [ -f c ] > /d && ! e\n", toHeredoc)).toBe(
      "FROM x\nRUN <<EOF\nset -e\n(aa && b)\n[ -f c ] > /d\n! e\nEOF\n",
    );
  });

  test("not where the shell would read the lines otherwise, or the syntax line's Dockerfile has none", () => {
    expect(refactored("FROM x\nRUN |printf 'a\\n\\\nb' > /f && cat /f\n", toHeredoc)).toBeUndefined();
    expect(refactored("FROM x\nRUN |printf 'a' \\\n \"it's\\\nb\" && cat /f\n", toHeredoc)).toContain(
      "<<EOF",
    );
    expect(refactored("FROM x\nRUN |(cp /missing /x; true) && echo ok\n", toHeredoc)).toBeUndefined();
    expect(refactored("FROM x\nRUN |aa && { b; c; }\n", toHeredoc)).toBeUndefined();
    for (const [version, offered] of Object.entries({ "1.2": false, "1.3-labs": false, 1.4: true, 1: true }))
      expect(
        refactored(`# syntax=docker/dockerfile:${version}\nFROM x\nRUN |aa && b\n`, toHeredoc) !== undefined,
        version,
      ).toBe(offered);
  });

  test("and back", () => {
    expect(refactored(heredoc.replace("update", "up|date"), fromHeredoc)).toBe(
      "FROM x\nRUN apt-get update && \\\n    apt-get install -y \\\n        git && \\\n    rm -rf /x\n",
    );
  });

  test("commands behind || keep what they belong to; without set -e a failure goes on", () => {
    expect(refactored("FROM x\nRUN <<EOF\nset -e\na|a || b\nc\nEOF\n", fromHeredoc)).toBe(
      "FROM x\nRUN { aa || b; } && \\\n    c\n",
    );
    expect(refactored("FROM x\nRUN <<EOF\na|a\nc\nEOF\n", fromHeredoc)).toBe("FROM x\nRUN aa; \\\n    c\n");
  });

  test("not where a command that may fail under `set -e` would stop the list, or go on in it", () => {
    const back = (lines: string) => refactored(`FROM x\nRUN <<EOF\nset -e\n|${lines}\nEOF\n`, fromHeredoc);
    expect(back("[ -d /x ] && rm -r /x\necho hi")).toBeUndefined();
    expect(back("! grep -q foo /etc/passwd\necho hi")).toBeUndefined();
    expect(back("(a; b)\nc")).toBeUndefined();
    expect(back("a\nif b; then c; fi")).toBeUndefined();
    expect(back("a || b && c\nd")).toBeUndefined();
    expect(back("a && b || c\n[ -d /x ] && d")).toBe(
      "FROM x\nRUN { a && b || c; } && \\\n    [ -d /x ] && d\n",
    );
  });

  test("not for another interpreter, a nested here-document or commands over several lines", () => {
    expect(
      refactored("FROM x\nRUN <<EOF\n#!/usr/bin/env python3\npri|nt(1)\nEOF\n", fromHeredoc),
    ).toBeUndefined();
    expect(refactored("FROM x\nRUN <<EOF\nif a|a\nthen b\nfi\nEOF\n", fromHeredoc)).toBeUndefined();
    expect(refactored("FROM x\nRUN <<EOF cat\na|a\nEOF\n", fromHeredoc)).toBeUndefined();
  });
});

test("a builder stage, where what compiles can be told apart", () => {
  const text = `FROM ubuntu:22.04
RUN apt-get update && apt-get install -y --no-install-recommends cmake g++ git libgomp1 && rm -rf /var/lib/apt/lists/*
RUN git clone --depth 1 https://example.org/x /src && cm|ake -S /src -B /b -DCMAKE_INSTALL_PREFIX=/opt/x && cmake --build /b -j8 --target install
`;
  expect(refactored(text, "Compile in a builder stage")).toContain("COPY --from=build /opt/x /opt/x");
});

describe("packages to requirements.txt", () => {
  const beside = (text: string | undefined): LabImage => ({
    ...noLab,
    fileBeside: (name) => ({ path: `/lab/${name}`, exists: text !== undefined, text }),
  });
  const moved = (marked: string, lab: LabImage) => {
    const { text, offset } = withCursor(marked);
    const place = {
      dockerfile: parseDockerfile(text),
      lab,
      findings: [],
      selection: { start: offset, end: offset },
    };
    const found = refactoringsAt(place).find(({ title }) => title.includes("requirements.txt"));
    return found && { text: applyEdits(text, found.edits), file: found.otherFile?.after };
  };
  const run =
    "FROM x\n# what we need\nRUN pip install --no-cache-dir to|rch==2.5.1 'numpy<2' --index-url https://x.org\n";

  test("are copied in above, and options stay", () => {
    expect(moved(run, beside(undefined))).toEqual({
      text: "FROM x\nCOPY requirements.txt /tmp/requirements.txt\n# what we need\nRUN pip install --no-cache-dir -r /tmp/requirements.txt --index-url https://x.org\n",
      file: "torch==2.5.1\nnumpy<2\n",
    });
  });

  test("are copied from where the build context has them, if it is sent them", () => {
    const { fileBeside } = beside(undefined);
    const within = (folder: string, ignored = "") =>
      moved(run, {
        ...noLab,
        ...(fileBeside && { fileBeside }),
        context: contextWith({ "/lab/.dockerignore": ignored }, folder),
      });
    expect(within("/lab")?.text).toContain("COPY requirements.txt /tmp/");
    expect(within("/")?.text).toContain("COPY lab/requirements.txt /tmp/");
    expect(within("/elsewhere")).toBeUndefined();
    expect(within("/lab", "*\n!src\n")).toBeUndefined();
  });

  test("not beside a file with others, for a local project, or where no folder is known", () => {
    expect(moved(run, beside("tqdm\n"))).toBeUndefined();
    expect(moved(run, beside("# begun\ntorch==2.5.1\n"))?.file).toBe("# begun\ntorch==2.5.1\nnumpy<2\n");
    expect(moved("FROM x\nRUN pip install to|rch ./mine\n", beside(undefined))).toBeUndefined();
    expect(moved(run, noLab)).toBeUndefined();
  });
});

/** Every command that a Dockerfile runs, stage by stage, without what only makes a script stop at failures. */
function commands({ instructions }: Dockerfile): string[] {
  return instructions.flatMap((each) =>
    each.kind === "RUN"
      ? each.shell.invocations
          .map(({ name, args }) => [name, ...args.map(({ value }) => value)].join(" "))
          .filter((command) => command !== "set -e")
      : [],
  );
}

test("over the corpus every refactoring leaves the same commands in the same order", () => {
  const folder = "test/fixtures/corpus";
  let offered = 0;
  for (const name of readdirSync(folder)) {
    const text = readFileSync(`${folder}/${name}`, "utf8");
    const dockerfile = parseDockerfile(text);
    const before = commands(dockerfile);
    for (const run of dockerfile.instructions.filter(({ kind }) => kind === "RUN")) {
      const places = [
        run.span.start,
        ...(run.kind === "RUN" ? run.shell.invocations : []).map(({ span }) => span.start),
      ];
      for (const at of places)
        for (const { title, edits } of refactoringsAt({
          dockerfile,
          lab: noLab,
          findings: [],
          selection: { start: at, end: at },
        })) {
          offered++;
          const after = applyEdits(text, edits);
          expect(commands(parseDockerfile(after)), `${name}: ${title}\n${after}`).toEqual(before);
        }
    }
  }
  expect(offered).toBeGreaterThan(500);
}, 60_000);
