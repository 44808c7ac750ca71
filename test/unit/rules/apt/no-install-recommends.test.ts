import { describe, expect, test } from "vitest";
import { noInstallRecommends } from "../../../../server/rules/apt/no-install-recommends.ts";
import { findings, fixed, testRule, wordsAtFault } from "../check-rule.ts";
import { labWith } from "../lab-with-base.ts";

testRule(noInstallRecommends);

const from = "FROM ubuntu:22.04\n";

describe("installs what is recommended", () => {
  test.each([
    ["RUN apt-get install -y git", "apt-get install"],
    ["RUN apt install -y git", "apt install"],
    ["RUN aptitude install -y git", "aptitude install"],
    ["RUN apt-get -qq -y install git", "apt-get -qq -y install"],
    ["RUN apt-get install -y ./driver.deb", "apt-get install"],
    ["RUN apt-get install -y --no-install-suggests git", "apt-get install"],
    ["RUN (apt-get install -y git)", "apt-get install"],
    ["RUN for p in git vim; do apt-get install -y git; done", "apt-get install"],
    ["RUN false || apt-get install -y git", "apt-get install"],
    ["RUN install_all() { apt-get install -y git; }; install_all", "apt-get install"],
    ["RUN sudo DEBIAN_FRONTEND=noninteractive apt-get install -y git", "apt-get install"],
    [
      "RUN echo 'Acquire::Retries \"3\";' | tee /etc/apt/apt.conf.d/80 && apt-get install -y git",
      "apt-get install",
    ],
    ["ONBUILD RUN apt-get install -y git", "apt-get install"],
    ["ENV OPTIONS=-y\nRUN apt-get install $OPTIONS git", "apt-get install"],
  ])("%s", (run, words) => {
    expect(wordsAtFault(noInstallRecommends, `${from}${run}\n`)).toEqual([words]);
  });
});

describe("does not, means to, or cannot be known", () => {
  test.each([
    "RUN apt-get --no-install-recommends install -y git",
    "RUN apt-get install -y git --no-install-recommends",
    "RUN apt-get install -y git \\\n  # lean\n  --no-install-recommends vim",
    "RUN apt-get -oAPT::Install-Recommends=0 install -y git",
    "RUN apt-get -o APT::Install-Recommends=no install -y git",
    "RUN apt-get --option apt::install-recommends=off install -y git",
    "RUN apt-get install -y -o 'APT::Install-Recommends=false' git",
    "RUN apt-get install -y --install-recommends git",
    "RUN aptitude install -R -y git && aptitude --without-recommends install -y vim",
    "RUN apt-get upgrade -y && apt-get build-dep -y python3 && apt-get remove -y git",
    "RUN apt-get install -y $(cat packages.txt)",
    "RUN xargs apt-get install -y < packages.txt",
    "RUN apt-get install -y --dry-run git",
    'ENV OPTIONS="-y --no-install-recommends"\nRUN apt-get install ${OPTIONS} git',
    "RUN printf 'APT::Install-Recommends \"0\";\\n' >> /etc/apt/apt.conf && apt-get install -y git",
    'RUN echo "APT::Install-Recommends \\"false\\";" > /etc/apt/apt.conf.d/99lean\nRUN apt-get install -y git',
    "RUN echo 'APT::Install-Recommends \"0\";' | sudo tee /etc/apt/apt.conf.d/99lean\nRUN apt-get install -y git",
    'RUN <<EOF\ncat > /etc/apt/apt.conf.d/99lean <<CONF\nAPT { Install-Recommends "false"; };\nCONF\nEOF\nRUN apt-get install -y git',
    'COPY <<EOF /etc/apt/apt.conf.d/99lean\nAPT::Install-Recommends "false";\nEOF\nRUN apt-get install -y git',
    "COPY lean.conf /etc/apt/apt.conf.d/99lean\nRUN apt-get install -y git",
    "ADD https://lab.example.org/apt.conf /etc/apt/apt.conf.d/\nRUN apt-get install -y git",
    "COPY etc/ /etc/\nRUN apt-get install -y git",
    "RUN cp /lab/99lean /etc/apt/apt.conf.d/\nRUN apt-get install -y git",
    "RUN curl -o /etc/apt/apt.conf.d/99lean https://lab.example.org/lean\nRUN apt-get install -y git",
    'RUN echo "$APT_CONF" > /etc/apt/apt.conf.d/99lean\nRUN apt-get install -y git',
    'SHELL ["cmd", "/S", "/C"]\nRUN apt-get install -y git',
  ])("%s", (run) => {
    expect(wordsAtFault(noInstallRecommends, `${from}${run}\n`)).toEqual([]);
  });
});

