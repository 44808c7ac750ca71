import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { bundleServer } from "./bundle.ts";
import { type Diagnostic, LspClient, pullCapabilities } from "./lsp-client.ts";

let module = "";
let removeBundle = () => {};
beforeAll(async () => {
  ({ module, remove: removeBundle } = await bundleServer());
});
afterAll(() => removeBundle());

interface Watcher {
  readonly globPattern: string | { readonly baseUri: string; readonly pattern: string };
  readonly kind?: number;
}

let folder = "";
let client: LspClient;
/** Registrations in force, by id. */
let watchers: Map<string, readonly Watcher[]>;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "lab-images-lsp-"));
  const workspace = {
    ...pullCapabilities.workspace,
    didChangeWatchedFiles: { dynamicRegistration: true, relativePatternSupport: true },
    inlayHint: { refreshSupport: true },
    codeLens: { refreshSupport: true },
  };
  client = await LspClient.start(module, uriOf("lab"), { ...pullCapabilities, workspace });
  watchers = new Map();
  interface Registration {
    readonly id: string;
    readonly method: string;
    readonly registerOptions: { readonly watchers: readonly Watcher[] };
  }
  client.connection.onRequest(
    "client/registerCapability",
    ({ registrations }: { registrations: Registration[] }) => {
      for (const { id, method, registerOptions } of registrations)
        if (method === "workspace/didChangeWatchedFiles") watchers.set(id, registerOptions.watchers);
      return null;
    },
  );
  client.connection.onRequest(
    "client/unregisterCapability",
    ({ unregisterations }: { unregisterations: { id: string }[] }) => {
      for (const { id } of unregisterations) watchers.delete(id);
      return null;
    },
  );
});
afterEach(async () => {
  expect(await client.stop()).toBe(0);
  rmSync(folder, { recursive: true, force: true });
});

function uriOf(path: string): string {
  return pathToFileURL(join(folder, path)).href;
}

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

async function codes(uri: string): Promise<string[]> {
  return (await client.diagnostics(uri)).items.map(({ code }) => code);
}

function changed(path: string, type = 2): Promise<void> {
  const changes = [{ uri: uriOf(path), type }];
  return client.connection.sendNotification("workspace/didChangeWatchedFiles", { changes });
}

/** The globs that are watched beside those of every lab, once there are `count`. */
async function watchedNames(count: number): Promise<Watcher[]> {
  return await expect
    .poll(() => [...watchers.values()].flat().filter(({ globPattern }) => !isGeneral(globPattern)))
    .toHaveLength(count)
    .then(() => [...watchers.values()].flat().filter(({ globPattern }) => !isGeneral(globPattern)));
}

function isGeneral(glob: Watcher["globPattern"]): boolean {
  return typeof glob === "string" && glob.startsWith("**");
}

async function actions(
  uri: string,
): Promise<{ title: string; kind: string; edit: { documentChanges: unknown[] } }[]> {
  const range = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
  const context = { diagnostics: [] };
  return client.connection.sendRequest("textDocument/codeAction", { textDocument: { uri }, range, context });
}

const dockerfile = "FROM ubuntu:22.04\nCOPY app/requirements.txt /opt/\nCOPY *.whl /opt/\n";

describe("lab-images.json", () => {
  test("what it says is asked for anew, hints and lenses at Dockerfiles too", async () => {
    const asked: string[] = [];
    for (const what of ["inlayHint", "codeLens"])
      client.connection.onRequest(`workspace/${what}/refresh`, () => {
        asked.push(what);
        return null;
      });
    write({ "lab/lab-images.json": '{ "registry": "ghcr.io/lab" }' });
    await changed("lab/lab-images.json");
    await expect.poll(() => asked).toEqual(["inlayHint", "codeLens"]);
  });

  test("is checked at the exact words, fixed, and may be suppressed", async () => {
    write({ "lab/base/Dockerfile": "FROM ubuntu:22.04\n" });
    const uri = uriOf("lab/lab-images.json");
    const text = '{\n  "registry": "ghcr.io/your_gaspar",\n  "images": { "base": { "tag": "1" } }\n}\n';
    await client.open(uri, text, 1, "jsonc");
    const [finding]: readonly Diagnostic[] = (await client.diagnostics(uri)).items;
    expect(finding).toMatchObject({
      code: "image/name",
      range: { start: { line: 1, character: 23 }, end: { line: 1, character: 34 } },
    });
    expect((await actions(uri)).map(({ title }) => title)).toEqual([
      "Write ${user}",
      "Ignore image/name for this instruction",
    ]);
    expect(JSON.stringify((await actions(uri))[1]?.edit)).toContain("  // lab-images ignore=image/name");
    const result = await client.connection.sendRequest("labImages/fixAll", { uri });
    expect(result).toMatchObject({ version: 1, fixed: 1, remaining: 0 });
  });

  test("counts as it is typed, for itself and for the open Dockerfiles", async () => {
    write({ "lab/lab-images.json": "{}", "lab/base/Dockerfile": "FROM ubuntu:22.04\n" });
    const manifest = uriOf("lab/lab-images.json");
    const image = uriOf("lab/base/Dockerfile");
    await client.open(image, "FROM ubuntu:22.04\nENV A b\n");
    await client.open(manifest, "{}", 1, "json");
    expect(await codes(image)).toEqual(["env/legacy-format"]);
    await client.change(manifest, 2, '{ "rules": { "env/legacy-format": "off", "apt/mirro": "off" } }');
    expect(await codes(image)).toEqual([]);
    expect(await codes(manifest)).toEqual(["manifest/rules"]);
  });

  test("no longer counts as it was typed once it is closed unsaved", async () => {
    write({ "lab/lab-images.json": "{}", "lab/base/Dockerfile": "FROM ubuntu:22.04\n" });
    const manifest = uriOf("lab/lab-images.json");
    const image = uriOf("lab/base/Dockerfile");
    await client.open(image, "FROM ubuntu:22.04\nENV A b\n");
    await client.open(manifest, '{ "rules": { "env/legacy-format": "off" } }', 1, "json");
    expect(await codes(image)).toEqual([]);
    await client.close(manifest);
    expect(await codes(image)).toEqual(["env/legacy-format"]);
  });

  test("leaves mistakes of the JSON to the editor, which shows them, and other JSON files alone", async () => {
    const manifest = uriOf("lab/lab-images.json");
    await client.open(manifest, '{ "registry": ', 1, "jsonc");
    expect(await codes(manifest)).toEqual([]);
    const other = uriOf("lab/package.json");
    await client.open(other, '{ "registry": 1 }', 1, "json");
    expect(await codes(other)).toEqual([]);
  });
});

