import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type * as lsp from "vscode-languageserver";
import type { FixAllResult } from "../../server/protocol.ts";
import { type Diagnostic, LspClient, pullCapabilities } from "./lsp-client.ts";
import { useServedFolder } from "./served-folder.ts";

const served = useServedFolder();
const { uriOf } = served;

/** The words that a diagnostic marks in `text`. */
function words(text: string, { range }: Diagnostic): string {
  const lines = text.split("\n");
  const { start, end } = range;
  if (start.line === end.line) return lines[start.line]!.slice(start.character, end.character);
  return [
    lines[start.line]!.slice(start.character),
    ...lines.slice(start.line + 1, end.line),
    lines[end.line]!.slice(0, end.character),
  ].join("\n");
}

describe("pull diagnostics", () => {
  test("are of the version that was sent last", async () => {
    const uri = uriOf("Dockerfile");
    await served.client.open(uri, "FROM ubuntu:22.04\nENV A b\n", 1);
    const first = await served.client.diagnostics(uri);
    expect(first.items.map(({ code }) => code)).toEqual(["env/legacy-format"]);
    expect(first.resultId).toMatch(/^1\./);
    await served.client.change(uri, 2, "FROM ubuntu:22.04\nENV A=b\n");
    const second = await served.client.diagnostics(uri, first.resultId);
    expect(second).toMatchObject({ kind: "full", items: [] });
    expect(second.resultId).toMatch(/^2\./);
    expect(await served.client.diagnostics(uri, second.resultId)).toEqual({
      kind: "unchanged",
      resultId: second.resultId,
    });
  });

  test("mark the words at fault and link to the rule's page", async () => {
    const text = "FROM ubuntu:22.04\nRUN apt-get update && apt-get install -y git\n";
    const uri = uriOf("Dockerfile");
    await served.client.open(uri, text);
    const { items } = await served.client.diagnostics(uri);
    expect(items.map((item) => [item.code, words(text, item)])).toEqual([
      ["apt/clean-lists", "apt-get update"],
      ["apt/no-install-recommends", "apt-get install"],
    ]);
    for (const { source, codeDescription } of items) {
      expect(source).toBe("lab-images");
      expect(codeDescription?.href).toMatch(/docs\/rules\/apt-[a-z-]+\.md$/);
    }
  });

  test("count characters as UTF-16 and lines as the editor does", async () => {
    const text = "FROM ubuntu:22.04\r\n# 😀 é\r\nRUN echo 😀 && \\\r\n  pip install x\r\n";
    const uri = uriOf("Dockerfile");
    await served.client.open(uri, text);
    const { items } = await served.client.diagnostics(uri);
    expect(items[0]!.range).toEqual({ start: { line: 3, character: 2 }, end: { line: 3, character: 13 } });
  });

  test("show what Docker would not read, unless another extension does", async () => {
    const uri = uriOf("Dockerfile");
    await served.client.open(uri, "FROM ubuntu:22.04\nRNU ls\n");
    const [error] = (await served.client.diagnostics(uri)).items;
    expect(error).toMatchObject({
      code: "syntax/unknown-instruction",
      severity: 1,
      range: { start: { line: 1, character: 0 } },
    });
    await served.client.connection.sendNotification("labImages/settings", {
      language: false,
      inlayHints: { base: true, torchIndex: true },
      codeLenses: false,
      registryCommands: false,
    });
    expect((await served.client.diagnostics(uri)).items).toEqual([]);
  });

  test("of a half-typed file are given, not an error", async () => {
    const uri = uriOf("Dockerfile");
    await served.client.open(uri, "FROM");
    const typed = 'FROM ubuntu\nRUN bash -c "apt-get install $(\n  <<EOF\nRUN ["a",\nENV\n';
    for (let length = 1; length <= typed.length; length++) {
      await served.client.change(uri, length + 1, typed.slice(0, length));
      expect((await served.client.diagnostics(uri)).kind).toBe("full");
    }
  });
});

