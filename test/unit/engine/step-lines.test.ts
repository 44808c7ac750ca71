import { describe, expect, test } from "vitest";
import { StepLines } from "../../../engine/build/step-lines.ts";

const text = `# syntax=docker/dockerfile:1
ARG BASE=nvidia/cuda:12.2.2-devel-ubuntu22.04
FROM \${BASE} AS Builder
ARG VERSION
RUN apt-get update \\
    # a comment between
 && apt-get install -y "g++-$VERSION"
ONBUILD RUN make
COPY . /src
RUN make

FROM builder
WORKDIR /opt/$HOME
RUN make install
COPY --from=busybox:1 /bin/busybox /bin/
run ["echo", "hi"]
RUN --mount=type=bind,from=alpine,target=/a ls /a

FROM scratch AS final
COPY --from=1 /opt /
`;

/** Names as BuildKit 0.8 (Docker 20.10) and later write them. */
const names: readonly [name: string, lines: readonly [number, number] | undefined, stage?: string][] = [
  ["[internal] load build definition from Dockerfile", undefined],
  ["[internal] load .dockerignore", undefined],
  ["resolve image config for docker.io/docker/dockerfile:1", [1, 1]],
  ["[internal] load metadata for docker.io/nvidia/cuda:12.2.2-devel-ubuntu22.04", [3, 3]],
  ["[linux/amd64 internal] load metadata for docker.io/nvidia/cuda:12.2.2-devel-ubuntu22.04", [3, 3]],
  ["[internal] load metadata for docker.io/library/busybox:1", [15, 15]],
  ["[internal] load metadata for docker.io/library/alpine:latest", [17, 17]],
  ["[internal] load build context", undefined],
  [
    "[builder 1/4] FROM docker.io/nvidia/cuda:12.2.2-devel-ubuntu22.04@sha256:0123456789abcdef",
    [3, 3],
    "builder",
  ],
  ['[builder 2/4] RUN apt-get update  && apt-get install -y "g++-12"', [5, 7], "builder"],
  ["[builder 3/4] COPY . /src", [9, 9], "builder"],
  ["[linux/amd64 builder 4/4] RUN make", [10, 10], "builder"],
  ["[linux/amd64->arm64 builder 4/4] RUN make", [10, 10], "builder"],
  ["[stage-1  1/12] WORKDIR /opt/", [13, 13], "stage-1"],
  ["[stage-1 2/5] RUN make install", [14, 14], "stage-1"],
  ["FROM docker.io/library/busybox:1", [15, 15]],
  ["[stage-1 3/5] COPY --from=busybox:1 /bin/busybox /bin/", [15, 15], "stage-1"],
  ['[stage-1 4/5] RUN ["echo", "hi"]', [16, 16], "stage-1"],
  ["[final 1/1] COPY --from=1 /opt /", [20, 20], "final"],
  ["exporting to image", undefined],
];

describe("a step's place in the Dockerfile", () => {
  const lines = new StepLines(text);
  test.each(names)("%s", (name, range, stage) => {
    expect(lines.placeOf(name)).toEqual({
      lines: range && { start: range[0], end: range[1] },
      stage,
    });
  });

  test("follows the build arguments of the request", () => {
    const other = new StepLines(text, new Map([["BASE", "ic-registry.epfl.ch/cvlab/base:ssh"]]));
    expect(other.placeOf("[internal] load metadata for ic-registry.epfl.ch/cvlab/base:ssh").lines).toEqual({
      start: 3,
      end: 3,
    });
  });

  test("goes on behind the triggers of the base image, and theirs is FROM", () => {
    const triggered = new StepLines("FROM base\nRUN echo a\nRUN echo b\n");
    // Docker 20.10 counts them without saying so.
    const places = ["[2/3] RUN echo trigger", "[3/3] RUN echo a", "[4/3] RUN echo b"].map(
      (name) => triggered.placeOf(name).lines?.start,
    );
    expect(places).toEqual([1, 2, 3]);
    // Later versions say so.
    expect(triggered.placeOf("[2/4] ONBUILD RUN echo a").lines?.start).toBe(1);
  });

  test("a here-document is one instruction", () => {
    const script = new StepLines("FROM base\nRUN <<EOF\necho a\necho b\nEOF\n");
    expect(script.placeOf("[2/2] RUN <<EOF (echo a...)").lines).toEqual({ start: 2, end: 5 });
  });

  test("what an ADD fetches is its ADD", () => {
    const text =
      "FROM base\nARG V=2\nADD a.txt /\nADD https://example.org/x-$V.tgz /x\nADD https://example.org/y /y\n";
    const place = (name: string) => new StepLines(text).placeOf(name).lines?.start;
    expect(place("https://example.org/x-2.tgz")).toBe(4);
    expect(place("https://example.org/y")).toBe(5);
    expect(place("https://example.org/z")).toBeUndefined();
  });

  test("is unknown where the Dockerfile is another one", () => {
    expect(new StepLines("").placeOf("[builder 2/5] RUN make")).toEqual({
      lines: undefined,
      stage: "builder",
    });
  });
});

test("the instruction around a line", () => {
  const lines = new StepLines(text);
  expect(lines.linesAt(6)).toEqual({ start: 5, end: 7 });
  expect(lines.linesAt(11)).toEqual({ start: 11, end: 11 });
  expect(lines.linesAt(99)).toBeUndefined();
});

describe("the instruction behind a mistake that the daemon names no line for", () => {
  test.each([
    ["ENV must have two arguments", "FROM base\nENV A=1\nENV B\nRUN true\n", 3],
    ["ENV must have two arguments", "FROM base\nENV A\nENV B\n", undefined],
    ["Invalid containerPort: abc", "FROM base\nEXPOSE 80\nEXPOSE abc\n", 3],
    [`Syntax error - can't find = in "b". Must be of the form: name=value`, "FROM base\nENV a=1 b\n", 2],
    ["something else", "FROM base\nRUN true\n", undefined],
  ])("%s", (said, text, line) => {
    expect(new StepLines(text).linesOfMistake(said)?.start).toBe(line);
  });
});
