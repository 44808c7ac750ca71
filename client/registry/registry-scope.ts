import * as vscode from "vscode";
import type { Lab } from "../../core/lab/lab.ts";
import { labRegistries, loopbackPort } from "../../engine/registry/lab-places.ts";
import { activeFolder } from "../hosts/active-folder.ts";
import type { WorkspaceLabs } from "../labs/workspace-labs.ts";

/** The folder whose host asks a registry: that of a lab that pushes there, else the one that is worked on. */
export async function scopeOfRegistry(
  registry: string,
  labs: WorkspaceLabs,
): Promise<vscode.Uri | undefined> {
  const lab = firstOf(await labs.all(), (each) => labRegistries(each).includes(registry));
  return lab ? vscode.Uri.file(lab.root) : activeFolder();
}

/** A registry on a host's loopback, where it runs or is to. */
export interface LoopbackRegistry {
  /** Undefined where no lab names any. */
  readonly port: number | undefined;
  /** The folder whose host it is on. */
  readonly scope: vscode.Uri | undefined;
}

/** The registry of a row of the Registry view, else the one that a lab pushes to, on that lab's host. */
export function loopbackRegistry(labs: readonly Lab[], subject: unknown): LoopbackRegistry {
  const { root } = (subject ?? {}) as { readonly root?: unknown };
  const candidates = typeof root === "string" ? labs.filter((lab) => lab.root === root) : labs;
  const lab = firstOf(candidates, (each) => loopbackPort(each) !== undefined);
  return { port: lab && loopbackPort(lab), scope: lab ? vscode.Uri.file(lab.root) : activeFolder() };
}

/** Of the labs that fit one of the folder that is worked on, where there is such. */
function firstOf(labs: readonly Lab[], fits: (lab: Lab) => boolean): Lab | undefined {
  const fitting = labs.filter(fits);
  const folder = activeFolder()?.toString();
  const folderOf = ({ root }: Lab) => vscode.workspace.getWorkspaceFolder(vscode.Uri.file(root))?.uri;
  return fitting.find((lab) => folderOf(lab)?.toString() === folder) ?? fitting[0];
}
