import { describe, expect, test } from "vitest";
import { assumeYes } from "../../../../server/rules/apt/assume-yes.ts";
import { findings, fixed, testRule, wordsAtFault } from "../check-rule.ts";

testRule(assumeYes);

const from = "FROM ubuntu:22.04\n";

describe("waits at a prompt", () => {
  test.each([
    ["RUN apt-get install git", "apt-get install"],
    ["RUN apt-get upgrade", "apt-get upgrade"],
    ["RUN apt-get dist-upgrade", "apt-get dist-upgrade"],
    ["RUN apt full-upgrade", "apt full-upgrade"],
    ["RUN apt-get remove git", "apt-get remove"],
    ["RUN apt-get autoremove --purge", "apt-get autoremove"],
    ["RUN apt-get build-dep python3", "apt-get build-dep"],
    ["RUN aptitude install git", "aptitude install"],
    ["RUN apt-get -q install git", "apt-get -q install"],
    ["RUN apt-get install -q git", "apt-get install"],
    ["RUN apt-get install -d git", "apt-get install"],
    [
      "RUN apt-get -o Dpkg::Options::=--force-confold install git",
      "apt-get -o Dpkg::Options::=--force-confold install",
    ],
    ["RUN apt-get -qo Dpkg::Use-Pty=0 install git", "apt-get -qo Dpkg::Use-Pty=0 install"],
    ["RUN DEBIAN_FRONTEND=noninteractive apt-get install git", "apt-get install"],
    ["RUN sudo -E apt-get install git", "apt-get install"],
    ["RUN env DEBIAN_FRONTEND=noninteractive /usr/bin/apt-get install git", "/usr/bin/apt-get install"],
    ['RUN bash -c "apt-get install git"', "apt-get install"],
    ["RUN if true; then apt-get install git; fi", "apt-get install"],
    ["RUN apt-get install git < /dev/null", "apt-get install"],
    ["RUN apt-get install -t jammy-backports git", "apt-get install"],
    ["RUN apt-get install -t y git", "apt-get install"],
    ["ONBUILD RUN apt-get install git", "apt-get install"],
    ["ARG PACKAGES='git vim'\nRUN apt-get install $PACKAGES", "apt-get install"],
    ["RUN apt-get \\\n  # editors\n  install vim", "apt-get \\\n  # editors\n  install"],
  ])("%s", (run, words) => {
    expect(wordsAtFault(assumeYes, `${from}${run}\n`)).toEqual([words]);
  });
});

describe("is answered, asks nothing, or cannot be known", () => {
  test.each([
    "RUN apt-get -y install git",
    "RUN apt-get install git -y",
    "RUN apt-get install -yq git",
    "RUN apt-get install -qqy git",
    "RUN apt-get install -qq git",
    "RUN apt-get -q -q install git",
    "RUN apt-get -q=2 install git",
    "RUN apt-get --quiet=2 install git",
    "RUN apt-get install --yes git",
    "RUN apt-get install --assume-yes git",
    "RUN apt-get install --force-yes git",
    "RUN apt-get install --assume-no git",
    "RUN apt-get install --trivial-only git",
    "RUN apt-get -yqo Dpkg::Use-Pty=0 install git",
    "RUN apt-get -o APT::Get::Assume-Yes=true install git",
    'RUN apt-get -o "APT::Get::Assume-Yes=1" install git',
    "RUN apt-get -o quiet=2 install git",
    "RUN yes | apt-get install git",
    "RUN echo y | sudo apt-get install git",
    "RUN printf 'y\\n' | apt-get install git",
    "RUN apt-get install git <<< y",
    "RUN apt-get install -s git && apt-get install --print-uris git",
    "RUN apt-get update && apt-get clean && apt-get download git",
    "RUN apt-get install $(cat packages.txt)",
    "RUN xargs -a packages.txt apt-get install",
    "RUN apt-get install $OPTIONS git",
    "RUN apt-get $COMMAND git",
    'ENV OPTIONS="-y --no-install-recommends"\nRUN apt-get install $OPTIONS git',
    'ENV INSTALL="apt-get install -y"\nRUN $INSTALL git',
    'RUN printf \'APT::Get::Assume-Yes "true";\\nAPT::Install-Recommends "0";\\n\' > /etc/apt/apt.conf.d/90lab && apt-get install git',
    'RUN <<EOF\ncat > /etc/apt/apt.conf.d/90lab <<CONF\nAPT::Get::Assume-Yes "true";\nCONF\nEOF\nRUN apt-get install git',
    'COPY <<EOF /etc/apt/apt.conf.d/90lab\nAPT::Get::Assume-Yes "true";\nEOF\nRUN apt-get install git',
    "COPY 90lab /etc/apt/apt.conf.d/\nRUN apt-get install git",
    "ENV APT_CONFIG=/etc/lab.conf\nRUN apt-get install git",
    'SHELL ["pwsh", "-Command"]\nRUN apt-get install git',
    "RUN echo 'apt-get install git' > /usage.txt",
  ])("%s", (run) => {
    expect(wordsAtFault(assumeYes, `${from}${run}\n`)).toEqual([]);
  });
});

