import * as vscode from "vscode";
import type { BuildOutcome } from "../../engine/build/build-event.ts";
import type { ImageOutcome } from "../../engine/lab/lab-build-event.ts";
import type { WorkspaceHosts } from "../hosts/workspace-hosts.ts";
import { dockerfilesOf } from "../labs/lab-dockerfiles.ts";
import { labLabel } from "../labs/lab-label.ts";
import { readLabAt } from "../labs/read-lab.ts";
import type { RegistryLogins } from "../registry/registry-logins.ts";
import type { BuildDesk } from "./build-desk.ts";
import { BuildFailures } from "./build-failures.ts";
import { BuildResults } from "./build-results.ts";
import type { BuildRun, RunAgain } from "./build-run.ts";
import { BuildRuns } from "./build-runs.ts";
import { keepBuildingContext } from "./building-context.ts";
import { provideFailureActions } from "./failure-code-actions.ts";
import { InterruptedRuns } from "./interrupted-runs.ts";
import { LineMarks } from "./line-marks.ts";
import { refuseUntrustedBuild } from "./refuse-untrusted.ts";
import type { ShownWish, StaleOutcome } from "./run-build.ts";
import { tellInterrupted } from "./tell-interrupted.ts";
import { unsavedTexts } from "./unsaved-texts.ts";

/** The builds of this window. The engine is loaded with the first one: nothing of it runs while nobody builds. */
export class ImageBuilds implements vscode.Disposable {
  /** All of this window, for views and whatever else shows them. */
  readonly runs = new BuildRuns();
  /** What came of the last builds, also of an earlier window's. */
  readonly results: BuildResults;
  readonly #furniture: Omit<BuildDesk, "terminals">;
  readonly #interrupted: InterruptedRuns;
  readonly #actions: vscode.Disposable;
  readonly #context: vscode.Disposable;
  #desk: BuildDesk | undefined;
  #marks: LineMarks | undefined;
  /** Paths of the Dockerfiles and labs whose build begins. */
  readonly #beginning = new Set<string>();

  /** @param state the workspace's memory, which keeps what came of builds */
  constructor(
    log: vscode.LogOutputChannel,
    hosts: WorkspaceHosts,
    logins: RegistryLogins,
    state: vscode.Memento,
  ) {
    this.results = new BuildResults(state, this.runs);
    this.#context = keepBuildingContext(this.runs);
    const again = (run: RunAgain) => this.#again(run);
    this.#furniture = { log, hosts, logins, runs: this.runs, failures: new BuildFailures(), again };
    this.#interrupted = new InterruptedRuns(state, this.runs);
    this.#actions = provideFailureActions(this.#furniture.failures, this.runs);
    // After the activation: it waits for nothing.
    queueMicrotask(() => {
      void this.#furniture.failures.restore(this.results.latest());
      void tellInterrupted(this.#interrupted.left, this.#furniture);
    });
  }

  /** Builds the image of a Dockerfile on disk and the stale ones that it builds on, and pushes them where that is wished. */
  build(dockerfile: vscode.Uri, wish: ShownWish): Promise<BuildOutcome> {
    return this.#once(dockerfile, async (desk) => {
      const { runBuild } = await import("./run-build.ts");
      return runBuild(dockerfile, wish, desk);
    });
  }

  /** Builds the stale images of the lab in a folder; gives what came of each. */
  buildStale(root: vscode.Uri, wish: ShownWish): Promise<ReadonlyMap<string, StaleOutcome>> {
    const begin = async (desk: BuildDesk) => {
      const { runStale } = await import("./run-build.ts");
      return runStale(root, wish, desk);
    };
    return this.#once(root, begin, dockerfilesOf(readLabAt(root, unsavedTexts())));
  }

  /** Pushes the image of a Dockerfile as it is on the host; gives what came of it, undefined where it was not begun. */
  push(dockerfile: vscode.Uri): Promise<ImageOutcome | undefined> {
    return this.#once(dockerfile, async (desk) => {
      const { runPush } = await import("./run-build.ts");
      return runPush(dockerfile, desk);
    });
  }

  /** Brings the terminal of a run to the front, without the keyboard; false where it is closed. */
  reveal(run: BuildRun): boolean {
    return this.#desk?.terminals.reveal(run) ?? false;
  }

  /** What is under way ends, in the daemons too: they end a build whose client goes away. */
  dispose(): void {
    // Ahead of their end, which the next window is to be told of.
    this.#interrupted.dispose();
    this.runs.cancelAll();
    this.#context.dispose();
    this.#actions.dispose();
    this.#marks?.dispose();
    this.#furniture.failures.dispose();
    this.results.dispose();
    this.#desk?.terminals.dispose();
  }

  async #again({ kind, path, wish }: RunAgain): Promise<unknown> {
    refuseUntrustedBuild();
    const uri = vscode.Uri.file(path);
    switch (kind) {
      case "image":
        return this.build(uri, wish);
      case "push":
        return this.push(uri);
      case "stale":
        return this.buildStale(uri, wish);
    }
  }

  /** @param dockerfiles absolute paths of what is to be built; none of them may be under way */
  async #once<T>(
    { fsPath }: vscode.Uri,
    begin: (desk: BuildDesk) => Promise<T>,
    dockerfiles: readonly string[] = [fsPath],
  ): Promise<T> {
    const underway = new Set([...this.#beginning, ...this.runs.running.flatMap(({ held }) => held)]);
    const taken = [fsPath, ...dockerfiles].find((path) => underway.has(path));
    if (taken !== undefined)
      throw new Error(vscode.l10n.t("{0} is being built. Wait for it, or cancel it first.", labLabel(taken)));
    this.#beginning.add(fsPath);
    try {
      const { openDesk } = await import("./open-desk.ts");
      this.#desk ??= openDesk(this.#furniture);
      this.#marks ??= new LineMarks(this.runs);
      return await begin(this.#desk);
    } finally {
      this.#beginning.delete(fsPath);
    }
  }
}
