import { existsSync, lstatSync, readFileSync, renameSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { EngineFailure } from "../../../engine/failure.ts";
import { DockerCredentials } from "../../../engine/registry/docker-credentials.ts";
import { DockerHome } from "./docker-home.ts";

const secret = "s3cret-of-ada";
const ada = { kind: "password", username: "ada", password: secret } as const;
const encoded = Buffer.from(`ada:${secret}`).toString("base64");

let home: DockerHome;
let credentials: DockerCredentials;

beforeEach(() => {
  home = new DockerHome();
  credentials = new DockerCredentials({ env: home.env, home: home.folder, helperTimeout: 5_000 });
});

afterEach(() => home.remove());

/** The failure's words, which must not hold the secret. */
async function failureOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => expect.unreachable("should have failed"),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof EngineFailure)) throw error;
  expect(error.details.cause).toBe("registry-auth");
  for (const hidden of [secret, encoded])
    expect(JSON.stringify([error.details, error.stack])).not.toContain(hidden);
  return error.message;
}

describe("from the file", () => {
  test("nobody has logged in: no file, an empty one, another registry, an entry without credentials", async () => {
    expect(await credentials.get("ic-registry.epfl.ch")).toBeUndefined();
    for (const config of [
      "",
      "{}",
      { auths: { "other.ch": { auth: encoded }, "ic-registry.epfl.ch": {} } },
    ]) {
      home.writeConfig(config);
      expect(await credentials.get("ic-registry.epfl.ch")).toBeUndefined();
    }
  });

  test.each([
    ["localhost:5000", "localhost:5000"],
    ["https://ic-registry.epfl.ch/v1/", "ic-registry.epfl.ch"],
    ["http://ic-registry.epfl.ch", "ic-registry.epfl.ch"],
    ["https://index.docker.io/v1/", "docker.io"],
    ["docker.io", "docker.io"],
    ["index.docker.io", "docker.io"],
  ])("the key %s is for %s", async (key, registry) => {
    home.writeConfig({ auths: { [key]: { auth: encoded } } });
    expect(await credentials.get(registry)).toEqual(ada);
    expect(await credentials.get("elsewhere.ch")).toBeUndefined();
  });

  test("docker's own key wins over other spellings", async () => {
    const other = Buffer.from("bob:other").toString("base64");
    home.writeConfig({ auths: { "https://r.ch/v1/": { auth: other }, "r.ch": { auth: encoded } } });
    expect(await credentials.get("r.ch")).toEqual(ada);
  });

  test("a port belongs to the registry", async () => {
    home.writeConfig({ auths: { "r.ch:5000": { auth: encoded } } });
    expect(await credentials.get("r.ch")).toBeUndefined();
    expect(await credentials.get("r.ch:5001")).toBeUndefined();
  });

  test("a password with colons, an identity token, plain fields", async () => {
    home.writeConfig({
      auths: {
        "colons.ch": { auth: Buffer.from("ada:a:b:c").toString("base64") },
        "token.ch": { auth: Buffer.from("ada:").toString("base64"), identitytoken: secret },
        "plain.ch": { username: "ada", password: secret },
      },
    });
    expect(await credentials.get("colons.ch")).toEqual({ ...ada, password: "a:b:c" });
    expect(await credentials.get("token.ch")).toEqual({
      kind: "identity-token",
      username: "ada",
      token: secret,
    });
    expect(await credentials.get("plain.ch")).toEqual(ada);
  });

  test.each([
    [`{\n  "auths": {\n    "r.ch": { "auth": "${encoded}" }\n  }\n  "credsStore": 1\n}`, "line 5, column 3"],
    [`{ "auths": { "r.ch": { "auth": "${encoded}" `, "line 1"],
    ["[]", "line 1, column 1, is not a JSON object"],
    ['{\n  "auths": []\n}', "line 2, column 12, is wrong: auths is no object"],
    ['{ "auths": { "r.ch": { "auth": "???" } } }', 'auth of r.ch is not base64 of "user:password"'],
    ['{ "credHelpers": { "r.ch": 3 } }', "credHelpers of r.ch is no text"],
  ])("what docker could not read is refused with its place: %s", async (config, place) => {
    home.writeConfig(config);
    const said = await failureOf(credentials.get("r.ch"));
    expect(said).toContain(home.configPath);
    expect(said).toContain(place);
  });
});

