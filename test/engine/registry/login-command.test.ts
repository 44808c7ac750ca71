import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Registry, startRegistry } from "../../bed/registry.mjs";
import { startTokenServer, type TokenServer } from "../../bed/token-server.mjs";
import { type Outcome, useFolders, useProgram } from "../../cli/program.ts";
import { type Answer, atTerminal } from "../at-terminal.ts";
import { daemonSocket } from "../daemon.ts";
import { DockerHome } from "./docker-home.ts";
import { makeImage } from "./pushing.ts";

const password = "pw-of-ada";

describe.skipIf(!daemonSocket)("lab-images login and logout", () => {
  const program = useProgram("real");
  const folder = useFolders();
  let tokens: TokenServer;
  let basic: Registry;
  let bearer: Registry;
  let home: DockerHome;

  beforeAll(async () => {
    tokens = await startTokenServer({ users: { ada: { password, repositories: ["ada/"] } } });
    [basic, bearer] = await Promise.all([
      startRegistry({ users: { ada: password } }),
      startRegistry({ tokens }),
    ]);
  });
  afterAll(async () => {
    await Promise.all([basic, bearer, tokens].map((each) => each?.stop()));
  });
  beforeEach(() => {
    home = new DockerHome();
  });
  afterEach(() => home.remove());

  /** No docker command on this PATH but the helpers. */
  const env = (more: Readonly<Record<string, string>> = {}) => ({
    ...home.env,
    DOCKER_HOST: `unix://${daemonSocket}`,
    ...more,
  });

  /** Runs it where nobody sits at a terminal. */
  async function run(
    args: readonly string[],
    input = "",
    more: Readonly<Record<string, string>> = {},
    cwd = home.folder,
  ): Promise<Outcome> {
    const child = spawn(process.execPath, [program.path, ...args], { cwd, env: env(more) });
    child.stdin.end(input);
    const [stdout, stderr, code] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      new Promise<number | null>((resolve) => child.on("close", resolve)),
    ]);
    return { code, stdout, stderr };
  }

  const loginArgs = (host: string) => ["login", "-u", "ada", "--password-stdin", host];
  const type = (args: readonly string[], answers: readonly Answer[], cwd = home.folder) =>
    atTerminal([process.execPath, program.path, ...args], env(), answers, cwd);

  test.each([
    ["with passwords", () => basic.host],
    ["behind a token server", () => bearer.host],
  ])("by standard input, at a registry %s; plain text is said, with the way out", async (_, host) => {
    const { code, stdout, stderr } = await run(loginArgs(host()), `${password}\n`);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(stderr).toContain(`Logged in to ${host()} as ada; the login is kept in ${home.configPath}\n`);
    expect(stderr).toMatch(/^lab-images: It stands in .* unencrypted: .*"credsStore": "pass"/m);
    expect(JSON.parse(home.config).auths).toHaveProperty([host()]);

    expect(await run(["logout", host()])).toEqual({
      code: 0,
      stdout: "",
      stderr: `Logged out of ${host()}\n`,
    });
    expect(JSON.parse(home.config).auths).toEqual({});
    expect(await run(["logout", host()])).toMatchObject({
      code: 0,
      stderr: `No login to ${host()} was kept here\n`,
    });
  });

  test("a helper keeps it, nothing is warned of, and the rest of the file stays", async () => {
    home.addWorkingHelper("keys");
    home.writeConfig('{\n  "credsStore": "keys",\n  "detachKeys": "ctrl-e"\n}\n');
    expect(await run(loginArgs(basic.host), password)).toEqual({
      code: 0,
      stdout: "",
      stderr: `Logged in to ${basic.host} as ada; the login is kept by docker-credential-keys\n`,
    });
    expect(home.config).not.toContain(Buffer.from(`ada:${password}`).toString("base64"));
    expect(JSON.parse(home.config)).toEqual({
      credsStore: "keys",
      detachKeys: "ctrl-e",
      auths: { [basic.host]: {} },
    });
  });

  test("the registry as docker login takes it: with a scheme; without a word, the lab's", async () => {
    const lab = folder({
      "lab-images.json": `{ "registry": "${basic.host}/lab/\${user}", "images": { "base": {} } }`,
      "base/Dockerfile": "FROM ubuntu:22.04\n",
    });
    expect((await run(loginArgs(`http://${basic.host}/v1/`), password)).code).toBe(0);
    expect(await run(["logout"], "", {}, lab.path)).toMatchObject({
      code: 0,
      stderr: `Logged out of ${basic.host}\n`,
    });
  });

  test("without a daemon this machine asks the registry", async () => {
    const nowhere = { DOCKER_HOST: "unix:///nowhere.sock" };
    expect((await run(loginArgs(bearer.host), password, nowhere)).code).toBe(0);
    expect((await run(loginArgs(bearer.host), "wrong-one", nowhere)).code).toBe(4);
    // A host that was named is meant.
    const named = [...loginArgs(bearer.host), "-H", "unix:///nowhere.sock"];
    expect((await run(named, password)).code).toBe(3);
    // Another machine's daemon may mean another registry by the name.
    const away = { DOCKER_HOST: "tcp://127.0.0.1:1" };
    expect((await run(loginArgs(bearer.host), password, away)).code).toBe(3);
  });

  test("a wrong password: exit code 4, nothing kept, and it is not repeated", async () => {
    const { code, stderr } = await run(loginArgs(basic.host), "wrong-one");
    expect(code).toBe(4);
    expect(stderr).toMatch(new RegExp(`^lab-images: cannot log in to ${basic.host}: .*Check the user`));
    expect(stderr).not.toContain("wrong-one");
    expect(() => home.config).toThrow();
  });

  test.each([
    ["broken JSON", "{ broken", 4, /config\.json, line 1, column 3, is not valid JSON/],
    ["a missing helper", '{ "credsStore": "gone" }', 4, /Install docker-credential-gone/],
  ])("a docker config with %s is said, and stays", async (_, config, expected, message) => {
    home.writeConfig(config);
    const { code, stderr } = await run(loginArgs(basic.host), password);
    expect(code).toBe(expected);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain(password);
    expect(home.config).toBe(config);
  });

  test.each([
    [["login", "x.example"], /^lab-images: nobody sits at a terminal here .*--password-stdin/],
    [["login", "--password-stdin", "x.example"], /^lab-images: --password-stdin needs --user/],
    [["login", "-u", "ada", "--password-stdin", "x.example"], /^lab-images: there is no password on/],
    [["login", "-u", "ada", "--password-stdin", "no host"], /"no host\/x" is no name|no host/],
    [["login", "-p", "secret"], /there is no option "-p"/],
    [["logout", "a", "b"], /"b" is one argument too many/],
  ])("%j is bad usage", async (args, message) => {
    const { code, stderr } = await run(args);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  test("at a terminal: who, the password unseen, and once more where it is wrong", async () => {
    const { code, screen } = await type(
      ["login", basic.host],
      [
        [/User at .*:/, "ada\r"],
        [/Password of ada at .*:/, "wrong-one\r"],
        [/Check the user[\s\S]*Password of ada at .*:/, `${password}\r`],
      ],
    );
    expect(screen).toContain(`Logged in to ${basic.host} as ada`);
    expect(screen).not.toMatch(/wrong-one|pw-of-ada/);
    expect(code).toBe(0);
  });

  test("Ctrl+C at the password ends it, exit code 130", async () => {
    const { code } = await type(["login", "-u", "ada", basic.host], [[/Password of ada/, "\u0003"]]);
    expect(code).toBe(130);
    expect(() => home.config).toThrow();
  });

  test("a push without a login asks for it, once for both images, and goes on", async () => {
    const images = ["a", "b"].map((name) => `${basic.host}/ada/${name}:v1`);
    for (const image of images) await makeImage(image);
    const { code, screen } = await type(
      ["push", ...images],
      [
        [/User at .*:/, "ada\r"],
        [/Password of ada at .*:/, `${password}\r`],
      ],
    );
    for (const image of images) expect(screen).toContain(`Pushed ${image}@sha256:`);
    expect(screen.match(/Password of/g)).toHaveLength(1);
    expect(code).toBe(0);
  });

  test("so does a build that is to be pushed, before it begins", async () => {
    const lab = folder({
      "lab-images.json": `{ "registry": "${bearer.host}/ada", "images": { "tiny": { "tag": "v1" } } }`,
      "tiny/Dockerfile": "FROM busybox:test\nRUN echo built > /it\n",
    });
    const { code, screen } = await type(
      ["build", "tiny", "--push", "--progress", "plain"],
      [
        [/User at .*:/, "ada\r"],
        [/Password of ada at .*:/, `${password}\r`],
      ],
      lab.path,
    );
    expect(screen.indexOf("Logged in to")).toBeLessThan(screen.indexOf("RUN echo built"));
    expect(screen).toContain(`Pushed ${bearer.host}/ada/tiny:v1@sha256:`);
    expect(code).toBe(0);
  });
});
