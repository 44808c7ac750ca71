import { describe, expect, test } from "vitest";
import { noLab } from "../../../../core/lab/lab-image.ts";
import { torchIndex } from "../../../../server/rules/cuda/torch-index.ts";
import { findings, fixed, testRule, wordsAtFault } from "../check-rule.ts";

testRule(torchIndex);

const base = "FROM nvidia/cuda:12.2.2-devel-ubuntu22.04\n";
const whl = "https://download.pytorch.org/whl";

describe("an index that was never published, in every spelling", () => {
  test.each([
    `RUN pip install torch==2.3.1 --index-url ${whl}/cu122`,
    `RUN pip3 install torch==2.3.1 --index-url=${whl}/cu122`,
    `RUN python3 -m pip install -i ${whl}/cu122 torch==2.3.1`,
    `RUN /venv/bin/pip install torch==2.3.1 --extra-index-url "${whl}/cu122"`,
    `RUN pip install torch==2.3.1 -f ${whl}/cu122/torch_stable.html`,
    `RUN pip install torch==2.3.1 --find-links ${whl}/cu122`,
    `RUN bash -c "pip install torch==2.3.1 -i ${whl}/cu122"`,
    `RUN ["pip", "install", "torch==2.3.1", "--index-url", "${whl}/cu122"]`,
    `RUN <<EOF\nset -e\npip install torch==2.3.1 -i ${whl}/cu122\nEOF`,
    `RUN uv pip install --system torch==2.3.1 --index-url ${whl}/cu122`,
    "RUN uv pip install --system torch==2.3.1 --torch-backend=cu122",
    "RUN uv pip install --system torch==2.3.1 --torch-backend cu122",
    `RUN sudo pip install torch==2.3.1+cu122 -f ${whl}/torch_stable.html`,
    `ENV PIP_INDEX_URL=${whl}/cu122`,
    `ARG PIP_EXTRA_INDEX_URL="${whl}/cu122"`,
    `ENV PIP_FIND_LINKS ${whl}/cu122`,
    `ONBUILD RUN pip install torch==2.3.1 -i ${whl}/cu122`,
  ])("%s", (line) => {
    const text = `${base}${line}\n`;
    expect(wordsAtFault(torchIndex, text)).toEqual(["cu122"]);
    expect(fixed(torchIndex, text)).toBe(text.replace("cu122", "cu121"));
  });

  test("changes what a call names it by, together", () => {
    const text = `${base}RUN pip install torch==2.3.1+cu122 \\\n    torchvision==0.18.1+cu122 \\\n    -f ${whl}/cu122\n`;
    expect(wordsAtFault(torchIndex, text)).toEqual(["cu122"]);
    expect(fixed(torchIndex, text)).toBe(text.replaceAll("cu122", "cu121"));
  });

  test.each([
    `RUN pip install torch==2.0.1 -i ${whl}/cu122`,
    `RUN pip install --pre torch -i ${whl}/nightly/cu122`,
    `ARG CU=cu122\nRUN pip install torch==2.3.1 -i ${whl}/\${CU}`,
  ])("leaves to the author: %s", (line) => {
    const text = `${base}${line}\n`;
    expect(findings(torchIndex, text)).toHaveLength(1);
    expect(fixed(torchIndex, text)).toBe(text);
  });

  test.each([
    `RUN pip install torch -i ${whl}/\${CU}`,
    `RUN pip install torch -i ${whl}/cpu`,
    `RUN pip install torch -i ${whl}/rocm6.2`,
    `RUN pip install torch -i ${whl}/cu150`,
    `RUN pip install -f https://data.pyg.org/whl/torch-2.1.0+cu122.html torch-geometric`,
    `RUN echo ${whl}/cu122`,
    `# ${whl}/cu122`,
    "RUN conda install -y pytorch cudatoolkit=11.2 -c conda-forge",
  ])("is silent: %s", (line) => expect(wordsAtFault(torchIndex, `${base}${line}\n`)).toEqual([]));
});

