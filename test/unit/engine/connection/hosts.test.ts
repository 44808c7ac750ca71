import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { lastingName, listHosts, namesOf } from "../../../../engine/connection/list-hosts.ts";
import type { Machine } from "../../../../engine/connection/machine.ts";
import { resolveHost } from "../../../../engine/connection/resolve-host.ts";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A home with files in it, and nothing else of a machine. */
function machineWith(files: Readonly<Record<string, string>>, env: Machine["env"] = {}): Machine {
  const home = mkdtempSync(join(tmpdir(), "lab-images-home-"));
  folders.push(home);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(home, name)), { recursive: true });
    writeFileSync(join(home, name), content);
  }
  return { env, home, platform: "linux", uid: 4_000_000, sshConfigFile: join(home, ".ssh", "config") };
}

function context(name: string, host: string, more: object = {}): Record<string, string> {
  const id = createHash("sha256").update(name).digest("hex");
  const meta = { Name: name, Metadata: {}, Endpoints: { docker: { Host: host, ...more } } };
  return { [`.docker/contexts/meta/${id}/meta.json`]: JSON.stringify(meta) };
}

function tlsOf(name: string, file: string, content: string): Record<string, string> {
  const id = createHash("sha256").update(name).digest("hex");
  return { [`.docker/contexts/tls/${id}/docker/${file}`]: content };
}

const current = (name: string) => ({
  ".docker/config.json": JSON.stringify({ currentContext: name, auths: {} }),
});

describe("the host is", () => {
  const files = {
    ...current("lab"),
    ...context("lab", "ssh://ann@node1"),
    ...context("other", "tcp://node2:2376"),
  };
  const env = { DOCKER_HOST: "ssh://node3", DOCKER_CONTEXT: "other" };

  test.each([
    [{ option: "ssh://a", choice: "ssh://b", setting: "ssh://c" }, env, "ssh://a", "a", "option"],
    [{ choice: "ssh://b", setting: "ssh://c" }, env, "ssh://b", "b", "choice"],
    [{ option: " ", choice: "", setting: "ssh://c" }, env, "ssh://c", "c", "setting"],
    [{}, env, "ssh://node3", "node3", "DOCKER_HOST"],
    [{}, { DOCKER_CONTEXT: "other" }, "tcp://node2:2376", "other", "docker-context"],
    [{}, {}, "ssh://ann@node1", "lab", "docker-context"],
    [{ option: "other" }, {}, "tcp://node2:2376", "other", "option"],
    [{ option: "/run/x.sock" }, {}, "unix:///run/x.sock", "local", "option"],
    [{}, { DOCKER_HOST: "node4:2375" }, "tcp://node4:2375", "node4:2375", "DOCKER_HOST"],
  ])("of %j with %j: %s", async (named, given, url, name, source) => {
    expect(await resolveHost(named, machineWith(files, given))).toMatchObject({ url, name, source });
  });

  test("the default socket where nothing is named, or the default context", async () => {
    for (const machine of [
      machineWith({}),
      machineWith(current("default")),
      machineWith({ ...files }, { DOCKER_CONTEXT: "default" }),
    ])
      expect(await resolveHost({}, machine)).toEqual({
        url: "unix:///var/run/docker.sock",
        name: "local",
        source: "default",
        context: "default",
      });
    expect((await resolveHost({}, { ...machineWith({}), platform: "win32" })).url).toBe(
      "npipe:////./pipe/docker_engine",
    );
  });

  test("read from DOCKER_CONFIG where that is set", async () => {
    const { home } = machineWith(files);
    const machine = machineWith({}, { DOCKER_CONFIG: join(home, ".docker") });
    expect((await resolveHost({}, machine)).name).toBe("lab");
  });
});

