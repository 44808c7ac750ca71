import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BUSYBOX_BASE } from "../../bed/debian-base.mjs";
import { type Registry, startRegistry } from "../../bed/registry.mjs";
import { runFile, useProgram } from "../../cli/program.ts";
import { hasDockerCli } from "../build/docker-cli.ts";
import { type ImageContent, imageContent } from "../build/image-content.ts";
import { daemonSocket, socketConnection } from "../daemon.ts";

const cuda = "nvidia/cuda:12.2.2-cudnn8-devel-ubuntu22.04";

/** What the guide's two images are made of, but for what nobody can install here. */
const dockerfiles = {
  "base/Dockerfile": `ARG BASE_IMG
FROM \${BASE_IMG}
ENV LANG=C.UTF-8 AUTO_SHUTDOWN_TIME=1h
COPY --chmod=755 setup.sh /opt/lab/
RUN echo tools > /opt/lab/tools && mkdir -p /opt/lab/bin
WORKDIR /opt/lab
CMD ["/opt/lab/setup.sh"]
`,
  "base/setup.sh": '#!/bin/sh\nexec "$@"\n',
  "pytorch/Dockerfile": `ARG BASE_IMG
FROM \${BASE_IMG}
RUN echo "torch on $LANG" > torch
LABEL framework=pytorch
`,
};

describe.skipIf(!daemonSocket || !hasDockerCli)("the guide's build script, imported", () => {
  const program = useProgram("real");
  const connection = socketConnection(daemonSocket ?? "");
  const folder = mkdtempSync(join(tmpdir(), "lab-imported-"));
  const config = join(folder, "docker-config");
  let registry: Registry;
  /** The script as it stands in the example, with the bed's registry for the lab's and for Docker Hub. */
  let script: string;

  beforeAll(async () => {
    registry = await startRegistry();
    script = readFileSync("examples/lab/build", "utf8")
      .replaceAll("ic-registry.epfl.ch/", `${registry.host}/`)
      .replaceAll(cuda, `${registry.host}/${cuda}`);
    mkdirSync(config);
    await docker(["tag", BUSYBOX_BASE, `${registry.host}/${cuda}`]);
    await docker(["push", `${registry.host}/${cuda}`]);
  });
  afterAll(async () => {
    await docker(["rmi", "--force", ...references, `${registry.host}/${cuda}`]);
    await registry.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const environment = {
    PATH: "/usr/bin:/bin",
    HOME: folder,
    DOCKER_CONFIG: config,
    DOCKER_HOST: `unix://${daemonSocket}`,
    DOCKER_BUILDKIT: "1",
  };
  const docker = async (args: readonly string[]) => {
    const { code, stderr } = await runFile("/usr/bin/docker", args, folder, environment);
    expect(code, stderr).toBe(0);
  };
  let references: string[] = [];

  function lab(name: string, files: Readonly<Record<string, string>>): string {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name, path)), { recursive: true });
      writeFileSync(join(folder, name, path), text);
    }
    return join(folder, name);
  }

  test("gives the same images as the script itself, run by a shell, and pushes them under the same names", async () => {
    const [base, pytorch] = [
      `${registry.host}/cvlab/ann/base:ssh`,
      `${registry.host}/cvlab/ann/pytorch:torch210`,
    ];
    references = [base, pytorch];
    const since = Date.now();
    const contents = async (): Promise<ImageContent[]> =>
      Promise.all(references.map((reference) => imageContent(connection, reference, since, 1)));

    const own = lab("by-shell", { ...dockerfiles, build: script.replaceAll("your_gaspar", "ann") });
    chmodSync(join(own, "build"), 0o755);
    const shell = await runFile(join(own, "build"), [], "/", environment);
    expect(shell.code, shell.stderr).toBe(0);
    const theirs = await contents();
    const digests = await pushed();
    // Nothing of it may be found again: neither the images nor what the builder keeps.
    await docker(["rmi", "--force", ...references]);
    await docker(["builder", "prune", "--all", "--force"]);

    const imported = lab("imported", { ...dockerfiles, build: script });
    const init = await program.run(imported, ["init"], environment);
    expect(init, init.stderr).toMatchObject({ code: 0, stderr: "" });
    rmSync(join(imported, "build"));
    const user = { ...environment, LAB_IMAGES_USER: "ann" };
    for (const image of ["base", "pytorch"]) {
      const built = await program.run(imported, ["build", image, "--push"], user);
      expect(built.code, built.stderr).toBe(0);
    }
    const ours = await contents();
    expect(ours.map(withoutOwnLabels)).toEqual(theirs.map(withoutOwnLabels));
    expect(ours.map(({ layers }) => layers.length)).toEqual([3, 4]);
    const names = await pushed();
    expect(Object.keys(names)).toEqual(Object.keys(digests));
  });

  /** The digest that the registry has under each name. */
  async function pushed(): Promise<Record<string, string | null>> {
    const found: Record<string, string | null> = {};
    for (const reference of references) {
      const [, path, tag] = /^[^/]+\/(.*):(.*)$/.exec(reference)!;
      const url = `http://${registry.host}/v2/${path}/manifests/${tag}`;
      const answer = await fetch(url, {
        method: "HEAD",
        headers: { accept: "application/vnd.docker.distribution.manifest.v2+json" },
      });
      expect(answer.status, url).toBe(200);
      found[reference] = answer.headers.get("docker-content-digest");
    }
    return found;
  }
});

interface Labelled {
  readonly config: { readonly Labels?: Readonly<Record<string, string>> | null };
}

/** Builds of ours say where an image comes from; the script's say nothing. */
function withoutOwnLabels({ config, layers }: ImageContent): unknown {
  const whole = config as Labelled;
  const labels = Object.entries(whole.config.Labels ?? {}).filter(
    ([name]) => !/^(?:org\.opencontainers\.image|lab-images|io\.github\.lab-images)\./.test(name),
  );
  return { config: { ...whole, config: { ...whole.config, Labels: Object.fromEntries(labels) } }, layers };
}
