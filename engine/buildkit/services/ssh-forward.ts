import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { frame } from "../grpc/grpc-frames.ts";
import { type GrpcCall, type GrpcMethod, unary } from "../grpc/grpc-server.ts";
import { GrpcError, grpcCode } from "../grpc/grpc-status.ts";
import { bytesMessage, readAgentRequest, readBytesMessage } from "../messages/session-messages.ts";

/** The name of an agent where the Dockerfile gives none. */
const defaultAgent = "default";

/** `moby.sshforward.v1.SSH/CheckAgent`: whether the build was given such an agent. */
export function checkAgent(agents: ReadonlyMap<string, string>): GrpcMethod {
  return unary((message) => {
    socketOf(agents, readAgentRequest(message));
    return new Uint8Array();
  });
}

/**
 * `moby.sshforward.v1.SSH/ForwardAgent`: a connection to the user's agent for one that the build opened. Its name comes
 * as metadata (moby/buildkit `session/sshforward/ssh.go`).
 */
export function forwardAgent(agents: ReadonlyMap<string, string>): GrpcMethod {
  return async (call) => {
    const path = socketOf(agents, call.metadata.get("buildkit.ssh.id")?.[0] ?? "");
    const agent = connect(path);
    agent.on("error", () => {});
    try {
      await once(agent, "connect", { signal: call.signal });
      await Promise.all([toAgent(call, agent), fromAgent(call, agent)]);
    } finally {
      agent.destroy();
    }
  };
}

async function toAgent(call: GrpcCall, agent: Socket): Promise<void> {
  for await (const message of call.messages) {
    // The message is a view of what was received, and the socket may keep it for longer.
    if (!agent.write(Buffer.from(readBytesMessage(message))))
      await once(agent, "drain", { signal: call.signal });
  }
  agent.end();
}

async function fromAgent(call: GrpcCall, agent: Socket): Promise<void> {
  for await (const chunk of agent as AsyncIterable<Buffer>) await call.write(frame(bytesMessage(chunk)));
}

function socketOf(agents: ReadonlyMap<string, string>, id: string): string {
  const path = agents.get(id || defaultAgent);
  if (path === undefined)
    throw new GrpcError(
      grpcCode.notFound,
      `no ssh agent ${JSON.stringify(id || defaultAgent)} was given to this build`,
    );
  return path;
}
