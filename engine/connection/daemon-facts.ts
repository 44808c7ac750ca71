import { execFile } from "node:child_process";
import { hostname } from "node:os";
import type Docker from "dockerode";
import { askDaemon } from "./ask-daemon.ts";
import type { Connection, RemoteOutput } from "./connection.ts";
import { shellWord } from "./ssh/shell-word.ts";

/** What the daemon says of itself (moby/moby `api/swagger.yaml`, `/info` and `/version`), as far as it is looked at. */
export interface DaemonFacts {
  readonly info: {
    readonly Name?: string;
    readonly ServerVersion?: string;
    readonly OperatingSystem?: string;
    readonly Architecture?: string;
    readonly DockerRootDir?: string;
    readonly Runtimes?: Readonly<Record<string, unknown>> | null;
    /** Since API 1.50. */
    readonly DiscoveredDevices?: readonly { readonly ID?: string }[] | null;
  };
  readonly apiVersion: string;
  /** Runs a script where the daemon runs; undefined where that is out of reach. */
  readonly run: ((script: string) => Promise<RemoteOutput>) | undefined;
}

/** What is asked of a daemon that answers. */
export async function readFacts(connection: Connection, signal: AbortSignal): Promise<DaemonFacts> {
  const { docker } = connection;
  const [info, version] = await Promise.all([
    json(docker, "/info", signal),
    json(docker, "/version", signal),
  ]);
  const facts = info as DaemonFacts["info"];
  const { ApiVersion } = version as { ApiVersion?: unknown };
  const here = connection.transport === "socket" && facts.Name === hostname() && process.platform !== "win32";
  const run = connection.run ?? (here ? runHere : undefined);
  return {
    info: facts,
    apiVersion: typeof ApiVersion === "string" ? ApiVersion : "",
    run: run && ((script) => run(script, signal)),
  };
}

/** How much is free where the daemon keeps its images, in bytes; undefined where that cannot be asked. */
export async function freeBytes({ info, run }: DaemonFacts): Promise<number | undefined> {
  const root = info.DockerRootDir;
  if (!run || !root) return undefined;
  const { code, stdout } = await run(`df -Pk -- ${shellWord(root)}`);
  // POSIX: device, blocks of 1024 bytes, used, available, capacity, mount point.
  const free = Number(/\n\S+\s+\d+\s+\d+\s+(\d+)/.exec(stdout)?.[1]) * 1024;
  return code === 0 && Number.isFinite(free) ? free : undefined;
}

/** The GPUs of the daemon's machine, each as `name, memory, driver`; undefined where they cannot be asked, or hang. */
export async function gpusOf({ run }: DaemonFacts): Promise<readonly string[] | undefined> {
  const output = await run?.("nvidia-smi --query-gpu=name,memory.total,driver_version --format=csv,noheader");
  if (!output || output.code === noAnswer) return undefined;
  return output.code === 0 ? output.stdout.trim().split("\n").filter(Boolean) : [];
}

/** The GPUs that the daemon names, and whether its containers can use any. */
export function gpusFor({ info }: DaemonFacts): {
  readonly devices: readonly string[];
  readonly usable: boolean;
} {
  const devices = (info.DiscoveredDevices ?? [])
    .map(({ ID }) => ID ?? "")
    .filter((id) => id.includes("nvidia"));
  return { devices, usable: Object.hasOwn(info.Runtimes ?? {}, "nvidia") || devices.length > 0 };
}

async function json(docker: Docker, path: string, signal: AbortSignal): Promise<unknown> {
  return JSON.parse((await askDaemon(docker, path, signal)).text);
}

/** Of a command that did not end in good time, or could not be asked for. */
const noAnswer = 255;

/** As long as a command over ssh may take: nvidia-smi hangs where a GPU does. */
const commandMs = 30_000;

function runHere(script: string, signal?: AbortSignal): Promise<RemoteOutput> {
  const options = { signal, timeout: commandMs, env: { ...process.env, LC_ALL: "C" } };
  return new Promise((resolve) => {
    execFile("/bin/sh", ["-c", script], options, (error, stdout) => {
      resolve({ code: error ? (typeof error.code === "number" ? error.code : noAnswer) : 0, stdout });
    });
  });
}