describe("TLS", () => {
  test("is that of the docker context", async () => {
    const machine = machineWith({
      ...current("lab"),
      ...context("lab", "tcp://node:2376", { SkipTLSVerify: false }),
      ...tlsOf("lab", "ca.pem", "CA"),
      ...tlsOf("lab", "cert.pem", "CERT"),
      ...tlsOf("lab", "key.pem", "KEY"),
    });
    const { tls } = await resolveHost({}, machine);
    expect(tls).toEqual({ ca: Buffer.from("CA"), cert: Buffer.from("CERT"), key: Buffer.from("KEY") });
  });

  test("goes without verification only where the context or the environment says so", async () => {
    const skipping = machineWith({
      ...current("lab"),
      ...context("lab", "tcp://node:1", { SkipTLSVerify: true }),
    });
    expect((await resolveHost({}, skipping)).tls).toEqual({ skipVerify: true });
    const unverified = machineWith({}, { DOCKER_HOST: "tcp://node:1", DOCKER_TLS: "1" });
    expect((await resolveHost({}, unverified)).tls).toEqual({ skipVerify: true });
  });

  test("is read from DOCKER_CERT_PATH where DOCKER_TLS_VERIFY asks for it", async () => {
    const { home } = machineWith({ "certs/ca.pem": "CA" });
    const env = { DOCKER_HOST: "tcp://node:2376", DOCKER_CERT_PATH: join(home, "certs") };
    expect((await resolveHost({}, machineWith({}, { ...env, DOCKER_TLS_VERIFY: "1" }))).tls).toEqual({
      ca: Buffer.from("CA"),
    });
    expect((await resolveHost({}, machineWith({}, env))).tls).toBeUndefined();
  });
});

describe("a mistake is named with its place", () => {
  test.each([
    [{ option: "ssh://-x" }, {}, {}, '--host is "ssh://-x"'],
    [{ setting: "ftp://x" }, {}, {}, 'labImages.host is "ftp://x"'],
    [{ choice: "node" }, {}, {}, 'the host chosen for this workspace is "node": the kind of host is missing'],
    [{}, { DOCKER_HOST: "tcp//node" }, {}, 'DOCKER_HOST is "tcp//node"'],
    [
      {},
      { DOCKER_CONTEXT: "gone" },
      context("lab", "ssh://node"),
      'DOCKER_CONTEXT names the docker context "gone", and there is none of that name. Choose one of: lab, default',
    ],
    [{}, {}, { ".docker/config.json": "{" }, "config.json is not valid JSON"],
    [{}, {}, { ...current("lab"), ...context("lab", "") }, "meta.json names no Docker endpoint"],
    [{}, {}, { ...current("lab"), ...context("lab", "kube://x") }, 'config.json is "kube://x"'],
    [
      {},
      { DOCKER_HOST: "tcp://node:1", DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: "/nowhere" },
      {},
      'DOCKER_CERT_PATH is "/nowhere": there is none of ca.pem, cert.pem and key.pem',
    ],
  ])("%j %j", async (named, env, files, message) => {
    await expect(resolveHost(named, machineWith(files, env))).rejects.toThrow(message);
  });
});

