import { describe, expect, test } from "vitest";
import { noLab } from "../../../../core/lab/lab-image.ts";
import { archList } from "../../../../server/rules/cuda/arch-list.ts";
import { findings, fixed, testRule, wordsAtFault } from "../check-rule.ts";

testRule(archList);

const base = "FROM nvidia/cuda:11.8.0-devel-ubuntu22.04\n";
const lab = { ...noLab, values: { gpuArch: ["7.0", "8.0"] } };
const knn = "RUN pip install ./submodules/simple-knn\n";
const env = 'ENV TORCH_CUDA_ARCH_LIST="7.0;8.0"\n';

describe("finds", () => {
  test.each([
    ["RUN pip install -e submodules/simple-knn", "submodules/simple-knn"],
    ["RUN uv pip install --system ./submodules/simple-knn", "./submodules/simple-knn"],
    ["RUN bash -c 'pip install ./simple-knn'", "./simple-knn"],
    ["RUN FORCE_CUDA=1 pip install torch-scatter", "torch-scatter"],
    ["RUN export FORCE_CUDA=1 && pip install torch-scatter", "torch-scatter"],
    ['RUN ["pip", "install", "./simple-knn"]', '"./simple-knn"'],
    ["RUN cd /opt/simple-knn && pip install .", "."],
    ["RUN cd detectron2 && FORCE_CUDA=1 python setup.py install", "setup.py"],
    ["RUN cd /opt/simple-knn && python3 -u setup.py build develop", "setup.py"],
    ["RUN git clone https://github.com/a/b x && cd x/submodules/simple-knn && pip install -e .", "."],
    ["RUN python3 submodules/simple-knn/setup.py install", "submodules/simple-knn/setup.py"],
  ])("%s", (line, at) => {
    expect(wordsAtFault(archList, `${base}${line}\n`, lab)).toEqual([at]);
    expect(fixed(archList, `${base}${line}\n`, lab)).toBe(`${base}${env}${line}\n`);
  });

  test("the folder that WORKDIR names, where the file clones it", () => {
    const text = `${base}WORKDIR /s/simple-knn\nRUN pip install .\n`;
    expect(wordsAtFault(archList, text, lab)).toEqual([]);
    const clone = "RUN git clone https://x.org/simple-knn.git .\n";
    expect(wordsAtFault(archList, text.replace("RUN", `${clone}RUN`), lab)).toEqual(["."]);
  });

  test("what leaves its CUDA code out without a word", () => {
    const text = `${base}RUN pip install git+https://github.com/facebookresearch/xformers\n`;
    expect(findings(archList, text, lab)[0]?.message).toMatch(/leaves its CUDA code out/);
  });

  test("one place of a stage, and of those that build on it", () => {
    const text = `${base.replace("\n", " AS a\n")}${knn}${knn}FROM a\n${knn}`;
    expect(wordsAtFault(archList, text, lab)).toHaveLength(1);
    expect(findings(archList, fixed(archList, text, lab), lab)).toEqual([]);
  });
});

describe("the fix", () => {
  test("leaves out what the base's CUDA does not compile for", () => {
    const newer = { ...noLab, values: { gpuArch: ["8.0", "9.0", "12.0"] } };
    expect(fixed(archList, base + knn, newer)).toBe(`${base}ENV TORCH_CUDA_ARCH_LIST="8.0;9.0"\n${knn}`);
    expect(fixed(archList, base + knn, { ...noLab, values: { gpuArch: ["12.0"] } })).toBe(base + knn);
  });

  test("keeps comments with their RUN, and the author's case", () => {
    const text = "from nvidia/cuda:11.8.0-devel-ubuntu22.04\n# splatting\nrun pip install ./simple-knn\n";
    expect(fixed(archList, text, lab)).toBe(
      'from nvidia/cuda:11.8.0-devel-ubuntu22.04\nenv TORCH_CUDA_ARCH_LIST="7.0;8.0"\n# splatting\nrun pip install ./simple-knn\n',
    );
  });

  test("does not exist for ONBUILD", () => {
    const text = `${base}ONBUILD ${knn}`;
    expect(wordsAtFault(archList, text, lab)).toHaveLength(1);
    expect(fixed(archList, text, lab)).toBe(text);
  });
});

test.each([
  ["set by ENV", base + env + knn],
  ["set by ARG", `${base}ARG TORCH_CUDA_ARCH_LIST=8.0\n${knn}`],
  ["given with the build", `${base}ARG TORCH_CUDA_ARCH_LIST\n${knn}`],
  ["set in the RUN", `${base}RUN export TORCH_CUDA_ARCH_LIST=8.0 && pip install ./simple-knn\n`],
  ["set to what nobody knows", `${base}RUN TORCH_CUDA_ARCH_LIST=$ARCHS pip install ./simple-knn\n`],
  ["set by a parent stage", `${base.replace("\n", " AS a\n")}${env}FROM a\n${knn}`],
  ["no compiler", `FROM nvidia/cuda:11.8.0-runtime-ubuntu22.04\n${knn}`],
  ["a package that is not known", `${base}RUN pip install ./tools\n`],
])("is silent: %s", (_, text) => expect(wordsAtFault(archList, text, lab)).toEqual([]));

test("is silent where the lab names no GPUs", () => {
  expect(wordsAtFault(archList, base + knn)).toEqual([]);
});
