import { describe, expect, test } from "vitest";
import { preferAptGet } from "../../../../server/rules/apt/prefer-apt-get.ts";
import { findings, fixed, testRule, wordsAtFault } from "../check-rule.ts";

testRule(preferAptGet);

const from = "FROM ubuntu:22.04\n";

describe("apt, replaced", () => {
  test.each([
    ["RUN apt update", "RUN apt-get update"],
    ["RUN apt -y upgrade", "RUN apt-get -y upgrade --with-new-pkgs"],
    ["RUN apt upgrade --without-new-pkgs", "RUN apt-get upgrade --without-new-pkgs"],
    ['RUN ["apt", "upgrade", "-y"]', 'RUN ["apt-get", "upgrade", "--with-new-pkgs", "-y"]'],
    ["RUN apt full-upgrade -y", "RUN apt-get dist-upgrade -y"],
    ["RUN apt autoremove -y && apt clean", "RUN apt-get autoremove -y && apt-get clean"],
    ["RUN sudo -E apt install -y git", "RUN sudo -E apt-get install -y git"],
    ["RUN /usr/bin/apt install -y git", "RUN /usr/bin/apt-get install -y git"],
    ['RUN "apt" install -y git', 'RUN "apt-get" install -y git'],
    ["RUN bash -c 'apt update'", "RUN bash -c 'apt-get update'"],
    ['RUN ["/usr/bin/apt", "full-upgrade", "-y"]', 'RUN ["/usr/bin/apt-get", "dist-upgrade", "-y"]'],
    ["RUN <<EOF\napt update\nEOF", "RUN <<EOF\napt-get update\nEOF"],
    ["RUN if true; then apt install -y git; fi", "RUN if true; then apt-get install -y git; fi"],
    ["RUN yes | apt install git", "RUN yes | apt-get install git"],
    ["ONBUILD RUN apt update", "ONBUILD RUN apt-get update"],
  ])("%s", (run, expected) => {
    expect(wordsAtFault(preferAptGet, `${from}${run}\n`).length).toBeGreaterThan(0);
    expect(fixed(preferAptGet, `${from}${run}\n`)).toBe(`${from}${expected}\n`);
  });
});

test.each([
  "RUN apt list --installed",
  "RUN apt search cuda && apt show cuda && apt policy cuda && apt --version && apt edit-sources",
  "RUN apt",
  "RUN apt $COMMAND",
  "RUN which apt && command -v apt",
  "RUN apt-get update && apt-key list && apt-cache policy",
  "RUN rm -rf /var/lib/apt/lists/* /var/cache/apt && ls apt install",
])("finds nothing: %s", (run) => {
  expect(wordsAtFault(preferAptGet, `${from}${run}\n`)).toEqual([]);
});

test("out of a variable: reported there, without a fix", () => {
  const text = `${from}ARG TOOL=apt\nRUN $TOOL update\n`;
  expect(wordsAtFault(preferAptGet, text)).toEqual(["$TOOL"]);
  expect(findings(preferAptGet, text)[0]!.fixes).toBeUndefined();
  expect(findings(preferAptGet, `${from}ARG C=full-upgrade\nRUN apt $C\n`)[0]!.fixes).toBeUndefined();
});
