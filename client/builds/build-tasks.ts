import { statSync } from "node:fs";
import * as vscode from "vscode";
import { readLabAt } from "../labs/read-lab.ts";
import type { WorkspaceLabs } from "../labs/workspace-labs.ts";
import type { ImageBuilds } from "./image-builds.ts";
import { type BuildTask, readTask, subjectOf, taskName, tasksOf, taskType } from "./task-definition.ts";
import { unsavedTexts } from "./unsaved-texts.ts";

const exitCodes = { fine: 0, failed: 1, cancelled: 130 } as const;

/** Offers a task for each image of the workspace's labs and one for all that are stale, and runs those of tasks.json. */
export function provideBuildTasks(
  labs: WorkspaceLabs,
  builds: ImageBuilds,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  const desk = { builds, log };
  return vscode.tasks.registerTaskProvider(taskType, {
    async provideTasks(): Promise<vscode.Task[]> {
      const tasks: vscode.Task[] = [];
      for (const lab of await labs.all()) {
        const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(lab.root));
        if (!folder) continue;
        for (const task of tasksOf(lab, folder.uri.fsPath)) tasks.push(taskOf(task, folder, desk));
      }
      return tasks;
    },
    resolveTask(task: vscode.Task): vscode.Task {
      const { definition, scope } = task;
      return withExecution(definition, scope ?? vscode.TaskScope.Workspace, task.name, desk);
    },
  });
}

/** What tasks are run with. */
interface TaskDesk {
  readonly builds: ImageBuilds;
  readonly log: vscode.LogOutputChannel;
}

function taskOf(task: BuildTask, folder: vscode.WorkspaceFolder, desk: TaskDesk): vscode.Task {
  const definition = { type: taskType, image: task.image };
  return withExecution(definition, folder, taskName(task), desk);
}

function withExecution(
  definition: vscode.TaskDefinition,
  scope: vscode.WorkspaceFolder | vscode.TaskScope,
  name: string,
  desk: TaskDesk,
): vscode.Task {
  const execution = new vscode.CustomExecution(async (resolved) => begin(resolved, scope, desk));
  const task = new vscode.Task(definition, scope, name, taskType, execution);
  task.group = vscode.TaskGroup.Build;
  return task;
}

/** Begins the build, and gives the terminal that shows it. */
async function begin(
  definition: vscode.TaskDefinition,
  scope: vscode.WorkspaceFolder | vscode.TaskScope,
  { builds, log }: TaskDesk,
): Promise<vscode.Pseudoterminal> {
  const { RunTerminal } = await import("./run-terminal.ts");
  const terminal = new RunTerminal();
  const run = async () => {
    const task = readTask(definition);
    const folder = typeof scope === "object" ? scope : vscode.workspace.workspaceFolders?.[0];
    if (!folder) throw new Error(vscode.l10n.t("Open the folder of your images first."));
    const subject = subjectOf(task, folder.uri.fsPath, readLabAt(folder.uri, unsavedTexts()), isFile);
    const wish = { pushes: task.push, host: task.host, terminal };
    if (subject.kind === "dockerfile") {
      const outcome = await builds.build(vscode.Uri.file(subject.path), wish);
      return outcome.ok
        ? exitCodes.fine
        : outcome.cause === "cancelled"
          ? exitCodes.cancelled
          : exitCodes.failed;
    }
    const outcomes = [...(await builds.buildStale(vscode.Uri.file(subject.root), wish)).values()];
    if (terminal.run?.isCancelled) return exitCodes.cancelled;
    const isFine = outcomes.every(({ kind }) => kind === "built" || kind === "current" || kind === "pushed");
    return isFine ? exitCodes.fine : exitCodes.failed;
  };
  run().then(
    (code) => terminal.end(code),
    (error: unknown) => {
      // A run tells its own end.
      if (!terminal.run) {
        const reason = error instanceof Error ? error.message : String(error);
        terminal.say(reason);
        log.error(`The task of ${String(definition.image)}: ${reason}`);
      }
      terminal.end(exitCodes.failed);
    },
  );
  return terminal;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
