import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { LspClient, pullCapabilities } from "./lsp-client.ts";
import { useServedFolder } from "./served-folder.ts";

const served = useServedFolder();

async function codesOf(text: string): Promise<string[]> {
  const uri = served.uriOf("base/Dockerfile");
  await served.client.open(uri, text);
  return (await served.client.diagnostics(uri)).items.map(({ code }) => code);
}

const notChecked = "syntax/not-checked";
const megabyte = 1_000_000;

describe("a text that no Dockerfile is, is answered, and told where it is not checked", () => {
  test.each<[string, string, boolean]>([
    ["a line of 1 MB", `FROM x:1\nRUN ${"apt-get install x && ".repeat(megabyte / 21)}\n`, true],
    ["10 MB", `FROM x:1\n${"# a comment\n".repeat((10 * megabyte) / 12)}`, false],
    ["100,000 continuation lines", `FROM x:1\nRUN a \\\n${"  b \\\n".repeat(100_000)}  c\n`, true],
    ["deep nesting of shell", `FROM x:1\nRUN ${"$(".repeat(30_000)}\n`, true],
    ["deep nesting of JSON", `FROM x:1\nRUN ${"[".repeat(60_000)}\n`, false],
    ["an unfinished here-document", "FROM x:1\nRUN <<EOF\napt-get update\n", false],
    ["an unfinished quote", "FROM x:1\nRUN echo 'a\n", false],
    ["NULs and lone surrogates", "FROM x:1\nRUN a\0b \ud800\n\0", false],
    ["mixed line ends", "FROM x:1\r\nRUN a\rENV A=b\nRUN c\r\n", true],
    ["many instructions", "FROM x:1\nENV A b\n".repeat(50_000), true],
  ])(
    "%s",
    async (_, text, told) => {
      expect((await codesOf(text)).includes(notChecked)).toBe(told);
      const uri = served.uriOf("base/Dockerfile");
      await served.client.change(uri, 2, "FROM x:1\nENV A b\n");
      expect((await served.client.diagnostics(uri)).items.map(({ code }) => code)).toContain(
        "env/legacy-format",
      );
    },
    30_000,
  );
});

test("formatting leaves a text alone that takes the formatter minutes", async () => {
  const uri = served.uriOf("base/Dockerfile");
  const format = () =>
    served.client.connection.sendRequest("textDocument/formatting", {
      textDocument: { uri },
      options: { tabSize: 4, insertSpaces: true },
    });
  await served.client.open(uri, `FROM x:1\n  RUN ${"--mount=type=cache,target=/x ".repeat(40_000)}a\n`);
  expect(await format()).toEqual([]);
  await served.client.change(uri, 2, "FROM x:1\n  RUN a\n");
  expect(await format()).toHaveLength(1);
});

test("an editor that refuses all that it says it can be asked is served all the same", async () => {
  const refreshes = { refreshSupport: true };
  const client = await LspClient.start(served.module, served.uriOf("."), {
    textDocument: { ...pullCapabilities.textDocument, completion: { dynamicRegistration: true } },
    workspace: {
      ...pullCapabilities.workspace,
      diagnostics: refreshes,
      inlayHint: refreshes,
      codeLens: refreshes,
      workspaceFolders: true,
      didChangeWatchedFiles: { dynamicRegistration: true, relativePatternSupport: true },
    },
  });
  const uri = served.uriOf("base/Dockerfile");
  await client.open(uri, "FROM x:1\nENV A b\n");
  await client.connection.sendNotification("labImages/settings", { language: true });
  await client.connection.sendNotification("workspace/didChangeWorkspaceFolders", {
    event: { added: [], removed: [] },
  });
  // By the second answer the server has received every refusal.
  await client.diagnostics(uri);
  expect((await client.diagnostics(uri)).items.map(({ code }) => code)).toContain("env/legacy-format");
  expect(await client.stop()).toBe(0);
});

describe("what cannot be read around a Dockerfile keeps nothing from being checked", () => {
  const text = "FROM ubuntu:22.04\nCOPY a /a\nENV A b\n";

  test.each<[string, () => void]>([
    [
      "a manifest that extends itself",
      () => writeFileSync(join(served.path, "lab-images.json"), '{"extends":"./lab-images.json"}'),
    ],
    [
      "one that extends what is not there",
      () => writeFileSync(join(served.path, "lab-images.json"), '{"extends":"./none.json"}'),
    ],
    [
      "one that is nested without end",
      () => writeFileSync(join(served.path, "lab-images.json"), "[".repeat(400_000)),
    ],
    ["one that is a folder", () => mkdirSync(join(served.path, "lab-images.json"))],
    [
      "one that is a link to itself",
      () => symlinkSync("lab-images.json", join(served.path, "lab-images.json")),
    ],
    [
      "an ignore file that is a folder",
      () => mkdirSync(join(served.path, "base/.dockerignore"), { recursive: true }),
    ],
    ["a context folder that is a file", () => writeFileSync(join(served.path, "base"), "")],
    ["a context folder that is a link to itself", () => symlinkSync("base", join(served.path, "base"))],
    [
      "links that lead round in a circle",
      () => {
        mkdirSync(join(served.path, "base"));
        symlinkSync("..", join(served.path, "base/up"));
        symlinkSync("a", join(served.path, "base/a"));
      },
    ],
  ])("%s", async (_, prepare) => {
    prepare();
    expect(await codesOf(text)).toContain("env/legacy-format");
  });
});
