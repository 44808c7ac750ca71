import { describe, expect, test } from "vitest";
import { newImageFiles } from "../../core/lab/new-image/new-image-files.ts";
import { DEBIAN_BASE } from "../bed/debian-base.mjs";
import { dockerClient } from "../bed/docker-api.mjs";

/** Given by `test/suites/proof-suite.mjs`, which starts the daemon. */
const socket = process.env.LAB_IMAGES_PROOF_SOCKET;

describe.skipIf(!socket)("a new image, by building", { timeout: 240_000 }, () => {
  const docker = dockerClient(socket ?? "");

  test("builds, and runs the job's command as the job's user", async () => {
    const base = "nvidia/cuda:12.2.2-cudnn8-runtime-ubuntu22.04";
    const files = newImageFiles({ name: "train", base, framework: "none", compiles: false }, {});
    const dockerfile = files.get("Dockerfile")!.replaceAll(base, DEBIAN_BASE);
    const tag = "lab/new-image:1";
    const result = await docker.build(dockerfile, { tag, files: Object.fromEntries(files) });
    expect(result).toMatchObject({ ok: true });
    const run = (script: string) => docker.run(tag, ["/bin/sh", "-c", script]);
    const who = "CLUSTER_USER=gaspar CLUSTER_USER_ID=4711 CLUSTER_GROUP_NAME=cvlab CLUSTER_GROUP_ID=2200";
    const asUser = await run(
      `${who} /opt/lab/enter sh -c 'id -un; id -u; id -gn; echo $HOME; sudo -n id -u'`,
    );
    expect(asUser).toMatchObject({ code: 0, stdout: "gaspar\n4711\ncvlab\n/home/gaspar\n0\n" });
    // The command's own exit code and words arrive as they are.
    const failing = await run(`${who} /opt/lab/enter sh -c 'printf "[%s]" "$@"; exit 3' x 'a  b' '$c'`);
    expect(failing).toMatchObject({ code: 3, stdout: "[a  b][$c]" });
    // Numbers that the image has already keep their names.
    const taken = await run("CLUSTER_USER=other CLUSTER_USER_ID=0 CLUSTER_GROUP_ID=0 /opt/lab/enter id -un");
    expect(taken).toMatchObject({ code: 0, stdout: "root\n" });
    // Names that are none, or taken, leave the job its numbers.
    const numbers =
      "CLUSTER_USER_ID=4711 CLUSTER_GROUP_ID=2200 /opt/lab/enter sh -c 'id -u; id -g; test -w ~'";
    for (const names of ['CLUSTER_USER=ada CLUSTER_GROUP_NAME="domain users"', "CLUSTER_USER=games"])
      expect(await run(`${names} ${numbers}`)).toMatchObject({ code: 0, stdout: "4711\n2200\n" });
    // A user whose number was taken gets the group that the job says.
    const games = "CLUSTER_USER=other CLUSTER_USER_ID=5 CLUSTER_GROUP_NAME=cvlab CLUSTER_GROUP_ID=2200";
    expect(await run(`${games} /opt/lab/enter sh -c 'id -un; id -gn'`)).toMatchObject({
      code: 0,
      stdout: "games\ncvlab\n",
    });
    // Without a name nothing is made.
    expect(await run("/opt/lab/enter id -un")).toMatchObject({ code: 0, stdout: "root\n" });
    await docker.remove(tag);
  });
});
