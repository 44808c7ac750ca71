import { execFileSync, spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { BuildRequest } from "../../../engine/build/build-request.ts";
import type { CredentialStore, RegistryCredentials } from "../../../engine/registry/credentials.ts";
import { BUSYBOX_BASE } from "../../bed/debian-base.mjs";
import { dockerClient } from "../../bed/docker-api.mjs";
import { startRegistry } from "../../bed/registry.mjs";
import { startTokenServer } from "../../bed/token-server.mjs";
import { daemonSocket, socketConnection } from "../daemon.ts";
import { noCredentials, runBuild } from "./run-build.ts";

/** Credentials by registry, and which registries were asked for. */
class KnownCredentials implements CredentialStore {
  readonly asked: string[] = [];
  readonly #known: Readonly<Record<string, RegistryCredentials>>;

  constructor(known: Readonly<Record<string, RegistryCredentials>>) {
    this.#known = known;
  }

  async get(registry: string): Promise<RegistryCredentials | undefined> {
    this.asked.push(registry);
    return this.#known[registry];
  }
}

const ada = { kind: "password", username: "ada", password: "of ada" } as const;

describe.skipIf(!daemonSocket)("what a build asks of this side", () => {
  const connection = socketConnection(daemonSocket ?? "");
  const docker = dockerClient(daemonSocket ?? "");
  let folder = "";

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "lab-services-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const build = (dockerfile: string, more: Partial<BuildRequest> = {}, credentials = noCredentials) => {
    writeFileSync(join(folder, "Dockerfile"), dockerfile);
    const request = { context: folder, dockerfile: join(folder, "Dockerfile"), tags: [], noCache: true };
    return runBuild(connection, { ...request, ...more }, credentials);
  };

  describe("secrets", () => {
    const readSecret = (id: string, options = "") =>
      `FROM ${BUSYBOX_BASE}\nRUN --mount=type=secret,id=${id}${options} echo "it is $(cat /run/secrets/${id})"\n`;

    test("come from files and from the environment, and stay out of the image", async () => {
      writeFileSync(join(folder, "token"), "of a file");
      process.env.LAB_TEST_SECRET = "of a variable";
      const secrets = new Map([
        ["one", { kind: "file", path: join(folder, "token") }],
        ["two", { kind: "environment", variable: "LAB_TEST_SECRET" }],
      ] as const);
      const one = await build(readSecret("one"), { secrets });
      expect(one.error).toBeUndefined();
      expect(one.status).toContain("it is of a file");
      expect((await build(readSecret("two"), { secrets })).status).toContain("it is of a variable");
      const inImage = await docker.run(one.image!, ["find", "/run"]);
      expect(inImage.stdout).not.toContain("one\n");
    });

    test("one that is not given is missing only where it is required", async () => {
      expect((await build(readSecret("none"))).status).toContain("it is \n");
      const required = await build(readSecret("none", ",required=true"));
      expect(required.error).toContain("none");
      expect(required.failure).toBeUndefined();
    });

    test("one that cannot be read names its file", async () => {
      const path = join(folder, "no-such-token");
      const { error, failure } = await build(readSecret("one", ",required=true"), {
        secrets: new Map([["one", { kind: "file", path }]]),
      });
      expect(error).toContain(path);
      expect(failure?.details).toMatchObject({ cause: "request", what: expect.stringContaining(path) });
    });
  });

  describe.skipIf(!existsSync("/usr/bin/ssh-add"))("an ssh agent", () => {
    const agentSocket = () => join(folder, "agent.sock");
    let agent: ReturnType<typeof spawn>;

    beforeAll(async () => {
      agent = spawn("ssh-agent", ["-D", "-a", agentSocket()], { stdio: ["ignore", "pipe", "ignore"] });
      // It says where it listens once it does.
      await new Promise((resolve) => agent.stdout!.once("data", resolve));
      execFileSync("ssh-keygen", [
        "-q",
        "-t",
        "ed25519",
        "-N",
        "",
        "-C",
        "key of the bed",
        "-f",
        join(folder, "key"),
      ]);
      execFileSync("ssh-add", ["-q", join(folder, "key")], {
        env: { ...process.env, SSH_AUTH_SOCK: agentSocket() },
      });
      // A real client for the build: Debian's, with the libraries that it names.
      const libraries = execFileSync("ldd", ["/usr/bin/ssh-add"])
        .toString()
        .matchAll(/(\/\S+)/g);
      for (const path of ["/usr/bin/ssh-add", ...[...libraries].map(([, path]) => path!)]) {
        mkdirSync(dirname(join(folder, "client", path)), { recursive: true });
        copyFileSync(path, join(folder, "client", path));
      }
    });
    afterAll(() => agent.kill());

    const listKeys = (mount: string) =>
      `FROM ${BUSYBOX_BASE}\nCOPY client /\nRUN --mount=type=ssh${mount} ssh-add -l || echo nothing: $?\n`;

    test("is reached from a RUN, by its default name and by another", async () => {
      const byDefault = await build(listKeys(""), { sshAgents: new Map([["default", agentSocket()]]) });
      expect(byDefault.error).toBeUndefined();
      expect(byDefault.status).toContain("key of the bed");
      const named = await build(listKeys(",id=lab"), { sshAgents: new Map([["lab", agentSocket()]]) });
      expect(named.status).toContain("key of the bed");
    });

    test("is not there where none was given", async () => {
      expect((await build(listKeys(""))).status).toContain("nothing: 2");
      const { error } = await build(listKeys(",required=true"));
      expect(error).toMatch(/ssh|default/);
    });
  });

  describe("a login at a registry", () => {
    /** Puts the base into a registry, and forgets that it came from there. */
    async function pushBase(name: string): Promise<void> {
      await docker.tag(BUSYBOX_BASE, name);
      const { docker: daemon } = connection;
      const stream = await daemon.getImage(name).push({ authconfig: { ...ada, serveraddress: "" } });
      const messages: { error?: string }[] = await new Promise((resolve, reject) =>
        daemon.modem.followProgress(stream, (error, output) => (error ? reject(error) : resolve(output))),
      );
      expect(messages.find(({ error }) => error)).toBeUndefined();
      await docker.remove(name);
    }

    test.each(["passwords", "tokens"] as const)(
      "that wants %s: its own, and for no other registry",
      async (kind) => {
        const tokens =
          kind === "tokens"
            ? await startTokenServer({
                users: { ada: { password: ada.password, repositories: ["lab/base"] } },
              })
            : undefined;
        const registry = await startRegistry(tokens ? { tokens } : { users: { ada: ada.password } });
        try {
          const base = `${registry.host}/lab/base:1`;
          await pushBase(base);
          const known = new KnownCredentials({
            [registry.host]: ada,
            "docker.io": { ...ada, password: "of Docker Hub" },
          });
          const dockerfile = `FROM ${base}\nRUN echo built\n`;
          const built = await build(dockerfile, { pull: true }, known);
          expect(built.error).toBeUndefined();
          expect(new Set(known.asked)).toEqual(new Set([registry.host]));
          await docker.remove(built.image!);

          const wrong = new KnownCredentials({ [registry.host]: { ...ada, password: "wrong" } });
          const refused = await build(dockerfile, { pull: true }, wrong);
          expect(refused.error).toMatch(/401|unauthorized|authorization|denied/i);
          expect(refused.error).not.toContain("wrong");
          const nobody = await build(dockerfile, { pull: true });
          expect(nobody.error).toMatch(/401|unauthorized|authorization|denied/i);
        } finally {
          await registry.stop();
          await tokens?.stop();
        }
      },
    );
  });
});
