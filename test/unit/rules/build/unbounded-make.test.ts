import { describe, expect, test } from "vitest";
import { applyEdits } from "../../../../server/lint/edits.ts";
import { unboundedMake } from "../../../../server/rules/build/unbounded-make.ts";
import { findings, fixed, testRule, wordsAtFault } from "../check-rule.ts";

testRule(unboundedMake);

const from = "FROM nvidia/cuda:12.2.2-devel-ubuntu22.04\n";

describe("build/unbounded-make", () => {
  test.each([
    ["RUN make -j clean depend && make -j\n", 'RUN make -j"$(nproc)" clean depend && make -j"$(nproc)"\n'],
    ["RUN make -kj all\n", 'RUN make -kj"$(nproc)" all\n'],
    ["RUN make --jobs all\n", 'RUN make --jobs="$(nproc)" all\n'],
    ["RUN ninja -C b -j 0 install\n", 'RUN ninja -C b -j"$(nproc)" install\n'],
    ["RUN cmake --build out -j --target a b\n", 'RUN cmake --build out -j"$(nproc)" --target a b\n'],
    ["RUN cmake --build . -- -j\n", 'RUN cmake --build . -- -j"$(nproc)"\n'],
    ['RUN bash -lc "cd /s && make -j"\n', 'RUN bash -lc "cd /s && make -j$(nproc)"\n'],
    ["RUN bash -c 'make -j'\n", "RUN bash -c 'make -j\"$(nproc)\"'\n"],
    ["RUN <<EOF\nset -e\nmake -j\nEOF\n", 'RUN <<EOF\nset -e\nmake -j"$(nproc)"\nEOF\n'],
  ])("%s", (bad, good) => {
    expect(fixed(unboundedMake, from + bad)).toBe(from + good);
  });

  test("exec form, in which no shell counts the cores, stays as it is", () => {
    const text = `${from}RUN ["make", "-j"]\n`;
    expect(wordsAtFault(unboundedMake, text)).toEqual(['"-j"']);
    expect(fixed(unboundedMake, text)).toBe(text);
  });

  test.each([
    "RUN make -j $JOBS && make -j${JOBS} && make -j 8\n",
    "RUN make -j clean\n",
    "RUN make -j -l8\n",
    "RUN ninja -j8 && ninja && echo make -j\n",
    "RUN cmake --build b --parallel 4 && cmake --build b -- -j4\n",
    "ARG MAX_JOBS\nRUN pip install --no-build-isolation flash-attn\n",
    "ONBUILD ENV MAX_JOBS=4\nONBUILD RUN pip install --no-build-isolation flash-attn\n",
    "RUN MAX_JOBS=4 pip install --no-build-isolation flash-attn\n",
    "RUN export MAX_JOBS=4 && pip install --no-build-isolation flash-attn\n",
    "RUN pip install flash-attn\n",
    "RUN FLASH_ATTENTION_SKIP_CUDA_BUILD=TRUE pip install --no-build-isolation flash-attn\n",
    "RUN export MAMBA_SKIP_CUDA_BUILD=TRUE && uv pip install --no-build-isolation mamba_ssm\n",
    "RUN pip install git+https://github.com/Dao-AILab/flash-attention#subdirectory=csrc/layer_norm\n",
    "RUN pip install -r requirements.txt numpy deepspeed\n",
    "RUN pip install git+https://github.com/facebookresearch/pytorch3d\n",
    "RUN git clone https://github.com/NVIDIA/apex && pip install ./apex\n",
    "RUN git clone https://github.com/NVIDIA/apex && cd apex && python setup.py install\n",
    "WORKDIR /vllm\nCOPY . .\nRUN pip install -e . && python setup.py develop\n",
    "RUN cd $X && pip install . && python setup.py install && python setup.py --version\n",
    "RUN cd flash-attention/csrc/layer_norm && pip install .\n",
    "RUN pip install --find-links https://example.org/wheels flash-attn\n",
  ])("%s is fine", (text) => {
    expect(wordsAtFault(unboundedMake, from + text)).toEqual([]);
  });

  test.each([
    [
      "ENV FORCE_CUDA=1\nRUN pip install git+https://github.com/facebookresearch/pytorch3d\n",
      "git+https://github.com/facebookresearch/pytorch3d",
    ],
    ["RUN uv pip install --no-build-isolation flash-attn\n", "flash-attn"],
    ["ENV MAKEFLAGS=-j8\nRUN pip install --no-build-isolation flash-attn\n", "flash-attn"],
    [
      "RUN git clone https://github.com/Dao-AILab/flash-attention && cd flash-attention && python setup.py install\n",
      "setup.py",
    ],
    ["RUN cd apex && python3 setup.py install --cpp_ext --cuda_ext\n", "setup.py"],
    ['RUN pip install -v --config-settings "--build-option=--cuda_ext" ./apex\n', "./apex"],
  ])("%s compiles", (text, at) => {
    expect(wordsAtFault(unboundedMake, from + text)).toEqual([at]);
  });

  test("the one who asks gets a bound for the command", () => {
    const text = `${from}RUN TORCH_CUDA_ARCH_LIST=8.0 pip install --no-build-isolation flash-attn\n`;
    const [finding] = findings(unboundedMake, text);
    const [fix] = finding!.fixes!;
    expect(fix!.automatic).toBe(false);
    const after = applyEdits(text, fix!.edits);
    expect(after).toBe(text.replace("pip install", "MAX_JOBS=4 pip install"));
    expect(findings(unboundedMake, after)).toEqual([]);
  });
});