describe("from a helper", () => {
  const answer = `echo '{"ServerURL":"x","Username":"ada","Secret":"${secret}"}'`;

  test("that of the registry, before that of all, before the file", async () => {
    home.addHelper("mine", answer);
    home.addHelper("all", `echo '{"Username":"everybody","Secret":"x"}'`);
    home.writeConfig({
      credHelpers: { "r.ch": "mine", "file.ch": "" },
      credsStore: "all",
      auths: { "file.ch": { auth: encoded }, "r.ch": { auth: "Yjpj" } },
    });
    expect(await credentials.get("r.ch")).toEqual(ada);
    expect(await credentials.get("other.ch")).toMatchObject({ username: "everybody" });
    expect(await credentials.get("file.ch")).toEqual(ada);
  });

  test("it is asked for the key that docker asks for, on stdin", async () => {
    home.addHelper("spy", `cat > "$KEPT/asked"; printf '%s ' "$#" "$1" >> "$KEPT/asked"; ${answer}`);
    home.writeConfig({ credsStore: "spy" });
    await credentials.get("docker.io");
    expect(readFileSync(join(home.folder, "kept/asked"), "utf8")).toBe("https://index.docker.io/v1/\n1 get ");
  });

  test("a warning on stderr, or before the answer, is no failure", async () => {
    home.addHelper(
      "loud",
      `echo "WARNING: unlocked keyring {" >&2; echo "note: cache"; cat > /dev/null; ${answer}`,
    );
    home.writeConfig({ credsStore: "loud" });
    expect(await credentials.get("r.ch")).toEqual(ada);
  });

  test("an identity token", async () => {
    home.addHelper("tokens", `echo '{"Username":"<token>","Secret":"${secret}"}'`);
    home.writeConfig({ credsStore: "tokens" });
    expect(await credentials.get("r.ch")).toEqual({ kind: "identity-token", username: "", token: secret });
  });

  test("it does not have them: then what stands in the file, or nothing", async () => {
    home.addWorkingHelper("empty");
    home.writeConfig({ credsStore: "empty", auths: { "r.ch": { auth: encoded } } });
    expect(await credentials.get("r.ch")).toEqual(ada);
    expect(await credentials.get("other.ch")).toBeUndefined();
  });

  test("it is missing, as with another machine's config: what stands in the file serves, else it is named", async () => {
    home.writeConfig({ credsStore: "desktop", auths: { "r.ch": { auth: encoded } } });
    expect(await credentials.get("r.ch")).toEqual(ada);
    expect(await failureOf(credentials.get("other.ch"))).toBe(
      "docker's config has credentials kept by docker-credential-desktop, which is not on the PATH here. " +
        "Install docker-credential-desktop, or take it out of docker's config (credsStore, credHelpers) and log in again.",
    );
  });

  test.each([
    ["fails", "echo 'the keychain is locked'; exit 1", "the keychain is locked"],
    ["fails on stderr", "echo '\u001b[31mno display\u001b[0m' >&2; exit 2", "failed (get): no display."],
    ["answers no JSON", `echo 'Secret: ${secret}'`, "its answer is not the JSON that docker expects"],
  ])("it %s", async (_, script, said) => {
    home.addHelper("bad", script);
    home.writeConfig({ credsStore: "bad" });
    expect(await failureOf(credentials.get("r.ch"))).toContain(said);
  });

  test("it hangs: it is ended with what it started", async () => {
    home.addHelper("slow", `echo $$ > "$KEPT/pid"; sleep 600 & echo $! >> "$KEPT/pid"; wait`);
    home.writeConfig({ credsStore: "slow" });
    const impatient = new DockerCredentials({ env: home.env, home: home.folder, helperTimeout: 300 });
    expect(await failureOf(impatient.get("r.ch"))).toContain("no answer after 0.3 s");
    for (const pid of readFileSync(join(home.folder, "kept/pid"), "utf8").trim().split("\n"))
      await expect.poll(() => isAlive(Number(pid))).toBe(false);
  });

  test("asking can be cancelled", async () => {
    home.addHelper("slow", "exec sleep 600");
    home.writeConfig({ credsStore: "slow", auths: { "r.ch": { auth: encoded } } });
    const cancel = new AbortController();
    const asked = credentials.get("r.ch", cancel.signal);
    setTimeout(() => cancel.abort(), 100);
    await expect(asked).rejects.toMatchObject({ details: { cause: "cancelled" } });
  });

  test("its name cannot lead elsewhere", async () => {
    home.writeConfig({ credsStore: "../../bin/sh" });
    expect(await failureOf(credentials.get("r.ch"))).toContain("which is no program's name");
  });
});

