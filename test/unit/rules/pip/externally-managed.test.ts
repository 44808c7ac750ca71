import { describe, expect, test } from "vitest";
import { applyEdits } from "../../../../server/lint/edits.ts";
import { externallyManaged } from "../../../../server/rules/pip/externally-managed.ts";
import { findings, testRule, wordsAtFault } from "../check-rule.ts";
import { labWith } from "../lab-with-base.ts";

testRule(externallyManaged);

const install = "RUN apt-get update && apt-get install -y python3-pip python3-venv\n";
const noble = `FROM ubuntu:24.04\n${install}`;

describe("finds", () => {
  test.each([
    ["RUN pip3 install numpy", "pip3 install"],
    ["RUN sudo pip install numpy", "pip install"],
    ["RUN /usr/bin/pip3 install --user numpy", "/usr/bin/pip3 install"],
    ["RUN python3.12 -m pip install -r requirements.txt", "python3.12 -m pip install"],
    ["RUN bash -c 'pip install numpy'", "pip install"],
    ["RUN pip uninstall -y numpy", "pip uninstall"],
    ['RUN ["pip", "install", "numpy"]', '"pip", "install"'],
    ["RUN set -ex; pip install numpy", "pip install"],
    ["RUN <<EOF\npip install numpy\nEOF", "pip install"],
    ["ENV PATH=/usr/local/cuda/bin:$PATH\nRUN pip install numpy", "pip install"],
    ["RUN apt-get install -y git && pip install numpy", "pip install"],
    ["ONBUILD RUN pip install numpy", "pip install"],
  ])("%s", (text, words) => {
    expect(wordsAtFault(externallyManaged, `${noble}${text}\n`)).toEqual([words]);
  });

  test.each(["ubuntu:23.04", "ubuntu:mantic", "ubuntu:24.10", "ubuntu:25.10", "debian:13"])(
    "it on %s",
    (base) => {
      expect(wordsAtFault(externallyManaged, `FROM ${base}\n${install}RUN pip install a\n`)).toEqual([
        "pip install",
      ]);
    },
  );

  test("it in a stage that builds on the one with pip, and in one that is only copied from", () => {
    const text = `FROM debian:12-slim AS os\n${install}FROM os AS build\nRUN pip install a\nFROM os\nRUN pip install b\n`;
    expect(wordsAtFault(externallyManaged, text)).toEqual(["pip install", "pip install"]);
  });

  test("it in an image built on another one of the lab", () => {
    const lab = labWith(noble);
    expect(wordsAtFault(externallyManaged, "FROM lab/base:1\nRUN pip install a\n", lab)).toEqual([
      "pip install",
    ]);
  });

  test.each(["ros:jazzy", "pytorch/pytorch:2.12.0-cuda12.6-cudnn9-devel"])(
    "it where the base has pip: %s",
    (base) => {
      expect(wordsAtFault(externallyManaged, `FROM ${base}\nRUN pip install a\n`)).toEqual(["pip install"]);
    },
  );
});

