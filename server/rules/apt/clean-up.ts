import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import type { Invocation } from "../../../core/dockerfile/shell/invocation.ts";
import { isShell } from "../../../core/dockerfile/shell/nested-script.ts";
import { appendCommands } from "../../fixes/append-commands.ts";
import { endsScript } from "../../fixes/ends-script.ts";
import type { Edit } from "../rule.ts";
import { type AptRun, isMounted } from "./apt-run.ts";
import { deletesArchives } from "./deleted-lists.ts";

const archivesFolder = "/var/cache/apt/archives";

/** Appends what a RUN lacks to leave neither lists nor downloaded packages; `asked` is the call that needs it. */
export function cleanUpEdit(dockerfile: Dockerfile, aptRun: AptRun, asked: Invocation): Edit | undefined {
  const { run, steps } = aptRun;
  const { invocations } = run.shell;
  const last = invocations.at(-1);
  if (!last || endsScript(last)) return undefined;
  const sudo = needsSudo(asked, invocations) ? "sudo " : "";
  const commands = [`${sudo}rm -rf /var/lib/apt/lists/*`];
  const lastInstall = steps.findLastIndex(({ uses, updates }) => updates || uses === "certain");
  // Where another program installs (`rosdep`, a script), it is not for this fix to say what that leaves.
  const installs = steps.some(({ call, uses }) => call && uses !== "no");
  const cleaned =
    !installs ||
    steps.slice(lastInstall + 1).some(({ call }) => call?.command === "clean") ||
    invocations.some(deletesArchives) ||
    isMounted(run, archivesFolder, ["cache", "tmpfs", "bind"]);
  if (!cleaned) commands.unshift(`${sudo}apt-get clean`);
  return appendCommands(dockerfile, run, commands);
}

/** Whether a command runs through `sudo`, by itself or in a script that does. */
export function needsSudo(invocation: Invocation, all: readonly Invocation[]): boolean {
  if (invocation.through.includes("sudo")) return true;
  return (
    invocation.script.depth > 0 && all.some((each) => isShell(each.name) && each.through.includes("sudo"))
  );
}
