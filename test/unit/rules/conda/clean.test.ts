import { describe, expect, test } from "vitest";
import { condaClean } from "../../../../server/rules/conda/clean.ts";
import { fixed, testRule, wordsAtFault } from "../check-rule.ts";

testRule(condaClean);

const from = "FROM condaforge/miniforge3:24.3.0-0\n";
const at = (body: string): string[] => wordsAtFault(condaClean, `${from}${body}\n`);
const repaired = (body: string): string => fixed(condaClean, `${from}${body}\n`).slice(from.length, -1);

describe("calls at fault, and their fix", () => {
  test.each([
    ["RUN mamba update --all -y", "mamba update", "RUN mamba update --all -y && mamba clean --all --yes"],
    ["RUN conda create -n x -y", "conda create", "RUN conda create -n x -y && conda clean --all --yes"],
    [
      "RUN micromamba env update -f e.yml -y",
      "micromamba env update",
      "RUN micromamba env update -f e.yml -y && micromamba clean --all --yes",
    ],
    // At the first of several, cleaned once.
    [
      "RUN conda install -y a && conda install -y b",
      "conda install",
      "RUN conda install -y a && conda install -y b && conda clean --all --yes",
    ],
    [
      "RUN conda install -y mamba && mamba install -y b",
      "conda install",
      "RUN conda install -y mamba && mamba install -y b && mamba clean --all --yes",
    ],
    [
      "RUN set -e; \\\n    conda install -y a; \\\n    python -V",
      "conda install",
      "RUN set -e; \\\n    conda install -y a; \\\n    python -V; \\\n    conda clean --all --yes",
    ],
    [
      "RUN conda install -y a \\\n\t# why\n\t&& python -V",
      "conda install",
      "RUN conda install -y a \\\n\t# why\n\t&& python -V \\\n\t&& conda clean --all --yes",
    ],
    [
      "RUN <<EOF\nset -e\nconda install -y a\nEOF",
      "conda install",
      "RUN <<EOF\nset -e\nconda install -y a\nconda clean --all --yes\nEOF",
    ],
    [
      "RUN sudo -H /opt/conda/bin/conda install -y a",
      "/opt/conda/bin/conda install",
      "RUN sudo -H /opt/conda/bin/conda install -y a && sudo -H /opt/conda/bin/conda clean --all --yes",
    ],
    [
      "RUN PATH=/opt/conda/bin:$PATH conda install -y a",
      "conda install",
      "RUN PATH=/opt/conda/bin:$PATH conda install -y a && PATH=/opt/conda/bin:$PATH conda clean --all --yes",
    ],
    ["RUN CONDA_OVERRIDE_CUDA=12.2 timeout 900 conda install -y a", "conda install", undefined],
    [
      "RUN timeout 900 conda install -y a",
      "conda install",
      "RUN timeout 900 conda install -y a && conda clean --all --yes",
    ],
    [
      "RUN $CONDA_DIR/bin/conda install -y a",
      "$CONDA_DIR/bin/conda install",
      "RUN $CONDA_DIR/bin/conda install -y a && $CONDA_DIR/bin/conda clean --all --yes",
    ],
    [
      "RUN yes | conda install a # all of it",
      "conda install",
      "RUN yes | conda install a && conda clean --all --yes # all of it",
    ],
    [
      "RUN cat pkgs | xargs conda install -y",
      "conda install",
      "RUN cat pkgs | xargs conda install -y && conda clean --all --yes",
    ],
    [
      'RUN bash -lc "conda create -n x -y && conda install -n x -y a" && ls',
      "conda create",
      'RUN bash -lc "conda create -n x -y && conda install -n x -y a && conda clean --all --yes" && ls',
    ],
    [
      'RUN ["bash", "-c", "conda install -y a"]',
      "conda install",
      'RUN ["bash", "-c", "conda install -y a && conda clean --all --yes"]',
    ],
    [
      "RUN (. /opt/conda/etc/profile.d/conda.sh && conda install -y a) && make",
      "conda install",
      "RUN (. /opt/conda/etc/profile.d/conda.sh && conda install -y a && conda clean --all --yes) && make",
    ],
    [
      "RUN for p in a b; do conda install -y $p; done",
      "conda install",
      "RUN for p in a b; do conda install -y $p; done && conda clean --all --yes",
    ],
    [
      "RUN for p in /a /b; do $p/bin/conda install -y x; done",
      "$p/bin/conda install",
      "RUN for p in /a /b; do $p/bin/conda install -y x && $p/bin/conda clean --all --yes; done",
    ],
    [
      "RUN cd /opt && ./miniconda/bin/conda install -y a && cd /",
      "./miniconda/bin/conda install",
      "RUN cd /opt && ./miniconda/bin/conda install -y a && ./miniconda/bin/conda clean --all --yes && cd /",
    ],
    [
      "RUN conda install -y a || conda install -y -c conda-forge a",
      "conda install",
      "RUN conda install -y a || conda install -y -c conda-forge a && conda clean --all --yes",
    ],
    [
      "RUN micromamba install -y -n base -r /opt/mamba a",
      "micromamba install",
      "RUN micromamba install -y -n base -r /opt/mamba a && micromamba clean --all --yes -r /opt/mamba",
    ],
    [
      "RUN micromamba -y --root-prefix=/opt/mamba install a",
      "micromamba -y --root-prefix=/opt/mamba install",
      "RUN micromamba -y --root-prefix=/opt/mamba install a && micromamba clean --all --yes --root-prefix=/opt/mamba",
    ],
    [
      "ONBUILD RUN conda install -y a",
      "conda install",
      "ONBUILD RUN conda install -y a && conda clean --all --yes",
    ],
    // Behind what ends the script a clean-up never runs.
    [
      "RUN conda env create -f env.yml; exit 0",
      "conda env create",
      "RUN conda env create -f env.yml && conda clean --all --yes; exit 0",
    ],
    [
      "RUN conda create -n x -y && conda install -y a; exit 0",
      "conda create",
      "RUN conda create -n x -y && conda install -y a && conda clean --all --yes; exit 0",
    ],
    [
      "RUN <<EOF\nset -e\nconda install -y a\nexit 0\nEOF",
      "conda install",
      "RUN <<EOF\nset -e\nconda install -y a && conda clean --all --yes\nexit 0\nEOF",
    ],
    [
      'RUN conda install -y a && exec bash -c "python -V"',
      "conda install",
      'RUN conda install -y a && conda clean --all --yes && exec bash -c "python -V"',
    ],
    [
      "RUN for p in a b; do conda install -y $p || exit 1; done",
      "conda install",
      "RUN for p in a b; do conda install -y $p || exit 1; done && conda clean --all --yes",
    ],
    ["RUN exec conda install -y a", "conda install", "RUN exec conda install -y a"],
    [
      "RUN conda install -y a; exit 0; conda clean -afy",
      "conda install",
      "RUN conda install -y a && conda clean --all --yes; exit 0; conda clean -afy",
    ],
    // What cannot be repaired here is still said.
    ['RUN ["conda", "install", "-y", "a"]', '"conda", "install"', 'RUN ["conda", "install", "-y", "a"]'],
    ["RUN conda install -y a &", "conda install", "RUN conda install -y a &"],
    ["RUN test -f x || conda install -y a", "conda install", "RUN test -f x || conda install -y a"],
    [
      "RUN if a; then conda install -y a; else conda install -y b; fi",
      "conda install",
      "RUN if a; then conda install -y a; else conda install -y b; fi",
    ],
    ["RUN conda install -y a && conda clean --help", "conda install", undefined],
    ["RUN conda install -y a\nRUN conda clean -afy", "conda install", undefined],
    ["RUN conda clean -afy && conda install -y a", "conda install", undefined],
    ["RUN conda install -y a && rm -rf /tmp/* /opt/conda/pkgs/cache", "conda install", undefined],
    ["RUN --mount=type=cache,target=/root/.cache/pip conda install -y a", "conda install", undefined],
  ])("%s", (body, words, expected) => {
    expect(at(body)).toEqual([words]);
    if (expected !== undefined) expect(repaired(body)).toBe(expected);
    if (expected !== undefined && expected !== body) expect(at(repaired(body))).toEqual([]);
  });
});

