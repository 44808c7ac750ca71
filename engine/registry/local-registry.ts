import { setTimeout as wait } from "node:timers/promises";
import type Docker from "dockerode";
import type { Connection } from "../connection/connection.ts";
import { EngineFailure, type FailureDetails } from "../failure.ts";
import { daemonAnswer } from "../images/daemon-answer.ts";
import { findImage } from "../images/inspect-image.ts";
import { plainText } from "../plain-text.ts";
import type { CredentialStore } from "./credentials.ts";
import { tryLogin } from "./login.ts";
import { pull } from "./pull.ts";
import type { PullEvent } from "./pull-event.ts";
import type { RegistryWork } from "./registry-failure.ts";

/** The standard registry (CNCF Distribution), as Docker Hub has it. */
export const registryImage = "registry:2";

/** Of the container and of the volume that keeps the images, on each host. */
const name = "lab-images-registry";
const usualPort = 5000;
/** Further ports that are tried where the usual one is taken and none was named: macOS has 5000 itself. */
const otherPorts = 9;
const portInside = "5000/tcp";

/** Milliseconds. */
const startTime = 20_000;
const answerTime = 2_000;
const pause = 100;

/** A registry on a host's loopback: for the daemon there, and nobody on the network. */
export interface LocalRegistry {
  /** As it stands in references, and in the manifest: `localhost:5000`. */
  readonly address: string;
  readonly port: number;
  /** Whether it was running before: also where somebody else runs it. */
  readonly wasRunning: boolean;
}

/** What happens until a registry runs; the last one, and only that, is `running`. */
export type LocalRegistryEvent =
  | { readonly kind: "pull"; readonly image: string; readonly event: PullEvent }
  | { readonly kind: "running"; readonly registry: LocalRegistry };

export interface LocalRegistryOptions {
  /** The image that is run, pulled where the host lacks it: one that is configured as {@link registryImage} is. */
  readonly image?: string | undefined;
  /** The port on the host's loopback; without it the one that it has, else 5000, else one that is free. */
  readonly port?: number | undefined;
  /** For the pull. */
  readonly credentials: CredentialStore;
  readonly signal?: AbortSignal;
}

/** Something else has the port. */
export class PortTaken extends EngineFailure {}

/**
 * Runs the standard registry on a host, bound to its loopback, which Docker takes for safe without encryption. Its images
 * lie in a volume and survive it; it comes up again with the daemon. One that runs is left as it is, also another one that
 * answers at the port.
 *
 * @throws {PortTaken}, {EngineFailure} where the image is not to be had, or it does not come up
 */
export async function* startLocalRegistry(
  connection: Connection,
  options: LocalRegistryOptions,
): AsyncGenerator<LocalRegistryEvent, void> {
  const { image = registryImage, port, signal } = options;
  const found = await findContainer(connection);
  if (found?.isRunning && (port === undefined || port === found.port)) {
    await untilReady(connection, found.port, signal);
    yield { kind: "running", registry: registryAt(found.port, true) };
    return;
  }
  if (port !== undefined && (await answersAt(connection, port, signal))) {
    yield { kind: "running", registry: registryAt(port, true) };
    return;
  }
  yield* imageThere(connection, image, options);
  const first = found?.port ?? usualPort;
  const ports = port === undefined ? [first, ...portsBut(first)] : [port];
  let taken: number;
  try {
    // Its images are in the volume: nothing is lost with the container.
    if (found) await removeContainer(connection);
    taken = await startAtOneOf(connection, image, ports, signal);
  } catch (error) {
    // It was to move, and stays where it was.
    if (found?.isRunning) await bringBack(connection, found, error);
    throw error;
  }
  yield { kind: "running", registry: registryAt(taken, false) };
}

/** The first of the ports that is free, with a registry that answers there; no container is left where there is none. */
async function startAtOneOf(
  connection: Connection,
  image: string,
  ports: readonly number[],
  signal: AbortSignal | undefined,
): Promise<number> {
  for (const port of ports) {
    if (signal?.aborted) throw cancelled(connection);
    if (!(await startAt(connection, image, port))) continue;
    try {
      await untilReady(connection, port, signal);
      return port;
    } catch (error) {
      // It would be begun again and again, with the daemon too.
      await removeContainer(connection).catch(() => {});
      throw error;
    }
  }
  throw await portTaken(connection, ports);
}

