import { lookup } from "node:dns/promises";
import { connect } from "node:net";
import { type DoctorStep, failedStep, step } from "./doctor-step.ts";

/** As long as a person waits for a host that may be behind a slow link. */
const patienceMs = 10_000;

/** Whether a host name has an address. */
export async function nameStep(hostname: string, signal: AbortSignal): Promise<DoctorStep> {
  try {
    const found = await unlessOver(lookup(hostname, { all: true }), signal);
    const addresses = [...new Set(found.map(({ address }) => address))];
    if (addresses.length === 1 && addresses[0] === hostname) return step("name", "ok", "an address");
    return step("name", "ok", `${hostname} is ${addresses.join(", ")}`);
  } catch (error) {
    signal.throwIfAborted();
    return failedStep("name", {
      cause: "ssh-unreachable",
      what: `the name ${hostname} does not resolve`,
      said: messageOf(error),
      next: "Check its spelling, the HostName in your ssh configuration, and whether a VPN is needed",
    });
  }
}

/** Whether a port of a host takes connections. */
export async function portStep(hostname: string, port: number, signal: AbortSignal): Promise<DoctorStep> {
  const start = performance.now();
  const socket = connect({ host: hostname, port });
  try {
    const opened = new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("error", reject);
    });
    await unlessOver(opened, signal);
    return step("port", "ok", `${port} answers in ${Math.round(performance.now() - start)} ms`);
  } catch (error) {
    signal.throwIfAborted();
    return failedStep("port", {
      cause: "ssh-unreachable",
      what: `port ${port} of ${hostname} takes no connection`,
      said: messageOf(error),
      next: "Check the port, that the host is up, and whether a VPN or a jump host is needed",
    });
  } finally {
    socket.destroy();
  }
}

function unlessOver<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer in ${patienceMs / 1000} s`)), patienceMs);
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort);
    promise.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
    });
  });
}

function messageOf(error: unknown): string {
  // Of several addresses that were tried, the code says the same for all.
  const { message, code } = error as NodeJS.ErrnoException;
  return message || code || String(error);
}