describe("a lab's manifest and build script", () => {
  test("give arguments their values, and change what is found when they change", async () => {
    mkdirSync(join(served.path, "base"));
    mkdirSync(join(served.path, "pytorch"));
    const text = "ARG BASE_IMG\nFROM ${BASE_IMG}\n";
    writeFileSync(join(served.path, "base/Dockerfile"), text);
    writeFileSync(join(served.path, "pytorch/Dockerfile"), text);
    const uri = uriOf("pytorch/Dockerfile");
    await served.client.open(uri, text);
    expect((await served.client.diagnostics(uri)).items.map(({ code }) => code)).toEqual([
      "base/unresolved-arg",
    ]);

    writeFileSync(
      join(served.path, "build"),
      "#!/bin/sh\nREGISTRY=ic-registry.epfl.ch/cvlab/someone\nBUILD='docker build --network=host'\n" +
        "$BUILD pytorch --build-arg BASE_IMG=$REGISTRY/base:ssh -t $REGISTRY/pytorch:1\n",
    );
    await served.client.connection.sendNotification("workspace/didChangeWatchedFiles", {
      changes: [{ uri: uriOf("build"), type: 1 }],
    });
    expect((await served.client.diagnostics(uri)).items).toEqual([]);
  });

  test("change severities, and switch rules off", async () => {
    writeFileSync(
      join(served.path, "lab-images.json"),
      '{ // the lab\n "rules": { "env/legacy-format": "error", "pip/no-cache-dir": "off" } }',
    );
    const uri = uriOf("Dockerfile");
    await served.client.open(uri, "FROM ubuntu:22.04\nENV A b\nRUN pip install x\n");
    const { items } = await served.client.diagnostics(uri);
    expect(items.map(({ code, severity }) => [code, severity])).toEqual([["env/legacy-format", 1]]);
  });

  test("what the base image of the same lab sets counts", async () => {
    mkdirSync(join(served.path, "base"));
    writeFileSync(join(served.path, "base/Dockerfile"), "FROM ubuntu:22.04\nENV PIP_NO_CACHE_DIR=1\n");
    writeFileSync(
      join(served.path, "lab-images.json"),
      JSON.stringify({ images: { base: { tag: "ssh" }, pytorch: { args: { BASE_IMG: "${image:base}" } } } }),
    );
    const uri = uriOf("pytorch/Dockerfile");
    await served.client.open(uri, "ARG BASE_IMG\nFROM ${BASE_IMG}\nRUN pip install torch\n");
    expect((await served.client.diagnostics(uri)).items).toEqual([]);
  });
});

interface CodeAction {
  readonly title: string;
  readonly kind: string;
  readonly isPreferred?: boolean;
  readonly edit: {
    readonly documentChanges: readonly {
      textDocument: { version: number };
      edits: readonly { range: Diagnostic["range"]; newText: string }[];
    }[];
  };
}

