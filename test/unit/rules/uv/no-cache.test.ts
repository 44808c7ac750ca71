import { describe, expect, test } from "vitest";
import { noCache } from "../../../../server/rules/uv/no-cache.ts";
import { fixed, testRule, wordsAtFault } from "../check-rule.ts";

testRule(noCache);

const from = "FROM python:3.12\n";
const at = (body: string): string[] => wordsAtFault(noCache, `${from}${body}\n`);
const repaired = (body: string): string => fixed(noCache, `${from}${body}\n`).slice(from.length, -1);

describe("calls at fault, and their fix", () => {
  test.each([
    ["RUN uv pip sync r.txt", "uv pip sync", "RUN uv pip sync --no-cache r.txt"],
    ["RUN uv tool install ruff", "uv tool install", "RUN uv tool install --no-cache ruff"],
    [
      "RUN uv --directory /app sync --frozen",
      "uv --directory /app sync",
      "RUN uv --directory /app sync --no-cache --frozen",
    ],
    ["RUN /bin/uv sync", "/bin/uv sync", "RUN /bin/uv sync --no-cache"],
    ["RUN sudo uv pip install x", "uv pip install", "RUN sudo uv pip install --no-cache x"],
    ['RUN ["uv", "sync", "--frozen"]', '"uv", "sync"', 'RUN ["uv", "sync", "--no-cache", "--frozen"]'],
    ['RUN bash -c "uv pip install x"', "uv pip install", 'RUN bash -c "uv pip install --no-cache x"'],
    ["ONBUILD RUN uv sync", "uv sync", "ONBUILD RUN uv sync --no-cache"],
    ["RUN <<EOF\nset -e\nuv sync\nEOF", "uv sync", "RUN <<EOF\nset -e\nuv sync --no-cache\nEOF"],
    [
      "RUN uv pip install \\\n    # why\n    numpy",
      "uv pip install",
      "RUN uv pip install --no-cache \\\n    # why\n    numpy",
    ],
    ["RUN uv pip install -r $REQ", "uv pip install", undefined],
    ["ONBUILD ENV UV_NO_CACHE=1\nRUN uv sync", "uv sync", undefined],
    ["ENV UV_NO_CACHE=0\nRUN uv sync", "uv sync", undefined],
    ["ENV UV_CACHE_DIR=/c\nRUN --mount=type=cache,target=/root/.cache/uv uv sync", "uv sync", undefined],
    ["RUN --mount=type=cache,target=/root/.cache/pip uv sync", "uv sync", undefined],
    ["RUN uv cache clean && uv sync", "uv sync", undefined],
    ["RUN rm -rf /root/.cache && uv sync", "uv sync", undefined],
  ])("%s", (body, words, expected) => {
    expect(at(body)).toEqual([words]);
    if (expected !== undefined) expect(repaired(body)).toBe(expected);
    expect(at(repaired(body))).toEqual([]);
  });
});

test.each([
  "ONBUILD ENV UV_NO_CACHE=1\nONBUILD RUN uv sync",
  "RUN uv sync -n",
  "RUN uv pip install --no-cache-dir x",
  "RUN uv pip compile r.in -o r.txt",
  "RUN uv venv && uv lock && uv --version && uv python install 3.12",
  "RUN uv add --no-sync x",
  "RUN uv pip list",
  "RUN uv $ARGS",
  "RUN uv pip install $FLAGS x",
  "ARG UV_NO_CACHE=true\nRUN uv sync",
  "ENV UV_NO_CACHE=$UNKNOWN\nRUN uv sync",
  "RUN export UV_NO_CACHE=1 && uv sync",
  "RUN UV_NO_CACHE=1 uv sync",
  "ENV UV_CONFIG_FILE=/etc/uv.toml\nRUN uv sync",
  "ENV UV_CACHE_DIR=/c/uv\nRUN --mount=type=cache,target=/c uv sync",
  "RUN --mount=type=cache,target=/c uv sync --cache-dir /c/uv",
  "RUN --mount=type=cache,target=/home/lab/.cache,uid=1000 uv sync",
  "RUN uv sync && rm -rf ~/.cache/uv",
  "RUN uv sync && rm -rf /root/.cache/*",
  "RUN uv pip install x && uv cache prune --ci",
  "RUN echo uv sync",
  'SHELL ["pwsh", "-c"]\nRUN uv sync',
])("is silent on %s", (body) => {
  expect(at(body)).toEqual([]);
});

test("what a later command installs offline is the author's to clean up", () => {
  const body = "RUN uv pip install --system numpy\nRUN VIRTUAL_ENV=/v uv pip install --offline numpy";
  expect(at(body)).toEqual(["uv pip install"]);
  expect(repaired(body)).toBe(body);
  expect(repaired(body.replace("--offline", "--prefer-offline"))).not.toBe(body);
});
