import * as vscode from "vscode";
import type { CudaCheck } from "../../engine/images/check-cuda.ts";
import type { TorchReport } from "../../engine/images/cuda-report.ts";

/** What a check of CUDA comes to, in a sentence or two. */
export interface CudaVerdict {
  /** Whether programs in the image can use a GPU of the host, as far as they were asked. */
  readonly works: boolean;
  readonly text: string;
}

/** @param host the host's name */
export function cudaVerdict(check: CudaCheck, host: string): CudaVerdict {
  const { gpus, refused, torch } = check;
  const inImage = imageWords(check);
  if (refused?.why === "old-driver")
    return {
      works: false,
      text: vscode.l10n.t(
        "The GPU driver of {0} is too old for {1}, which asks for {2}. Take a base with an older CUDA.",
        host,
        check.image,
        refused.needs ?? vscode.l10n.t("a newer one"),
      ),
    };
  if (refused)
    return {
      works: false,
      text: join(
        vscode.l10n.t("{0} has no GPU that Docker can give to a container.", host),
        vscode.l10n.t("Where it has one, the NVIDIA Container Toolkit is missing there."),
        inImage,
      ),
    };
  if (gpus.length === 0)
    return {
      works: false,
      text: join(
        vscode.l10n.t("No GPU of {0} is seen in {1}.", host, check.image),
        check.smiFault && vscode.l10n.t("nvidia-smi says: {0}", check.smiFault),
        inImage,
      ),
    };
  const [first] = gpus;
  const seen = vscode.l10n.t(
    "{0} sees {1} × {2} of {3} (driver {4}).",
    check.image,
    gpus.length,
    first?.name ?? "",
    host,
    first?.driver ?? "",
  );
  const works = torch === undefined || (typeof torch === "object" && torch.available && torch.fault === null);
  return { works, text: join(seen, torchWords(torch)) };
}

/** All that was found, a line each. */
export function cudaDetails({ gpus, smiFault, refused, cuda, torch }: CudaCheck): readonly string[] {
  return [
    ...gpus.map(({ name, memory, driver }) => `GPU: ${name}, ${memory}, driver ${driver}`),
    ...(smiFault === undefined ? [] : [`nvidia-smi: ${smiFault}`]),
    ...(refused === undefined ? [] : [`docker: ${refused.said}`]),
    `CUDA_VERSION: ${cuda ?? "not set"}`,
    `torch: ${torch === undefined ? "not installed" : JSON.stringify(torch)}`,
  ];
}

/** What the image itself has, where no GPU was there to try it. */
function imageWords({ cuda, torch }: CudaCheck): string | undefined {
  const parts = [
    cuda && `CUDA ${cuda}`,
    typeof torch === "object" && versionWords(torch),
    typeof torch === "string" && vscode.l10n.t("a PyTorch that does not load ({0})", torch),
  ].filter((part) => part);
  return parts.length > 0 ? vscode.l10n.t("The image has {0}.", parts.join(", ")) : undefined;
}

function torchWords(torch: TorchReport | string | undefined): string {
  if (torch === undefined) return vscode.l10n.t("There is no PyTorch in it to ask.");
  if (typeof torch === "string") return vscode.l10n.t("Its PyTorch does not load: {0}", torch);
  const version = versionWords(torch);
  if (torch.available && torch.fault === null)
    return vscode.l10n.t("{0} computes on it, and sees {1}.", version, torch.devices);
  if (torch.available)
    return vscode.l10n.t("{0} sees it and cannot compute on it: {1}", version, torch.fault ?? "");
  const why =
    torch.fault ??
    (torch.cuda === null ? vscode.l10n.t("it was built without CUDA") : vscode.l10n.t("it does not say why"));
  return vscode.l10n.t("{0} cannot use it: {1}", version, why);
}

function versionWords({ version, cuda }: TorchReport): string {
  return cuda === null
    ? vscode.l10n.t("PyTorch {0} without CUDA", version)
    : vscode.l10n.t("PyTorch {0} for CUDA {1}", version, cuda);
}

function join(...sentences: readonly (string | undefined)[]): string {
  return sentences.filter((sentence) => sentence).join(" ");
}
