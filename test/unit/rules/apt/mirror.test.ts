import { describe, expect, test } from "vitest";
import { parseDockerfile } from "../../../../core/dockerfile/dockerfile.ts";
import { type LabImage, noLab } from "../../../../core/lab/lab-image.ts";
import { mirror } from "../../../../server/rules/apt/mirror.ts";
import { findings, fixed, testRule, wordsAtFault } from "../check-rule.ts";

testRule(mirror);

const withMirror = (aptMirror: string): LabImage => ({ ...noLab, values: { aptMirror } });
const lab = withMirror("ubuntu.ethz.ch");
const install = "RUN apt-get update && apt-get install -y git && rm -rf /var/lib/apt/lists/*\n";
const set = (path: string) => `sed 's@archive.ubuntu.com@ubuntu.ethz.ch@' -i ${path}`;

describe("with a mirror in the manifest", () => {
  test.each([
    ["ubuntu:18.04", "/etc/apt/sources.list"],
    ["nvidia/cuda:12.2.2-base-ubuntu22.04", "/etc/apt/sources.list"],
    ["nvcr.io/nvidia/pytorch:25.10-py3", "/etc/apt/sources.list.d/ubuntu.sources"],
    ["ubuntu:noble", "/etc/apt/sources.list.d/ubuntu.sources"],
  ])("%s gets the line for its release", (base, path) => {
    expect(fixed(mirror, `FROM ${base}\n${install}`, lab)).toBe(
      `FROM ${base}\nRUN ${set(path)} && ${install.slice("RUN ".length)}`,
    );
  });

  test("Debian gets its own", () => {
    const text = `FROM python:3.12-slim-bookworm\n${install}`;
    expect(fixed(mirror, text, withMirror("mirror.example.org"))).toContain(
      "RUN sed 's@deb.debian.org@mirror.example.org@' -i /etc/apt/sources.list.d/debian.sources && apt-get update",
    );
    expect(findings(mirror, text, lab)).toEqual([]);
  });

  test("the first update of a chain is told, and one of each base", () => {
    const text = `FROM ubuntu:22.04 AS os\n${install}${install}FROM os\n${install}FROM ubuntu:20.04\n${install}`;
    expect(
      findings(mirror, text, lab).map(({ span }) => text.slice(0, span.start).split("\n").length),
    ).toEqual([2, 7]);
  });

  test("an update on its own is told, and joined with its install first", () => {
    const [finding] = findings(
      mirror,
      "FROM ubuntu:22.04\nRUN apt-get update\nRUN apt-get install -y git\n",
      lab,
    );
    expect(finding).toMatchObject({ severity: "info" });
    expect(finding?.fixes).toBeUndefined();
  });

  test.each([
    ["ONBUILD RUN apt-get update && a\n", "ONBUILD RUN SET && apt-get update && a\n"],
    ["RUN if true; then apt-get update; fi\n", "RUN if true; then SET && apt-get update; fi\n"],
    [
      "RUN set -e; apt-get update; apt-get install -y git\n",
      "RUN set -e; SET; apt-get update; apt-get install -y git\n",
    ],
    [
      "RUN export A=1 \\\n    && apt-get update \\\n    && apt-get install -y git\n",
      "RUN export A=1 \\\n    && SET \\\n    && apt-get update \\\n    && apt-get install -y git\n",
    ],
    ["RUN sudo -E apt-get update && ls\n", "RUN sudo SET && sudo -E apt-get update && ls\n"],
  ])("the line is in the author's style: %j", (bad, good) => {
    const command = set("/etc/apt/sources.list");
    expect(fixed(mirror, `FROM ubuntu:22.04\n${bad}`, lab)).toBe(
      `FROM ubuntu:22.04\n${good.replace("SET", command)}`,
    );
  });

  test.each([
    `RUN ${set("/etc/apt/sources.list")}\n`,
    'RUN sed -i "s|http://archive.ubuntu.com|http://mirrors.example.org|" /etc/apt/sources.list\n',
    "RUN sed -i -e 's/archive.ubuntu.com/ch.archive.ubuntu.com/g' -e 's/a/b/' /etc/apt/sources.list\n",
    'RUN echo "deb http://ubuntu.ethz.ch/ubuntu jammy main" > /etc/apt/sources.list\n',
    'RUN printf "deb http://x jammy main" | tee /etc/apt/sources.list\n',
    "RUN cp /tmp/list /etc/apt/sources.list\n",
    "COPY sources.list /etc/apt/\n",
    "COPY etc /etc\n",
    "ADD https://example.org/sources.list /etc/apt/sources.list\n",
    "COPY apt.conf /etc/apt/apt.conf.d/90proxy\n",
    "RUN find /etc/apt -name '*.list' -exec sed -i s/archive/x/ {} +\n",
    "RUN ./use-our-mirror.sh\n",
    "ARG MIRROR\nRUN sed -i s/archive.ubuntu.com/$MIRROR/ /etc/apt/sources.list\n",
    'RUN if [ -n "$M" ]; then sed -i "s/archive.ubuntu.com/$M/" /etc/apt/sources.list; fi\n',
  ])("what has set one, or may have, is right: %j", (before) => {
    expect(wordsAtFault(mirror, `FROM ubuntu:22.04\n${before}${install}`, lab)).toEqual([]);
  });

  test.each([
    "RUN sed -i 's/# deb-src/deb-src/' /etc/apt/sources.list\n",
    "RUN rm -f /etc/apt/sources.list.d/cuda.list\n",
    'RUN echo "deb http://packages.ros.org/ros2/ubuntu jammy main" > /etc/apt/sources.list.d/ros2.list\n',
    "COPY ros.key /etc/apt/keyrings/ros.asc\n",
    "COPY . /app\n",
    "RUN cat /etc/apt/sources.list\n",
  ])("what has nothing to do with it does not count: %j", (before) => {
    expect(wordsAtFault(mirror, `FROM ubuntu:22.04\n${before}${install}`, lab)).toEqual(["apt-get update"]);
  });

  test("an image of the lab that sets it counts", () => {
    const base = (text: string): LabImage => {
      const dockerfile = parseDockerfile(text, noLab);
      return { ...lab, workspaceBase: (name) => (name === "lab/base:1" ? { dockerfile, lab } : undefined) };
    };
    const text = `FROM lab/base:1\n${install}`;
    const setHere = `FROM ubuntu:22.04\nRUN ${set("/etc/apt/sources.list")} && apt-get update\n`;
    expect(wordsAtFault(mirror, text, base(setHere))).toEqual([]);
    expect(wordsAtFault(mirror, text, base("FROM ubuntu:22.04\n"))).toEqual(["apt-get update"]);
  });
});

