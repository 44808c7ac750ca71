import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { bundleServer } from "./bundle.ts";
import { LspClient } from "./lsp-client.ts";

/** The server that the tests of a file talk to, and the folder of its workspace: a new one for each test. */
export interface ServedFolder {
  /** Absolute. */
  readonly path: string;
  readonly client: LspClient;
  /** The bundled server, to be started once more. */
  readonly module: string;
  /** The address of a file in the folder. */
  uriOf(path: string): string;
}

/** Has the server started before each test of the file and stopped after it. */
export function useServedFolder(): ServedFolder {
  let module = "";
  let removeBundle = () => {};
  let path = "";
  let client: LspClient;
  beforeAll(async () => {
    ({ module, remove: removeBundle } = await bundleServer());
  });
  afterAll(() => removeBundle());
  beforeEach(async () => {
    path = mkdtempSync(join(tmpdir(), "lab-images-lsp-"));
    client = await LspClient.start(module, pathToFileURL(path).href);
  });
  afterEach(async () => {
    expect(await client.stop()).toBe(0);
    rmSync(path, { recursive: true, force: true });
  });
  return {
    get path() {
      return path;
    },
    get client() {
      return client;
    },
    get module() {
      return module;
    },
    uriOf: (file) => pathToFileURL(join(path, file)).href,
  };
}
