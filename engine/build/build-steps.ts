import { TextDecoder } from "node:util";
import type { Status, Vertex, VertexLog, VertexStatus, VertexWarning } from "../buildkit/status.ts";
import type { BuildEvent, BuildStep, LineRange, StepState } from "./build-event.ts";
import { LastLines } from "./last-lines.ts";
import type { StepLines, StepPlace } from "./step-lines.ts";

interface Tracked {
  step: BuildStep;
  readonly place: StepPlace;
  /** When it worked: ends by their starts; undefined while it still does. */
  readonly intervals: Map<number, number | undefined>;
  readonly decoders: Map<number, TextDecoder>;
  lastLines: LastLines | undefined;
}

const stderr = 2;
const unnamed = { cached: false, started: undefined, completed: undefined, error: "" };

/** Makes events of BuildKit's progress, and keeps what the outcome is made of: the steps and the last lines of each. */
export class BuildSteps {
  readonly #lines: StepLines;
  readonly #tracked = new Map<string, Tracked>();
  readonly #warned = new Set<string>();

  constructor(lines: StepLines) {
    this.#lines = lines;
  }

  /** In the order in which the daemon named them. */
  get steps(): readonly BuildStep[] {
    return [...this.#tracked.values()].map(({ step }) => step);
  }

  /** The step that failed first; one that was only cancelled because of it does not count. */
  get failed(): BuildStep | undefined {
    return this.steps
      .filter(({ state }) => state === "failed")
      .sort((a, b) => (a.ended ?? 0) - (b.ended ?? 0))[0];
  }

  /** What a step printed last, ANSI codes stripped. */
  lastLines(step: string): readonly string[] {
    return this.#tracked.get(step)?.lastLines?.lines ?? [];
  }

  /** What a message of the daemon's says anew. */
  *take(status: Status): Generator<BuildEvent> {
    for (const vertex of status.vertexes) yield* this.#takeVertex(vertex);
    for (const each of status.statuses) yield progressOf(each);
    for (const log of status.logs) yield* this.#takeLog(log);
    for (const warning of status.warnings) yield* this.#takeWarning(warning);
  }

  /** What is left of characters of which the daemon never sent the end. */
  *end(): Generator<BuildEvent> {
    for (const [id, { decoders }] of this.#tracked)
      for (const [stream, decoder] of decoders) {
        const text = decoder.decode();
        if (text !== "") yield outputOf(id, stream, Date.now(), text);
      }
  }

  *#takeVertex(vertex: Vertex): Generator<BuildEvent> {
    let tracked = this.#tracked.get(vertex.digest);
    const before = tracked?.step;
    if (!tracked) {
      const place = this.#lines.placeOf(vertex.name);
      tracked = {
        place,
        step: newStep(vertex, place),
        intervals: new Map(),
        decoders: new Map(),
        lastLines: undefined,
      };
      this.#tracked.set(vertex.digest, tracked);
    }
    if (vertex.started !== undefined) tracked.intervals.set(vertex.started, vertex.completed);
    tracked.step = stepAfter(tracked, vertex);
    if (tracked.step.state === "done" || tracked.step.state === "cached") tracked.lastLines = undefined;
    if (!before || isChanged(before, tracked.step)) yield { kind: "step", step: tracked.step };
  }

  *#takeLog({ vertex, time, stream, bytes }: VertexLog): Generator<BuildEvent> {
    // BuildKit names a step before it logs; if it ever does not, its output is no less worth showing.
    if (!this.#tracked.has(vertex)) yield* this.#takeVertex({ ...unnamed, digest: vertex, name: vertex });
    const tracked = this.#tracked.get(vertex)!;
    let decoder = tracked.decoders.get(stream);
    if (!decoder) {
      decoder = new TextDecoder("utf-8", { ignoreBOM: true });
      tracked.decoders.set(stream, decoder);
    }
    const text = decoder.decode(bytes, { stream: true });
    if (text === "") return;
    tracked.lastLines ??= new LastLines();
    tracked.lastLines.add(text);
    yield outputOf(vertex, stream, time, text);
  }

  *#takeWarning({ vertex, short, detail, url, ranges }: VertexWarning): Generator<BuildEvent> {
    const lines = rangeOf(ranges) ?? this.#tracked.get(vertex)?.place.lines;
    const key = `${short}\n${lines?.start}\n${url}`;
    if (this.#warned.has(key)) return;
    this.#warned.add(key);
    yield {
      kind: "warning",
      step: this.#tracked.has(vertex) ? vertex : undefined,
      message: short.trim(),
      details: detail.length > 0 ? detail.join("\n") : undefined,
      url: url || undefined,
      lines,
    };
  }
}

function newStep({ digest, name }: Vertex, { lines, stage }: StepPlace): BuildStep {
  return {
    id: digest,
    name,
    lines,
    stage,
    state: "waiting",
    started: undefined,
    ended: undefined,
    worked: 0,
    error: undefined,
  };
}

function stepAfter({ step, intervals }: Tracked, vertex: Vertex): BuildStep {
  const ends = [...intervals.values()];
  const state = stateOf(vertex, ends);
  return {
    ...step,
    state,
    started: intervals.size > 0 ? Math.min(...intervals.keys()) : undefined,
    ended: state === "running" || state === "waiting" ? undefined : lastOf(ends),
    worked: workedIn(intervals),
    error: vertex.error || undefined,
  };
}

function stateOf({ cached, error }: Vertex, ends: readonly (number | undefined)[]): StepState {
  if (error) return /context canceled$/.test(error) ? "cancelled" : "failed";
  if (ends.length === 0) return cached ? "cached" : "waiting";
  if (ends.includes(undefined)) return "running";
  return cached ? "cached" : "done";
}

function lastOf(ends: readonly (number | undefined)[]): number | undefined {
  const known = ends.filter((end) => end !== undefined);
  return known.length > 0 ? Math.max(...known) : undefined;
}

/** The time that the intervals cover; they may overlap. */
function workedIn(intervals: ReadonlyMap<number, number | undefined>): number {
  let worked = 0;
  let until = 0;
  for (const [start, end] of [...intervals].sort(([a], [b]) => a - b)) {
    if (end === undefined || end <= until) continue;
    worked += end - Math.max(start, until);
    until = end;
  }
  return worked;
}

function isChanged(a: BuildStep, b: BuildStep): boolean {
  return a.state !== b.state || a.worked !== b.worked || a.started !== b.started || a.error !== b.error;
}

function progressOf({ id, vertex, current, total, time, started, completed }: VertexStatus): BuildEvent {
  return {
    kind: "progress",
    step: vertex,
    item: id,
    current,
    total: total > 0 ? total : undefined,
    started,
    time: completed ?? time,
    done: completed !== undefined,
  };
}

function outputOf(step: string, stream: number, time: number, text: string): BuildEvent {
  return { kind: "output", step, stream: stream === stderr ? "stderr" : "stdout", time, text };
}

function rangeOf(ranges: VertexWarning["ranges"]): LineRange | undefined {
  if (ranges.length === 0) return undefined;
  return {
    start: Math.min(...ranges.map(({ start }) => start)),
    end: Math.max(...ranges.map(({ start, end }) => Math.max(start, end))),
  };
}