describe("what is compiled against torch", () => {
  const compile = "RUN pip install --no-build-isolation ./submodules/simple-knn\n";
  const torch = `RUN pip install torch==2.1.2 -i ${whl}/cu118\n`;

  test("has to have the CUDA major of the base", () => {
    expect(wordsAtFault(torchIndex, base + torch + compile)).toEqual(["cu118"]);
    expect(fixed(torchIndex, base + torch + compile)).toBe(base + torch.replace("cu118", "cu121") + compile);
    const [finding] = findings(torchIndex, base + torch + compile);
    expect(finding?.message).toContain("CUDA 11.8");
    expect(finding?.message).toContain("CUDA 12.2.2");
    expect(finding?.message).toContain("line 3");
  });

  test("along the stages, and once for several", () => {
    const text = `${base.replace("\n", " AS base\n")}${torch}FROM base AS a\n${compile}FROM base\n${compile}`;
    expect(wordsAtFault(torchIndex, text)).toEqual(["cu118"]);
  });

  test("with the wheels of conda", () => {
    const conda = "RUN conda install -y pytorch==2.1.2 pytorch-cuda=11.8 -c pytorch -c nvidia\n";
    expect(wordsAtFault(torchIndex, base + conda + compile)).toEqual(["11.8"]);
    const old = "RUN conda install -y pytorch==1.12.1 cudatoolkit=11.3 -c pytorch\n";
    expect(wordsAtFault(torchIndex, base + old + compile)).toEqual(["11.3"]);
  });

  test.each([
    ["the same major", base + torch.replace("cu118", "cu121") + compile],
    ["compiled before", base + compile + torch],
    ["torch installed anew", `${base}${torch}RUN pip install torch==2.1.2 -i ${whl}/cu121\n${compile}`],
    ["another toolkit", `${base}RUN conda install -y cuda-nvcc\n${torch}${compile}`],
    ["a wheel that is made for this torch", `${base}${torch}RUN pip install flash-attn\n`],
    ["no compiler in the base", `FROM nvidia/cuda:12.2.2-runtime-ubuntu22.04\n${torch}${compile}`],
    ["no CUDA code", `${base}${torch}RUN pip install ./tools\n`],
  ])("is silent: %s", (_, text) => expect(wordsAtFault(torchIndex, text)).toEqual([]));
});

