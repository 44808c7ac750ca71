import { BinaryWriter } from "@bufbuild/protobuf/wire";

/** A step, as much of it as a test cares about. Times in milliseconds. */
export interface VertexFields {
  readonly digest: string;
  readonly name?: string;
  readonly cached?: boolean;
  readonly started?: number;
  readonly completed?: number;
  readonly error?: string;
}

/** Writes `moby.buildkit.v1.StatusResponse`s as the daemon does. */
export class StatusMessage {
  readonly #writer = new BinaryWriter();

  vertex({ digest, name = "", cached, started, completed, error }: VertexFields): this {
    const vertex = new BinaryWriter();
    vertex.tag(1, 2).string(digest);
    // Inputs: nobody reads them.
    vertex.tag(2, 2).string("sha256:of another");
    vertex.tag(3, 2).string(name);
    if (cached) vertex.tag(4, 0).bool(true);
    if (started !== undefined) vertex.tag(5, 2).bytes(timestamp(started));
    if (completed !== undefined) vertex.tag(6, 2).bytes(timestamp(completed));
    if (error !== undefined) vertex.tag(7, 2).string(error);
    this.#writer.tag(1, 2).bytes(vertex.finish());
    return this;
  }

  log(vertex: string, stream: number, bytes: Uint8Array | string, time = 0): this {
    const log = new BinaryWriter();
    log.tag(1, 2).string(vertex);
    log.tag(2, 2).bytes(timestamp(time));
    log.tag(3, 0).int64(stream);
    log.tag(4, 2).bytes(typeof bytes === "string" ? Buffer.from(bytes) : bytes);
    this.#writer.tag(3, 2).bytes(log.finish());
    return this;
  }

  warning(
    vertex: string,
    short: string,
    detail: string,
    url: string,
    lines: readonly [number, number],
  ): this {
    const position = (line: number) => new BinaryWriter().tag(1, 0).int32(line).finish();
    const range = new BinaryWriter().tag(1, 2).bytes(position(lines[0])).tag(2, 2).bytes(position(lines[1]));
    const warning = new BinaryWriter();
    warning.tag(1, 2).string(vertex).tag(2, 0).int64(1).tag(3, 2).bytes(Buffer.from(short));
    warning.tag(4, 2).bytes(Buffer.from(detail)).tag(5, 2).string(url).tag(7, 2).bytes(range.finish());
    this.#writer.tag(4, 2).bytes(warning.finish());
    return this;
  }

  get bytes(): Uint8Array {
    return this.#writer.finish();
  }
}

function timestamp(milliseconds: number): Uint8Array {
  return new BinaryWriter()
    .tag(1, 0)
    .int64(Math.floor(milliseconds / 1000))
    .tag(2, 0)
    .int32(Math.round((milliseconds % 1000) * 1e6))
    .finish();
}
