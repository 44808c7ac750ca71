import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

// Field numbers: moby/buildkit `api/services/control/control.proto`.

/** What BuildKit is to build, as far as a Dockerfile's build needs it. */
export interface SolveRequest {
  /** By it the progress is asked for. */
  readonly ref: string;
  readonly session: string;
  readonly exporter: string;
  readonly exporterAttributes: ReadonlyMap<string, string>;
  readonly frontend: string;
  readonly frontendAttributes: ReadonlyMap<string, string>;
  readonly entitlements: readonly string[];
  /** Kinds of caches to write: `inline`. */
  readonly cacheExports: readonly string[];
}

/** `moby.buildkit.v1.SolveRequest`; the exporter in the fields that every version reads. */
export function solveRequest(request: SolveRequest): Uint8Array {
  const writer = new BinaryWriter();
  text(writer, 1, request.ref);
  text(writer, 3, request.exporter);
  texts(writer, 4, request.exporterAttributes);
  text(writer, 5, request.session);
  text(writer, 6, request.frontend);
  texts(writer, 7, request.frontendAttributes);
  writer.tag(8, WireType.LengthDelimited).fork();
  for (const type of request.cacheExports) {
    writer.tag(4, WireType.LengthDelimited).fork();
    text(writer, 1, type);
    writer.join();
  }
  writer.join();
  for (const entitlement of request.entitlements) text(writer, 9, entitlement);
  return writer.finish();
}

/** `moby.buildkit.v1.SolveResponse`: what the exporter says, `containerimage.digest` among it. */
export function readSolveResponse(message: Uint8Array): ReadonlyMap<string, string> {
  return readTexts(message, 1);
}

/** `moby.buildkit.v1.StatusRequest`. */
export function statusRequest(ref: string): Uint8Array {
  const writer = new BinaryWriter();
  text(writer, 1, ref);
  return writer.finish();
}

/** The labels of each worker in a `moby.buildkit.v1.ListWorkersResponse` (`api/types/worker.proto`). */
export function readWorkerLabels(message: Uint8Array): ReadonlyMap<string, string>[] {
  const workers: ReadonlyMap<string, string>[] = [];
  const reader = new BinaryReader(message);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === 1) workers.push(readTexts(reader.bytes(), 2));
    else reader.skip(wireType, field);
  }
  return workers;
}

/** A message's map of texts that has this number. */
function readTexts(message: Uint8Array, number: number): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  const reader = new BinaryReader(message);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === number) texts.set(...readEntry(reader.bytes()));
    else reader.skip(wireType, field);
  }
  return texts;
}

/** One entry of a map of texts. */
function readEntry(message: Uint8Array): [string, string] {
  const entry: [string, string] = ["", ""];
  const reader = new BinaryReader(message);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === 1) entry[0] = reader.string();
    else if (field === 2) entry[1] = reader.string();
    else reader.skip(wireType, field);
  }
  return entry;
}

function text(writer: BinaryWriter, field: number, value: string): void {
  writer.tag(field, WireType.LengthDelimited).string(value);
}

function texts(writer: BinaryWriter, field: number, values: ReadonlyMap<string, string>): void {
  for (const [name, value] of values) {
    writer.tag(field, WireType.LengthDelimited).fork();
    text(writer, 1, name);
    text(writer, 2, value);
    writer.join();
  }
}
