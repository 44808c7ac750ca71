import { readLines } from "../connection/read-lines.ts";
import type { BuildMessage } from "./build-message.ts";

/** The messages in the answer to `POST /build`: JSON objects, a line each. */
export async function* readBuildAnswer(chunks: AsyncIterable<Buffer>): AsyncGenerator<BuildMessage> {
  for await (const line of readLines(chunks)) {
    const message = readMessage(line);
    if (message) yield message;
  }
}

/** What docker's API puts into a line, as far as a build has it (moby/moby `pkg/jsonmessage`). */
interface JsonMessage {
  readonly id?: unknown;
  readonly aux?: unknown;
  readonly stream?: unknown;
  readonly status?: unknown;
  readonly progressDetail?: { readonly current?: unknown; readonly total?: unknown };
  readonly error?: unknown;
  readonly errorDetail?: { readonly message?: unknown; readonly code?: unknown };
}

/** Undefined for an empty line, and for a message that says nothing of the build. */
function readMessage(line: Buffer): BuildMessage | undefined {
  const text = line.toString().trim();
  if (text === "") return undefined;
  const { id, aux, stream, status, progressDetail, error, errorDetail } = JSON.parse(text) as JsonMessage;
  if (typeof error === "string" || errorDetail !== undefined) {
    const message = errorDetail?.message ?? error;
    return { kind: "error", message: String(message), code: numberOf(errorDetail?.code) };
  }
  if (id === "moby.buildkit.trace" && typeof aux === "string")
    return { kind: "status", status: Buffer.from(aux, "base64") };
  if (isImage(aux)) return { kind: "image", id: aux.ID };
  if (typeof stream === "string") return { kind: "text", text: stream };
  if (typeof status !== "string") return undefined;
  // Without a layer it is a line of text as well: `Digest: sha256:…`.
  if (typeof id !== "string") return { kind: "text", text: `${status}\n` };
  const current = numberOf(progressDetail?.current);
  return { kind: "pull", layer: id, state: status, current, total: numberOf(progressDetail?.total) };
}

function isImage(aux: unknown): aux is { ID: string } {
  return typeof aux === "object" && aux !== null && "ID" in aux && typeof aux.ID === "string";
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