describe("code actions", () => {
  const whole = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };

  test("fix one finding, preferred first, for the version that was checked", async () => {
    const uri = uriOf("Dockerfile");
    await served.client.open(uri, "FROM ubuntu:22.04\nENV A b\n", 7);
    const actions = await served.client.connection.sendRequest<CodeAction[]>("textDocument/codeAction", {
      textDocument: { uri },
      range: whole,
      context: { diagnostics: [] },
    });
    expect(actions[0]).toMatchObject({
      kind: "quickfix",
      isPreferred: true,
      edit: { documentChanges: [{ textDocument: { uri, version: 7 } }] },
    });
    expect(actions.map(({ title }) => title).at(-1)).toBe("Ignore env/legacy-format for this instruction");
  });

  test("none is preferred that has to be asked for: Auto Fix would apply it", async () => {
    const uri = uriOf("Dockerfile");
    const needless = "# lab-images ignore=env/legacy-format\n";
    await served.client.open(
      uri,
      `FROM ubuntu:22.04\nARG HF_TOKEN\n${needless}RUN hf download --token $HF_TOKEN a\n`,
    );
    const actions = await served.client.connection.sendRequest<CodeAction[]>("textDocument/codeAction", {
      textDocument: { uri },
      range: whole,
      context: { diagnostics: [], only: ["quickfix"] },
    });
    const titles = actions.map(({ title }) => title);
    expect(titles).toContain("Delete the suppression");
    expect(titles.some((title) => title.includes("secret"))).toBe(true);
    expect(actions.filter(({ isPreferred }) => isPreferred)).toEqual([]);
  });

  test("fix all is a source action, in whole lines", async () => {
    const uri = uriOf("Dockerfile");
    await served.client.open(uri, "FROM ubuntu:22.04\nENV A b\nENV C=d\nENV E f\n");
    const actions = await served.client.connection.sendRequest<CodeAction[]>("textDocument/codeAction", {
      textDocument: { uri },
      range: whole,
      context: { diagnostics: [], only: ["source.fixAll"] },
    });
    expect(actions.map(({ kind }) => kind)).toEqual(["source.fixAll.lab-images"]);
    expect(actions[0]!.edit.documentChanges[0]!.edits).toEqual([
      { range: { start: { line: 1, character: 0 }, end: { line: 2, character: 0 } }, newText: "ENV A=b\n" },
      { range: { start: { line: 3, character: 0 }, end: { line: 4, character: 0 } }, newText: "ENV E=f\n" },
    ]);
  });

  test("what the manifest has to say is written there, and counts as fixed", async () => {
    mkdirSync(join(served.path, "pytorch"));
    writeFileSync(join(served.path, "pytorch/Dockerfile"), "");
    mkdirSync(join(served.path, "base"));
    writeFileSync(join(served.path, "base/Dockerfile"), "FROM ubuntu:22.04\n");
    const uri = uriOf("pytorch/Dockerfile");
    await served.client.open(uri, "ARG BASE_IMG\nFROM ${BASE_IMG}\n");
    const result = await served.client.connection.sendRequest<FixAllResult>("labImages/fixAll", { uri });
    expect(result).toMatchObject({ edits: [], fixed: 1, remaining: 0 });
    expect(result.otherFiles.map(({ uri, exists }) => [uri, exists])).toEqual([
      [uriOf("lab-images.json"), false],
    ]);
    expect(JSON.parse(result.otherFiles[0]!.newText)).toEqual({
      images: { pytorch: { args: { BASE_IMG: "${image:base}" } } },
    });
  });

  test("a file beside the document keeps what was written into it meanwhile, on disk or in the editor", async () => {
    const uri = uriOf("Dockerfile");
    const requirements = join(served.path, "requirements.txt");
    writeFileSync(requirements, "einops\n");
    const install = { start: { line: 1, character: 6 }, end: { line: 1, character: 6 } };
    await served.client.open(uri, "FROM python:3.12\nRUN pip install --no-cache-dir einops rich\n");
    const change = async () => {
      const params = { textDocument: { uri }, range: install, context: { diagnostics: [] } };
      const actions = await served.client.connection.sendRequest<lsp.CodeAction[]>(
        "textDocument/codeAction",
        params,
      );
      const move = actions.find(({ title }) => /requirements\.txt/.test(title));
      return move?.edit?.documentChanges?.find(
        (each): each is lsp.TextDocumentEdit =>
          "edits" in each && each.textDocument.uri.endsWith("requirements.txt"),
      );
    };
    const end = { line: 1_000_000, character: 0 };
    const added = { edits: [{ range: { start: end, end }, newText: "rich\n" }] };
    expect(await change()).toMatchObject(added);
    writeFileSync(requirements, "einops\nrich\n");
    expect((await change())?.edits).toMatchObject([{ newText: "" }]);
    await served.client.open(uriOf("requirements.txt"), "einops\nrich", 1, "pip-requirements");
    expect((await change())?.edits).toMatchObject([{ newText: "" }]);
    await served.client.change(uriOf("requirements.txt"), 2, "einops");
    expect((await change())?.edits).toMatchObject([{ newText: "\nrich\n" }]);
  });

  test("nothing to fix gives no action", async () => {
    const uri = uriOf("Dockerfile");
    await served.client.open(uri, "FROM ubuntu:22.04\n");
    const context = { diagnostics: [], only: ["source.fixAll.lab-images"] };
    const params = { textDocument: { uri }, range: whole, context };
    expect(await served.client.connection.sendRequest("textDocument/codeAction", params)).toEqual([]);
  });
});

