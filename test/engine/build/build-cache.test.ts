import { describe, expect, onTestFinished, test } from "vitest";
import { removeUnusedCache, unusedCache } from "../../../engine/build/build-cache.ts";
import { removeImage } from "../../../engine/images/remove-image.ts";
import { BUSYBOX_BASE } from "../../bed/debian-base.mjs";
import { dockerClient } from "../../bed/docker-api.mjs";
import { daemonSocket, socketConnection } from "../daemon.ts";

describe.skipIf(!daemonSocket)("the build cache of a host", () => {
  const connection = socketConnection(daemonSocket ?? "");
  const bed = dockerClient(daemonSocket ?? "");

  test("what no image uses is counted, then removed", async () => {
    await removeUnusedCache(connection);
    expect(await unusedCache(connection)).toEqual({ records: 0, size: 0 });
    const made = `FROM ${BUSYBOX_BASE}\nRUN head -c 3000000 /dev/urandom > /large\n`;
    const result = await bed.build(made, { tag: "lab/cached:v1" });
    if (!result.ok) throw new Error(result.error);
    onTestFinished(() => removeImage(connection, "lab/cached:v1").catch(() => {}) as Promise<void>);
    expect((await unusedCache(connection)).size).toBeLessThan(1_000_000);
    await removeImage(connection, "lab/cached:v1");
    const { records, size } = await unusedCache(connection);
    expect(records).toBeGreaterThan(0);
    expect(size).toBeGreaterThan(3_000_000);
    await expect(removeUnusedCache(connection, AbortSignal.abort())).rejects.toMatchObject({
      details: { cause: "cancelled" },
    });
    expect(await unusedCache(connection)).toEqual({ records, size });
    expect(await removeUnusedCache(connection)).toBeGreaterThan(3_000_000);
    expect(await unusedCache(connection)).toEqual({ records: 0, size: 0 });
  });
});