describe("PyPI's torch", () => {
  const lab = (values: object) => ({ ...noLab, values });
  const runtime = "FROM nvidia/cuda:12.2.2-runtime-ubuntu22.04\n";

  test.each([
    [
      "pip install torch torchvision",
      "pip install torch torchvision --index-url https://download.pytorch.org/whl/cu126",
    ],
    [
      "pip install numpy torch",
      "pip install numpy torch --extra-index-url https://download.pytorch.org/whl/cu126",
    ],
    [
      "uv pip install --system torch",
      "uv pip install --system torch --index-url https://download.pytorch.org/whl/cu126",
    ],
    [
      "pip install torch && ldconfig",
      "pip install torch --index-url https://download.pytorch.org/whl/cu126 && ldconfig",
    ],
    [
      "pip install 'torch>=2.1'",
      "pip install 'torch>=2.1' --index-url https://download.pytorch.org/whl/cu126",
    ],
  ])("%s", (command, after) => {
    expect(fixed(torchIndex, `${runtime}RUN ${command}\n`)).toBe(`${runtime}RUN ${after}\n`);
  });

  test.each([
    "RUN pip install torchvision timm",
    "RUN pip install ultralytics",
    "RUN pip install -r requirements.txt",
    "RUN pip install -e .",
    "RUN bash install.sh",
    "FROM torch AS last\nRUN uv pip install --system torchaudio",
  ])("what may bring torchvision from PyPI later has to be put right too, by the author: %s", (line) => {
    const text = `${runtime.trim()} AS torch\nRUN pip install torch\n${line}\n`;
    expect(findings(torchIndex, text)[0]?.message).toContain("torchvision");
    expect(fixed(torchIndex, text)).toBe(text);
  });

  test.each([
    "RUN pip install numpy tqdm",
    "RUN pip install transformers accelerate==1.0",
    "RUN apt-get install -y git",
  ])("what brings none is no hindrance: %s", (line) => {
    const text = `${runtime}RUN pip install torch\n${line}\n`;
    expect(fixed(torchIndex, text)).toBe(
      text.replace("torch\n", "torch --index-url https://download.pytorch.org/whl/cu126\n"),
    );
  });

  test("harms where the driver or the GPUs are older, whatever the base", () => {
    const text = "FROM python:3.11-slim\nRUN pip install torch\n";
    expect(wordsAtFault(torchIndex, text, lab({ gpuDriver: "535.104" }))).toEqual(["torch"]);
    expect(wordsAtFault(torchIndex, text, lab({ gpuArch: ["7.0", "8.0"] }))).toEqual(["torch"]);
    expect(wordsAtFault(torchIndex, text, lab({ gpuDriver: "580.65", gpuArch: ["8.0"] }))).toEqual([]);
    expect(wordsAtFault(torchIndex, text)).toEqual([]);
    const [finding] = findings(torchIndex, text, lab({ gpuDriver: "470.82" }));
    expect(finding?.message).toContain(`${whl}/cu118`);
  });

  test("harms no lab whose driver and GPUs take it, unless something is compiled against it", () => {
    const newLab = lab({ gpuDriver: "580.65", gpuArch: ["8.0"] });
    const text = `${base}RUN pip install torch\n`;
    expect(wordsAtFault(torchIndex, text, newLab)).toEqual([]);
    expect(wordsAtFault(torchIndex, `${text}RUN pip install ./submodules/simple-knn\n`, newLab)).toEqual([
      "torch",
    ]);
  });

  test.each([
    ["a version", `${runtime}RUN pip install torch==2.4.1\n`],
    ["an upper bound", `${runtime}RUN pip install "torch<2.5"\n`],
    ["another that pins it", `${runtime}RUN pip install torch torchvision==0.15.2\n`],
    ["requirements", `${runtime}RUN pip install torch -r requirements.txt\n`],
    ["a constraint", `${runtime}RUN pip install torch -c constraints.txt\n`],
    ["an index that is not known", `${runtime}RUN pip install torch -i https://pypi.lab.example/simple\n`],
    ["an index along the chain", `${runtime}ENV PIP_EXTRA_INDEX_URL=${whl}/cu121\nRUN pip install torch\n`],
    ["pip's configuration", `${runtime}COPY pip.conf /etc/pip.conf\nRUN pip install torch\n`],
    [
      "torch in the base",
      "FROM pytorch/pytorch:2.4.1-cuda12.1-cudnn9-runtime\nRUN pip install torch torchvision\n",
    ],
    [
      "torch installed before",
      `${runtime}RUN pip install torch==2.4.1 -i ${whl}/cu121\nRUN pip install torch\n`,
    ],
    [
      "torch perhaps installed before",
      `${runtime}RUN pip install -r requirements.txt\nRUN pip install torch\n`,
    ],
    ["a CUDA 13 base", "FROM nvidia/cuda:13.0.2-runtime-ubuntu24.04\nRUN pip install torch\n"],
    ["an old Python", "FROM nvidia/cuda:11.8.0-runtime-ubuntu20.04\nRUN pip install torch\n"],
    [
      "an old Python, installed",
      `${runtime}RUN apt-get install -y python3.8\nRUN python3.8 -m pip install torch\n`,
    ],
    ["a base that is not known", "FROM registry.example/base:1\nRUN pip install torch\n"],
    ["another package", `${runtime}RUN pip install torchmetrics\n`],
  ])("is silent: %s", (_, text) => expect(wordsAtFault(torchIndex, text)).toEqual([]));
});
