import { describe, expect, test } from "vitest";
import { noLab } from "../../../../core/lab/lab-image.ts";
import { applyEdits } from "../../../../server/lint/edits.ts";
import { buildToolsLeft } from "../../../../server/rules/layer/build-tools-left.ts";
import { contextWith } from "../../context/memory-context.ts";
import { findings, testRule, wordsAtFault } from "../check-rule.ts";

testRule(buildToolsLeft);

const tools =
  "RUN apt-get update && apt-get install -y --no-install-recommends git build-essential cmake libgomp1 && rm -rf /var/lib/apt/lists/*\n";
const lean =
  "RUN apt-get update && apt-get install -y --no-install-recommends git libgomp1 && rm -rf /var/lib/apt/lists/*\n";

function asked(text: string): string | undefined {
  const fix = findings(buildToolsLeft, text)[0]?.fixes?.[0];
  expect(fix?.automatic ?? false).toBe(false);
  return fix && applyEdits(text, fix.edits);
}

describe("layer/build-tools-left", () => {
  const compiles = `FROM ubuntu:22.04\n${tools}RUN cmake -B b && cmake --build b -j8 --target install\n`;

  test.each([
    "/lab/base/Dockerfile.build",
    "/lab/prebuild/Dockerfile",
    "/lab/ci/Dockerfile",
    "/lab/a/dev.Dockerfile",
  ])("an image that others compile in, or people work in, keeps its compilers: %s", (path) => {
    expect(findings(buildToolsLeft, compiles, { ...noLab, path })).toEqual([]);
  });

  test("the name of another folder above says nothing, and a comment on CI does", () => {
    expect(
      findings(buildToolsLeft, compiles, { ...noLab, path: "/home/dev/rebuild/Dockerfile" }),
    ).toHaveLength(1);
    expect(findings(buildToolsLeft, `# Compiles the wheels in CI.\n${compiles}`)).toEqual([]);
  });

  test.each(["/var/lib/apt/lists/*", "/root/.cache/pip", "~/.npm"])(
    "a RUN that deletes no more than a cache leaves its build tree: %s",
    (path) => {
      const text = `FROM ubuntu:22.04\nRUN apt-get update && apt-get install -y cmake git && make -C /src && rm -rf ${path}\n`;
      expect(findings(buildToolsLeft, text)[0]?.message).toContain("cmake, the sources and the build tree");
      expect(findings(buildToolsLeft, text.replace(path, `${path} /src`))).toEqual([]);
    },
  );

  test("the one who asks gets a builder stage with the same commands", () => {
    const build =
      "ARG TAG=3.9\nWORKDIR /src\n# sources\nRUN git clone --depth 1 -b ${TAG} https://github.com/colmap/colmap .\n" +
      "RUN cmake -B b -DCMAKE_INSTALL_PREFIX=/opt/colmap && cmake --build b -j8 --target install\n";
    const rest = "ENV PATH=/opt/colmap/bin:$PATH\nWORKDIR /data\n";
    const text = `FROM ubuntu:22.04\n${tools}${build}${rest}`;
    const after = asked(text);
    expect(after).toBe(
      `FROM ubuntu:22.04 AS base\n${lean}` +
        "# Compiles; nothing of this stage is in the image but what is copied below.\nFROM base AS build\n" +
        "RUN apt-get update \\\n    && apt-get install -y --no-install-recommends build-essential cmake \\\n    && rm -rf /var/lib/apt/lists/*\n" +
        `${build}\nFROM base\nARG TAG=3.9\nWORKDIR /src\nCOPY --from=build /opt/colmap /opt/colmap\n${rest}`,
    );
    expect(findings(buildToolsLeft, after!)).toEqual([]);
  });

  test.each([
    ["into the base's own folders", "RUN git clone x /s && cd /s && ./configure && make && make install\n"],
    [
      "together with other work",
      "RUN pip install numpy && cmake -B b -DCMAKE_INSTALL_PREFIX=/opt/a && cmake --build b --target install\n",
    ],
  ])("no fix for what is installed %s", (_, build) => {
    const text = `FROM ubuntu:22.04\n${tools}${build}`;
    expect(wordsAtFault(buildToolsLeft, text)).toHaveLength(1);
    expect(asked(text)).toBeUndefined();
  });

  test.each([
    ["people work in", "RUN apt-get install -y gdb\nRUN make -C /s\n"],
    ["keeps nothing", "RUN make -C /s && apt-get purge -y build-essential\n"],
    ["an editable install lives in", "RUN make -C /s && pip install -e /s\n"],
    ["only cleans", "RUN make -C /s clean\n"],
    ["copies from another image", "RUN make -C /s\nCOPY --from=ghcr.io/astral-sh/uv:0.5 /uv /bin/\n"],
  ])("is silent on an image that %s", (_, text) => {
    expect(wordsAtFault(buildToolsLeft, `FROM ubuntu:22.04\n${tools}${text}`)).toEqual([]);
  });

  test("compilers of the base image are not the author's to leave out", () => {
    expect(
      wordsAtFault(buildToolsLeft, "FROM nvidia/cuda:12.2.2-devel-ubuntu22.04\nRUN make -C /s\n"),
    ).toEqual([]);
  });
});

test("layer/build-tools-left is silent about images to work in, and about what the base has anyway", () => {
  const compile = "RUN make -C /s\n";
  const install = (names: string) => `RUN apt-get update && apt-get install -y ${names}\n${compile}`;
  expect(wordsAtFault(buildToolsLeft, `FROM ubuntu:22.04\n${install("g++ make")}`)).toEqual(["make"]);
  expect(wordsAtFault(buildToolsLeft, `FROM ubuntu:22.04\n${install("g++ make ccache")}`)).toEqual([]);
  const devel = "FROM nvidia/cuda:12.2.2-devel-ubuntu22.04\n";
  expect(wordsAtFault(buildToolsLeft, devel + install("build-essential make"))).toEqual([]);
  expect(findings(buildToolsLeft, devel + install("build-essential cmake"))[0]?.message).toContain(
    "carries cmake, the sources",
  );
  const context = contextWith({ Dockerfile: "" }, "/lab/.devcontainer");
  expect(findings(buildToolsLeft, `FROM ubuntu:22.04\n${install("g++")}`, { ...noLab, context })).toEqual([]);
});

test("layer/build-tools-left does not speak of a build tree that is deleted", () => {
  const text =
    "FROM ubuntu:22.04\nRUN apt-get update && apt-get install -y g++ make\n" +
    "RUN cd /tmp/s && make && make install && cd / && rm -rf /tmp/s\n";
  expect(findings(buildToolsLeft, text)[0]?.message).toContain("the image carries g++ and make. Compile");
  // With the compiler of the base, next to nothing is left.
  const devel = text
    .replace("ubuntu:22.04", "nvidia/cuda:12.2.2-devel-ubuntu22.04")
    .replace("g++", "pkg-config");
  expect(findings(buildToolsLeft, devel)).toEqual([]);
});

test("layer/build-tools-left: ninja install compiles what it installs", () => {
  const text =
    "FROM ubuntu:22.04\nRUN apt-get update && apt-get install -y g++ ninja-build\nRUN ninja -C b -j8 install\n";
  expect(wordsAtFault(buildToolsLeft, text)).toEqual(["ninja"]);
});
