import * as vscode from "vscode";
import { diskFiles } from "../../core/lab/files.ts";
import { jobNameFault, usualJobName } from "../../core/lab/job/job.ts";
import { labJob } from "../../core/lab/job/lab-job.ts";
import { submitCommand } from "../../core/lab/job/submit-command.ts";
import type { Lab } from "../../core/lab/lab.ts";
import { unsetVariable } from "../../core/lab/manifest-variables.ts";
import type { CommandContext } from "../commands/command.ts";
import type { WorkspaceHosts } from "../hosts/workspace-hosts.ts";
import { type ChosenImage, chooseImage } from "../labs/choose-image.ts";
import { showWarning } from "../messages.ts";
import { askRegistry, refuseUntrusted } from "../registry/ask-registry.ts";
import { referenceOf, type TagSubject, tagInItem } from "../registry/tag-subject.ts";

/** A job's command, and what its author should know before it is started. */
export interface MadeJob {
  readonly name: string;
  /** The program, and its arguments. */
  readonly words: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Makes the command of a job of an image; undefined where a question is dismissed.
 * @param subject the image's Dockerfile, or a tag in a registry, where a menu names one
 * @param answer the job's name, where it is not to be asked
 * @throws where a variable that the job needs is not set
 */
export async function makeJob(
  { labs, hostsDesk: { hosts } }: CommandContext,
  subject: unknown,
  answer: unknown,
): Promise<MadeJob | undefined> {
  refuseUntrusted();
  const tag = tagInItem(subject);
  const image = tag
    ? await imageOfTag(tag, await labs.all())
    : await chooseImage(labs, subject, vscode.l10n.t("The image that the job runs"));
  const name = image && (typeof answer === "string" ? answer : await askName(image.name));
  if (!image || name === undefined) return undefined;
  const fault = jobNameFault(name);
  if (fault !== undefined) throw new Error(fault);
  const { reference, dockerfile } = image;
  const found = labJob(
    image.lab,
    dockerfile === undefined ? { reference } : { dockerfile },
    { name },
    diskFiles,
  );
  if (!found)
    throw new Error(vscode.l10n.t("The lab gives {0} no name, so no job can be of it.", image.name));
  const [unset] = found.unset;
  if (unset !== undefined) {
    const { what, next } = unsetVariable(unset);
    throw new Error(vscode.l10n.t("The job {0}. {1}.", what, next));
  }
  const scope = tag?.scope ?? vscode.Uri.file(dockerfile ?? image.lab.root);
  const checked = await checkImage(reference, scope, hosts);
  return { name, words: submitCommand(found.job), warnings: [...checked, ...found.warnings] };
}

/** The image under a tag, with the lab that pushes there; of several the one whose images lie deepest. */
async function imageOfTag(
  tag: TagSubject,
  labs: readonly Lab[],
): Promise<Omit<ChosenImage, "dockerfile"> & { readonly dockerfile: undefined }> {
  const { placesOf } = await import("../registry/workspace-places.ts");
  const depthIn = (lab: Lab) =>
    placesOf(lab)
      .places.filter(({ registry, prefix }) => registry === tag.registry && tag.path.startsWith(prefix))
      .reduce((deepest, { prefix }) => Math.max(deepest, prefix.length), -1);
  const isOfRow = ({ root }: Lab) => Number(root === tag.scope?.fsPath);
  const [lab] = [...labs].sort((a, b) => depthIn(b) - depthIn(a) || isOfRow(b) - isOfRow(a));
  if (!lab) throw new Error(vscode.l10n.t("There is no lab in this workspace that says what its jobs are."));
  return { lab, name: tag.path.replace(/^.*\//, ""), reference: referenceOf(tag), dockerfile: undefined };
}

function askName(image: string): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: vscode.l10n.t("Job of {0}", image),
    prompt: vscode.l10n.t("The job's name on the cluster"),
    value: usualJobName(image),
    validateInput: (text) => jobNameFault(text),
  });
}

/** What is wrong with the image in its registry. A host is asked that was connected to already: none is connected to for this. */
async function checkImage(image: string, scope: vscode.Uri, hosts: WorkspaceHosts): Promise<string[]> {
  const [{ checkJobImage }, { DockerCredentials }] = await Promise.all([
    import("../../engine/lab/job-checks.ts"),
    import("../../engine/registry/docker-credentials.ts"),
  ]);
  return askRegistry(vscode.l10n.t("Looking {0} up", image), () => {
    return checkJobImage(image, {
      credentials: new DockerCredentials(),
      host: () => hosts.current(scope),
      connect: async (host) => (hosts.wasReached(host) ? hosts.connect(host) : undefined),
    });
  });
}

/** Tells warnings without waiting; what there is to say otherwise stands in the status bar. */
export function tellJob(warnings: readonly string[], text: string): void {
  const statusMs = 6000;
  if (warnings.length === 0) vscode.window.setStatusBarMessage(text, statusMs);
  else void showWarning(`${text}. ${warnings.join(" ")}`);
}