describe("the list of hosts", () => {
  const ssh = {
    ".ssh/config": `# Host commented
Include conf.d/*.conf ~/more
Host node1 node2 *.lab !no "quoted name"
  HostName=10.0.0.1
host = node3 # a comment
Match host node4
`,
    ".ssh/conf.d/b.conf": "Host from-b\nInclude b.conf\n",
    ".ssh/conf.d/a.conf": "Host from-a node1\n",
    ".ssh/conf.d/c.txt": "Host from-c\n",
    more: "Host from-more\n",
  };

  test("has the current one, this machine, the contexts and the names of the ssh configuration, each once", async () => {
    const machine = machineWith({
      ...ssh,
      ...current("lab"),
      ...context("lab", "ssh://node2"),
      ...context("a", "ssh://n"),
    });
    const { hosts, problems } = await listHosts({}, {}, machine);
    expect(problems).toEqual([]);
    expect(hosts.map(({ host }) => host.name)).toEqual([
      ...["lab", "local", "a"],
      ...["from-a", "node1", "from-b", "from-more", "node3"],
    ]);
    expect(hosts.filter((each) => each.current).map(({ host }) => host.name)).toEqual(["lab"]);
    expect(hosts.map(({ why }) => why).slice(0, 4)).toEqual([
      `the current docker context (${join(machine.home, ".docker", "config.json")})`,
      "the default socket of this machine",
      "a docker context",
      `a host of ${join(machine.home, ".ssh", "config")}`,
    ]);
  });

  test("reads an ssh configuration with the line ends of Windows", async () => {
    const crlf = Object.entries(ssh).map(([path, text]) => [path, text.replaceAll("\n", "\r\n")]);
    const { hosts } = await listHosts({}, {}, machineWith(Object.fromEntries(crlf)));
    const names = hosts.filter(({ host }) => host.source === "ssh-config").map(({ host }) => host.name);
    expect(names).toEqual(["from-a", "node1", "from-b", "from-more", "node2", "node3"]);
  });

  test("has what the manifest and the setting offer, none of it chosen by itself", async () => {
    const machine = machineWith({ ...ssh, ...current("lab"), ...context("lab", "ssh://node2") });
    const offered = { manifest: ["ssh://ann@gpu", "ssh://node3"], "hosts-setting": ["ssh://mine", "lab"] };
    const { hosts } = await listHosts({}, offered, machine);
    expect(hosts.slice(0, 5).map(({ host, why }) => [host.name, why])).toEqual([
      ["lab", `the current docker context (${join(machine.home, ".docker", "config.json")})`],
      ["local", "the default socket of this machine"],
      ["ann@gpu", "a host of lab-images.json"],
      ["node3", "a host of lab-images.json"],
      ["mine", "one of the setting labImages.hosts"],
    ]);
    expect(hosts.filter((each) => each.current).map(({ host }) => host.name)).toEqual(["lab"]);
  });

  test("has the one that the settings say beside the one that was chosen, which stays in its list", async () => {
    const named = { choice: "ssh://node3", setting: "ssh://set" };
    const { hosts } = await listHosts(named, {}, machineWith(ssh));
    expect(hosts[0]).toMatchObject({
      host: { name: "node3", source: "choice" },
      current: true,
      why: "chosen for this workspace",
      listed: { source: "ssh-config" },
    });
    expect(hosts.at(-1)).toMatchObject({ host: { name: "set", source: "setting" }, current: false });
  });

  test("goes on past an offer that is no host", async () => {
    const { hosts, problems } = await listHosts(
      {},
      { manifest: ["ssh://-oProxyCommand=x"] },
      machineWith({}),
    );
    expect(hosts.map(({ host }) => host.name)).toEqual(["local"]);
    expect(problems).toEqual([
      expect.stringContaining('hosts in lab-images.json is "ssh://-oProxyCommand=x"'),
    ]);
  });

  test("goes on past what cannot be read", async () => {
    const machine = machineWith(
      { ...context("good", "ssh://good"), ".docker/contexts/meta/x/meta.json": "{" },
      { DOCKER_HOST: "nonsense://x" },
    );
    const { hosts, problems } = await listHosts({}, {}, machine);
    expect(hosts.map(({ host }) => host.name)).toEqual(["local", "good"]);
    expect(hosts.some((each) => each.current)).toBe(false);
    expect(problems).toHaveLength(2);
    expect(problems[0]).toContain('DOCKER_HOST is "nonsense://x"');
    expect(problems[1]).toContain("meta.json is not valid JSON");
  });
});

test("a docker context and this machine are kept by their names, other hosts by their addresses", async () => {
  const files = context("lab", "tcp://node:2376");
  const { hosts } = await listHosts({}, { "hosts-setting": ["ssh://n"] }, machineWith(files));
  expect(hosts.map(({ listed }) => lastingName(listed))).toEqual(["default", "ssh://n", "lab"]);
});

test("a docker context and this machine are kept by their names also where a list names them", async () => {
  const machine = machineWith({ ...context("lab", "tcp://node:2376"), ...tlsOf("lab", "ca.pem", "CA") });
  const offered = { "hosts-setting": ["default", "lab"] };
  const { hosts } = await listHosts({ choice: "ssh://n" }, offered, machine);
  expect(hosts.map(({ listed }) => lastingName(listed))).toEqual(["ssh://n", "default", "lab"]);
  const chosen = await resolveHost({ choice: "lab" }, machine);
  expect(lastingName(chosen)).toBe("lab");
});

test("a host is found in a list however it is written there", async () => {
  const machine = machineWith(context("gpu", "tcp://node:2376"));
  const names = [
    "gpu",
    " ssh://node",
    "node:2376",
    "/run/x.sock",
    "nonsense",
    "ssh://node/",
    "tcp://node:2377",
  ];
  const named = async (url: string) => namesOf({ url, name: "x", source: "hosts-setting" }, names, machine);
  expect(await named("tcp://node:2376")).toEqual(["gpu", "node:2376"]);
  expect(await named("ssh://node")).toEqual([" ssh://node", "ssh://node/"]);
  expect(await named("unix:///run/x.sock")).toEqual(["/run/x.sock"]);
  expect(await named("ssh://other")).toEqual([]);
});
