import { describe, expect, test } from "vitest";
import { noLab } from "../../../../core/lab/lab-image.ts";
import { noCacheDir } from "../../../../server/rules/pip/no-cache-dir.ts";
import { fixed, testRule, wordsAtFault } from "../check-rule.ts";
import { labWith } from "../lab-with-base.ts";

testRule(noCacheDir);

const at = (body: string): string[] => wordsAtFault(noCacheDir, `FROM python:3.11\n${body}\n`);
const repaired = (body: string): string => fixed(noCacheDir, `FROM python:3.11\n${body}\n`).slice(17, -1);

describe("calls at fault, and their fix", () => {
  test.each([
    ["RUN pip3 install numpy", "pip3 install", "RUN pip3 install --no-cache-dir numpy"],
    ["RUN pip download torch", "pip download", "RUN pip download --no-cache-dir torch"],
    ["RUN python -m pip install .", "python -m pip install", "RUN python -m pip install --no-cache-dir ."],
    [
      "RUN python3.11 -u -m pip install -e .",
      "python3.11 -u -m pip install",
      "RUN python3.11 -u -m pip install --no-cache-dir -e .",
    ],
    [
      'RUN "$VENV/bin/pip" install numpy',
      '"$VENV/bin/pip" install',
      'RUN "$VENV/bin/pip" install --no-cache-dir numpy',
    ],
    [
      "RUN python${PYTHON_VERSION} -m pip install numpy",
      "python${PYTHON_VERSION} -m pip install",
      "RUN python${PYTHON_VERSION} -m pip install --no-cache-dir numpy",
    ],
    [
      "RUN pip --proxy http://p:3128 --timeout=100 install numpy",
      "pip --proxy http://p:3128 --timeout=100 install",
      "RUN pip --proxy http://p:3128 --timeout=100 install --no-cache-dir numpy",
    ],
    ["RUN pip install -r $REQ", "pip install", "RUN pip install --no-cache-dir -r $REQ"],
    ["RUN pip install -r$REQ", "pip install", "RUN pip install --no-cache-dir -r$REQ"],
    ["RUN pip install torch==$V", "pip install", "RUN pip install --no-cache-dir torch==$V"],
    ['RUN pip install "torch==${V}"', "pip install", 'RUN pip install --no-cache-dir "torch==${V}"'],
    ["RUN pip install $WHEELS/*.whl", "pip install", "RUN pip install --no-cache-dir $WHEELS/*.whl"],
    [
      "RUN pip install --index-url=$URL x",
      "pip install",
      "RUN pip install --no-cache-dir --index-url=$URL x",
    ],
    ["RUN pip install --no-index -f /wheels x", "pip install", undefined],
    ["RUN sudo -H pip install numpy", "pip install", "RUN sudo -H pip install --no-cache-dir numpy"],
    [
      "RUN sudo -Hu lab pip install numpy",
      "pip install",
      "RUN sudo -Hu lab pip install --no-cache-dir numpy",
    ],
    ["RUN sudo -uroot pip install numpy", "pip install", "RUN sudo -uroot pip install --no-cache-dir numpy"],
    [
      'RUN ["sudo", "-u", "lab", "env", "A=1", "pip", "install", "numpy"]',
      '"pip", "install"',
      'RUN ["sudo", "-u", "lab", "env", "A=1", "pip", "install", "--no-cache-dir", "numpy"]',
    ],
    [
      'RUN ["sudo", "bash", "-c", "pip install numpy"]',
      "pip install",
      'RUN ["sudo", "bash", "-c", "pip install --no-cache-dir numpy"]',
    ],
    ["RUN bash -c 'pip install numpy'", "pip install", "RUN bash -c 'pip install --no-cache-dir numpy'"],
    [
      'RUN ["bash", "-lc", "pip install numpy"]',
      "pip install",
      'RUN ["bash", "-lc", "pip install --no-cache-dir numpy"]',
    ],
    [
      "RUN if [ -f r.txt ]; then pip install -r r.txt; fi # all",
      "pip install",
      "RUN if [ -f r.txt ]; then pip install --no-cache-dir -r r.txt; fi # all",
    ],
    [
      "RUN <<EOF\nset -e\npip install numpy\nEOF",
      "pip install",
      "RUN <<EOF\nset -e\npip install --no-cache-dir numpy\nEOF",
    ],
    ["ONBUILD RUN pip install -r r.txt", "pip install", "ONBUILD RUN pip install --no-cache-dir -r r.txt"],
    [
      "RUN pip install \\\n    # why\n    numpy",
      "pip install",
      "RUN pip install --no-cache-dir \\\n    # why\n    numpy",
    ],
    [
      "ENV PIP='pip install -q'\nRUN $PIP numpy",
      "$PIP",
      "ENV PIP='pip install -q'\nRUN $PIP --no-cache-dir numpy",
    ],
    ["RUN pip install -- numpy", "pip install", "RUN pip install --no-cache-dir -- numpy"],
    // An option's value, not the option.
    ["RUN pip install --proxy --no-cache-dir x", "pip install", undefined],
    // The last of the two counts.
    [
      "RUN pip install --no-cache-dir --cache-dir /tmp/pip x",
      "pip install",
      "RUN pip install --no-cache-dir --cache-dir /tmp/pip --no-cache-dir x",
    ],
    [
      "RUN pip --cache-dir /c install x",
      "pip --cache-dir /c install",
      "RUN pip --cache-dir /c install --no-cache-dir x",
    ],
    ["ENV PIP_CACHE_DIR=/tmp/pip\nRUN pip install x", "pip install", undefined],
    ["ENV PIP_CACHE_DIR=/c\nRUN pip install x\nENV PIP_CACHE_DIR=", "pip install", undefined],
    ["RUN pip install x\nENV PIP_NO_CACHE_DIR=1", "pip install", undefined],
    ["RUN pip install x\nRUN rm -rf /root/.cache", "pip install", undefined],
    ["RUN rm -rf ~/.cache && pip install x", "pip install", undefined],
    ["RUN pip install x && rm -f ~/.cache/pip", "pip install", undefined],
    ["RUN --mount=type=cache,target=/var/cache/apt pip install x", "pip install", undefined],
    ["RUN --mount=type=cache,target=/root/.cache pip install --cache-dir /c x", "pip install", undefined],
    ["RUN pip install x && pip config set global.no-cache-dir true", "pip install", undefined],
    ["RUN pip config set global.index-url https://mirror/simple && pip install x", "pip install", undefined],
    [
      "RUN echo '[global]\\nindex-url = https://m' > /etc/pip.conf\nRUN pip install x",
      "pip install",
      undefined,
    ],
    ["RUN pip install x && pip install --no-cache-dir y", "pip install", undefined],
    ["COPY . /app\nRUN pip install /app", "pip install", undefined],
  ])("%s", (body, words, expected) => {
    expect(at(body)).toEqual([words]);
    if (expected !== undefined) expect(repaired(body)).toBe(expected);
    expect(at(repaired(body))).toEqual([]);
  });
});

