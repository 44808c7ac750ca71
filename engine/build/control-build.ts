import { randomUUID } from "node:crypto";
import { basename } from "node:path";
import { parseImageReference } from "../../core/image/reference.ts";
import {
  readSolveResponse,
  readWorkerLabels,
  solveRequest,
  statusRequest,
} from "../buildkit/control/control-messages.ts";
import { dialUpgrade } from "../buildkit/dial-upgrade.ts";
import { type GrpcClient, grpcClient } from "../buildkit/grpc/grpc-client.ts";
import { GrpcError, grpcCode } from "../buildkit/grpc/grpc-status.ts";
import type { Connection } from "../connection/connection.ts";
import { EngineFailure } from "../failure.ts";
import type { BuildMessage } from "./build-message.ts";
import { allTags, type BuildRequest } from "./build-request.ts";
import { folderName, isLocalContext } from "./named-contexts.ts";

/**
 * Builds by BuildKit's own API, which the daemon has at `POST /grpc`: it knows what `POST /build` does not, such as named
 * contexts.
 *
 * @param session the id of the build's session
 * @throws docker-modem's error where the daemon has no such API
 */
export async function startControlBuild(
  connection: Connection,
  request: BuildRequest,
  session: string,
  signal: AbortSignal,
): Promise<AsyncIterable<BuildMessage>> {
  const socket = await dialUpgrade(connection, "/grpc", {}, signal);
  const client = grpcClient(socket);
  signal.addEventListener("abort", () => client.close(), { once: true });
  return messages();

  async function* messages(): AsyncGenerator<BuildMessage> {
    const ref = randomUUID().replaceAll("-", "");
    try {
      const solved = solve(ref, await hostAddresses(client, request.extraHosts ?? []));
      // It is looked at when the progress has come to its end.
      solved.catch(() => {});
      try {
        for await (const status of client.call(control("Status"), statusRequest(ref)))
          yield { kind: "status", status: Buffer.from(status) };
      } catch (error) {
        // Of a build that ended before it was asked for it knows nothing: what became of that, Solve says.
        if (!(error instanceof GrpcError)) throw error;
      }
      yield await solved;
    } finally {
      client.close();
    }
  }

  async function solve(ref: string, hosts: readonly string[]): Promise<BuildMessage> {
    const message = solveRequest({
      ref,
      session,
      exporter: "moby",
      exporterAttributes: new Map(
        request.tags.length > 0 ? [["name", allTags(request).map(fullTag).join(",")]] : [],
      ),
      frontend: "dockerfile.v0",
      frontendAttributes: frontendAttributes(request, hosts),
      entitlements: request.network === "host" ? ["network.host"] : [],
      cacheExports: request.inlineCache ? ["inline"] : [],
    });
    try {
      for await (const response of client.call(control("Solve"), message)) {
        const id = readSolveResponse(response).get("containerimage.digest");
        if (id) return { kind: "image", id };
      }
      return { kind: "error", message: "the daemon named no image", code: undefined };
    } catch (error) {
      if (!(error instanceof GrpcError) || error.code === grpcCode.unavailable) throw error;
      return { kind: "error", message: error.message, code: error.code };
    }
  }
}

function control(method: string): string {
  return `/moby.buildkit.v1.Control/${method}`;
}

const hostGateway = "host-gateway";

/** Where a daemon has its own address for `host-gateway` (moby/moby `builder/builder-next/worker/label`). */
const gatewayLabel = "org.mobyproject.buildkit.worker.moby.host-gateway-ip";

/**
 * Lines for /etc/hosts as the frontend takes them, `name=address`: `host-gateway` is none to it.
 *
 * @throws {EngineFailure} of cause `request` where the daemon does not tell its own address
 */
async function hostAddresses(client: GrpcClient, hosts: readonly string[]): Promise<readonly string[]> {
  const pairs = hosts.map((host) => host.split(/:(.*)/, 2) as [string, string]);
  const isAsked = pairs.some(([, address]) => address === hostGateway);
  const gateway = isAsked ? await gatewayAddress(client) : "";
  return pairs.map(([name, address]) => `${name}=${address === hostGateway ? gateway : address}`);
}

async function gatewayAddress(client: GrpcClient): Promise<string> {
  for await (const answer of client.call(control("ListWorkers"), new Uint8Array()))
    for (const labels of readWorkerLabels(answer)) {
      const address = labels.get(gatewayLabel);
      if (address) return address;
    }
  throw new EngineFailure({
    cause: "request",
    what: `this daemon does not tell the address of ${hostGateway}, which a build with named contexts needs`,
    next: "Give the address itself (--add-host NAME:ADDRESS)",
  });
}

/** What the Dockerfile frontend takes (moby/buildkit `frontend/dockerui/config.go`). */
function frontendAttributes(request: BuildRequest, hosts: readonly string[]): ReadonlyMap<string, string> {
  const attributes = new Map([
    // Older ones would look for a context's name at Docker Hub.
    ["frontend.caps", "moby.buildkit.frontend.contexts"],
    ["filename", basename(request.dockerfile)],
    ["image-resolve-mode", request.pull ? "pull" : "default"],
  ]);
  if (request.target) attributes.set("target", request.target);
  if (request.platform) attributes.set("platform", request.platform);
  if (request.noCache) attributes.set("no-cache", "");
  if (request.cacheFrom?.length) attributes.set("cache-from", request.cacheFrom.join(","));
  if (request.network && request.network !== "default") attributes.set("force-network-mode", request.network);
  if (hosts.length > 0) attributes.set("add-hosts", hosts.join(","));
  for (const [name, value] of request.args ?? []) attributes.set(`build-arg:${name}`, value);
  for (const [name, value] of request.labels ?? []) attributes.set(`label:${name}`, value);
  for (const [name, value] of request.namedContexts ?? [])
    attributes.set(`context:${name}`, isLocalContext(value) ? `local:${folderName(name)}` : value);
  return attributes;
}

/** As the image store knows it: `docker.io/library/lab:latest`. */
function fullTag(tag: string): string {
  const reference = parseImageReference(tag);
  return reference ? `${reference.repository}:${reference.tag ?? "latest"}` : tag;
}
