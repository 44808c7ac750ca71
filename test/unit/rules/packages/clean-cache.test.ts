import { describe, expect, test } from "vitest";
import { applyEdits } from "../../../../server/lint/edits.ts";
import { cleanCache } from "../../../../server/rules/packages/clean-cache.ts";
import { findings, fixed, testRule, wordsAtFault } from "../check-rule.ts";

testRule(cleanCache);

const from = "FROM base:1\n";
const at = (body: string): string[] => wordsAtFault(cleanCache, `${from}${body}\n`);
const repaired = (body: string): string => fixed(cleanCache, `${from}${body}\n`).slice(from.length, -1);

describe("calls at fault, and their fix", () => {
  test.each([
    ["RUN yum -y install gcc", "yum -y install", "RUN yum -y install gcc && yum clean all"],
    [
      "RUN sudo microdnf update -y",
      "microdnf update",
      "RUN sudo microdnf update -y && sudo microdnf clean all",
    ],
    ["RUN zypper -n in gcc", "zypper -n in", "RUN zypper -n in gcc && zypper clean --all"],
    ["RUN set -ex; dnf -y upgrade", "dnf -y upgrade", "RUN set -ex; dnf -y upgrade; dnf clean all"],
    [
      "RUN dnf clean all && dnf install -y a",
      "dnf install",
      "RUN dnf clean all && dnf install -y a && dnf clean all",
    ],
    [
      "RUN dnf install -y a && dnf install -y b",
      "dnf install",
      "RUN dnf install -y a && dnf install -y b && dnf clean all",
    ],
    [
      "RUN <<EOF\nset -e\ndnf install -y a\nEOF",
      "dnf install",
      "RUN <<EOF\nset -e\ndnf install -y a\ndnf clean all\nEOF",
    ],
    ['RUN bash -c "npm ci"', "npm ci", 'RUN bash -c "npm ci && npm cache clean --force"'],
    [
      "RUN if [ -f p ]; then npm ci; fi",
      "npm ci",
      "RUN if [ -f p ]; then npm ci && npm cache clean --force; fi",
    ],
    ["RUN npm ci && apk del npm", "npm ci", "RUN npm ci && npm cache clean --force && apk del npm"],
    [
      "RUN yarn install --frozen-lockfile",
      "yarn install",
      "RUN yarn install --frozen-lockfile && yarn cache clean",
    ],
    ["RUN apk add git", "apk add", "RUN apk add --no-cache git"],
    ["RUN apk -q --update add git", "apk -q --update add", "RUN apk -q --update add --no-cache git"],
    ['RUN ["apk", "add", "git"]', '"apk", "add"', 'RUN ["apk", "add", "--no-cache", "git"]'],
    [
      "RUN apk update \\\n && apk upgrade \\\n && apk add git",
      "apk update",
      "RUN apk upgrade --no-cache \\\n && apk add --no-cache git",
    ],
    ["RUN pipx inject a b", "pipx inject", "RUN pipx inject --pip-args=--no-cache-dir a b"],
    ["RUN npm ci\nRUN npm cache clean --force", "npm ci", "RUN npm ci && npm cache clean --force"],
    ["RUN npm ci && rm -rf /root/.cache", "npm ci", undefined],
  ])("%s", (body, words, expected) => {
    expect(at(body)).toEqual([words]);
    if (expected !== undefined) expect(repaired(body)).toBe(expected);
    expect(at(repaired(body))).toEqual([]);
  });
});

test("an index that a later RUN reads stays until that RUN needs it no more", () => {
  const body = "RUN apk update\nRUN apk add git";
  expect(at(body)).toEqual(["apk update", "apk add"]);
  expect(repaired(body)).toBe("RUN apk add --no-cache git");
});

test("a yarn of unknown age is cleaned only when asked", () => {
  const text = `${from}RUN yarn\n`;
  const [finding] = findings(cleanCache, text);
  expect(finding?.fixes?.map(({ automatic }) => automatic)).toEqual([false]);
  expect(applyEdits(text, finding!.fixes![0]!.edits)).toBe(`${from}RUN yarn && yarn cache clean\n`);
});

test.each([
  "RUN dnf install -y a; yum clean all",
  "RUN dnf install -y a && rm -rf /var/cache/dnf/*",
  "RUN yum install -y a && rm -rf /var/cache/yum",
  "RUN dnf config-manager --set-enabled crb && dnf --version && dnf list",
  "RUN --mount=type=cache,target=/var/cache/dnf dnf install -y a",
  "RUN --mount=type=cache,target=/var/cache/libdnf5 dnf install -y a",
  "RUN dnf install -y --downloadonly a",
  "RUN dnf $ARGS",
  "RUN zypper in -y a && zypper cc -a",
  "RUN apk --no-cache add git",
  "RUN apk add git && rm /var/cache/apk/*",
  "RUN apk update && apk add git && rm -rf /var/cache/apk/*",
  "RUN --mount=type=cache,target=/var/cache/apk apk add git",
  "RUN --mount=type=cache,target=/etc/apk/cache apk add git",
  "RUN apk add $OPTS git",
  "RUN apk del git",
  "RUN npm run build && npm --version && npm config set x y",
  "RUN npm ci && npm cache verify && npm cache clean -f",
  "RUN npm ci --cache /tmp/c && rm -rf /tmp/c",
  "ENV npm_config_cache=/c\nRUN npm ci",
  "RUN npm ci && rm -rf ~/.npm",
  "RUN npm ci && rm -rf /root/.npm/_cacache",
  "RUN yarn install --immutable",
  "RUN yarn build && yarn --version",
  "RUN yarn install && yarn cache clean --all",
  "RUN poetry install --no-cache",
  "RUN poetry export -o r.txt && poetry run python x.py",
  "ENV POETRY_CACHE_DIR=/tmp/p\nRUN poetry install && rm -rf /tmp/p",
  "RUN --mount=type=cache,target=/root/.cache/pypoetry poetry install",
  "RUN poetry install && poetry cache clear --all pypi -n",
  "ENV PIP_NO_CACHE_DIR=1\nRUN pipx install ruff",
  "RUN pipx install --pip-args '--no-cache-dir -q' ruff",
  "RUN pipx install ruff && rm -rf ~/.cache",
  "RUN pipx ensurepath && pipx list",
  "RUN pip config set global.no-cache-dir true\nRUN pipx install ruff",
  "RUN echo dnf install a",
])("is silent on %s", (body) => {
  expect(at(body)).toEqual([]);
});

test("what a later command installs offline is the author's to clean up", () => {
  const body = "RUN npm ci\nRUN cd /b && npm ci --offline";
  expect(at(body)).toEqual(["npm ci"]);
  expect(repaired(body)).toBe(body);
  expect(repaired(body.replace("--offline", "--prefer-offline"))).not.toBe(body);
});

test("a clean-up that never runs does not count", () => {
  expect(at("RUN npm ci; exit 0; npm cache clean --force")).toEqual(["npm ci"]);
});

test("a later clean-up of more than the cache stays", () => {
  const body = "RUN poetry install\nRUN python warm-up.py\nRUN rm -rf /root/.cache";
  expect(repaired(body)).toContain("\nRUN rm -rf /root/.cache");
});
