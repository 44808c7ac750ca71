import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, onTestFinished, test } from "vitest";
import { type ContainerShell, openShell } from "../../../engine/images/open-shell.ts";
import { removeImage } from "../../../engine/images/remove-image.ts";
import { BUSYBOX_BASE } from "../../bed/debian-base.mjs";
import { dockerClient } from "../../bed/docker-api.mjs";
import { daemonSocket, socketConnection } from "../daemon.ts";

const size = { columns: 91, rows: 17 };

describe.skipIf(!daemonSocket)("a shell in an image", () => {
  const connection = socketConnection(daemonSocket ?? "");
  const bed = dockerClient(daemonSocket ?? "");

  async function containers(): Promise<string[]> {
    return (await connection.docker.listContainers({ all: true })).map(({ Id }) => Id);
  }

  async function opened(
    image: string = BUSYBOX_BASE,
  ): Promise<{ shell: ContainerShell; said: () => string }> {
    const shell = await openShell(connection, { image, size });
    onTestFinished(() => shell.close());
    let said = "";
    shell.terminal.on("data", (chunk: Buffer) => {
      said += chunk;
    });
    return { shell, said: () => said };
  }

  async function build(tag: string, lines: string): Promise<void> {
    const result = await bed.build(lines, { tag });
    if (!result.ok) throw new Error(result.error);
    onTestFinished(() => removeImage(connection, tag, { force: true }).catch(() => {}) as Promise<void>);
  }

  test("it answers what is typed, at a terminal of the size that was given", async () => {
    const { shell, said } = await opened();
    expect(shell.gpus).toBe(false);
    shell.terminal.write("stty size; test -t 0 && echo at a $TERM\r");
    await expect.poll(said).toContain("\n17 91\r\nat a xterm-256color\r\n");
    await shell.resize({ columns: 40, rows: 8 });
    shell.terminal.write("stty size\r");
    await expect.poll(said).toContain("\n8 40\r\n");
  });

  test("cancelled before it is there, nothing of it stays", async () => {
    for (const delay of [0, 1, 3, 10, 30, 100]) {
      const opening = openShell(connection, {
        image: BUSYBOX_BASE,
        size,
        signal: AbortSignal.timeout(delay),
      });
      await opening.then(
        (shell) => shell.close(),
        (error) => expect(error.details).toMatchObject({ cause: "cancelled" }),
      );
    }
    await expect.poll(containers).toEqual([]);
  });

  test("its exit code, and nothing of it stays", async () => {
    const { shell } = await opened();
    shell.terminal.write("exit 7\r");
    expect(await shell.exitCode()).toBe(7);
    await shell.close();
    await expect.poll(containers).toEqual([]);
  });

  test("the image's user, folder and variables; bash where there is one; not the image's own program", async () => {
    await build(
      "lab/shell:v1",
      `FROM ${BUSYBOX_BASE}\nRUN printf '#!/bin/sh\\necho This is bash\\nexec sh' > /bin/bash && chmod +x /bin/bash\nENV GREETING=hello\nUSER 7\nWORKDIR /work\nENTRYPOINT ["false"]\n`,
    );
    const { shell, said } = await opened("lab/shell:v1");
    shell.terminal.write('echo "$GREETING $(id -u) $PWD"; exit\r');
    expect(await shell.exitCode()).toBe(0);
    expect(said()).toMatch(/This is bash\r\n.*\nhello 7 \/work\r\n/s);
  });

  test("closed, it ends what runs in it", async () => {
    const { shell } = await opened();
    shell.terminal.write("sleep 600\r");
    await shell.close();
    await shell.exitCode().catch(() => {});
    await expect.poll(containers).toEqual([]);
  });

  test("it ends when the program that opened it is killed", async () => {
    const script = `
      import { openShell } from "./engine/images/open-shell.ts";
      import { socketConnection } from "./test/engine/daemon.ts";
      await openShell(socketConnection(${JSON.stringify(daemonSocket)}), { image: "${BUSYBOX_BASE}", size: { columns: 80, rows: 24 } });
      console.log("open");
    `;
    const child = spawn(
      process.execPath,
      ["--disable-warning=MODULE_TYPELESS_PACKAGE_JSON", "--input-type=module-typescript", "--eval", script],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    onTestFinished(() => void child.kill("SIGKILL"));
    const [first] = (await once(child.stdout, "data")) as [Buffer];
    expect(first.toString()).toBe("open\n");
    expect(await containers()).toHaveLength(1);
    child.kill("SIGKILL");
    await expect.poll(containers).toEqual([]);
  });

  test("no such image, no shell in it", async () => {
    await expect(openShell(connection, { image: "lab/none:v1", size })).rejects.toMatchObject({
      details: { cause: "request", what: "cannot run a shell in lab/none:v1" },
    });
    await build("lab/no-shell:v1", `FROM ${BUSYBOX_BASE} AS all\nFROM scratch\nCOPY --from=all /etc /etc\n`);
    await expect(openShell(connection, { image: "lab/no-shell:v1", size })).rejects.toMatchObject({
      details: { cause: "request", next: expect.stringContaining("no shell in this image") },
    });
    expect(await containers()).toEqual([]);
  });
});
