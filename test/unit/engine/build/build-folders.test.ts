import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { buildFolders, sharedKey } from "../../../../engine/build/build-folders.ts";
import type { BuildRequest } from "../../../../engine/build/build-request.ts";

// As in a container whose user is a number: there is no entry of it in /etc/passwd.
vi.mock("node:os", async (original) => ({
  ...(await original<typeof import("node:os")>()),
  userInfo() {
    throw new Error("A system error occurred: uv_os_get_passwd returned ENOENT (no such file or directory)");
  },
}));

describe("what a build has a daemon ask for", () => {
  let context = "";
  let other = "";
  beforeAll(() => {
    context = mkdtempSync(join(tmpdir(), "lab-folders-"));
    other = mkdtempSync(join(tmpdir(), "lab-folders-"));
    writeFileSync(join(context, "Dockerfile"), "FROM scratch\n");
    writeFileSync(join(context, "own"), "");
    writeFileSync(join(other, "another"), "");
  });
  afterAll(() => {
    for (const folder of [context, other]) rmSync(folder, { recursive: true });
  });
  const request = (more: Partial<BuildRequest> = {}): BuildRequest => ({
    ...{ context, dockerfile: join(context, "Dockerfile"), tags: [] },
    ...more,
  });

  test("is kept for each folder, also of a user without a name", async () => {
    expect(await sharedKey(request())).toBe(await sharedKey(request({ tags: ["other"] })));
    expect(await sharedKey(request())).not.toBe(await sharedKey(request({ context: other })));
  });

  test("a context that is gone meanwhile is the request's mistake", async () => {
    const gone = join(context, "gone");
    await expect(sharedKey(request({ context: gone }))).rejects.toMatchObject({
      details: { cause: "request", what: `the build context ${gone} cannot be read` },
    });
  });

  test("a named context called as one of the build's own takes the place of none", async () => {
    const namedContexts = new Map([
      ["context", other],
      ["dockerfile", other],
      ["data", other],
      ["image", "docker-image://debian:12"],
    ]);
    const names = new Map<string, string[]>();
    for (const [name, folder] of await buildFolders(request({ namedContexts }))) {
      names.set(name, []);
      for await (const { stat } of folder.files({ includes: [], excludes: [], followed: [] }))
        names.get(name)!.push(stat.path);
    }
    const own = ["Dockerfile", "own"];
    expect(Object.fromEntries(names)).toEqual({
      ...{ context: own, dockerfile: own },
      ...{ _context: ["another"], _dockerfile: ["another"], data: ["another"] },
    });
  });
});
