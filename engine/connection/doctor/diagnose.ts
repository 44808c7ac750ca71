import { EngineFailure } from "../../failure.ts";
import type { Connection, Connections, ConnectOptions } from "../connection.ts";
import { readFacts } from "../daemon-facts.ts";
import { daemonFailure } from "../daemon-failure.ts";
import type { Host } from "../host.ts";
import { parseHostUrl } from "../host-url.ts";
import { SshFailure, type SshProblem } from "../ssh/ssh-failure.ts";
import { readConfiguration, type SshProgram } from "../ssh/ssh-program.ts";
import { apiStep, buildKitStep, clockStep, diskStep, dockerStep, gpuStep } from "./daemon-steps.ts";
import { type DoctorStep, failedStep, type StepName, step } from "./doctor-step.ts";
import { nameStep, portStep } from "./reach-steps.ts";

/** How a host is looked at. */
export interface DiagnoseOptions extends ConnectOptions {
  /** The ssh that connections use. */
  readonly ssh: SshProgram;
}

/** Where ssh stopped; what is not here is about the way to the host. */
const stepOfProblem: ReadonlyMap<SshProblem, StepName> = new Map([
  ["host-key-unknown", "host-key"],
  ["host-key-changed", "host-key"],
  ["authentication", "login"],
]);
const daemonSteps: readonly StepName[] = ["docker", "permission", "api", "buildkit", "disk", "gpus", "clock"];
const noSignal = new AbortController().signal;

/**
 * Looks at every step on the way to a build on `host`, each as it is known. After one that failed the others are
 * `skipped`.
 *
 * @throws {EngineFailure} of cause `request` for a host that cannot be one, `cancelled` where the signal was aborted
 */
export async function* diagnose(
  connections: Connections,
  host: Host,
  options: DiagnoseOptions,
): AsyncGenerator<DoctorStep, void> {
  const endpoint = parseHostUrl(host.url, host.name);
  const { signal = noSignal } = options;
  const left = new Set<StepName>(
    endpoint.kind === "ssh"
      ? ["name", "port", "host-key", "login", ...daemonSteps]
      : endpoint.kind === "tcp"
        ? ["name", "port", ...daemonSteps]
        : daemonSteps,
  );
  try {
    for await (const each of stepsOf(connections, host, endpoint, { ...options, signal })) {
      left.delete(each.name);
      yield each;
      // Too little disk space keeps nothing else from being looked at.
      if (each.state === "fail" && each.name !== "disk") break;
    }
  } catch (error) {
    if (signal.aborted) throw cancelled(host);
    throw error;
  }
  for (const name of left) yield step(name, "skipped", "not reached");
}

type Options = DiagnoseOptions & { readonly signal: AbortSignal };

async function* stepsOf(
  connections: Connections,
  host: Host,
  endpoint: ReturnType<typeof parseHostUrl>,
  options: Options,
): AsyncGenerator<DoctorStep, void> {
  const { signal } = options;
  if (endpoint.kind === "tcp") {
    yield await nameStep(endpoint.hostname, signal);
    yield await portStep(endpoint.hostname, endpoint.port ?? (host.tls ? 2376 : 2375), signal);
  }
  if (endpoint.kind === "ssh") {
    const configuration = await readConfiguration(options.ssh, endpoint.destination, signal).catch(asFailure);
    if (configuration instanceof EngineFailure) {
      yield failedStep("name", configuration.details);
      return;
    }
    if (configuration.proxy === undefined) {
      yield await nameStep(configuration.hostname, signal);
      yield await portStep(configuration.hostname, configuration.port, signal);
    } else yield step("name", "skipped", `looked up on the way, by ${configuration.proxy}`);
    const connection = await connections.connect(host, options).catch(asFailure);
    yield* sshSteps(connection, configuration.proxy, configuration.user);
    if (connection instanceof EngineFailure) return;
    yield* stepsOfDaemon(connection, host, signal);
    return;
  }
  const connection = await connections.connect(host, options).catch(asFailure);
  if (connection instanceof EngineFailure) {
    if (connection.details.cause === "permission") yield step("docker", "ok", "something answers");
    yield failedStep(connection.details.cause === "permission" ? "permission" : "docker", connection.details);
    return;
  }
  yield* stepsOfDaemon(connection, host, signal);
}

/** What a login, or its failure, says of the steps up to it; a failure is the last. */
function* sshSteps(
  attempt: Connection | EngineFailure,
  proxy: string | undefined,
  user: string,
): Generator<DoctorStep, void> {
  const failure = attempt instanceof EngineFailure ? attempt : undefined;
  const problem = failure instanceof SshFailure ? failure.problem : undefined;
  const at = problem && (stepOfProblem.get(problem) ?? (proxy === undefined ? "host-key" : "port"));
  if (proxy !== undefined) {
    if (failure && at === "port") return yield failedStep("port", failure.details);
    yield step("port", "ok", `reached through ${proxy}`);
  }
  if (failure && at === "host-key") return yield failedStep("host-key", failure.details);
  yield step("host-key", "ok", "the known one");
  if (failure && at === "login") return yield failedStep("login", failure.details);
  yield step("login", "ok", user === "" ? "logged in" : `logged in as ${user}`);
  if (!failure) return;
  if (failure.details.cause !== "permission") return yield failedStep("docker", failure.details);
  yield step("docker", "ok", "there is a daemon");
  yield failedStep("permission", failure.details);
}

async function* stepsOfDaemon(
  connection: Connection,
  host: Host,
  signal: AbortSignal,
): AsyncGenerator<DoctorStep, void> {
  let current: StepName = "docker";
  const next = (name: StepName) => {
    current = name;
  };
  try {
    const facts = await readFacts(connection, signal);
    yield dockerStep(facts, connection);
    yield step("permission", "ok", "this user may use it");
    yield apiStep(facts);
    next("buildkit");
    yield await buildKitStep(connection, signal);
    next("disk");
    yield await diskStep(facts);
    next("gpus");
    yield await gpuStep(facts);
    next("clock");
    yield await clockStep(connection, signal);
  } catch (error) {
    signal.throwIfAborted();
    yield failedStep(current, daemonFailure(error, host).details);
  } finally {
    await connection.close();
  }
}

/** A failure to report; anything else, and what the user ended, is thrown. */
function asFailure(error: unknown): EngineFailure {
  if (error instanceof EngineFailure && error.details.cause !== "cancelled") return error;
  throw error;
}

function cancelled(host: Host): EngineFailure {
  return new EngineFailure({ cause: "cancelled", what: `looking at ${host.name} was cancelled` });
}