test.each([
  "RUN pip install --no-cache numpy",
  "RUN pip install --no-ca numpy",
  "RUN pip --no-cache-dir install numpy",
  "RUN pip install numpy \\\n    --no-cache-dir",
  "RUN pip install --cache-dir '' numpy",
  "RUN pip install --dry-run numpy",
  "RUN pip install --help",
  "RUN pip --version",
  "RUN pip uninstall -y numpy",
  "RUN pip list && pip check && pip",
  "RUN pip install",
  "RUN pip install $PIP_FLAGS numpy",
  'RUN pip install "${ARGS[@]}"',
  "RUN cat r.txt | xargs pip install",
  "RUN $PIP install numpy",
  "RUN uv pip install numpy",
  "RUN pipx install poetry && pipenv install",
  "RUN python setup.py install && python -c 'import pip' -m pip install x",
  "RUN echo pip install numpy",
  "ARG PIP_NO_CACHE_DIR=1\nRUN pip install numpy",
  "ENV PIP_NO_CACHE_DIR 0\nRUN pip install numpy",
  "ENV PIP_NO_CACHE_DIR=false\nRUN pip install numpy",
  "ENV PIP_NO_CACHE_DIR=$UNKNOWN\nRUN pip install numpy",
  "ARG PIP_NO_CACHE_DIR\nRUN pip install numpy",
  "RUN PIP_NO_CACHE_DIR=1 pip install numpy",
  "RUN env PIP_NO_CACHE_DIR=off pip install numpy",
  "RUN export PIP_NO_CACHE_DIR=1 && pip install numpy",
  "RUN PIP_NO_CACHE_DIR=1; export PIP_NO_CACHE_DIR; pip install numpy",
  "RUN pip config set global.no-cache-dir true && pip install numpy",
  "RUN pip config --user set install.no-cache-dir false\nRUN pip install numpy",
  "RUN printf '[global]\\nno-cache-dir = true\\n' > /etc/pip.conf\nRUN pip install numpy",
  "RUN printf '[global]\\nno-cache-dir = true\\n' > /etc/pip.conf && pip install numpy",
  "COPY <<EOF /etc/pip.conf\n[global]\nno-cache-dir = true\nEOF\nRUN pip install numpy",
  "COPY pip.conf /etc/pip.conf\nRUN pip install numpy",
  "RUN mkdir ~/.pip && cp /tmp/pip.conf $HOME/.pip/pip.conf && pip install numpy",
  "ENV PIP_CONFIG_FILE=/opt/pip.conf\nRUN pip install numpy",
  "RUN --mount=type=cache,target=/root/.cache pip install numpy",
  "RUN --mount=type=cache,dst=/root/.cache/pip/ pip install numpy",
  "RUN --mount=type=cache,target=~/.cache/pip pip install numpy",
  "RUN --mount=type=cache,target=$HOME/.cache/pip pip install numpy",
  "RUN --mount=type=cache,target=/home/lab/.cache,uid=1000 pip install numpy",
  "RUN --mount=type=tmpfs,target=/root/.cache pip install numpy",
  "RUN --mount=type=cache,target=$CACHE pip install numpy",
  "ENV PIP_CACHE_DIR=/cache/pip\nRUN --mount=type=cache,target=/cache pip install numpy",
  "RUN --mount=type=cache,target=/c pip install --cache-dir=/c numpy",
  "RUN --mount=type=cache,target=/c export PIP_CACHE_DIR=/c/pip && pip install numpy",
  "RUN --mount=type=cache,target=/c XDG_CACHE_HOME=/c pip install numpy",
  "RUN pip install --cache-dir $C numpy && rm -rf $C",
  "RUN pip install numpy && rm -fr /root/.cache/*",
  'RUN pip install numpy; rm --recursive --force "$HOME/.cache"',
  "RUN pip install numpy && rm -rf /tmp/x /root/{.cache,.npm}",
  "RUN pip install a && pip install b && python3 -m pip cache purge",
  "RUN --mount=type=cache,target=/root/.cache/pip <<EOF\npip install numpy\nEOF",
  "ONBUILD COPY pip.conf /etc/pip.conf\nONBUILD RUN pip install numpy",
  "ONBUILD ENV PIP_NO_CACHE_DIR=1\nONBUILD RUN pip install numpy",
  'SHELL ["pwsh", "-c"]\nRUN pip install numpy',
])("is silent on %s", (body) => {
  expect(at(body)).toEqual([]);
});

