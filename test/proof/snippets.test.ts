import { describe, expect, test } from "vitest";
import { DEBIAN_BASE } from "../bed/debian-base.mjs";
import { dockerClient } from "../bed/docker-api.mjs";
import type { TarEntry } from "../bed/docker-tar.mjs";
import { expandSnippet, readSnippets } from "../unit/expand-snippet.ts";

/** Given by `test/suites/proof-suite.mjs`, which starts the daemon. */
const socket = process.env.LAB_IMAGES_PROOF_SOCKET;

/** What a snippet needs beside it, and what to run in its image; the first command that fails is the answer. */
interface SnippetCase {
  readonly files?: Readonly<Record<string, TarEntry>>;
  readonly replace?: readonly [string, string];
  readonly check: string;
}

/** The snippets that can build here: from Debian's mirror, without another registry and without PyPI. */
const buildable: Readonly<Record<string, SnippetCase>> = {
  "apt-run": {
    replace: ["ca-certificates curl git", "xxd"],
    check: 'xxd --version && test -z "$(ls /var/lib/apt/lists)"',
  },
  "pip-cache-dir": { check: "test $PIP_CACHE_DIR = /cvlabdata2/home/gaspar/pip_cache_dir" },
  timezone: { check: "test $(cat /etc/timezone) = Europe/Zurich" },
  "venv-run": { check: "test $(command -v python3) = /opt/venv/bin/python3 && pip --version" },
  "user-args": { check: "grep -q gaspar:x:1000:1000 /etc/passwd && test -d /home/gaspar" },
  env: { check: "test $AUTO_SHUTDOWN_TIME = 1h" },
  copy: { files: { local_file: "x" }, check: "test -x /opt/lab/file_inside_image" },
  "arg-base": { replace: ["nvidia/cuda:12.2.2-cudnn8-devel-ubuntu22.04", DEBIAN_BASE], check: "true" },
};

describe.skipIf(!socket)("snippets, by building", { timeout: 120_000 }, () => {
  const docker = dockerClient(socket ?? "");

  test.each(Object.entries(buildable))(
    "%s",
    async (prefix, { files = {}, replace: [from, to] = ["", ""], check }) => {
      const [, snippet] = readSnippets().find(([, each]) => each.prefix === prefix)!;
      const text = expandSnippet(snippet.body.join("\n"), 0).replace(from, to);
      const tag = `lab/snippet:${prefix}`;
      const result = await docker.build(/^FROM /m.test(text) ? text : `FROM ${DEBIAN_BASE}\n${text}`, {
        tag,
        files,
      });
      expect(result).toMatchObject({ ok: true });
      const run = await docker.run(tag, ["/bin/sh", "-ec", check]);
      expect(run).toMatchObject({ code: 0 });
      await docker.remove(tag);
    },
  );
});