test("without one, a missing mirror is none", () => {
  expect(findings(mirror, `FROM ubuntu:22.04\n${install}`)).toEqual([]);
});

describe("a file that does not count any more", () => {
  const edited = (base: string, command: string) => `FROM ${base}\nRUN ${command}\n`;

  test.each([
    ["ubuntu:24.04", "sed -i 's@archive.ubuntu.com@m.example.org@' /etc/apt/sources.list", "ubuntu.sources"],
    [
      "ubuntu:24.04",
      "sed -i 's/archive\\.ubuntu\\.com/m.example.org/g; s/security.ubuntu.com/m.example.org/' /etc/apt/sources.list",
      "ubuntu.sources",
    ],
    [
      "ubuntu:24.04",
      'sed -i "s|http://archive.ubuntu.com/ubuntu/|http://m.example.org/ubuntu/|" "/etc/apt/sources.list"',
      "ubuntu.sources",
    ],
    [
      "debian:trixie",
      "sed -ri -e s,http://deb.debian.org,http://m.example.org, /etc/apt/sources.list",
      "debian.sources",
    ],
    [
      "debian:trixie",
      'bash -c "sed -i s,deb.debian.org,m.example.org, /etc/apt/sources.list"',
      "debian.sources",
    ],
  ])("on %s, with %s", (base, command, file) => {
    const text = edited(base, command);
    expect(findings(mirror, text)).toMatchObject([{ severity: "warning" }]);
    expect(fixed(mirror, text)).toBe(
      text.replace("/etc/apt/sources.list", `/etc/apt/sources.list.d/${file}`),
    );
  });

  test.each([
    ["ubuntu:24.04", "sed -i 's/^# deb-src/deb-src/' /etc/apt/sources.list"],
    [
      "ubuntu:24.04",
      "sed -i 's|^deb http://archive.ubuntu.com|deb http://m.example.org|' /etc/apt/sources.list",
    ],
    ["debian:12", "sed -i 's/main$/main contrib/' /etc/apt/sources.list"],
    ["debian:12", "sed -i s/archive.ubuntu.com/m.example.org/ /etc/apt/sources.list"],
  ])("is only told where its pattern would not fit the new one: %s, %s", (base, command) => {
    const text = edited(base, command);
    expect(wordsAtFault(mirror, text)).toEqual(["/etc/apt/sources.list"]);
    expect(fixed(mirror, text)).toBe(text);
  });

  test.each([
    ["ubuntu:22.04", "sed -i s/archive.ubuntu.com/x.org/ /etc/apt/sources.list"],
    ["debian:11", "sed -i s/deb.debian.org/x.org/ /etc/apt/sources.list"],
    ["somebody/ubuntu:24.04", "sed -i s/archive.ubuntu.com/x.org/ /etc/apt/sources.list"],
    ["ubuntu:24.04", "sed s/archive.ubuntu.com/x.org/ /etc/apt/sources.list > /tmp/list"],
    ["ubuntu:24.04", "sed -i s/archive.ubuntu.com/x.org/ /etc/apt/sources.list*"],
    [
      "ubuntu:24.04",
      "sed -i s/a.com/x.org/ /etc/apt/sources.list && sed -i s/a.com/x.org/ /etc/apt/sources.list.d/ubuntu.sources",
    ],
    ["debian:12", "[ ! -f /etc/apt/sources.list ] || sed -i s/deb.debian.org/x.org/ /etc/apt/sources.list"],
    [
      "debian:12",
      "if [ -f /etc/apt/sources.list ]; then sed -i s/deb.debian.org/x.org/ /etc/apt/sources.list; fi",
    ],
    ["debian:12", "test -f /etc/apt/sources.list && sed -i s/deb.debian.org/x.org/ /etc/apt/sources.list"],
    [
      "ubuntu:24.04",
      'echo "deb http://a.com noble main" > /etc/apt/sources.list && sed -i s/a.com/x.org/ /etc/apt/sources.list',
    ],
  ])("is right, or not known, on %s: %s", (base, command) => {
    expect(wordsAtFault(mirror, edited(base, command))).toEqual([]);
  });
});