describe("apt's configuration", () => {
  test("counts from where it is written, and in stages that build on that", () => {
    const text = (first: string) =>
      `${first}RUN echo 'APT::Get::Assume-Yes "1";' > /etc/apt/apt.conf.d/90yes\n` +
      "FROM base\nRUN apt-get install vim\nFROM ubuntu:22.04\nRUN apt-get install nano\n";
    expect(wordsAtFault(assumeYes, text("FROM ubuntu:22.04 AS base\nRUN apt-get install git\n"))).toEqual([
      "apt-get install",
      "apt-get install",
    ]);
    expect(fixed(assumeYes, text("FROM ubuntu:22.04 AS base\n"))).toContain("install vim\n");
  });

  test.each([
    "RUN echo 'Acquire::Retries \"3\";' > /etc/apt/apt.conf.d/80retries",
    "RUN rm -f /etc/apt/apt.conf.d/docker-clean",
    "RUN apt-get -o APT::Get::Assume-Yes=true install vim && rm /etc/apt/apt.conf.d/docker-clean",
    "COPY sources.list /etc/apt/",
    "COPY sources.list /etc/apt/sources.list",
    "RUN echo 'APT::Get::Assume-Yes \"false\";' > /etc/apt/apt.conf",
  ])("says nothing of it: %s", (line) => {
    expect(wordsAtFault(assumeYes, `${from}${line}\nRUN apt-get install git\n`)).toEqual(["apt-get install"]);
  });
});

describe("the fix", () => {
  test.each([
    ["RUN apt-get $QUIET install git", undefined],
    ["RUN bash -c 'apt-get install git'", "RUN bash -c 'apt-get install -y git'"],
    ['RUN ["bash", "-c", "apt-get install git"]', 'RUN ["bash", "-c", "apt-get install -y git"]'],
    ["RUN apt-get install \\\n\tgit # version control", "RUN apt-get install -y \\\n\tgit # version control"],
    ["RUN <<EOF\napt-get install git\nEOF", "RUN <<EOF\napt-get install -y git\nEOF"],
    ["ENV I='apt-get install'\nRUN $I git", "ENV I='apt-get install'\nRUN $I -y git"],
  ])("%s", (run, expected) => {
    expect(fixed(assumeYes, `${from}${run}\n`)).toBe(`${from}${expected ?? run}\n`);
  });
});

test("autoremove asks when there is something to remove", () => {
  expect(findings(assumeYes, `${from}RUN apt-get autoremove\n`)[0]?.message).toBe(
    "apt-get autoremove asks before it goes on, and a build has nobody to answer: it aborts as soon as there is " +
      "something to remove. Write -y.",
  );
});
