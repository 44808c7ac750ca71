import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { writeAuths } from "../../../../engine/registry/docker-config-file.ts";

/** The config after a login to `new.lab`. */
async function loggedIn(text: string): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), "lab-config-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "config.json");
  writeFileSync(path, text);
  await writeAuths(path, () => [["new.lab", { auth: "YWRhOm5ldw==" }]]);
  return JSON.parse(readFileSync(path, "utf8"));
}

test("another program's empty logins are not taken for docker's", async () => {
  const kept = { "old.lab": { auth: "YWRhOm9sZA==" } };
  expect(await loggedIn(JSON.stringify({ auths: kept, tool: { auths: {} } }))).toEqual({
    auths: { ...kept, "new.lab": { auth: "YWRhOm5ldw==" } },
    tool: { auths: {} },
  });
});

test("a config without logins, or with none of them said to be so, gets its first one", async () => {
  for (const text of ["", "{}", '{ "auths": null }', '{ "auths": {} }'])
    expect(await loggedIn(text), text).toEqual({ auths: { "new.lab": { auth: "YWRhOm5ldw==" } } });
});