describe("along the chain", () => {
  const words = (text: string) => wordsAtFault(noCacheDir, text);

  test("what the parent stage sets counts", () => {
    expect(words("FROM python AS a\nENV PIP_NO_CACHE_DIR=1\nFROM a\nRUN pip install x\n")).toEqual([]);
    expect(
      words("FROM python AS a\nRUN pip config set global.no-cache-dir 1\nFROM a\nRUN pip install x\n"),
    ).toEqual([]);
    expect(words("FROM python AS a\nENV PIP_NO_CACHE_DIR=1\nFROM python\nRUN pip install x\n")).toEqual([
      "pip install",
    ]);
  });

  test("a parent stage is in the image, one that is copied from is not", () => {
    expect(words("FROM python AS a\nRUN pip install x\nFROM a\n")).toEqual(["pip install"]);
    expect(words("FROM python AS a\nRUN pip install x\nFROM python\nCOPY --from=a /x /x\n")).toEqual([]);
  });

  test("what the base image is known to set counts", () => {
    const lab = { ...noLab, baseEnvironment: () => new Map([["PIP_NO_CACHE_DIR", "1"]]) };
    expect(wordsAtFault(noCacheDir, "FROM lab/base\nRUN pip install x\n", lab)).toEqual([]);
  });

  test("a piece without FROM is checked", () => {
    expect(words("RUN pip install x\n")).toEqual(["pip install"]);
  });
});

test("an ARG of the stage that it builds on counts", () => {
  const base = "FROM python:3.11 AS base\nARG PIP_NO_CACHE_DIR=1\n";
  expect(wordsAtFault(noCacheDir, `${base}FROM base\nRUN pip install x\n`)).toEqual([]);
  expect(wordsAtFault(noCacheDir, `${base}FROM python:3.11\nRUN pip install x\n`)).toEqual(["pip install"]);
});

test.each([
  ["FROM ubuntu:22.04\nRUN pip config set --global global.no-cache-dir true\n", 0],
  ["FROM ubuntu:22.04\nRUN printf '[global]\\nno-cache-dir = true\\n' > /etc/pip.conf\n", 0],
  ["FROM ubuntu:22.04\n# pip.conf says nothing\n", 1],
])("the configuration of an image of the lab counts: %s", (base, found) => {
  const text = "FROM lab/base:1\nRUN pip install numpy\n";
  expect(wordsAtFault(noCacheDir, text, labWith(base))).toHaveLength(found);
});