test("configuration counts in later stages that build on it, and for ONBUILD", () => {
  const text =
    "FROM ubuntu:22.04 AS base\nONBUILD RUN apt-get install -y vim\n" +
    "RUN echo 'APT::Install-Recommends \"false\";' > /etc/apt/apt.conf.d/99lean\n" +
    "FROM base AS dev\nRUN apt-get install -y git\nFROM ubuntu:22.04\nRUN apt-get install -y nano\n";
  const found = fixed(noInstallRecommends, text);
  expect(found).toBe(text.replace("-y nano", "--no-install-recommends -y nano"));
});

test.each([
  ["RUN aptitude install -y git", "RUN aptitude install --without-recommends -y git"],
  ["RUN bash -lc 'apt-get install -y git'", "RUN bash -lc 'apt-get install --no-install-recommends -y git'"],
  [
    "RUN apt-get install -y git; apt-get install -y vim",
    "RUN apt-get install --no-install-recommends -y git; apt-get install --no-install-recommends -y vim",
  ],
])("the fix: %s", (run, expected) => {
  expect(fixed(noInstallRecommends, `${from}${run}\n`)).toBe(`${from}${expected}\n`);
});

describe("what later commands need, and comes as recommended, is named by the fix", () => {
  const clone = "\nRUN git clone --depth 1 https://github.com/a/b";
  test.each([
    [
      "RUN apt-get install -y git",
      "RUN apt-get install --no-install-recommends -y git ca-certificates",
      clone,
    ],
    [
      "RUN apt-get install -y \\\n    vim \\\n    wget \\\n    curl",
      "RUN apt-get install --no-install-recommends -y \\\n    vim \\\n    wget ca-certificates \\\n    curl",
      "\nRUN wget https://x.org/a",
    ],
    [
      "RUN apt-get install -y software-properties-common && add-apt-repository ppa:a/b",
      "RUN apt-get install --no-install-recommends -y software-properties-common gpg-agent && add-apt-repository ppa:a/b",
      "",
    ],
  ])("%s", (run, expected, rest) => {
    const base = "FROM ubuntu:20.04\n";
    expect(fixed(noInstallRecommends, `${base}${run}${rest}\n`)).toBe(`${base}${expected}${rest}\n`);
  });

  test.each([
    ["cmake", "make gcc libc6-dev", "\nRUN cmake -S /src -B /b"],
    ["git", "openssh-client", "\nRUN --mount=type=ssh git clone --depth 1 git@github.com:lab/a"],
    ["xvfb", "xauth", '\nCMD ["xvfb-run", "python3", "train.py"]'],
    ["gcc", "libc6-dev", ""],
    ["r-base", "r-base-dev", "\nRUN R -e 'install.packages(\"ranger\")'"],
  ])("with %s: %s", (name, needed, rest) => {
    for (const base of ["ubuntu:22.04", "nvidia/cuda:12.2.2-runtime-ubuntu22.04"]) {
      const head = `FROM ${base}\nRUN apt-get install`;
      expect(fixed(noInstallRecommends, `${head} -y ${name}${rest}\n`)).toBe(
        `${head} --no-install-recommends -y ${name} ${needed}${rest}\n`,
      );
    }
  });

  test.each([
    "RUN pip3 install --no-cache-dir pycocotools",
    "RUN pip3 install -r requirements.txt",
    "RUN pip3 install -e /src",
    "RUN cd /src && python3 setup.py install",
  ])("what pip may compile, as today, and without it by the author: %s", (line) => {
    const text = `FROM ubuntu:22.04\nRUN apt-get install -y python3-pip\n${line}\n`;
    const [finding] = findings(noInstallRecommends, text);
    expect(finding?.fixes?.map(({ title, automatic }) => [title, automatic])).toEqual([
      ["Add --no-install-recommends, and build-essential and python3-dev, which come with python3-pip", true],
      ["Add --no-install-recommends alone", false],
    ]);
    expect(finding?.message).toContain("here perhaps build-essential and python3-dev");
    expect(fixed(noInstallRecommends, text)).toContain(
      "apt-get install --no-install-recommends -y python3-pip build-essential python3-dev\n",
    );
  });

  test.each([
    ["cmake", "\nRUN cmake -S /src -B /b"],
    ["gcc", ""],
    ["python3-pip", "\nRUN pip3 install --no-cache-dir torch numpy==2.0 tqdm"],
  ])("but not where the base has a compiler, or pip compiles nothing: %s", (name, rest) => {
    const head = "FROM nvidia/cuda:12.2.2-devel-ubuntu22.04\nRUN apt-get install";
    expect(fixed(noInstallRecommends, `${head} -y ${name}${rest}\n`)).toBe(
      `${head} --no-install-recommends -y ${name}${rest}\n`,
    );
  });

  test.each(["apt-get install -y vim $(cat packages)", "apt-get install -y $TOOL"])(
    "what is not seen is the author's to know: %s",
    (command) => {
      const text = `FROM ubuntu:22.04\nARG TOOL=git\nRUN ${command}${clone}\n`;
      for (const { fixes = [] } of findings(noInstallRecommends, text))
        expect(fixes).toMatchObject([{ automatic: false }]);
      expect(fixed(noInstallRecommends, text)).toBe(text);
    },
  );

  test.each([
    ["nothing needs it", "FROM ubuntu:22.04\nRUN apt-get install -y git\n"],
    ["it is named", `FROM ubuntu:22.04\nRUN apt-get install -y git ca-certificates${clone}\n`],
    [
      "it came before",
      `FROM ubuntu:22.04\nRUN apt-get install -y ca-certificates\nRUN apt-get install -y git${clone}\n`,
    ],
    ["another package brings it", `FROM debian:12\nRUN apt-get install -y git python3-pip${clone}\n`],
    ["the base has it", `FROM nvidia/cuda:12.2.2-devel-ubuntu22.04\nRUN apt-get install -y git${clone}\n`],
  ])("but not where %s", (_, text) => {
    expect(fixed(noInstallRecommends, text)).toBe(
      text.replaceAll("apt-get install -y", "apt-get install --no-install-recommends -y"),
    );
  });

  test("once, along the stages, and told in the message", () => {
    const text =
      `FROM ubuntu:22.04 AS a\nRUN apt-get install -y git\nFROM a\nRUN apt-get install -y curl${clone}\n` +
      `FROM ubuntu:22.04\nRUN apt-get install -y git${clone}\n`;
    expect(fixed(noInstallRecommends, text).match(/ca-certificates/g)).toHaveLength(2);
    expect(findings(noInstallRecommends, text)[0]?.message).toContain(
      "name what is needed: here ca-certificates, which comes with git.",
    );
  });
});

test.each([
  ["FROM ubuntu:22.04\nRUN echo 'APT::Install-Recommends \"false\";' > /etc/apt/apt.conf.d/99lab\n", 0],
  ["FROM ubuntu:22.04 AS a\nRUN echo 'APT::Install-Recommends \"0\";' > /etc/apt/apt.conf\nFROM a\n", 0],
  ["FROM ubuntu:22.04 AS a\nRUN echo 'APT::Install-Recommends \"0\";' > /etc/apt/apt.conf\nFROM b\n", 1],
])("the configuration of an image of the lab counts: %s", (base, found) => {
  const text = "FROM lab/base:1\nRUN apt-get update && apt-get install -y git\n";
  expect(wordsAtFault(noInstallRecommends, text, labWith(base))).toHaveLength(found);
});
