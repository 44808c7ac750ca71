import { describe, expect, test } from "vitest";
import { BUSYBOX_BASE } from "../bed/debian-base.mjs";
import { daemonSocket, socketConnection } from "./daemon.ts";

describe.skipIf(!daemonSocket)("the bed's daemon", () => {
  test("has the tiny base", async () => {
    const { docker } = socketConnection(daemonSocket ?? "");
    const images = await docker.listImages();
    expect(images.flatMap(({ RepoTags }) => RepoTags ?? [])).toContain(BUSYBOX_BASE);
  });
});
