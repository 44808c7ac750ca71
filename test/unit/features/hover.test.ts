import { describe, expect, test } from "vitest";
import { parseDockerfile } from "../../../core/dockerfile/dockerfile.ts";
import { Lab } from "../../../core/lab/lab.ts";
import { type LabImage, noLab } from "../../../core/lab/lab-image.ts";
import { hover } from "../../../server/features/hover/hover.ts";
import { inlayHints } from "../../../server/features/inlay-hints.ts";
import { lint } from "../../../server/lint/lint.ts";
import { allRules } from "../../../server/rules/all-rules.ts";
import { memoryFiles } from "../lab/memory-files.ts";
import { withCursor } from "./complete-at.ts";

const script = `BUILD="docker build"
$BUILD base --build-arg BASE_IMG=nvidia/cuda:12.2.2-cudnn8-devel-ubuntu22.04 -t registry.lab/base:ssh
$BUILD pytorch --build-arg BASE_IMG=registry.lab/base:ssh -t registry.lab/pytorch:torch
`;
const lab = new Lab(
  "/lab",
  memoryFiles({
    "/lab/build": script,
    "/lab/lab-images.json": '{ "gpuDriver": "535.104" }',
    "/lab/base/Dockerfile": "ARG BASE_IMG\nFROM ${BASE_IMG}\n",
    "/lab/pytorch/Dockerfile": "ARG BASE_IMG\nFROM ${BASE_IMG}\n",
  }),
);
const base = lab.image("/lab/base/Dockerfile");
const pytorch = lab.image("/lab/pytorch/Dockerfile");

/** The text of the hover at `|`; undefined where there is none. */
function hoverAt(marked: string, image: LabImage = noLab): string | undefined {
  const { text, position } = withCursor(marked);
  const dockerfile = parseDockerfile(text, image);
  const findings = lint({ dockerfile, lab: image }, allRules);
  const contents = hover(dockerfile, findings, image, position)?.contents;
  return contents && (contents as { value: string }).value;
}

describe("hover", () => {
  test("a variable in FROM: what it stands for and who says so, the facts, the driver", () => {
    const text = hoverAt("ARG BASE_IMG\nFROM ${BASE|_IMG}\n", base);
    expect(text).toContain("`nvidia/cuda:12.2.2-cudnn8-devel-ubuntu22.04`");
    expect(text).toContain("`BASE_IMG` is given by `build`");
    expect(text).toContain("Ubuntu 22.04");
    expect(text).toContain("CUDA 12.2.2 (devel), cuDNN 8");
    expect(text).toContain("Runs on the lab's driver 535.104");
  });

  test("an image of the lab: what it got from its own base", () => {
    const text = hoverAt("ARG BASE_IMG\nFROM ${BASE_IMG|}\n", pytorch);
    expect(text).toContain("`registry.lab/base:ssh`");
    expect(text).toContain("CUDA 12.2.2");
    expect(text).toContain("of this lab");
  });

  test("what is not known is said to be so, and an unknown image has no facts", () => {
    expect(hoverAt("ARG BASE_IMG\nFROM ${BASE|_IMG}\n")).toContain("has no value that is known here");
    expect(hoverAt("FROM somebody/any|thing:1\n")).toBe("`somebody/anything:1`");
  });

  test("an option of a command: what it does for the image", () => {
    const run =
      "FROM ubuntu:22.04\nRUN apt-get update && apt-get install -y --no-install-|recommends git && rm -rf /var/lib/apt/lists/*\n";
    expect(hoverAt(run)).toContain("merely recommended");
    expect(hoverAt("FROM ubuntu:22.04\nRUN git clone --de|pth 1 https://example.org/x\n")).toContain(
      "history",
    );
    expect(hoverAt("FROM ubuntu:22.04\nRUN echo --no-install-|recommends\n")).toBeUndefined();
    const pip = (command: string) => hoverAt(`FROM somebody/anything:1\nRUN ${command}\n`);
    expect(pip("python3 -m pip install -|i https://x.org a")).toContain("in place of PyPI");
    expect(pip("python3 tools/convert.py -|i model.pt")).toBeUndefined();
    expect(pip("uv pip install --ind|ex https://x.org a")).toContain("first index that has it");
    expect(pip("uv add --default-ind|ex https://x.org a")).toContain("in place of PyPI");
    expect(pip("uv pip install -|e .")).toContain("a link to the sources");
  });

  test("the words of a finding: the rule, with its page", () => {
    const text = hoverAt("FROM ubuntu:22.04\nENV AUTO_SHUT|DOWN_TIME 1h\n");
    expect(text).toContain("[env/legacy-format](https://");
  });

  test("a torch index: its CUDA", () => {
    const run =
      "FROM ubuntu:22.04\nRUN pip install torch --index-url https://download.pytorch.org/whl/cu1|21\n";
    expect(hoverAt(run)).toContain("CUDA 12.1");
  });
});

describe("inlay hints", () => {
  const all = { base: true, torchIndex: true };
  const whole = { start: { line: 0, character: 0 }, end: { line: 1_000, character: 0 } };
  const text = `ARG BASE_IMG
FROM \${BASE_IMG} AS a
FROM ubuntu:22.04
RUN pip install torch --index-url https://download.pytorch.org/whl/cu121
`;
  /** Behind the line that ends with the index. */
  const torchHint = `3:${text.split("\n")[3]!.length} CUDA 12.1`;
  const dockerfile = parseDockerfile(text, base);
  const shown = (settings = all, range = whole) =>
    inlayHints(dockerfile, base, range, settings).map(
      ({ label, position }) => `${position.line}:${position.character} ${label}`,
    );

  test("the base behind FROM with a variable, the CUDA behind a torch index", () => {
    expect(shown()).toEqual(["1:16 nvidia/cuda:12.2.2-cudnn8-devel-ubuntu22.04", torchHint]);
  });

  test("what VS Code would cut off is shortened at its front", () => {
    const reference = "ic-registry.epfl.ch/cvlab/your_gaspar/pytorch-and-more:torch210";
    const long = { ...base, buildArguments: new Map([["BASE_IMG", reference]]) };
    const [hint] = inlayHints(parseDockerfile(text, long), long, whole, all);
    expect(hint?.label).toBe("…/your_gaspar/pytorch-and-more:torch210");
  });

  test("each kind can be switched off", () => {
    expect(shown({ ...all, base: false })).toEqual([torchHint]);
    expect(shown({ ...all, torchIndex: false })).toHaveLength(1);
  });

  test("only in the lines that are shown", () => {
    expect(shown(all, { start: { line: 2, character: 0 }, end: { line: 3, character: 0 } })).toEqual([
      torchHint,
    ]);
  });
});
