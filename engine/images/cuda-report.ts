/** A GPU, as `nvidia-smi` names it. */
export interface Gpu {
  /** `NVIDIA A100-SXM4-80GB`. */
  readonly name: string;
  /** `81920 MiB`. */
  readonly memory: string;
  /** Of the host: `535.104.05`. */
  readonly driver: string;
}

/** PyTorch in an image, and whether it can use a GPU. */
export interface TorchReport {
  readonly version: string;
  /** The CUDA that it was built for; null for a build without. */
  readonly cuda: string | null;
  /** `torch.cuda.is_available()`. */
  readonly available: boolean;
  readonly devices: number;
  /** Why it cannot use one, in its own words: a driver that is too old, a build without kernels for this GPU. */
  readonly fault: string | null;
}

/** What the programs in an image say of CUDA. */
export interface CudaReport {
  readonly gpus: readonly Gpu[];
  /** What `nvidia-smi` said where it named no GPU; undefined where it is not in the container. */
  readonly smiFault: string | undefined;
  /** `CUDA_VERSION` of the image's environment; undefined where it has none. */
  readonly cuda: string | undefined;
  /** Undefined without PyTorch, a text where it does not load. */
  readonly torch: TorchReport | string | undefined;
}

/** Adds up on the GPU: a build without kernels for it says so only then. What Python warns of is the reason. */
const torchScript = `
import importlib.util, json, sys, warnings
if importlib.util.find_spec("torch") is None:
    sys.exit()
try:
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        import torch
        available = torch.cuda.is_available()
    fault = None if available else "; ".join(str(each.message) for each in warned if "CUDA" in str(each.message)) or None
    if available:
        try:
            torch.ones(8, device="cuda").sum().item()
        except Exception as error:
            fault = str(error)
    print(json.dumps({"version": str(torch.__version__), "cuda": torch.version.cuda, "available": available,
                      "devices": torch.cuda.device_count() if available else 0, "fault": fault}))
except Exception as error:
    print(json.dumps(type(error).__name__ + ": " + str(error)))
`;

/** A POSIX shell script that prints a report for {@link readCudaReport}. */
export const cudaReportScript = `
echo "[smi]"
if command -v nvidia-smi > /dev/null 2>&1; then
  nvidia-smi --query-gpu=name,memory.total,driver_version --format=csv,noheader 2>&1
fi
echo "[cuda]"
echo "\${CUDA_VERSION:-}"
echo "[torch]"
for python in python3 python; do
  if command -v "$python" > /dev/null 2>&1; then
    exec "$python" -c '${torchScript}'
  fi
done
`;

/** Reads what {@link cudaReportScript} printed; a part that is missing or unreadable is left out. */
export function readCudaReport(text: string): CudaReport {
  const sections = new Map<string, string[]>();
  let section = "";
  for (const line of text.split("\n")) {
    const heading = /^\[(smi|cuda|torch)\]$/.exec(line)?.[1];
    if (heading === undefined) sections.get(section)?.push(line.trim());
    else {
      section = heading;
      sections.set(section, []);
    }
  }
  const smi = (sections.get("smi") ?? []).filter((line) => line !== "");
  const gpus = smi.flatMap((line) => {
    const [, name, memory, driver] = /^(.+), (\d+ \w+|\[.+\]), ([\d.]+)$/.exec(line) ?? [];
    return name && memory && driver ? { name, memory, driver } : [];
  });
  return {
    gpus,
    smiFault: gpus.length > 0 || smi.length === 0 ? undefined : smi.join(" "),
    cuda: sections.get("cuda")?.find((line) => line !== ""),
    torch: torchOf(sections.get("torch") ?? []),
  };
}

/** Its last line: what it imports may print too. */
function torchOf(lines: readonly string[]): TorchReport | string | undefined {
  const last = lines.findLast((line) => line !== "");
  if (last === undefined) return undefined;
  try {
    const report: unknown = JSON.parse(last);
    return typeof report === "string" ? report : (report as TorchReport);
  } catch {
    return undefined;
  }
}
