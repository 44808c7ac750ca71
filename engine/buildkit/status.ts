import { BinaryReader } from "@bufbuild/protobuf/wire";

/**
 * BuildKit's progress: `moby.buildkit.v1.StatusResponse` and its parts. Field numbers from moby/buildkit
 * `api/services/control/control.proto` and `solver/pb/ops.proto`; fields that nobody needs are skipped. Times are
 * milliseconds since 1970 by the daemon's clock.
 */
export interface Status {
  readonly vertexes: readonly Vertex[];
  readonly statuses: readonly VertexStatus[];
  readonly logs: readonly VertexLog[];
  readonly warnings: readonly VertexWarning[];
}

/** A step. It comes whole each time that something of it changes. */
export interface Vertex {
  readonly digest: string;
  readonly name: string;
  readonly cached: boolean;
  readonly started: number | undefined;
  readonly completed: number | undefined;
  readonly error: string;
}

/** Something that a step works on and that has a size: a layer, a context. */
export interface VertexStatus {
  readonly id: string;
  readonly vertex: string;
  readonly current: number;
  /** 0 where not known. */
  readonly total: number;
  readonly time: number;
  readonly started: number | undefined;
  readonly completed: number | undefined;
}

/** Bytes that a step's command printed; a character may be cut in two. */
export interface VertexLog {
  readonly vertex: string;
  readonly time: number;
  /** 1 stdout, 2 stderr. */
  readonly stream: number;
  readonly bytes: Uint8Array;
}

export interface VertexWarning {
  readonly vertex: string;
  readonly short: string;
  readonly detail: readonly string[];
  readonly url: string;
  /** Lines of the file, from 1; both inclusive. */
  readonly ranges: readonly { readonly start: number; readonly end: number }[];
}

/** @throws {Error} for bytes that are no such message */
export function readStatus(bytes: Uint8Array): Status {
  const status = {
    vertexes: [] as Vertex[],
    statuses: [] as VertexStatus[],
    logs: [] as VertexLog[],
    warnings: [] as VertexWarning[],
  };
  readFields(bytes, (field, reader) => {
    if (field === 1) status.vertexes.push(readVertex(reader.bytes()));
    else if (field === 2) status.statuses.push(readVertexStatus(reader.bytes()));
    else if (field === 3) status.logs.push(readLog(reader.bytes()));
    else if (field === 4) status.warnings.push(readWarning(reader.bytes()));
    else return false;
    return true;
  });
  return status;
}

function readVertex(bytes: Uint8Array): Vertex {
  const vertex: Writable<Vertex> = {
    digest: "",
    name: "",
    cached: false,
    started: undefined,
    completed: undefined,
    error: "",
  };
  readFields(bytes, (field, reader) => {
    if (field === 1) vertex.digest = reader.string();
    else if (field === 3) vertex.name = readText(reader);
    else if (field === 4) vertex.cached = reader.bool();
    else if (field === 5) vertex.started = readTime(reader.bytes());
    else if (field === 6) vertex.completed = readTime(reader.bytes());
    else if (field === 7) vertex.error = readText(reader);
    else return false;
    return true;
  });
  return vertex;
}

function readVertexStatus(bytes: Uint8Array): VertexStatus {
  const status: Writable<VertexStatus> = {
    id: "",
    vertex: "",
    current: 0,
    total: 0,
    time: 0,
    started: undefined,
    completed: undefined,
  };
  readFields(bytes, (field, reader) => {
    if (field === 1) status.id = readText(reader);
    else if (field === 2) status.vertex = reader.string();
    else if (field === 4) status.current = Number(reader.int64());
    else if (field === 5) status.total = Number(reader.int64());
    else if (field === 6) status.time = readTime(reader.bytes());
    else if (field === 7) status.started = readTime(reader.bytes());
    else if (field === 8) status.completed = readTime(reader.bytes());
    else return false;
    return true;
  });
  return status;
}

function readLog(bytes: Uint8Array): VertexLog {
  const log: Writable<VertexLog> = { vertex: "", time: 0, stream: 0, bytes: new Uint8Array() };
  readFields(bytes, (field, reader) => {
    if (field === 1) log.vertex = reader.string();
    else if (field === 2) log.time = readTime(reader.bytes());
    else if (field === 3) log.stream = Number(reader.int64());
    else if (field === 4) log.bytes = reader.bytes();
    else return false;
    return true;
  });
  return log;
}

function readWarning(bytes: Uint8Array): VertexWarning {
  const detail: string[] = [];
  const ranges: { start: number; end: number }[] = [];
  const warning: Writable<VertexWarning> = { vertex: "", short: "", detail, url: "", ranges };
  readFields(bytes, (field, reader) => {
    if (field === 1) warning.vertex = reader.string();
    else if (field === 3) warning.short = readText(reader);
    else if (field === 4) detail.push(readText(reader));
    else if (field === 5) warning.url = reader.string();
    else if (field === 7) ranges.push(readRange(reader.bytes()));
    else return false;
    return true;
  });
  return warning;
}

/** `pb.Range` of two `pb.Position`s. */
function readRange(bytes: Uint8Array): { start: number; end: number } {
  const range = { start: 0, end: 0 };
  readFields(bytes, (field, reader) => {
    if (field === 1) range.start = readLine(reader.bytes());
    else if (field === 2) range.end = readLine(reader.bytes());
    else return false;
    return true;
  });
  return range;
}

function readLine(bytes: Uint8Array): number {
  let line = 0;
  readFields(bytes, (field, reader) => {
    if (field !== 1) return false;
    line = reader.int32();
    return true;
  });
  return line;
}

/** `google.protobuf.Timestamp`. */
function readTime(bytes: Uint8Array): number {
  let time = 0;
  readFields(bytes, (field, reader) => {
    if (field === 1) time += Number(reader.int64()) * 1000;
    else if (field === 2) time += reader.int32() / 1e6;
    else return false;
    return true;
  });
  return time;
}

/** A text that may hold what is not UTF-8: an instruction in Latin-1 is no reason to lose a build. */
function readText(reader: BinaryReader): string {
  return Buffer.from(reader.bytes()).toString();
}

/** Calls `read` for each field of a message; what it does not take (false) is skipped. */
function readFields(bytes: Uint8Array, read: (field: number, reader: BinaryReader) => boolean): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (!read(field, reader)) reader.skip(type, field);
  }
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };
