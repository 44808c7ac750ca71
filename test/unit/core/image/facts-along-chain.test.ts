import { describe, expect, test } from "vitest";
import { parseDockerfile } from "../../../../core/dockerfile/dockerfile.ts";
import type { BaseFacts } from "../../../../core/image/base-facts.ts";
import { ChainFacts, stageFacts } from "../../../../core/image/facts-along-chain.ts";
import { Lab } from "../../../../core/lab/lab.ts";
import { noLab } from "../../../../core/lab/lab-image.ts";
import { memoryFiles } from "../../lab/memory-files.ts";

/** What is known where the last stage ends. */
function atEnd(text: string): BaseFacts {
  const dockerfile = parseDockerfile(text, noLab);
  return new ChainFacts(dockerfile, noLab).atEnd(dockerfile.stages.at(-1)!);
}

describe("facts along the chain", () => {
  test("a stage begins with what the one that it builds on has installed", () => {
    const dockerfile = parseDockerfile(
      "FROM ubuntu:22.04 AS os\nENV A=1\nRUN apt-get update && apt-get install -y python3-pip build-essential\nFROM os\nRUN apt-get install -y git\n",
    );
    const facts = stageFacts(dockerfile, noLab, dockerfile.stages[1]!);
    expect(facts.os).toEqual({ id: "ubuntu", version: "22.04" });
    expect(facts.python).toEqual({ version: "3.10", owner: "os" });
    expect([...facts.provides]).toEqual(["python3-pip", "build-essential", "gcc", "g++", "make"]);
    expect([...facts.environment]).toEqual([["A", "1"]]);
  });

  test("a stage's own commands do not count where it begins", () => {
    const dockerfile = parseDockerfile("FROM ubuntu:22.04\nRUN apt-get install -y python3\n");
    expect(stageFacts(dockerfile, noLab, dockerfile.stages[0]!).python).toBeUndefined();
  });

  test.each<[string, string, boolean]>([
    ["RUN apt-get install -y git && apt-get purge -y git", "git", false],
    ['RUN if [ -n "$X" ]; then apt-get install -y git; fi', "git", false],
    ["ONBUILD RUN apt-get install -y git", "git", false],
    ["RUN conda install -y cmake ninja", "ninja", true],
    ["RUN pip install --no-cache-dir torch==2.4.0", "torch", true],
    ["RUN bash Miniforge3-Linux-x86_64.sh -b -p /opt/conda", "conda", true],
    ["RUN curl -LsSf https://astral.sh/uv/install.sh | sh", "uv", true],
    ["COPY --from=ghcr.io/astral-sh/uv:0.8 /uv /bin/uv", "uv", true],
    ["RUN add-apt-repository -y ppa:deadsnakes/ppa", "ppa:deadsnakes/ppa", true],
  ])("%s installs %s: %s", (instruction, name, expected) => {
    expect(atEnd(`FROM ubuntu:22.04\n${instruction}\n`).provides.has(name)).toBe(expected);
  });

  test("CUDA packages make a toolkit", () => {
    expect(atEnd("FROM ubuntu:22.04\nRUN apt-get install -y cuda-toolkit-12-2\n").cuda).toEqual({
      version: "12.2",
      flavour: "devel",
    });
    expect(
      atEnd("FROM nvidia/cuda:12.2.2-runtime-ubuntu22.04\nRUN apt-get install -y libcudnn8=8.9.7\n").cuda,
    ).toEqual({ version: "12.2.2", flavour: "runtime", cudnn: 8 });
  });

  test.each([
    "ENV PATH=/opt/venv/bin:$PATH",
    "ENV PATH /opt/conda/bin:$PATH",
    "RUN bash Miniconda3-latest-Linux-x86_64.sh -b",
    "RUN uv python install 3.11",
    "RUN update-alternatives --install /usr/bin/python3 python3 /usr/bin/python3.11 1",
    "RUN ln -sf /opt/python/bin/python3 /usr/local/bin/python3",
    "RUN ./configure && make && make altinstall",
    "COPY --from=python:3.11-slim /usr/local /usr/local",
  ])("which Python there is, is not known any more after %s", (instruction) => {
    const facts = atEnd(
      `FROM ubuntu:22.04\nRUN apt-get install -y python3\n${instruction}\nRUN apt-get install -y python3-dev\n`,
    );
    expect([facts.python, facts.otherPython]).toEqual([undefined, true]);
  });

  test.each([
    "ENV PATH=/usr/local/cuda/bin:$PATH",
    'ENV PATH="/usr/local/cuda-12.2/bin:${PATH}"',
    "COPY --from=build /opt/app /opt/app",
    "COPY --from=build /app/lib/libx.so /usr/local/lib/",
  ])("it is still known after %s", (instruction) => {
    expect(atEnd(`FROM ubuntu:22.04\nRUN apt-get install -y python3\n${instruction}\n`).python?.owner).toBe(
      "os",
    );
  });

  test("an image of the same lab counts as its last stage ends, and a circle ends", () => {
    const files = memoryFiles({
      "/lab/lab-images.json": JSON.stringify({
        registry: "r.org/x",
        images: { base: { tag: "1" }, torch: { tag: "1" }, self: {}, other: {} },
      }),
      "/lab/base/Dockerfile":
        "FROM nvidia/cuda:12.2.2-devel-ubuntu22.04\nENV A=1\nRUN apt-get install -y python3\n",
      "/lab/torch/Dockerfile": "FROM r.org/x/base:1\n",
      "/lab/self/Dockerfile": "FROM r.org/x/other\nRUN apt-get install -y git\n",
      "/lab/other/Dockerfile": "FROM r.org/x/self\nRUN apt-get install -y vim\n",
    });
    const lab = new Lab("/lab", files);
    const factsOf = (name: string) => {
      const image = lab.image(`/lab/${name}/Dockerfile`);
      const dockerfile = parseDockerfile(files.readText(`/lab/${name}/Dockerfile`)!, image);
      return stageFacts(dockerfile, image, dockerfile.stages[0]!);
    };
    expect(factsOf("torch")).toMatchObject({
      cuda: { version: "12.2.2", flavour: "devel" },
      python: { version: "3.10", owner: "os" },
      environment: new Map([["A", "1"]]),
      source: expect.stringMatching(
        /^r\.org\/x\/base:1 of this lab, on nvidia\/cuda:12\.2\.2-devel-ubuntu22\.04/,
      ),
    });
    expect(factsOf("self").os).toBeUndefined();
  });

  test("nothing is known without a base", () => {
    for (const from of ["scratch", "${X}", "somebody/image"])
      expect(atEnd(`FROM ${from}\n`)).toMatchObject({ source: "an image that is not known here" });
  });
});