describe("a build script", () => {
  const script = '#!/bin/bash\nset -e\nREGISTRY=ghcr.io/lab\ndocker build -t "$REGISTY/base:1" base\n';

  test("is checked, fixed, and may be suppressed like a Dockerfile", async () => {
    const uri = uriOf("lab/build");
    await client.open(uri, script, 1, "shellscript");
    expect(await codes(uri)).toEqual(["script/unset-variable"]);
    expect((await actions(uri)).map(({ title }) => title)).toEqual([
      "Write $REGISTRY",
      "Ignore script/unset-variable for this instruction",
    ]);
    const result = await client.connection.sendRequest("labImages/fixAll", { uri });
    expect(result).toMatchObject({ fixed: 1, remaining: 0 });
    await client.change(
      uri,
      2,
      script.replace("docker", "# lab-images ignore=script/unset-variable: given\ndocker"),
    );
    expect(await codes(uri)).toEqual([]);
  });

  test("that builds nothing has no findings, whatever stands in it", async () => {
    const uri = uriOf("lab/run.sh");
    await client.open(uri, "docker run $UNSET\n# lab-images ignore=apt/mirror\n", 1, "shellscript");
    expect(await codes(uri)).toEqual([]);
    expect(await actions(uri)).toEqual([]);
  });
});

describe("files beside the documents", () => {
  test("that a COPY names are watched by name, and findings follow them", async () => {
    const uri = uriOf("lab/base/Dockerfile");
    write({ "lab/base/Dockerfile": dockerfile, "lab/lab-images.json": '{ "images": { "base": {} } }' });
    await client.open(uri, dockerfile);
    expect(await codes(uri)).toEqual(["context/missing-source", "context/missing-source"]);
    const watched = await watchedNames(3);
    const base = join(folder, "lab/base");
    expect(watched).toEqual(
      [`${base}/app`, `${base}/app/requirements.txt`, `${base}/*.whl`].map((globPattern) => ({
        globPattern,
        kind: 5,
      })),
    );
    write({ "lab/base/app/requirements.txt": "tqdm\n", "lab/base/a.whl": "" });
    await changed("lab/base/app", 1);
    expect(await codes(uri)).toEqual([]);
    rmSync(join(base, "a.whl"));
    await changed("lab/base/a.whl", 3);
    expect(await codes(uri)).toEqual(["context/missing-source"]);
    // What no COPY names changes nothing: the editor may go on with what it has.
    const { resultId } = await client.diagnostics(uri);
    await changed("lab/base/checkpoint.bin", 1);
    expect((await client.diagnostics(uri, resultId)).kind).toBe("unchanged");
    await client.change(uri, 2, "FROM ubuntu:22.04\n");
    await codes(uri);
    await watchedNames(0);
  });

  test("that git leaves out may be missing, as soon as an ignore file says so", async () => {
    const uri = uriOf("lab/base/Dockerfile");
    write({
      "lab/base/Dockerfile": "FROM ubuntu:22.04\nCOPY data.bin /opt/\n",
      "lab/lab-images.json": '{ "images": { "base": {} } }',
    });
    await client.open(uri, "FROM ubuntu:22.04\nCOPY data.bin /opt/\n");
    expect(await codes(uri)).toEqual(["context/missing-source"]);
    await expect.poll(() => JSON.stringify([...watchers.values()])).toContain(".gitignore");
    write({ "lab/base/.gitignore": "*.bin\n" });
    await changed("lab/base/.gitignore", 1);
    expect(await codes(uri)).toEqual([]);
  });

  test("that a manifest extends are watched, outside of the workspace too", async () => {
    const uri = uriOf("lab/base/Dockerfile");
    write({
      "lab/base/Dockerfile": "FROM ubuntu:22.04\nENV A b\n",
      "lab/lab-images.json": '{ "extends": "../shared/lab.json" }',
      "shared/lab.json": "{}",
    });
    await client.open(uri, "FROM ubuntu:22.04\nENV A b\n");
    expect(await codes(uri)).toEqual(["env/legacy-format"]);
    expect(await watchedNames(1)).toEqual([
      { globPattern: { baseUri: uriOf("shared"), pattern: "lab.json" } },
    ]);
    write({ "shared/lab.json": '{ "rules": { "env/legacy-format": "off" } }' });
    await changed("shared/lab.json");
    expect(await codes(uri)).toEqual([]);
    const extended = uriOf("shared/lab.json");
    await client.open(extended, "{}", 1, "json");
    await changed("lab/lab-images.json");
    expect(await codes(uri)).toEqual(["env/legacy-format"]);
    await client.close(extended);
    expect(await codes(uri)).toEqual([]);
  });
});
