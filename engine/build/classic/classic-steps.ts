import type { Status, Vertex, VertexLog } from "../../buildkit/status.ts";
import type { BuildMessage } from "../build-message.ts";

/** `Step 2/5 : RUN make`, and podman's `STEP 2/5: RUN make`. */
const stepLine = /^step (\d+)\/\d+ ?: .*/i;
const cachedLine = /^ ?-+> Using cache/;
/** What the classic builder says of its own: containers and images that it makes on the way. */
const ownLine = /^ ?-+> |^Removing intermediate container |^Successfully (?:built|tagged) |^\s*$/;

/** Makes BuildKit's kind of progress out of the classic builder's text, which has one step at a time. */
export class ClassicSteps {
  #current: Vertex | undefined;
  #isNewLine = true;
  /** Its line end comes as a message of its own. */
  #isInHeader = false;

  /** What a message changes. */
  take(message: BuildMessage & { kind: "text" | "pull" }): Status {
    if (message.kind === "pull") return this.#pull(message);
    const text = endedLine(message.text);
    if (this.#isInHeader && text === "\n") {
      this.#isInHeader = false;
      this.#isNewLine = true;
      return nothing;
    }
    const started = this.#isNewLine ? stepLine.exec(text) : null;
    const isCached = this.#isNewLine && cachedLine.test(text);
    const isOwn = this.#isNewLine && ownLine.test(text);
    this.#isNewLine = text.endsWith("\n");
    this.#isInHeader = started !== null && !this.#isNewLine;
    if (started) {
      const name = text.trim().replace(stepLine, (line) => `Step${line.slice(4)}`);
      const next = {
        digest: `step ${started[1]}`,
        name,
        cached: false,
        started: Date.now(),
        completed: undefined,
        error: "",
      };
      const vertexes = [...this.#completed(), next];
      this.#current = next;
      return { ...nothing, vertexes };
    }
    if (!this.#current || (isOwn && !isCached)) return nothing;
    if (isCached) {
      this.#current = { ...this.#current, cached: true };
      return nothing;
    }
    const log: VertexLog = {
      vertex: this.#current.digest,
      time: Date.now(),
      stream: 1,
      bytes: Buffer.from(text),
    };
    return { ...nothing, logs: [log] };
  }

  /** What the end of the build changes: its last step is done, or failed. */
  end(error: string | undefined): Status {
    const vertexes = this.#completed(error);
    this.#current = undefined;
    return { ...nothing, vertexes };
  }

  #completed(error = ""): Vertex[] {
    return this.#current ? [{ ...this.#current, completed: Date.now(), error }] : [];
  }

  #pull({ layer, state, current, total }: BuildMessage & { kind: "pull" }): Status {
    if (!this.#current || current === undefined) return nothing;
    const completed = /complete|exists/i.test(state) ? Date.now() : undefined;
    const common = { vertex: this.#current.digest, time: Date.now(), started: undefined, completed };
    return { ...nothing, statuses: [{ ...common, id: layer, current, total: total ?? 0 }] };
  }
}

/** The daemon sets each write to stderr between colours of its own (moby `pkg/streamformatter`), also behind a line's end. */
function endedLine(text: string): string {
  return text.replace(/\n(\u001b\[0m)$/, "$1\n");
}

const nothing: Status = { vertexes: [], statuses: [], logs: [], warnings: [] };