describe("kept", () => {
  test("in a new file, which only its owner reads", async () => {
    expect(await credentials.store("r.ch", ada)).toEqual({ kind: "file", path: home.configPath });
    expect(statSync(home.configPath).mode & 0o777).toBe(0o600);
    expect(await credentials.get("r.ch")).toEqual(ada);
  });

  test("what else is in the file stays as it was written, byte by byte", async () => {
    const auths = '"auths": {\n        "x.ch": {\n            "auth": "Yjpj"\n        }';
    const before = `{\n    "HttpHeaders":   {"a": "b"},\n    ${auths}\n    },\n    "detachKeys": "ctrl-e"\n}\n`;
    home.writeConfig(before);
    await credentials.store("r.ch", ada);
    const entry = `"r.ch": {\n            "auth": "${encoded}"\n        }`;
    expect(home.config).toBe(before.replace(auths, `${auths},\n        ${entry}`));
    expect(await credentials.erase("r.ch")).toBe(true);
    expect(home.config).toBe(before);
    expect(await credentials.erase("r.ch")).toBe(false);
  });

  test("no file is written where there is nothing to forget", async () => {
    expect(await credentials.erase("r.ch")).toBe(false);
    expect(existsSync(home.configPath)).toBe(false);
  });

  test("a link to the file stays a link", async () => {
    home.writeConfig("{}");
    const real = join(home.folder, "dotfiles.json");
    renameSync(home.configPath, real);
    symlinkSync(real, home.configPath);
    await credentials.store("r.ch", ada);
    expect(lstatSync(home.configPath).isSymbolicLink()).toBe(true);
    expect(readFileSync(real, "utf8")).toContain(encoded);
  });

  test("a file that cannot be read is not written over", async () => {
    home.writeConfig('{ "auths": ');
    await failureOf(credentials.store("r.ch", ada));
    await failureOf(credentials.erase("r.ch"));
    expect(home.config).toBe('{ "auths": ');
  });

  test("one entry a registry, however it was spelt before", async () => {
    home.writeConfig({ auths: { "https://r.ch/v1/": { auth: "Yjpj" }, "x.ch": {} } });
    await credentials.store("r.ch", ada);
    expect(Object.keys(JSON.parse(home.config).auths)).toEqual(["x.ch", "r.ch"]);
  });

  test("with the helper where there is one, and forgotten there", async () => {
    home.addWorkingHelper("keys", 'echo "warning: keyring" >&2');
    home.writeConfig({ credsStore: "keys" });
    expect(await credentials.store("docker.io", ada)).toEqual({ kind: "helper", helper: "keys" });
    expect(home.config).not.toContain(encoded);
    expect(await credentials.get("docker.io")).toEqual(ada);
    expect(await credentials.erase("docker.io")).toBe(true);
    expect(await credentials.get("docker.io")).toBeUndefined();
  });

  test("a login that another program writes while the helper works is kept", async () => {
    const othersLogin = { auths: { "other.ch": { auth: "Yjpj" }, "r.ch": {} }, credsStore: "slow" };
    home.addWorkingHelper("slow", `echo '${JSON.stringify(othersLogin)}' > "$DOCKER_CONFIG/config.json"`);
    home.writeConfig({ credsStore: "slow" });
    await credentials.store("r.ch", ada);
    expect(Object.keys(JSON.parse(home.config).auths)).toEqual(["other.ch", "r.ch"]);
    home.writeConfig({ credsStore: "slow", auths: { "r.ch": {} } });
    await credentials.erase("r.ch");
    expect(JSON.parse(home.config)).toEqual({ ...othersLogin, auths: { "other.ch": { auth: "Yjpj" } } });
  });

  test("a helper that refuses does not tell the secret", async () => {
    home.addHelper("full", 'echo "cannot keep $(cat)"; exit 1');
    home.writeConfig({ credsStore: "full" });
    expect(await failureOf(credentials.store("r.ch", ada))).toContain("cannot keep");
  });
});

/** What has ended and is not waited for yet is a zombie. */
function isAlive(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
