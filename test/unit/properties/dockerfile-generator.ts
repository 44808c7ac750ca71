import fc from "fast-check";

/** Commands as people write them, right and wrong, of every kind that a rule looks at. */
const commands = fc.constantFrom(
  "apt-get update",
  "apt update",
  "sudo apt-get update",
  "apt-get install -y git",
  "apt-get install git vim",
  "apt-get install -y --no-install-recommends 'g++' \"cmake\"",
  "apt install -yq curl",
  "DEBIAN_FRONTEND=noninteractive apt-get install -y tzdata",
  "apt-get -y install ./local.deb",
  "apt-get remove git",
  "apt-get purge -y cmake",
  "apt-get clean",
  "rm -rf /var/lib/apt/lists/*",
  "rm -rf /tmp/x /var/lib/apt/lists/*",
  "pip install numpy",
  "pip3 install --no-cache-dir torch",
  "python3 -m pip install -r requirements.txt",
  "pip download x -d /wheels",
  "rm -rf /root/.cache/pip",
  "conda install -y scipy",
  "mamba env create -f env.yml",
  "conda clean -afy",
  "chmod -R 755 /app",
  "chown -R 1000:1000 /app",
  "git clone https://example.org/x.git /src",
  "wget -q https://example.org/data.tar.gz",
  "tar xzf data.tar.gz",
  "curl -fsSL https://example.org/i.sh | bash",
  "make -j",
  "npm install -g yarn",
  "cd /app && make",
  "echo 'a && b'",
  "true",
);

const wrapped = commands.chain((command) =>
  fc.oneof(
    { weight: 12, arbitrary: fc.constant(command) },
    { weight: 1, arbitrary: fc.constant(`bash -c "${command.replace(/["\\$`]/g, "")}"`) },
    { weight: 1, arbitrary: fc.constant(`if true; then ${command}; fi`) },
    { weight: 1, arbitrary: fc.constant(`(${command})`) },
    { weight: 1, arbitrary: fc.constant(`for i in 1 2; do ${command}; done`) },
    { weight: 1, arbitrary: fc.constant(`${command} || true`) },
  ),
);

const joints = fc.constantFrom(
  " && ",
  " && \\\n    ",
  " \\\n    && ",
  " \\\n\t&& ",
  "; \\\n  ",
  "; ",
  " && \\\n    # why\n    ",
  " \\\n# at the margin\n && ",
  " \\\n\n    && ",
  "&&\\\n",
);

const shellRun = fc
  .record({
    first: fc.constantFrom("", "", "", "set -ex; \\\n    ", "set -eux; "),
    list: fc.array(wrapped, { minLength: 1, maxLength: 5 }),
    joint: joints,
    tail: fc.constantFrom("", "", "", " # done", ";", "  "),
    flag: fc.constantFrom("", "", "", "", "--mount=type=cache,target=/root/.cache/pip ", "--network=host "),
  })
  .map(({ first, list, joint, tail, flag }) => `RUN ${flag}${first}${list.join(joint)}${tail}`);

const heredocRun = fc
  .record({
    opening: fc.constantFrom("<<EOF", "<<'EOF'", "<<-EOF", "bash -e <<EOF"),
    first: fc.constantFrom("", "set -e\n", "#!/bin/bash -e\n"),
    list: fc.array(wrapped, { minLength: 1, maxLength: 4 }),
    indent: fc.constantFrom("", "  ", "\t"),
  })
  .map(
    ({ opening, first, list, indent }) =>
      `RUN ${opening}\n${first}${list.map((each) => indent + each).join("\n")}\nEOF`,
  );

const execRun = commands.map((command) => {
  const words = command.replace(/["'\\]/g, "").split(" ");
  return command.includes("|") || command.includes("&")
    ? `RUN ["bash", "-c", ${JSON.stringify(command)}]`
    : `RUN ${JSON.stringify(words)}`;
});

const other = fc.constantFrom(
  "ENV A b",
  "ENV PATH /opt/bin:$PATH",
  "ENV GREETING hello \\\n  world",
  'ENV X="1" Y=2',
  "ENV PIP_NO_CACHE_DIR=1",
  "ARG V=1",
  "COPY . /app",
  "COPY --chown=1:1 src /app",
  "ADD data.tar.gz /data/",
  "WORKDIR /app",
  "USER root",
  "# a comment",
  "# lab-images ignore=apt/clean-lists: why not",
  "",
  'SHELL ["/bin/bash", "-o", "pipefail", "-c"]',
  "ONBUILD RUN apt-get update && apt-get install x",
  "COPY <<EOF /etc/motd\napt-get update\nEOF",
  "EXPOSE 80",
);

const from = fc.constantFrom(
  "FROM ubuntu:22.04",
  "FROM ubuntu",
  "FROM python:3.11-slim",
  "FROM nvidia/cuda:12.2.2-cudnn8-devel-ubuntu22.04",
  "FROM nvidia/cuda:12.4.1-cudnn8-devel-ubuntu22.04",
  "FROM nvidia/cuda:11.7.0-runtime-ubuntu20.04 AS build",
  "ARG BASE=ubuntu:24.04\nFROM ${BASE}",
  "FROM --platform=linux/amd64 debian:bookworm-slim AS build",
);

const line = fc.oneof(
  { weight: 6, arbitrary: shellRun },
  { weight: 1, arbitrary: heredocRun },
  { weight: 1, arbitrary: execRun },
  { weight: 3, arbitrary: other },
);

/** Whole Dockerfiles in every style: continuation lines, comments between them, here-documents, CRLF, tabs. */
export const dockerfiles = fc
  .record({
    head: fc.constantFrom("", "# syntax=docker/dockerfile:1\n", "# escape=\\\n"),
    stages: fc.array(fc.tuple(from, fc.array(line, { maxLength: 7 })), { minLength: 1, maxLength: 2 }),
    last: fc.constantFrom("\n", ""),
    crlf: fc.boolean(),
  })
  .map(({ head, stages, last, crlf }) => {
    const text = head + stages.map(([base, lines]) => [base, ...lines].join("\n")).join("\n") + last;
    return crlf ? text.replaceAll("\n", "\r\n") : text;
  });