/** Runs the registry again that was taken away for one that does not run, for the reason that is given. */
async function bringBack(
  connection: Connection,
  { image, port }: FoundContainer,
  reason: unknown,
): Promise<void> {
  const lost = (details: Omit<FailureDetails, "what" | "next">) =>
    new EngineFailure(
      {
        ...details,
        what: `the registry on ${connection.host.name} could not be moved, nor started again at port ${port}`,
        next: `Start it again: its images are still in the volume ${name}`,
      },
      { cause: reason },
    );
  try {
    await removeContainer(connection);
    if (await startAt(connection, image, port)) return;
  } catch (error) {
    throw error instanceof EngineFailure ? lost({ cause: error.details.cause, said: error.message }) : error;
  }
  throw lost({ cause: "request", said: `port ${port} is taken there` });
}

async function portTaken(connection: Connection, ports: readonly number[]): Promise<PortTaken> {
  const [port] = ports;
  const holder = port === undefined || ports.length > 1 ? undefined : await holderOf(connection, port);
  return new PortTaken({
    cause: "request",
    what: `cannot start a registry on ${connection.host.name}: port ${ports.join(", ")} is taken there${holder ? ` by ${holder}` : ""}`,
    next: "Take another port, or end what has this one",
  });
}

/** The container that has a port of the host; undefined where no container has. */
async function holderOf(connection: Connection, port: number): Promise<string | undefined> {
  const containers = await connection.docker.listContainers().catch(() => []);
  const holder = containers.find(({ Ports }) => Ports.some(({ PublicPort }) => PublicPort === port));
  return holder && plainText(`the container ${holder.Names[0]?.replace(/^\//, "")} (${holder.Image})`);
}

/** Whether the daemon finds an open registry at a port of its host. */
async function answersAt(
  connection: Connection,
  port: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  // What is no registry may take the call and never answer.
  const patience = AbortSignal.timeout(answerTime);
  try {
    const both = signal ? AbortSignal.any([signal, patience]) : patience;
    await tryLogin(connection, undefined, askingAt(port), both);
    return true;
  } catch (error) {
    if (error instanceof EngineFailure && !signal?.aborted) return false;
    throw error;
  }
}

/** A login at nobody's name is how a daemon is made to ask for `/v2/`. */
function askingAt(port: number): RegistryWork {
  const { address } = registryAt(port, false);
  const nobody = { user: undefined, noCredentials: undefined };
  return { action: "push", reference: address, registry: address, ...nobody };
}

/** The registry that runs on a host; undefined where none does. @throws {EngineFailure} */
export async function localRegistryOn(connection: Connection): Promise<LocalRegistry | undefined> {
  const found = await findContainer(connection);
  return found?.isRunning ? registryAt(found.port, true) : undefined;
}

/**
 * Ends the registry of a host; its images stay in the volume, unless they are to go too. False where there was none.
 * @throws {EngineFailure}
 */
export async function stopLocalRegistry(
  connection: Connection,
  { deleteImages = false }: { readonly deleteImages?: boolean } = {},
): Promise<boolean> {
  const found = await findContainer(connection);
  if (found) await removeContainer(connection);
  if (deleteImages)
    await daemonAnswer(
      connection,
      `cannot delete the images of the registry on ${connection.host.name}`,
      () => connection.docker.getVolume(name).remove().catch(unlessGone),
    );
  return found !== undefined;
}

function registryAt(port: number, wasRunning: boolean): LocalRegistry {
  return { address: `localhost:${port}`, port, wasRunning };
}

function portsBut(first: number): number[] {
  return Array.from({ length: otherPorts + 1 }, (_, i) => usualPort + i).filter((port) => port !== first);
}

function cancelled({ host }: Connection): EngineFailure {
  return new EngineFailure({
    cause: "cancelled",
    what: `starting a registry on ${host.name} was cancelled`,
  });
}

/** Something that has been removed is what was wanted. */
function unlessGone(error: unknown): void {
  if ((error as { statusCode?: unknown }).statusCode !== 404) throw error;
}

interface FoundContainer {
  /** Not where it ends over and over. */
  readonly isRunning: boolean;
  readonly port: number;
  /** As it was named when it was begun. */
  readonly image: string;
}

