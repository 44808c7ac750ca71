import { type DriverFit, driverFit, driverNeeds, newestTagFor, reaches } from "../../../core/cuda/drivers.ts";
import { isCudaRepository, judgeCudaTag, parseCudaTag } from "../../../core/cuda/tags.ts";
import { originOf, tagFixes } from "../base/tag-fixes.ts";
import type { UsedImage } from "../base/used-image.ts";
import type { Rule, RuleReport } from "../rule.ts";
import { finalBase } from "./final-base.ts";

/** Finds CUDA bases that the lab's GPU driver cannot run. */
export const driver: Rule = {
  code: "cuda/driver",
  severity: "warning",
  summary: "a CUDA base that the lab's GPU driver cannot run",
  why: `The driver belongs to the GPU node, the CUDA libraries to the image. A driver runs the CUDA it came with and
every older one, and within a CUDA major newer ones too: 525 and later run all of CUDA 12. NVIDIA's images also take a
few older branches, for which they bring compatibility packages that work on data-centre GPUs only. With any other
driver the container does not start. Set the driver of the lab's nodes as \`gpuDriver\` in \`lab-images.json\`.`,
  exampleLab: { gpuDriver: "525.147" },
  examples: [
    {
      title: "a CUDA major that is newer than the driver",
      bad: "FROM nvidia/cuda:13.0.2-cudnn-devel-ubuntu22.04\n",
      good: "FROM nvidia/cuda:12.4.1-cudnn-devel-ubuntu22.04\n",
      at: ["13.0.2-cudnn-devel-ubuntu22.04"],
    },
    {
      title: "other lines fit the CUDA of the base: what to take is the author's choice",
      bad: "FROM nvidia/cuda:13.0.2-runtime-ubuntu24.04\nRUN pip install --no-cache-dir torch --index-url https://download.pytorch.org/whl/cu130\n",
      at: ["13.0.2-runtime-ubuntu24.04"],
    },
    {
      title: "an image without compatibility packages",
      bad: "FROM pytorch/pytorch:2.11.0-cuda13.0-cudnn9-runtime\n",
      at: ["2.11.0-cuda13.0-cudnn9-runtime"],
    },
  ],
  fine: [
    "FROM nvidia/cuda:11.8.0-cudnn8-devel-ubuntu22.04\n",
    "# The driver runs all of CUDA 12.\nFROM nvidia/cuda:12.8.1-runtime-ubuntu22.04\n",
    "# Only the last stage runs on a GPU.\nFROM nvidia/cuda:13.0.2-devel-ubuntu22.04 AS build\nFROM nvidia/cuda:12.0.1-base-ubuntu22.04\nCOPY --from=build /opt/tool /opt/tool\n",
    "# Newer than the catalogue.\nFROM nvidia/cuda:14.0.1-devel-ubuntu26.04\n",
  ],
  *check(image): Iterable<RuleReport> {
    const { gpuDriver } = image.lab.values;
    if (gpuDriver === undefined || !/^\d+(\.\d+)*$/.test(gpuDriver)) return;
    const base = finalBase(image);
    const found = base && judge(base.used, gpuDriver);
    if (found) yield report(base.used, gpuDriver, found, pinsCuda.test(image.dockerfile.text));
  },
};

interface Judgement {
  readonly cuda: string;
  readonly fit: DriverFit;
}

const pytorchImages = "docker.io/pytorch/pytorch";

/** What the file says of CUDA elsewhere, and would have to say otherwise on another CUDA. */
const pinsCuda = /\bcu\d{2,3}\b|cuda[-_=]*1\d|cuda1\dx|cudatoolkit/i;

function judge({ reference }: UsedImage, gpuDriver: string): Judgement | undefined {
  const { repository, tag = "" } = reference;
  if (repository === pytorchImages) {
    const cuda = /-cuda(\d+\.\d+)-/.exec(tag)?.[1];
    const minimum = cuda && driverNeeds(cuda).minimum;
    // These images come without compatibility packages.
    return minimum && !reaches(gpuDriver, minimum) ? { cuda, fit: "cannot" } : undefined;
  }
  if (!isCudaRepository(repository) || judgeCudaTag(tag).kind === "unknown") return undefined;
  const { cuda } = parseCudaTag(tag);
  const fit = cuda && driverFit(cuda, gpuDriver);
  return fit === "compatibility-packages" || fit === "cannot" ? { cuda: cuda!, fit } : undefined;
}

function report(used: UsedImage, gpuDriver: string, { cuda, fit }: Judgement, pinned: boolean): RuleReport {
  const { name, tag = "", repository, digest } = used.reference;
  const { minimum, toolkit } = driverNeeds(cuda);
  const needed = minimum ?? toolkit ?? "";
  const other = isCudaRepository(repository) ? newestTagFor(tag, gpuDriver) : undefined;
  const advice = other ? `Write \`${name}:${other}\`` : "Take an image of an older CUDA";
  const fixes = other && digest === undefined ? tagFixes(used, [other], fit === "cannot" && !pinned) : [];
  return {
    span: used.span,
    message:
      fit === "cannot"
        ? `The lab's GPU driver ${gpuDriver} cannot run CUDA ${cuda}, which takes driver ${needed} or later: the ` +
          `container does not start, or finds no GPU. ${advice}.${originOf(used)}`
        : `The lab's GPU driver ${gpuDriver} runs CUDA ${cuda} only through the image's compatibility packages, which ` +
          `work on data-centre GPUs alone; driver ${needed} or later needs none. ${advice} for other GPUs.${originOf(used)}`,
    ...(fit === "compatibility-packages" ? { severity: "info" as const } : {}),
    ...(fixes.length > 0 ? { fixes } : {}),
  };
}
