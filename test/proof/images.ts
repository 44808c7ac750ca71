import { DEBIAN_BASE } from "../bed/debian-base.mjs";
import { debianNames, pythonNames } from "./cases.ts";
import type { Docker } from "./snapshot.ts";

/** Names and makes the images that the examples build on; the Debian base is there. */
export async function makeBases(docker: Docker, pythonIndex: string): Promise<void> {
  for (const name of debianNames) await docker.tag(DEBIAN_BASE, name);
  // Without TLS, pip caches only what comes from a trusted host, as it caches all that comes from pypi.org.
  // As in Python's own images, pip may write where Debian's would refuse; the example with a virtual environment
  // finds one, and its requirements.
  await make(
    docker,
    "lab/python:1",
    `FROM ${DEBIAN_BASE}
ENV PIP_INDEX_URL=${pythonIndex} PIP_TRUSTED_HOST=127.0.0.1 PIP_ROOT_USER_ACTION=ignore PIP_DISABLE_PIP_VERSION_CHECK=1
RUN apt-get update && apt-get install -y --no-install-recommends python3-pip \\
    && rm -rf /var/lib/apt/lists/* /usr/lib/python3*/EXTERNALLY-MANAGED \\
    && mkdir -p /opt/venv/bin && ln -s /usr/bin/pip /opt/venv/bin/pip \\
    && echo einops > /requirements.txt
`,
  );
  for (const name of pythonNames) await docker.tag("lab/python:1", name);
}

async function make(docker: Docker, tag: string, dockerfile: string): Promise<void> {
  const result = await docker.build(dockerfile, { tag });
  if (!result.ok) throw new Error(`${tag}: ${result.error}`);
}
