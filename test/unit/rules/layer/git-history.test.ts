import { describe, expect, test } from "vitest";
import { applyEdits } from "../../../../server/lint/edits.ts";
import { gitHistory } from "../../../../server/rules/layer/git-history.ts";
import { findings, fixed, testRule, wordsAtFault } from "../check-rule.ts";

testRule(gitHistory);

const from = "FROM ubuntu:22.04\n";
const url = "https://x.org/t.git";
const at = (body: string): string[] => wordsAtFault(gitHistory, `${from}${body}\n`);
const repaired = (body: string): string => fixed(gitHistory, `${from}${body}\n`).slice(from.length, -1);
function asked(body: string): string | undefined {
  const text = `${from}${body}\n`;
  const fix = findings(gitHistory, text)[0]?.fixes?.find(({ automatic }) => !automatic);
  return fix && applyEdits(text, fix.edits).slice(from.length, -1);
}

test.each([
  [`RUN git clone ${url}`, `RUN git clone --depth 1 ${url}`],
  [
    `RUN git -c http.sslVerify=false clone -b v1 ${url} /t`,
    `RUN git -c http.sslVerify=false clone --depth 1 -b v1 ${url} /t`,
  ],
  [`RUN ["git", "clone", "${url}"]`, `RUN ["git", "clone", "--depth", "1", "${url}"]`],
  [`RUN bash -c 'git clone ${url}'`, `RUN bash -c 'git clone --depth 1 ${url}'`],
  ["RUN git clone git@github.com:a/b.git", "RUN git clone --depth 1 git@github.com:a/b.git"],
  [`RUN <<EOF\ngit clone ${url}\nmake -C t\nEOF`, `RUN <<EOF\ngit clone --depth 1 ${url}\nmake -C t\nEOF`],
  [
    `RUN git clone ${url} && cd t && pip install -r requirements.txt`,
    `RUN git clone --depth 1 ${url} && cd t && pip install -r requirements.txt`,
  ],
  [
    `RUN git clone ${url} && cd t && git submodule update --init`,
    `RUN git clone --depth 1 ${url} && cd t && git submodule update --init`,
  ],
  [
    `RUN git clone ${url} && cd t && git checkout -- src`,
    `RUN git clone --depth 1 ${url} && cd t && git checkout -- src`,
  ],
  // Another clone's history, and one that an earlier command read.
  [
    `RUN git clone ${url} && git clone --depth 1 https://x.org/u && cd u && git checkout v1`,
    `RUN git clone --depth 1 ${url} && git clone --depth 1 https://x.org/u && cd u && git checkout v1`,
  ],
  [
    `WORKDIR /a\nRUN git log\nWORKDIR /b\nRUN git clone ${url}`,
    `WORKDIR /a\nRUN git log\nWORKDIR /b\nRUN git clone --depth 1 ${url}`,
  ],
])("%s", (body, expected) => {
  expect(at(body)).toHaveLength(1);
  expect(repaired(body)).toBe(expected);
});

describe("only when asked", () => {
  test.each([
    [
      `RUN git clone ${url} && cd t && git checkout v1.2`,
      `RUN git clone --depth 1 --branch v1.2 ${url} && cd t && git checkout v1.2`,
    ],
    [
      `RUN git clone ${url} && git -C t checkout v1.2`,
      `RUN git clone --depth 1 --branch v1.2 ${url} && git -C t checkout v1.2`,
    ],
    [
      `RUN git clone ${url}\nRUN cd t && pip install -e .[all]`,
      `RUN git clone --depth 1 ${url}\nRUN cd t && pip install -e .[all]`,
    ],
    [
      `RUN git clone ${url} /t\nRUN uv pip install /t/python`,
      `RUN git clone --depth 1 ${url} /t\nRUN uv pip install /t/python`,
    ],
    [`RUN git clone ${url} && pip install -e t`, `RUN git clone --depth 1 ${url} && pip install -e t`],
    [
      `RUN git clone ${url} && cd t && python setup.py install`,
      `RUN git clone --depth 1 ${url} && cd t && python setup.py install`,
    ],
    [`RUN git clone --recursive ${url}`, `RUN git clone --depth 1 --recursive ${url}`],
    [`RUN git clone ${url} && cd t && ./build.sh`, `RUN git clone --depth 1 ${url} && cd t && ./build.sh`],
    // `--branch` looks below refs/heads and refs/tags of the other side itself.
    ...["tags/v1.2", "refs/tags/v1.2", "heads/v1.2", "origin/v1.2", "refs/remotes/origin/v1.2"].map(
      (revision): [string, string] => [
        `RUN git clone ${url} && cd t && git checkout ${revision}`,
        `RUN git clone --depth 1 --branch v1.2 ${url} && cd t && git checkout ${revision}`,
      ],
    ),
    // A commit cannot be cloned by its name, nor one of two.
    [`RUN git clone ${url} && cd t && git checkout 3f1e2ab`, undefined],
    [`RUN git clone ${url} && cd t && git checkout v1 && git checkout v2`, undefined],
    [`RUN git clone -b main ${url} && cd t && git checkout v1.2`, undefined],
    [`RUN git clone ${url} && cd t && git reset --hard $REV`, undefined],
  ])("%s", (body, expected) => {
    expect(at(body)).toEqual(["git clone"]);
    expect(repaired(body)).toBe(body);
    expect(asked(body)).toBe(expected);
    if (expected !== undefined) expect(at(expected)).toEqual([]);
  });
});

test.each([
  `RUN git clone --depth=1 ${url}`,
  `RUN git clone ${url} --depth 1`,
  `RUN git clone --filter=blob:none ${url}`,
  `RUN git clone --shallow-since=2024-01-01 ${url}`,
  "RUN git clone --mirror https://x.org/t.git",
  "RUN git clone /src/t /t",
  "RUN git clone $REPO /t",
  `RUN git clone $OPTS ${url}`,
  `RUN git clone ${url} && make -C t && rm -rf t`,
  `RUN git clone ${url} /tmp/t && cd /tmp/t && make && cd / && rm -rf /tmp/*`,
  `RUN git clone ${url} && cd t && rm -rf .git`,
  `RUN git clone ${url} && rm -rf t/.git*`,
  `RUN d=$(mktemp -d) && git clone ${url} $d && rm -rf $d`,
  `RUN --mount=type=tmpfs,target=/tmp git clone ${url} /tmp/t`,
  `RUN git clone ${url} && cd t && git describe --tags`,
  `RUN git clone ${url}\nRUN cd t && git fetch origin pull/3/head && git checkout FETCH_HEAD`,
  `RUN echo git clone ${url}`,
  `FROM a AS b\nRUN git clone ${url}\nFROM c`,
])("is silent on %s", (body) => {
  expect(at(body)).toEqual([]);
});
