import * as vscode from "vscode";
import type { CudaCheck } from "../../engine/images/check-cuda.ts";
import { refuseUntrusted } from "../hosts/workspace-hosts.ts";
import { cudaDetails, cudaVerdict } from "../images/cuda-words.ts";
import { workOnHost } from "../images/work-on-host.ts";
import { chooseImage } from "../labs/choose-image.ts";
import { showInformation, showWarning } from "../messages.ts";
import { inBackground } from "../tell-failure.ts";
import type { Command } from "./command.ts";

/** Looks whether programs in an image can use the host's GPUs; gives what was found, undefined when dismissed. */
export const checkCudaInImage: Command = {
  id: "labImages.image.checkCuda",
  async run({ labs, hostsDesk: { hosts }, log }, subject): Promise<CudaCheck | undefined> {
    refuseUntrusted();
    const image = await chooseImage(labs, subject, vscode.l10n.t("The image to check CUDA in"));
    if (!image) return undefined;
    const host = await hosts.current(vscode.Uri.file(image.dockerfile));
    const title = vscode.l10n.t("Checking CUDA in {0} on {1}", image.name, host.name);
    const check = await workOnHost(hosts, host, { title, isLong: true }, async (connection, signal) => {
      const { checkCuda } = await import("../../engine/images/check-cuda.ts");
      return checkCuda(connection, image.reference, signal);
    });
    const { works, text } = cudaVerdict(check, host.name);
    log.info([text, ...cudaDetails(check)].join("\n  "));
    inBackground(tell(works, text, log), checkCudaInImage.id, log);
    return check;
  },
};

async function tell(works: boolean, text: string, log: vscode.LogOutputChannel): Promise<void> {
  const details = vscode.l10n.t("Show Details");
  if ((await (works ? showInformation : showWarning)(text, details)) === details) log.show();
}
