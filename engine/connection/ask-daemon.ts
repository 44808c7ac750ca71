import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { text as readText } from "node:stream/consumers";
import type Docker from "dockerode";
import { EngineFailure } from "../failure.ts";
import { daemonFailure } from "./daemon-failure.ts";
import type { Host } from "./host.ts";

/** A daemon that says nothing for so long is none that can be worked with. */
const answerMs = 20_000;

/**
 * Waits until the daemon has answered once.
 *
 * @throws {EngineFailure} where it does not
 */
export async function waitForAnswer(
  docker: Docker,
  host: Host,
  signal: AbortSignal,
  patienceMs = answerMs,
): Promise<void> {
  const timeout = AbortSignal.timeout(patienceMs);
  try {
    const { text } = await askDaemon(docker, "/_ping", AbortSignal.any([signal, timeout]));
    if (text === "OK") return;
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (!timeout.aborted) throw daemonFailure(error, host);
    throw new EngineFailure({
      cause: "no-daemon",
      what: `the daemon at ${host.url} did not answer within ${patienceMs / 1000} s`,
      next: "See how busy the host is, or restart Docker there",
    });
  }
  throw new EngineFailure({
    cause: "no-daemon",
    what: `what answers at ${host.url} is no Docker daemon`,
    next: "Name the socket or the port of one",
  });
}

/** What a plain GET gives, with its headers; the path may have a query. */
export async function askDaemon(
  docker: Docker,
  path: string,
  signal: AbortSignal,
): Promise<{ readonly headers: IncomingHttpHeaders; readonly text: string }> {
  const response = await new Promise<IncomingMessage>((resolve, reject) =>
    docker.modem.dial(
      // docker-modem takes the last character of a path with a query for a "?" that nothing follows.
      {
        path: path.includes("?") ? `${path}?` : path,
        method: "GET",
        isStream: true,
        statusCodes: { 200: true },
        abortSignal: signal,
      },
      (error: unknown, answer: unknown) => (error ? reject(error) : resolve(answer as IncomingMessage)),
    ),
  );
  return { headers: response.headers, text: await readText(response) };
}
