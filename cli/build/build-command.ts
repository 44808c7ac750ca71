import type { Connection } from "../../engine/connection/connection.ts";
import { EngineFailure, type FailureDetails } from "../../engine/failure.ts";
import { namelessImages } from "../../engine/images/nameless-images.ts";
import { buildLab } from "../../engine/lab/build-lab.ts";
import type { ImageOutcome, LabBuildEvent, PlannedImage } from "../../engine/lab/lab-build-event.ts";
import type { LabPlan } from "../../engine/lab/plan-lab.ts";
import { printable } from "../../engine/progress/cells.ts";
import { bytesText } from "../../engine/progress/quantities.ts";
import { DockerCredentials } from "../../engine/registry/docker-credentials.ts";
import { version } from "../../package.json";
import { drained } from "../drained.ts";
import { exitCodeOf, exitCodes } from "../exit-codes.ts";
import { failureSentence } from "../failure-sentence.ts";
import { tellProblems } from "../lab-here.ts";
import { authoriseAtTerminal } from "../login/ask-login.ts";
import { ownVariables } from "../own-variables.ts";
import { shownPath } from "../shown-path.ts";
import { type Terminal, wantsColour } from "../terminal.ts";
import { withConnection } from "../with-connection.ts";
import { type BuildOptions, readBuildArguments } from "./build-arguments.ts";
import { type AskedBuild, findAsked, planAsked } from "./build-plan.ts";
import { buildHelp } from "./build-usage.ts";
import { chooseProgress, knownKind, type LabBuildProgress, screenOf } from "./choose-progress.ts";
import { failureText } from "./failure-text.ts";
import { outcomeSentence, outcomeTable } from "./outcome-text.ts";
import { reasonText } from "./reason-text.ts";

/** `lab-images build`: builds images, shows how it goes, returns the exit code. */
export async function buildCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const read = readBuildArguments(args, process.env);
  switch (read.kind) {
    case "help":
      terminal.out(buildHelp);
      return exitCodes.fine;
    case "version":
      terminal.out(`${version}\n`);
      return exitCodes.fine;
    case "mistake":
      terminal.err(`lab-images: ${printable(read.message)}\n\n${buildHelp}`);
      return exitCodes.failed;
    case "build":
      return new BuildRun(read.options, terminal).run();
  }
}

/** One run of the command. */
class BuildRun {
  readonly #options: BuildOptions;
  readonly #terminal: Terminal;
  /** Progress goes to stderr, whose terminal may be another than stdout's. */
  readonly #colour: boolean;
  readonly #kind: ReturnType<typeof knownKind>;
  #progress: LabBuildProgress | undefined;

  constructor(options: BuildOptions, terminal: Terminal) {
    this.#options = options;
    this.#terminal = terminal;
    this.#kind = knownKind(options.progress, process.stderr, process.env);
    this.#colour = wantsColour(process.stderr, process.env);
  }