describe("what a registry knows", () => {
  const settings = { language: true, inlayHints: { base: true, torchIndex: true }, codeLenses: false };
  const configure = (more: object) =>
    served.client.connection.sendNotification("labImages/settings", { ...settings, ...more });

  test("pinning is a refactoring of the client's, where that can run it; the server says the place", async () => {
    const uri = uriOf("Dockerfile");
    await served.client.open(uri, "ARG BASE_IMG=ubuntu:22.04\nFROM ${BASE_IMG}\n", 3);
    const position = { line: 1, character: 7 };
    const titles = async () => {
      const params = {
        textDocument: { uri },
        range: { start: position, end: position },
        context: { diagnostics: [], only: ["refactor.rewrite"] },
      };
      return served.client.connection.sendRequest<object[]>("textDocument/codeAction", params);
    };
    expect(await titles()).toEqual([]);
    await configure({ registryCommands: true });
    const title = "Pin ubuntu:22.04 by digest (asks the registry)";
    expect(await titles()).toEqual([
      {
        title,
        kind: "refactor.rewrite",
        command: { title, command: "labImages.base.pin", arguments: [{ uri, position }] },
      },
    ]);
    expect(await served.client.connection.sendRequest("labImages/pinPlace", { uri, position })).toEqual({
      kind: "place",
      version: 3,
      reference: "ubuntu:22.04",
      at: { line: 0, character: 25 },
      before: "",
    });
    const closed = { uri: uriOf("other/Dockerfile"), position };
    expect(await served.client.connection.sendRequest("labImages/pinPlace", closed)).toBeNull();
  });

  test.each([
    ["of a folder", () => uriOf("Dockerfile")],
    ["without a folder", () => "untitled:Dockerfile"],
  ])("CUDA tags that were fetched count at once in a file %s", async (_, uri) => {
    await served.client.open(uri(), "FROM nvidia/cuda:12.2.2-devel-ubuntu26.04\n");
    const codes = async () => (await served.client.diagnostics(uri())).items.map(({ code }) => code);
    expect(await codes()).toContain("cuda/unknown-tag");
    const cudaTags = { registry: "docker.io", date: "2027-03-01", tags: ["12.2.2-devel-ubuntu26.04"] };
    await configure({ cudaTags });
    expect(await codes()).not.toContain("cuda/unknown-tag");
    await configure({});
    expect(await codes()).toContain("cuda/unknown-tag");
  });
});

test("an editor that cannot pull is pushed to, with the version", async () => {
  const pushing = await LspClient.start(served.module, null, { ...pullCapabilities, textDocument: {} });
  const pushed = new Promise((resolve) =>
    pushing.connection.onNotification("textDocument/publishDiagnostics", resolve),
  );
  await pushing.open("untitled:Dockerfile", "FROM ubuntu:22.04\nENV A b\n", 3);
  expect(await pushed).toMatchObject({
    uri: "untitled:Dockerfile",
    version: 3,
    diagnostics: [{ code: "env/legacy-format" }],
  });
  expect(await pushing.stop()).toBe(0);
});

describe("while a Dockerfile is written", () => {
  const position = (line: number, character: number) => ({ position: { line, character } });

  test("a CUDA tag is completed, the base explained and shown behind the line", async () => {
    const uri = uriOf("Dockerfile");
    const tag = "nvidia/cuda:12.2.2-cudnn8-devel-ubuntu22.04";
    await served.client.open(uri, `ARG BASE_IMG=${tag}\nFROM \${BASE_IMG}\nFROM nvidia/cuda:12.2.2-\n`);
    const textDocument = { uri };
    const ask = <T>(method: string, params: object) =>
      served.client.connection.sendRequest<T>(method, { textDocument, ...params });
    const items = await ask<{ label: string }[]>("textDocument/completion", position(2, 24));
    expect(items.map(({ label }) => label)).toEqual(["cudnn8", "devel", "runtime", "base"]);
    const hover = await ask<{ contents: { value: string } }>("textDocument/hover", position(1, 8));
    expect(hover.contents.value).toContain(tag);
    const range = { start: { line: 0, character: 0 }, end: { line: 3, character: 0 } };
    const hints = await ask<{ label: string }[]>("textDocument/inlayHint", { range });
    expect(hints.map(({ label }) => label)).toEqual([tag]);
  });
});
