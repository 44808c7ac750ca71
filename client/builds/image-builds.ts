import * as vscode from "vscode";
import type { BuildOutcome } from "../../engine/build/build-event.ts";
import type { WorkspaceHosts } from "../hosts/workspace-hosts.ts";
import type { RegistryLogins } from "../registry/registry-logins.ts";
import type { BuildDesk } from "./build-desk.ts";
import { BuildRuns } from "./build-runs.ts";

/** The builds of this window. The engine is loaded with the first one: nothing of it runs while nobody builds. */
export class ImageBuilds implements vscode.Disposable {
  readonly #log: vscode.LogOutputChannel;
  readonly #hosts: WorkspaceHosts;
  readonly #logins: RegistryLogins;
  readonly #diagnostics = vscode.languages.createDiagnosticCollection("lab-images-build");
  /** All of this window, for views and whatever else shows them. */
  readonly runs = new BuildRuns();
  /** Paths of the Dockerfiles whose build begins. */
  readonly #beginning = new Set<string>();
  #desk: BuildDesk | undefined;

  constructor(log: vscode.LogOutputChannel, hosts: WorkspaceHosts, logins: RegistryLogins) {
    this.#log = log;
    this.#hosts = hosts;
    this.#logins = logins;
  }

  /** Builds the image of a Dockerfile on disk, and pushes it where that is asked for. */
  async build(dockerfile: vscode.Uri, push: boolean): Promise<BuildOutcome> {
    const path = dockerfile.fsPath;
    if (this.#beginning.has(path) || this.runs.running.some((run) => run.holds(path)))
      throw new Error(
        vscode.l10n.t(
          "{0} is being built. Wait for it, or cancel it first.",
          vscode.workspace.asRelativePath(dockerfile),
        ),
      );
    this.#beginning.add(path);
    try {
      this.#desk ??= this.#open();
      const { runBuild } = await import("./run-build.ts");
      return await runBuild(dockerfile, push, this.#desk);
    } finally {
      this.#beginning.delete(path);
    }
  }

  /** What is under way ends, in the daemons too: they end a build whose client goes away. */
  dispose(): void {
    this.runs.cancelAll();
    this.#diagnostics.dispose();
    this.#desk?.output.dispose();
  }

  #open(): BuildDesk {
    return {
      log: this.#log,
      diagnostics: this.#diagnostics,
      output: vscode.window.createOutputChannel("Lab Images: Build"),
      hosts: this.#hosts,
      logins: this.#logins,
      runs: this.runs,
    };
  }
}
