import { describe, expect, test } from "vitest";
import { checkCuda } from "../../../engine/images/check-cuda.ts";
import { BUSYBOX_BASE } from "../../bed/debian-base.mjs";
import { daemonSocket, socketConnection } from "../daemon.ts";

describe.skipIf(!daemonSocket)("CUDA in an image, on a host without GPUs", () => {
  const connection = socketConnection(daemonSocket ?? "");

  test("that the host has none is found, and the image is asked all the same", async () => {
    expect(await checkCuda(connection, BUSYBOX_BASE)).toEqual({
      image: BUSYBOX_BASE,
      refused: { why: "no-gpu", said: expect.stringMatching(/GPU|gpu/), needs: undefined },
      gpus: [],
      smiFault: undefined,
      cuda: undefined,
      torch: undefined,
    });
    await expect.poll(() => connection.docker.listContainers({ all: true })).toEqual([]);
  });

  test("no such image", async () => {
    await expect(checkCuda(connection, "lab/none:v1")).rejects.toMatchObject({
      details: { cause: "request", said: expect.stringMatching(/no such image/i) },
    });
  });
});
