import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { EngineFailure } from "../../../engine/failure.ts";
import { type Authorise, oncePerRegistry } from "../../../engine/registry/authorise.ts";
import { noCredentials } from "../../../engine/registry/credentials.ts";
import { DockerCredentials } from "../../../engine/registry/docker-credentials.ts";
import { login } from "../../../engine/registry/login.ts";
import { probePush } from "../../../engine/registry/probe-push.ts";
import { push } from "../../../engine/registry/push.ts";
import { startRegistry } from "../../bed/registry.mjs";
import { runFile } from "../../cli/program.ts";
import { daemonSocket, socketConnection } from "../daemon.ts";
import { DockerHome } from "./docker-home.ts";
import { failureOf } from "./failure-of.ts";
import { makeImage, only, pushed } from "./pushing.ts";
import { useThreeRegistries } from "./three-registries.ts";

/** Debian's client: another one may be ahead of it on the PATH. */
const dockerCommand = "/usr/bin/docker";
const password = "pw-of-ada";

describe.skipIf(!daemonSocket)("at a registry", () => {
  const connection = socketConnection(daemonSocket ?? "");
  const { open, basic, bearer } = useThreeRegistries(password);
  let home: DockerHome;
  let credentials: DockerCredentials;

  beforeEach(() => {
    home = new DockerHome();
    credentials = new DockerCredentials({ env: home.env, home: home.folder });
  });

  afterEach(() => home.remove());

  const authoriseAs =
    (username: string, password: string, asked: string[]): Authorise =>
    async (registry, { details }) => {
      asked.push(`${registry}: ${details.cause}`);
      await login(connection, credentials, registry, { username, password });
      return true;
    };

  function docker(args: readonly string[], input = "") {
    const { PATH = "", HOME = "", DOCKER_CONFIG = "", KEPT = "" } = home.env;
    const env = { PATH, HOME, DOCKER_CONFIG, KEPT, DOCKER_HOST: `unix://${daemonSocket}` };
    return runFile(dockerCommand, args, home.folder, env, input);
  }

  describe.each([
    ["with passwords", () => basic.host],
    ["behind a token server", () => bearer.host],
  ])("%s", (_, host) => {
    test("what login writes is what docker writes, and each reads the other's", async () => {
      const { code, stderr } = await docker(["login", "-u", "ada", "--password-stdin", host()], password);
      expect({ code, stderr: stderr.replace(/WARNING![\s\S]*/, "") }).toEqual({ code: 0, stderr: "" });
      const theirs = home.config;
      const known = await credentials.get(host());
      expect(known?.username).toBe("ada");
      const reference = `${host()}/ada/by-docker-login:v1`;
      await makeImage(reference);
      expect((await pushed(push(connection, reference, { credentials }))).outcome).toMatchObject({
        ok: true,
      });

      home.remove();
      home = new DockerHome();
      credentials = new DockerCredentials({ env: home.env, home: home.folder });
      const place = await login(connection, credentials, host(), { username: "ada", password });
      expect(place).toEqual({ kind: "file", path: home.configPath });
      expect(withoutToken(home.config)).toBe(withoutToken(theirs));
      expect(await docker(["push", reference])).toMatchObject({ code: 0 });

      expect((await docker(["logout", host()])).code).toBe(0);
      const afterTheirs = home.config;
      await login(connection, credentials, host(), { username: "ada", password });
      expect(await credentials.erase(host())).toBe(true);
      expect(home.config).toBe(afterTheirs);
    });

    test("with a helper, too", async () => {
      home.addWorkingHelper("keys");
      home.writeConfig('{\n\t"credsStore": "keys"\n}');
      expect((await docker(["login", "-u", "ada", "--password-stdin", host()], password)).code).toBe(0);
      const theirs = home.config;
      expect(await credentials.get(host())).toBeDefined();
      expect(await credentials.erase(host())).toBe(true);
      expect(await login(connection, credentials, host(), { username: "ada", password })).toEqual({
        kind: "helper",
        helper: "keys",
      });
      // Docker sorts what it writes.
      expect(JSON.parse(home.config)).toEqual(JSON.parse(theirs));
      expect(home.config).not.toContain(Buffer.from(`ada:${password}`).toString("base64"));
      expect((await docker(["logout", host()])).code).toBe(0);
      expect(await credentials.get(host())).toBeUndefined();
    });

    test("a password that is not taken is not kept", async () => {
      const failure = await failureOf(
        login(connection, credentials, host(), { username: "ada", password: "wrong-one" }),
      );
      expect(failure).toMatchObject({ cause: "registry-auth", what: `cannot log in to ${host()}` });
      expect(failure.next).toContain("Check the user and the password");
      expect(await credentials.get(host())).toBeUndefined();
    });

    test("without a daemon this machine asks, and keeps the password", async () => {
      const right = { username: "ada", password };
      expect(await login(undefined, credentials, host(), right)).toMatchObject({ kind: "file" });
      expect(await credentials.get(host())).toEqual({ kind: "password", ...right });
      const wrong = login(undefined, credentials, host(), { username: "ada", password: "wrong-one" });
      expect(await failureOf(wrong)).toMatchObject({
        cause: "registry-auth",
        what: `cannot log in to ${host()}`,
        next: expect.stringContaining("Check the user and the password"),
      });
    });

    test("a push without a login asks for one, once for all names, and goes on", async () => {
      const references = ["v1", "v2"].map((tag) => `${host()}/ada/asked:${tag}`);
      for (const reference of references) await makeImage(reference);
      const asked: string[] = [];
      const authorise = authoriseAs("ada", password, asked);
      await probePush(connection, references, { credentials, authorise });
      // A login that is gone by the time of the push.
      await credentials.erase(host());
      const again = oncePerRegistry(authoriseAs("ada", password, asked));
      for (const reference of references) {
        const { outcome } = await pushed(push(connection, reference, { credentials, authorise: again }));
        expect(outcome).toMatchObject({ ok: true, reference });
      }
      expect(asked).toEqual([`${host()}: registry-auth`, `${host()}: registry-auth`]);
    });

    test("whoever does not log in is told what the push lacks", async () => {
      const reference = `${host()}/ada/declined:v1`;
      await makeImage(reference);
      const authorise = async () => false;
      const lacks = { cause: "registry-auth", next: expect.stringContaining(`Log in to ${host()}`) };
      expect(await failureOf(probePush(connection, [reference], { credentials, authorise }))).toMatchObject(
        lacks,
      );
      const { outcome } = await pushed(push(connection, reference, { credentials, authorise }));
      expect(outcome).toMatchObject({ ok: false, ...lacks });
    });

    test("a login that fails when a push asks for one is the outcome of that push", async () => {
      const reference = `${host()}/ada/mistyped:v1`;
      await makeImage(reference);
      const authorise = authoriseAs("ada", "wrong-one", []);
      const { outcome } = await pushed(push(connection, reference, { credentials, authorise }));
      expect(outcome).toMatchObject({
        ok: false,
        cause: "registry-auth",
        what: `cannot log in to ${host()}`,
      });
    });

    test("before a push: no login, a wrong one, the right one", async () => {
      const reference = `${host()}/ada/image:v1`;
      expect(
        await failureOf(probePush(connection, [reference], { credentials: noCredentials })),
      ).toMatchObject({
        cause: "registry-auth",
        next: expect.stringContaining(`Log in to ${host()} and `),
      });
      const wrong = only(host(), "ada", "wrong-one");
      expect(await failureOf(probePush(connection, [reference], { credentials: wrong }))).toMatchObject({
        cause: "registry-auth",
        what: `cannot push ${reference}`,
      });
      await probePush(connection, [reference], { credentials: only(host(), "ada", password) });
    });
  });

  test("a user who may not push there is not asked to log in", async () => {
    const reference = `${bearer.host}/somebody/else:v1`;
    await makeImage(reference);
    await login(connection, credentials, bearer.host, { username: "ada", password });
    const authorise = async () => expect.unreachable("asked to log in");
    const { outcome } = await pushed(push(connection, reference, { credentials, authorise }));
    expect(outcome).toMatchObject({ ok: false, cause: "registry-auth" });
  });

  test("registries that want a login are asked for one after the other", async () => {
    let open = 0;
    const authorise = oncePerRegistry(async () => {
      expect(++open).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      open--;
      return false;
    });
    const failure = new EngineFailure({ cause: "registry-auth", what: "no login" });
    const answers = ["a.example", "b.example", "a.example"].map((each) =>
      authorise(each, failure, undefined),
    );
    expect(await Promise.all(answers)).toEqual([false, false, false]);
  });

  test("before a push: a registry without a login, and one that is not there", async () => {
    await probePush(connection, [`${open.host}/ada/a:v1`, `${open.host}/ada/b:v1`], {
      credentials: noCredentials,
    });
    const gone = await startRegistry();
    await gone.stop();
    const references = [`${open.host}/ada/a:v1`, `${gone.host}/ada/a:v1`];
    expect(await failureOf(probePush(connection, references, { credentials: noCredentials }))).toMatchObject({
      cause: "network",
      what: `cannot push ${gone.host}/ada/a:v1`,
      said: expect.stringContaining("connection refused"),
    });
  });

  test("before a push: a helper that is missing counts where a login is wanted", async () => {
    home.writeConfig({ credsStore: "not-here" });
    await probePush(connection, [`${open.host}/ada/a:v1`], { credentials });
    for (const { host } of [basic, bearer])
      expect((await failureOf(probePush(connection, [`${host}/ada/a:v1`], { credentials }))).next).toContain(
        "Install docker-credential-not-here",
      );
  });
});

/** Each login has a token of its own. */
function withoutToken(config: string): string {
  return config.replace(/"identitytoken": "[^"]+"/, '"identitytoken": "…"');
}
