import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { dockerClient } from "./docker-api.mjs";
import { makeTar } from "./docker-tar.mjs";
import { findCommand } from "./processes.mjs";
import { ensureSystemPackages } from "./system-packages.mjs";
import { UnavailableError } from "./unavailable.mjs";

/** What the standard image runs with, as far as its users can tell: Distribution's own default file. */
const CONFIG = `version: 0.1
log: { fields: { service: registry } }
storage: { filesystem: { rootdirectory: /var/lib/registry } }
http: { addr: ":5000" }
`;

/**
 * The standard registry's image, made of Debian's build of the same program: Docker Hub is out of reach here.
 *
 * @param {string} socket the daemon's
 * @param {string} reference the name that it gets
 */
export async function makeRegistryImage(socket, reference) {
  const system = await ensureSystemPackages([{ name: "docker-registry", commands: ["docker-registry"] }]);
  const program = findCommand("docker-registry");
  if (!system.ok || !program) {
    throw new UnavailableError(`no image of a registry: ${system.ok ? "no docker-registry" : system.reason}`);
  }
  const { stdout } = await promisify(execFile)("ldd", [program]);
  const libraries = [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path = ""]) => path);
  /** @type {Record<string, import("./docker-tar.mjs").TarEntry>} */
  const files = { "etc/docker/registry/config.yml": CONFIG };
  for (const path of [program, ...libraries]) {
    files[path.slice(1)] = { content: await readFile(path), mode: 0o755 };
  }
  const docker = dockerClient(socket);
  const content = `${reference}-content`;
  await docker.import(makeTar(files), content);
  const built = await docker.build(
    `FROM ${content}
EXPOSE 5000
VOLUME /var/lib/registry
ENTRYPOINT ["${program}", "serve"]
CMD ["/etc/docker/registry/config.yml"]
`,
    { tag: reference },
  );
  if (!built.ok) {
    throw new Error(built.error);
  }
}
