import { describe, expect, test } from "vitest";
import { noLab } from "../../../../core/lab/lab-image.ts";
import { develInFinal } from "../../../../server/rules/cuda/devel-in-final.ts";
import { fixed, testRule, wordsAtFault } from "../check-rule.ts";

testRule(develInFinal);

const tag = "12.2.2-devel-ubuntu22.04";
const base = `FROM nvidia/cuda:${tag}\n`;

describe("nothing compiles", () => {
  test.each([
    "RUN apt-get update && apt-get install -y git ffmpeg python3-pip",
    "RUN pip install --no-cache-dir numpy tqdm==4.66.5 'pandas>=2'",
    "RUN conda install -y python=3.11 conda-forge::numpy",
    "RUN uv pip install --system numpy",
    "RUN <<EOF\nset -e\nmkdir -p /opt/lab\necho ok > /opt/lab/ok\nEOF",
    'RUN ["mkdir", "-p", "/data"]',
    "RUN sudo useradd -m me && chown me /home/me",
    'RUN bash -c "mkdir -p /data && pip install numpy"',
    "ENV LANG=C.UTF-8",
    "RUN python3 -m pip install --upgrade pip",
  ])("%s", (line) => {
    expect(wordsAtFault(develInFinal, `${base}${line}\n`)).toEqual([tag]);
    expect(fixed(develInFinal, `${base}${line}\n`)).toBe(`${base.replace("devel", "runtime")}${line}\n`);
  });

  test("an image of PyTorch's: whether the jobs compile their models is the author's to know", () => {
    const text = "FROM pytorch/pytorch:2.4.1-cuda12.1-cudnn9-devel\nRUN pip install --no-cache-dir tqdm\n";
    expect(wordsAtFault(develInFinal, text)).toEqual(["2.4.1-cuda12.1-cudnn9-devel"]);
    expect(fixed(develInFinal, text)).toBe(text);
  });

  test.each([
    "RUN pip install --no-cache-dir torchvision",
    "RUN pip install numpy timm==1.0.9",
    "RUN uv pip install --system openai-whisper",
    "RUN conda install -y lightning",
    "RUN bash -c 'pip install pymc'",
  ])("what it brings is the author's to know: %s", (line) => {
    expect(wordsAtFault(develInFinal, `${base}${line}\n`)).toEqual([tag]);
    expect(fixed(develInFinal, `${base}${line}\n`)).toBe(`${base}${line}\n`);
  });

  test("in the stages that the last one builds on", () => {
    const text = `FROM nvidia/cuda:${tag} AS os\nRUN mkdir /data\nFROM os\nCOPY run.sh /\n`;
    expect(wordsAtFault(develInFinal, text)).toEqual([tag]);
  });

  test("in an image of the lab that starts something", () => {
    const lab = { ...noLab, siblings: ["train"] };
    expect(wordsAtFault(develInFinal, `${base}COPY a /a\n`, lab)).toEqual([]);
    expect(wordsAtFault(develInFinal, `${base}COPY a /a\nCMD ["/a"]\n`, lab)).toEqual([tag]);
  });
});

describe("something compiles, or might", () => {
  test.each([
    "RUN nvcc -o /a a.cu",
    "RUN make -C /src",
    "RUN cmake --build build",
    "RUN cd /src && python3 setup.py install",
    "RUN ./install.sh",
    "RUN curl -fsSL https://example.org/install.sh | bash",
    "RUN apt-get install -y cmake",
    "RUN apt-get install -y $PACKAGES",
    "RUN apt-get install -y libnccl-dev",
    "RUN apt-get install -y python3.10-dev",
    "RUN pip install git+https://github.com/org/tool",
    "RUN pip install .",
    "RUN pip install -e /opt/tool",
    "RUN pip install -r requirements.txt",
    "RUN pip install $WHEELS",
    "RUN pip install cupy-cuda12x",
    "RUN conda install -y cuda-nvcc",
    "RUN conda env create -f environment.yml",
    "RUN . /opt/setup.sh",
    'ENV TORCH_CUDA_ARCH_LIST="7.0"',
    "ENV CUDA_HOME=/usr/local/cuda",
    "ONBUILD RUN make",
    'CMD ["make", "test"]',
    "# nvcc compiles the kernels when the job starts.\nCOPY kernels /opt/kernels",
  ])("%s", (line) => expect(wordsAtFault(develInFinal, `${base}${line}\n`)).toEqual([]));

  test.each([
    [
      "in another stage on the same base",
      `FROM nvidia/cuda:${tag} AS os\nRUN mkdir /a\nFROM os AS build\nRUN make\nFROM os\nCOPY --from=build /a /a\n`,
    ],
    ["in the parent stage", `FROM nvidia/cuda:${tag} AS os\nRUN make\nFROM os\nCOPY a /a\n`],
    ["nobody knows: nothing but a FROM", base],
    ["no such runtime image", "FROM nvidia/cuda:99.1.0-devel-ubuntu22.04\nCOPY a /a\n"],
    ["a digest", `FROM nvidia/cuda:${tag}@sha256:${"0123456789abcdef".repeat(4)}\nCOPY a /a\n`],
    ["the packages of another stage", `FROM a AS b\n${base}COPY --from=b /opt/conda /opt/conda\n`],
    ["another image", "FROM group/cuda:12.2.2-devel-ubuntu22.04\nCOPY a /a\n"],
    ["a script that is not in the Dockerfile", `${base}RUN bash -c "$BUILD"\n`],
  ])("%s", (_, text) => expect(wordsAtFault(develInFinal, text)).toEqual([]));
});
