import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { build } from "../../engine/build/build.ts";
import type { BuildOutcome, BuildResult } from "../../engine/build/build-event.ts";
import type { BuildRequest } from "../../engine/build/build-request.ts";
import { namelessImages } from "../../engine/build/replaced-image.ts";
import type { Connection } from "../../engine/connection/connection.ts";
import { EngineFailure, type FailureDetails } from "../../engine/failure.ts";
import { printable } from "../../engine/progress/cells.ts";
import type { BuildProgress } from "../../engine/progress/progress.ts";
import { bytesText, secondsText } from "../../engine/progress/quantities.ts";
import { DockerCredentials } from "../../engine/registry/docker-credentials.ts";
import { probePush } from "../../engine/registry/probe-push.ts";
import { version } from "../../package.json";
import { exitCodeOf, exitCodes } from "../exit-codes.ts";
import { failureSentence } from "../failure-sentence.ts";
import { authoriseAtTerminal } from "../login/ask-login.ts";
import { counted } from "../output/counted.ts";
import { ownVariables } from "../own-variables.ts";
import { shownPath } from "../shown-path.ts";
import { type Terminal, wantsColour } from "../terminal.ts";
import { withConnection } from "../with-connection.ts";
import { type BuildOptions, readBuildArguments } from "./build-arguments.ts";
import { planBuild } from "./build-plan.ts";
import { buildHelp } from "./build-usage.ts";
import { chooseProgress, knownKind, screenOf } from "./choose-progress.ts";
import { failureText } from "./failure-text.ts";
import { pushTags } from "./push-tags.ts";

/** `lab-images build`: builds an image, shows how it goes, returns the exit code. */
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
  #progress: BuildProgress | undefined;

  constructor(options: BuildOptions, terminal: Terminal) {
    this.#options = options;
    this.#terminal = terminal;
    this.#kind = knownKind(options.progress, process.stderr, process.env);
    this.#colour = wantsColour(process.stderr, process.env);
  }

  async run(): Promise<number> {
    // A long log makes much short-lived garbage: V8's young heap would grow by 60 MB and stay so, for no speed.
    setFlagsFromString("--semi-space-growth-factor=1");
    try {
      const { request, problems } = planBuild(this.#options, process.cwd(), ownVariables());
      for (const problem of problems) this.#terminal.err(`lab-images: ${printable(problem)}\n`);
      return await withConnection(
        { option: this.#options.host },
        { err: (text) => this.#note(text) },
        (connection, signal) => this.#build(connection, request, signal),
        ({ details }) => this.#tellFailure(details),
      );
    } catch (error) {
      if (!(error instanceof EngineFailure)) throw error;
      this.#tellFailure(error.details);
      return exitCodeOf(error.details.cause);
    }
  }

  async #build(connection: Connection, request: BuildRequest, signal: AbortSignal): Promise<number> {
    const credentials = new DockerCredentials();
    if (this.#options.push) {
      const authorise = authoriseAtTerminal(connection, signal, this.#terminal.err);
      await probePush(connection, request.tags, { credentials, signal, ...(authorise && { authorise }) });
    }
    const screen = screenOf(process.stderr, this.#colour);
    const { out } = this.#terminal;
    const progress = chooseProgress(this.#kind, screen, out);
    this.#progress = progress;
    let outcome: BuildOutcome | undefined;
    try {
      for await (const event of build(connection, request, { credentials, signal })) {
        progress.show(event);
        if (event.kind === "finished") outcome = event.outcome;
        if (process.stderr.writableNeedDrain || process.stdout.writableNeedDrain) await drained();
      }
    } finally {
      progress.end();
      this.#progress = undefined;
    }
    if (!outcome) throw new Error("the build has no outcome");
    if (!outcome.ok) {
      if (this.#kind !== "json")
        this.#terminal.err(failureText(outcome, dockerfileOf(request), this.#colour));
      return exitCodeOf(outcome.cause);
    }
    if (this.#kind !== "json") out(await resultText(outcome, connection));
    if (!this.#options.push) return exitCodes.fine;
    const failure = await pushTags(connection, request.tags, credentials, signal, {
      kind: this.#kind,
      screen,
      out,
    });
    if (!failure) return exitCodes.fine;
    if (this.#kind !== "json") this.#terminal.err(`ERROR: ${failureSentence(failure)}\n`);
    return exitCodeOf(failure.cause);
  }

  /** A line beside the progress; where that is drawn in place it must not stand in its way. */
  #note(text: string): void {
    if (this.#progress && this.#kind !== "json") this.#progress.note(text.trimEnd());
    else this.#terminal.err(text);
  }

  /** Of a build that could not begin. */
  #tellFailure(details: FailureDetails): void {
    if (this.#kind === "json") {
      const outcome = { ok: false, ...details, steps: [], output: [], duration: 0 };
      this.#terminal.out(`${JSON.stringify({ kind: "finished", outcome })}\n`);
    } else this.#terminal.err(`lab-images: ${failureSentence(details)}\n`);
  }
}

async function resultText(result: BuildResult, connection: Connection): Promise<string> {
  const { tags, image, size, steps, duration, replaced } = result;
  const own = steps.filter(({ name }) => /^\[[^\]]*\d+\/\d+\] /.test(name));
  const cached = own.filter(({ state }) => state === "cached").length;
  const fromCache = cached > 0 ? `, ${cached} of ${counted(own.length, "step")} from the cache` : "";
  const name = tags.length > 0 ? tags.join(", ") : "an image without a name";
  const built = `Built ${name} (${image.slice(0, 19)}, ${bytesText(size)}) in ${secondsText(duration)}${fromCache}\n`;
  return replaced === undefined ? built : built + (await replacedText(connection));
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

function dockerfileOf({ dockerfile, dockerfileText }: BuildRequest): { shown: string; text: string } {
  return {
    shown: shownPath(dockerfile, process.cwd()),
    text: dockerfileText ?? readFileSync(dockerfile, "utf8"),
  };
}

async function drained(): Promise<void> {
  for (const stream of [process.stderr, process.stdout])
    if (stream.writableNeedDrain) await new Promise<void>((resolve) => stream.once("drain", resolve));
}