describe("is silent about", () => {
  test.each([
    "RUN pip install --break-system-packages numpy",
    "RUN PIP_BREAK_SYSTEM_PACKAGES=1 pip install numpy",
    "RUN export PIP_BREAK_SYSTEM_PACKAGES=1 && pip install numpy",
    "ARG PIP_BREAK_SYSTEM_PACKAGES=1\nRUN pip install numpy",
    "RUN rm /usr/lib/python3*/EXTERNALLY-MANAGED\nRUN pip install numpy",
    "RUN rm -f /usr/lib/python3.12/EXTERNALLY-MANAGED && pip install numpy",
    "RUN pip config set global.break-system-packages true\nRUN pip install numpy",
    "COPY pip.conf /etc/pip.conf\nRUN pip install numpy",
    'RUN printf "[global]\\nbreak-system-packages = true\\n" > /etc/pip.conf\nRUN pip install numpy',
    "RUN pip install --target=/opt/x numpy",
    "RUN pip install --prefix /opt/x numpy",
    "RUN pip download numpy",
    "RUN python3 -m venv /venv && /venv/bin/pip install numpy",
    "RUN python3 -m venv /venv && . /venv/bin/activate && pip install numpy",
    "ENV VIRTUAL_ENV=/venv\nENV PATH=$VIRTUAL_ENV/bin:$PATH\nRUN pip install numpy",
    "ENV PATH /opt/conda/bin:$PATH\nRUN pip install numpy",
    "RUN PATH=/venv/bin:$PATH; pip install numpy",
    "RUN wget -O m.sh https://x/m.sh && bash Miniconda3-latest-Linux-x86_64.sh -b -p /opt/conda\nRUN pip install numpy",
    "COPY --from=python:3.12-slim /usr/local /usr/local\nRUN pip install numpy",
    "RUN apt-get install -y python3.11 && update-alternatives --install /usr/bin/python3 python3 /usr/bin/python3.11 1\nRUN python3 -m pip install numpy",
    "RUN python3.11 -m pip install numpy",
    "RUN conda run -n x pip install numpy",
    "RUN uv pip install --system numpy",
    "RUN pip install numpy || pip install --break-system-packages numpy",
    'RUN if [ -n "$X" ]; then pip install numpy; fi',
    "RUN pip install $OPTIONS numpy",
    "RUN ./set-up.sh\nRUN pip install numpy",
    'SHELL ["conda", "run", "-n", "x", "/bin/bash", "-c"]\nRUN pip install numpy',
    "ONBUILD ENV PIP_BREAK_SYSTEM_PACKAGES=1\nONBUILD RUN pip install numpy",
    "ONBUILD ENV PATH=/opt/venv/bin:$PATH\nONBUILD RUN pip install numpy",
  ])("%s", (text) => {
    expect(wordsAtFault(externallyManaged, `${noble}${text}\n`)).toEqual([]);
  });

  test.each([
    "ubuntu:22.04",
    "debian:11",
    "python:3.12",
    "python:3.12-bookworm",
    "ghcr.io/astral-sh/uv:python3.12-bookworm-slim",
    "nvcr.io/nvidia/pytorch:25.10-py3",
    "nvcr.io/nvidia/pytorch:25.01-py3",
    "continuumio/miniconda3",
    "mambaorg/micromamba:2.0.5-debian12-slim",
    "somebody/ubuntu:24.04",
    "${BASE_IMG}",
  ])("the base %s", (base) => {
    expect(wordsAtFault(externallyManaged, `FROM ${base}\n${install}RUN pip install numpy\n`)).toEqual([]);
  });

  test("a stage on one with an environment on PATH, though it installs more of Python", () => {
    const text = `${noble}ENV PATH=/venv/bin:$PATH\nFROM 0\n`;
    const staged = text.replace("FROM ubuntu:24.04", "FROM ubuntu:24.04 AS os").replace("FROM 0", "FROM os");
    expect(wordsAtFault(externallyManaged, `${staged}${install}RUN pip install numpy\n`)).toEqual([]);
  });

  test("an image on one of the lab that took the refusal away", () => {
    const lab = labWith(`${noble}RUN rm /usr/lib/python3.12/EXTERNALLY-MANAGED\n`);
    expect(wordsAtFault(externallyManaged, "FROM lab/base:1\nRUN pip install a\n", lab)).toEqual([]);
  });
});

describe("offers", () => {
  const offered = (text: string) =>
    findings(externallyManaged, text).flatMap(({ fixes }) =>
      (fixes ?? []).map((fix) => ({ ...fix, after: applyEdits(text, fix.edits) })),
    );

  test("an environment where Python can make one, and the option", () => {
    const fixes = offered(`${noble}# numbers\nRUN pip install numpy\n`);
    expect(fixes.map(({ after }) => after)).toEqual([
      `${noble}RUN python3 -m venv /opt/venv\nENV PATH=/opt/venv/bin:$PATH\n# numbers\nRUN pip install numpy\n`,
      `${noble}# numbers\nRUN pip install --break-system-packages numpy\n`,
    ]);
    for (const { after, automatic } of fixes) {
      expect(automatic).toBe(false);
      expect(findings(externallyManaged, after)).toEqual([]);
    }
  });

  test("the option alone where nothing is known to make an environment", () => {
    const text =
      "FROM ubuntu:24.04\nRUN apt-get update && apt-get install -y python3-pip && pip install numpy\n";
    expect(offered(text).map(({ title }) => title)).toEqual(["Add --break-system-packages"]);
  });
});
