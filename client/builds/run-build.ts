import { basename } from "node:path";
import * as vscode from "vscode";
import { build } from "../../engine/build/build.ts";
import type { BuildFailure, BuildOutcome } from "../../engine/build/build-event.ts";
import type { BuildRequest } from "../../engine/build/build-request.ts";
import { checkPush } from "../../engine/build/check-push.ts";
import { labRequest } from "../../engine/build/lab-request.ts";
import type { Connection } from "../../engine/connection/connection.ts";
import type { Host } from "../../engine/connection/host.ts";
import { EngineFailure, type FailureDetails } from "../../engine/failure.ts";
import { PlainProgress } from "../../engine/progress/plain-progress.ts";
import { DockerCredentials } from "../../engine/registry/docker-credentials.ts";
import { probePush } from "../../engine/registry/probe-push.ts";
import { push } from "../../engine/registry/push.ts";
import { readLabOf } from "../labs/read-lab.ts";
import { askInEditor } from "./ask-ssh.ts";
import type { BuildDesk } from "./build-desk.ts";
import { failureDiagnostic } from "./failure-diagnostic.ts";
import { tellFailure, tellPushed, tellResult } from "./tell-outcome.ts";

/** Shows how far the work is, in the notification that the user can cancel it with. */
type Report = (message: string) => void;

/**
 * Builds an image with progress in a notification and its output in a channel, and tells what came of it: a message, and
 * a diagnostic at the instruction that failed.
 *
 * @throws {EngineFailure} where the build cannot begin
 */
export async function runBuild(
  dockerfile: vscode.Uri,
  pushes: boolean,
  desk: BuildDesk,
): Promise<BuildOutcome> {
  const document = await vscode.workspace.openTextDocument(dockerfile);
  desk.diagnostics.delete(dockerfile);
  const request = requestFor(document, pushes);
  const name = request.tags[0] ?? vscode.workspace.asRelativePath(dockerfile);
  const host = await desk.hosts.current(dockerfile);
  const title = vscode.l10n.t("Building {0} on {1}", name, host.name);
  desk.output.appendLine(`${title}${request.dockerfileText === undefined ? "" : unsavedNote(document)}\n`);
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  const { outcome, pushFailure } = await vscode.window.withProgress(options, (progress, token) => {
    const abort = new AbortController();
    token.onCancellationRequested(() => abort.abort());
    const report: Report = (message) => progress.report({ message });
    if (request.dockerfileText !== undefined) report(vscode.l10n.t("the unsaved text"));
    return work(host, request, pushes, abort.signal, report, desk);
  });
  if (!outcome.ok) {
    const diagnostic = blamesInstruction(outcome) ? failureDiagnostic(outcome, document) : undefined;
    if (diagnostic) desk.diagnostics.set(dockerfile, [diagnostic]);
    tellFailure(name, outcome, diagnostic && { uri: dockerfile, range: diagnostic.range }, desk);
  } else if (pushFailure) tellFailure(name, pushFailure, undefined, desk);
  else if (pushes) tellPushed(outcome, desk);
  else tellResult(outcome, desk);
  return outcome;
}

/** What came of a build, and of the pushes behind it. */
interface Done {
  readonly outcome: BuildOutcome;
  readonly pushFailure: FailureDetails | undefined;
}

async function work(
  host: Host,
  request: BuildRequest,
  pushes: boolean,
  signal: AbortSignal,
  report: Report,
  desk: BuildDesk,
): Promise<Done> {
  let connection: Connection | undefined;
  try {
    connection = await desk.hosts.connect(host, { ask: askInEditor, signal });
    if (pushes) {
      report(vscode.l10n.t("asking the registry"));
      await probePush(connection, request.tags, { credentials: new DockerCredentials(), signal });
    }
    const outcome = await follow(connection, request, signal, report, desk);
    const pushFailure =
      outcome.ok && pushes ? await pushAll(connection, outcome.tags, signal, report, desk) : undefined;
    return { outcome, pushFailure };
  } catch (error) {
    // What the user ends before it has begun is no fault to show.
    if (!(error instanceof EngineFailure) || error.details.cause !== "cancelled") throw error;
    return { outcome: notBegun(error.details), pushFailure: undefined };
  } finally {
    void connection?.close();
  }
}

function notBegun(details: FailureDetails): BuildFailure {
  const nowhere = { steps: [], lines: undefined, step: undefined, exitCode: undefined, output: [] };
  return { ok: false, ...details, ...nowhere, duration: 0 };
}

/** A build that was broken off was at some instruction, which can do nothing about it. */
function blamesInstruction({ cause }: FailureDetails): boolean {
  return cause !== "cancelled" && cause !== "connection-lost";
}

/** What the lab says of the image; the text of the editor where it is not saved. */
function requestFor(document: vscode.TextDocument, pushes: boolean): BuildRequest {
  const path = document.uri.fsPath;
  const lab = readLabOf(document.uri);
  const unsaved = document.isDirty ? { dockerfileText: document.getText() } : {};
  const request = labRequest(path, lab.buildOf(path), unsaved);
  if (pushes) checkPush(request.tags, lab.values.registry);
  return request;
}

async function follow(
  connection: Connection,
  request: BuildRequest,
  signal: AbortSignal,
  report: Report,
  { output }: BuildDesk,
): Promise<BuildOutcome> {
  const lines = new PlainProgress({ write: (text) => output.append(text), colour: false });
  const steps = new Map<string, boolean>();
  try {
    for await (const event of build(connection, request, { credentials: new DockerCredentials(), signal })) {
      lines.show(event);
      if (event.kind === "finished") return event.outcome;
      if (event.kind !== "step") continue;
      const { id, name, state } = event.step;
      steps.set(id, state !== "waiting" && state !== "running");
      const done = [...steps.values()].filter(Boolean).length;
      if (state === "running") report(`(${done}/${steps.size}) ${name}`);
    }
  } finally {
    lines.end();
  }
  throw new Error("the build has no outcome");
}

/** Pushes every name of the image; the first failure, or undefined. */
async function pushAll(
  connection: Connection,
  tags: readonly string[],
  signal: AbortSignal,
  report: Report,
  { output }: BuildDesk,
): Promise<FailureDetails | undefined> {
  for (const tag of tags) {
    report(vscode.l10n.t("pushing {0}", tag));
    const layers = new Map<string, boolean>();
    for await (const event of push(connection, tag, { credentials: new DockerCredentials(), signal })) {
      if (event.kind === "layer") {
        layers.set(event.id, ["pushed", "exists", "mounted"].includes(event.state));
        const done = [...layers.values()].filter(Boolean).length;
        report(vscode.l10n.t("pushing {0}: {1} of {2} layers", basename(tag), done, layers.size));
      } else if (event.kind === "retry") output.appendLine(event.because);
      else if (!event.outcome.ok) return event.outcome;
      else output.appendLine(`${event.outcome.reference}@${event.outcome.digest}`);
    }
  }
  return undefined;
}

function unsavedNote(document: vscode.TextDocument): string {
  return vscode.l10n.t(" (the unsaved text of {0})", basename(document.uri.fsPath));
}
