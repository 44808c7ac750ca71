import * as vscode from "vscode";
import { showWarning } from "../messages.ts";
import { buildAgain } from "./build-again.ts";
import type { BuildDesk } from "./build-desk.ts";
import type { InterruptedRun } from "./interrupted-runs.ts";

/** Says which builds ended with the window before, and offers to begin them again. */
export async function tellInterrupted(
  left: readonly InterruptedRun[],
  desk: Pick<BuildDesk, "again" | "log">,
): Promise<void> {
  if (left.length === 0) return;
  const titles = left.map(({ title }) => title).join(", ");
  const again = vscode.l10n.t("Build Again");
  const chosen = await showWarning(
    vscode.l10n.t("Lab Images: the window closed while this was built, which ended it: {0}", titles),
    again,
  );
  if (chosen === again) await Promise.all(left.map((each) => buildAgain(each, desk)));
}