  async run(): Promise<number> {
    try {
      const asked = findAsked(this.#options, process.cwd(), ownVariables());
      tellProblems(asked.problems, this.#terminal);
      return await withConnection(
        { option: this.#options.host },
        { err: (text) => this.#note(text) },
        (connection, signal) => this.#build(connection, asked, signal),
        ({ details }) => this.#tellFailure(details),
      );
    } catch (error) {
      if (!(error instanceof EngineFailure)) throw error;
      this.#tellFailure(error.details);
      return exitCodeOf(error.details.cause);
    }
  }

  async #build(connection: Connection, asked: AskedBuild, signal: AbortSignal): Promise<number> {
    const plan = await planAsked(asked, this.#options, connection, signal);
    const { push } = this.#options;
    const authorise = push ? authoriseAtTerminal(connection, signal, this.#terminal.err) : undefined;
    const events = buildLab(connection, plan, {
      ...{ credentials: new DockerCredentials(), signal, push },
      ...(authorise && { authorise }),
    });
    const outcomes = await this.#follow(events);
    if (this.#kind !== "json") await this.#tellOutcomes(plan, outcomes, connection);
    return exitCodeFor(plan, outcomes, signal);
  }

  async #follow(events: AsyncIterable<LabBuildEvent>): Promise<ReadonlyMap<string, ImageOutcome>> {
    let progress: LabBuildProgress | undefined;
    try {
      for await (const event of events) {
        if (event.kind === "blocked") {
          this.#tellBlocked(event);
          continue;
        }
        // Not ahead of the first one: until then a login may be asked for.
        progress ??= chooseProgress(this.#kind, screenOf(process.stderr, this.#colour), this.#terminal.out);
        this.#progress = progress;
        progress.show(event);
        if (event.kind === "planned") this.#tellReasons(event.images, progress);
        if (event.kind === "image-finished") this.#tellFailed(event.image, event.outcome, progress);
        if (event.kind === "finished") return event.outcomes;
        for (const stream of [process.stderr, process.stdout]) await drained(stream);
      }
    } finally {
      progress?.end();
      this.#progress = undefined;
    }
    throw new Error("the build has no outcome");
  }

  /** What is built though it was not asked for, or not for its own sake, and why. */
  #tellReasons(images: readonly PlannedImage[], progress: LabBuildProgress): void {
    if (this.#kind === "json") return;
    for (const { name, reasons } of images)
      if (reasons.length > 0 && (images.length > 1 || !reasons.includes("asked")))
        progress.note(`${printable(name)}: ${reasonText(reasons)}`);
  }

  /** At once, as the others may go on for an hour; the whole of it stands at the end. */
  #tellFailed(image: string, outcome: ImageOutcome, progress: LabBuildProgress): void {
    const isFailure = outcome.kind === "build-failed" || outcome.kind === "push-failed";
    if (this.#kind === "json" || !isFailure || outcome.failure.cause === "cancelled") return;
    progress.note(`${printable(image)}: ERROR: ${printable(outcome.failure.what)}`);
  }

  async #tellOutcomes(
    { images, asked, builds }: LabPlan,
    outcomes: ReadonlyMap<string, ImageOutcome>,
    connection: Connection,
  ): Promise<void> {
    const { err, out } = this.#terminal;
    for (const { name, dockerfile } of images) {
      const outcome = outcomes.get(name);
      if (outcome?.kind === "build-failed") {
        const text = builds.get(name)?.text ?? "";
        err(
          failureText(outcome.failure, { shown: shownPath(dockerfile, process.cwd()), text }, this.#colour),
        );
      } else if (outcome?.kind === "push-failed") err(`ERROR: ${failureSentence(outcome.failure)}\n`);
    }
    // A base that is as it should be says nothing.
    const shown = images.filter(({ name }) => asked.has(name) || outcomes.get(name)?.kind !== "current");
    const [first, second] = shown;
    const only = second === undefined && first ? outcomes.get(first.name) : undefined;
    if (first && only) out(outcomeSentence(first, only));
    for (const { name } of images) out(pushedText(outcomes.get(name), builds.get(name)?.request.tags ?? []));
    if (second) out(outcomeTable(shown, outcomes));
    if ([...outcomes.values()].some(hasReplaced)) out(await replacedText(connection));
  }

  #tellBlocked(event: Extract<LabBuildEvent, { kind: "blocked" }>): void {
    if (this.#kind === "json") this.#terminal.out(`${JSON.stringify(event)}\n`);
    else this.#terminal.err(`lab-images: ${failureSentence(event.failure)}\n`);
  }

  /** A line beside the progress; where that is drawn in place it must not stand in its way. */
  #note(text: string): void {
    if (this.#progress && this.#kind !== "json") this.#progress.note(text.trimEnd());
    else this.#terminal.err(text);
  }

  /** Of builds that could not begin. */
  #tellFailure(failure: FailureDetails): void {
    if (this.#kind === "json")
      this.#terminal.out(`${JSON.stringify({ kind: "finished", outcomes: {}, failure })}\n`);
    else this.#terminal.err(`lab-images: ${failureSentence(failure)}\n`);
  }
}

/** That of the first failure; a base that could not be built speaks for what builds on it. */
function exitCodeFor(
  { blocked }: LabPlan,
  outcomes: ReadonlyMap<string, ImageOutcome>,
  signal: AbortSignal,
): number {
  if (signal.aborted) return exitCodes.cancelled;
  for (const outcome of outcomes.values()) if ("failure" in outcome) return exitCodeOf(outcome.failure.cause);
  return blocked.size > 0 ? exitCodes.failed : exitCodes.fine;
}

function pushedText(outcome: ImageOutcome | undefined, tags: readonly string[]): string {
  const digests = outcome && "digests" in outcome ? outcome.digests : [];
  return digests.map((digest, index) => `Pushed ${tags[index]}@${digest}\n`).join("");
}

function hasReplaced(outcome: ImageOutcome): boolean {
  return outcome.kind === "built" && outcome.result.replaced !== undefined;
}

async function replacedText(connection: Connection): Promise<string> {
  // A hint is no reason to fail.
  const { images, size } = await namelessImages(connection).catch(() => ({ images: [], size: 0 }));
  if (images.length === 0) return "";
  const what =
    images.length === 1
      ? "1 image that has lost its name holds"
      : `${images.length} images that have lost their names hold`;
  return `${what} up to ${bytesText(size)}; "lab-images prune" removes ${images.length === 1 ? "it" : "them"}\n`;
}
