import * as vscode from "vscode";
import type { DoctorStep } from "../../engine/connection/doctor/doctor-step.ts";
import type { Host } from "../../engine/connection/host.ts";
import { EngineFailure } from "../../engine/failure.ts";
import { withoutLinks } from "../shown-text.ts";
import { askInEditor } from "./ask-ssh.ts";
import type { WorkspaceHosts } from "./workspace-hosts.ts";

/**
 * Looks at each step on the way to a build on a host, with progress that the user can cancel; `found` is told of each as it
 * is known. Gives them all; undefined where the user ended it.
 *
 * @throws {EngineFailure} of cause `request` for a host that cannot be one
 */
export async function examineHost(
  hosts: WorkspaceHosts,
  host: Host,
  found: (step: DoctorStep) => void = () => {},
): Promise<readonly DoctorStep[] | undefined> {
  const title = vscode.l10n.t("Looking at {0}", host.name);
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(options, async (progress, token) => {
    const abort = new AbortController();
    token.onCancellationRequested(() => abort.abort());
    const steps: DoctorStep[] = [];
    try {
      for await (const step of hosts.diagnose(host, { ask: askInEditor, signal: abort.signal })) {
        steps.push(step);
        found(step);
        if (step.state !== "skipped")
          progress.report({ message: withoutLinks(`${step.title}: ${step.what}`) });
      }
    } catch (error) {
      if (error instanceof EngineFailure && error.details.cause === "cancelled") return undefined;
      throw error;
    }
    return steps;
  });
}
