import { basename } from "node:path";
import * as vscode from "vscode";
import type { BuildOutcome } from "../../engine/build/build-event.ts";
import type { BuildRequest } from "../../engine/build/build-request.ts";
import { checkPush } from "../../engine/build/check-push.ts";
import { labRequest } from "../../engine/build/lab-request.ts";
import { PlainProgress } from "../../engine/progress/plain-progress.ts";
import { DockerCredentials } from "../../engine/registry/docker-credentials.ts";
import { askInEditor } from "../hosts/ask-ssh.ts";
import { readLabOf } from "../labs/read-lab.ts";
import type { BuildDesk } from "./build-desk.ts";
import { buildOneImage } from "./build-one-image.ts";
import type { BuildRun } from "./build-run.ts";
import { outcomeOfImage } from "./outcome-of-image.ts";
import { notifyOfProgress } from "./run-notification.ts";
import { tellRun } from "./tell-outcome.ts";

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
  const title = request.tags[0] ?? vscode.workspace.asRelativePath(dockerfile);
  const host = await desk.hosts.current(dockerfile);
  const image = {
    name: title,
    reference: title,
    dockerfile: dockerfile.fsPath,
    bases: [],
    reasons: ["asked"] as const,
  };
  const unsaved = new Map<string, string>();
  if (request.dockerfileText !== undefined) unsaved.set(image.dockerfile, request.dockerfileText);
  const asked = [image.dockerfile];
  const run = desk.runs.start({ title, host, pushes, asked, unsaved }, (signal) =>
    buildOneImage(
      {
        image,
        request,
        pushes,
        connect: () => desk.hosts.connect(host, { ask: askInEditor, signal }),
        credentials: new DockerCredentials(),
        authoriseFor: (connection) => desk.logins.authoriseFor(connection),
      },
      signal,
    ),
  );
  showInChannel(run, desk.output, document);
  void notifyOfProgress(run);
  const outcomes = await run.result;
  await tellRun(run, desk);
  const outcome = outcomeOfImage(image.name, outcomes);
  if (!outcome) throw new Error("the build has no outcome");
  return outcome;
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

function showInChannel(run: BuildRun, output: vscode.OutputChannel, document: vscode.TextDocument): void {
  const { title, host, unsaved } = run.request;
  const note = unsaved.size > 0 ? unsavedNote(document) : "";
  output.appendLine(`${vscode.l10n.t("Building {0} on {1}", title, host.name)}${note}\n`);
  const lines = new PlainProgress({ write: (text) => output.append(text), colour: false });
  run.onDidTake((event) => {
    if (event.kind === "build") lines.show(event.event);
    if (event.kind !== "push") return;
    if (event.event.kind === "retry") output.appendLine(event.event.because);
    if (event.event.kind === "finished" && event.event.outcome.ok)
      output.appendLine(`${event.event.outcome.reference}@${event.event.outcome.digest}`);
  });
  void run.result.catch(() => {}).then(() => lines.end());
}

function unsavedNote(document: vscode.TextDocument): string {
  return vscode.l10n.t(" (the unsaved text of {0})", basename(document.uri.fsPath));
}