test.each([
  "RUN conda install -y a && conda clean --tarballs -y",
  "RUN conda install -y a; mamba clean -tipy || true",
  "RUN conda env create -f e.yml && /opt/conda/bin/conda clean -a",
  "RUN conda install -y a && rm -rf $CONDA_DIR/pkgs",
  "RUN conda install -y a && find / -name x; rm -r /opt/conda/pkgs/",
  "RUN conda create -y -p /env a && conda-pack -p /env && rm -rf /opt/conda",
  "RUN --mount=type=cache,target=/opt/conda/pkgs,sharing=locked conda install -y a",
  "RUN --mount=type=cache,target=/root/micromamba/pkgs micromamba install -y a",
  "ENV CONDA_PKGS_DIRS=/c/pkgs\nRUN --mount=type=cache,target=/c conda install -y a",
  "RUN --mount=type=cache,target=/c conda config --add pkgs_dirs /c && conda install -y a",
  "RUN conda install --dry-run a && conda create -n b --clone base && conda install -h",
  "RUN conda remove -y a && conda list && conda config --set x y && conda init && conda",
  "RUN conda $COMMAND a",
  "RUN conda run -n x python -m train",
  "RUN echo conda install a",
  "RUN conda-lock install",
])("is silent on %s", (body) => {
  expect(at(body)).toEqual([]);
});

test("a stage that is only copied from is not in the image", () => {
  const stages = "FROM conda AS a\nRUN conda install -y x\nFROM ubuntu\nCOPY --from=a /x /x\n";
  expect(wordsAtFault(condaClean, stages)).toEqual([]);
  expect(wordsAtFault(condaClean, stages.replace("FROM ubuntu", "FROM a"))).toEqual(["conda install"]);
});

test("backtick as the escape character", () => {
  const text = "# escape=`\nFROM conda\nRUN conda install -y a `\n  && ls\n";
  expect(fixed(condaClean, text)).toBe(
    "# escape=`\nFROM conda\nRUN conda install -y a `\n  && ls `\n  && conda clean --all --yes\n",
  );
});

test("what a later command installs offline is the author's to clean up", () => {
  const body = "RUN conda install -y numpy\nRUN conda create -y -n b --offline numpy";
  expect(at(body)).toEqual(["conda install"]);
  expect(repaired(body)).toBe(body);
  expect(repaired(body.replace("--offline", "--prefer-offline"))).not.toBe(body);
});