async function findContainer(connection: Connection): Promise<FoundContainer | undefined> {
  const details = await daemonAnswer(
    connection,
    `cannot look for a registry on ${connection.host.name}`,
    () =>
      connection.docker
        .getContainer(name)
        .inspect()
        .catch((error) => unlessGone(error)),
  );
  if (!details) return undefined;
  const bindings: Readonly<Record<string, readonly { HostPort?: string }[] | null>> =
    details.HostConfig.PortBindings ?? {};
  const port = Number(bindings[portInside]?.[0]?.HostPort);
  return {
    isRunning: details.State.Running && !details.State.Restarting,
    port: port || usualPort,
    image: details.Config.Image,
  };
}

async function removeContainer(connection: Connection): Promise<void> {
  await daemonAnswer(connection, `cannot end the registry on ${connection.host.name}`, () =>
    connection.docker.getContainer(name).remove({ force: true }).catch(unlessGone),
  );
}

async function* imageThere(
  connection: Connection,
  image: string,
  { credentials, signal }: LocalRegistryOptions,
): AsyncGenerator<LocalRegistryEvent> {
  if (await findImage(connection, image)) return;
  for await (const event of pull(connection, image, { credentials, ...(signal ? { signal } : {}) })) {
    yield { kind: "pull", image, event };
    if (event.kind !== "finished" || event.outcome.ok) continue;
    const { ok: _, duration: __, ...details } = event.outcome;
    throw new EngineFailure({ ...details, what: `cannot start a registry: ${details.what}` });
  }
}

/** False where the port is taken. */
async function startAt(connection: Connection, image: string, port: number): Promise<boolean> {
  const what = `cannot start a registry on ${connection.host.name}`;
  const container = await daemonAnswer(connection, what, () =>
    connection.docker.createContainer(settingsOf(image, port)),
  );
  try {
    await daemonAnswer(connection, what, () => container.start());
    return true;
  } catch (error) {
    await removeContainer(connection).catch(() => {});
    // moby's libnetwork and its port allocator; Docker Desktop's own.
    const said = error instanceof EngineFailure ? (error.details.said ?? "") : "";
    if (/port is already allocated|address already in use|ports are not available/i.test(said)) return false;
    throw error;
  }
}

function settingsOf(image: string, port: number): Docker.ContainerCreateOptions {
  return {
    name,
    Image: image,
    Labels: { "lab-images.registry": "local" },
    ExposedPorts: { [portInside]: {} },
    // Tags may be deleted, as in the lab's own registry.
    Env: ["REGISTRY_STORAGE_DELETE_ENABLED=true"],
    HostConfig: {
      Mounts: [{ Type: "volume", Source: name, Target: "/var/lib/registry" }],
      PortBindings: { [portInside]: [{ HostIp: "127.0.0.1", HostPort: String(port) }] },
      RestartPolicy: { Name: "unless-stopped" },
    },
  };
}

/** Until the daemon, which is to push there, hears it answer. */
async function untilReady(
  connection: Connection,
  port: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const work = askingAt(port);
  const end = Date.now() + startTime;
  for (;;) {
    try {
      await tryLogin(connection, undefined, work, signal);
      return;
    } catch (error) {
      if (!(error instanceof EngineFailure) || error.details.cause === "cancelled") throw error;
      const found = await findContainer(connection);
      if (Date.now() < end && found?.isRunning) {
        await wait(pause, undefined, { signal }).catch(() => {});
        continue;
      }
      throw new EngineFailure(
        {
          cause: "fault",
          what: `the registry on ${connection.host.name} does not come up`,
          said: (await lastLines(connection)) || error.message,
          next: `See what its container ${name} says, or name another image`,
        },
        { cause: error },
      );
    }
  }
}

/** What a log says: each piece has a stream's number and its length (4 bytes, big-endian) in front, 8 bytes in all. */
function framesIn(logs: Buffer): string {
  const texts: Buffer[] = [];
  for (let at = 0; at + 8 <= logs.length; ) {
    const end = at + 8 + logs.readUInt32BE(at + 4);
    texts.push(logs.subarray(at + 8, end));
    at = end;
  }
  return Buffer.concat(texts).toString("utf8");
}

async function lastLines(connection: Connection): Promise<string> {
  try {
    const logs = await connection.docker.getContainer(name).logs({ stdout: true, stderr: true, tail: 3 });
    return plainText(framesIn(logs)).trim();
  } catch {
    return "";
  }
}
