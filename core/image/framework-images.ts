import type { BaseFacts, OsRelease } from "./base-facts.ts";

// pytorch/pytorch, from the repository that builds it:
// - OS: docker.Makefile up to 2.0 has ubuntu:18.04; pull request 101310 (2023-05-12, so from 2.1.0) 20.04; 113032
//   (2023-11-06, so from 2.2.0) 22.04; issue 166897 (2025-11) still finds 22.04 in 2.9. DIAGNijmegen/rse-grand-challenge
//   issue 4765 finds Ubuntu's own Python 3.12, externally managed, in 2.12.0 devel. 2.1.1, 2.1.2, 2.10 and 2.11: not known.
// - Python: docker.Makefile (3.10 since CUDA 11.6), issue 73714 (3.7 in 1.10 and 1.12, 3.8 in 1.11), issue 130802
//   (3.10 in 2.2), rlan/notebooks issue 144 (3.11 in 2.5.1).
// - Conda: Dockerfile; it installs Miniconda, later Miniforge, into /opt/conda.
// - Months of release: github.com/pytorch/pytorch/releases.
interface PytorchRow {
  readonly release: RegExp;
  readonly ubuntu?: string;
  readonly python?: string;
  readonly owner: "conda" | "os" | undefined;
  readonly published?: string;
}

// biome-ignore format: a table reads better in columns
const pytorchRows: readonly PytorchRow[] = [
  { release: /^1\.[78]\./, ubuntu: "18.04", owner: "conda", published: "2020-10" },
  { release: /^1\.9\./, ubuntu: "18.04", owner: "conda", published: "2021-06" },
  { release: /^1\.10\./, ubuntu: "18.04", python: "3.7", owner: "conda", published: "2021-10" },
  { release: /^1\.11\./, ubuntu: "18.04", python: "3.8", owner: "conda", published: "2022-03" },
  { release: /^1\.12\./, ubuntu: "18.04", python: "3.7", owner: "conda", published: "2022-06" },
  { release: /^1\.13\./, ubuntu: "18.04", python: "3.10", owner: "conda", published: "2022-10" },
  { release: /^2\.0\./, ubuntu: "18.04", python: "3.10", owner: "conda", published: "2023-03" },
  { release: /^2\.1\.0$/, ubuntu: "20.04", python: "3.10", owner: "conda", published: "2023-10" },
  { release: /^2\.1\./, python: "3.10", owner: "conda", published: "2023-11" },
  { release: /^2\.[23]\./, ubuntu: "22.04", python: "3.10", owner: "conda", published: "2024-01" },
  { release: /^2\.[45]\./, ubuntu: "22.04", python: "3.11", owner: "conda", published: "2024-07" },
  { release: /^2\.[678]\./, ubuntu: "22.04", python: "3.11", owner: "conda", published: "2025-01" },
  { release: /^2\.9\./, ubuntu: "22.04", owner: undefined, published: "2025-10" },
  { release: /^2\.12\./, ubuntu: "24.04", python: "3.12", owner: "os" },
];

/** What `pytorch/pytorch:2.1.0-cuda12.1-cudnn8-devel` provides; the month is that of the release's series. */
export function pytorchFacts(tag: string): Omit<BaseFacts, "source"> | undefined {
  const match = /^(\d+\.\d+(?:\.\d+)?)-cuda(\d+\.\d+)-cudnn(\d+)-(runtime|devel)$/.exec(tag);
  if (!match) return undefined;
  const [, release = "", cuda = "", cudnn = "", flavour] = match;
  const row = pytorchRows.find((each) => each.release.test(release));
  const provides = new Set(["torch"]);
  if (row?.owner === "conda") provides.add("conda");
  if (flavour === "devel") for (const name of compilers) provides.add(name);
  return {
    ...(row?.ubuntu ? { os: { id: "ubuntu", version: row.ubuntu } } : {}),
    packageManager: "apt",
    cuda: { version: cuda, cudnn: Number(cudnn), flavour: flavour === "devel" ? "devel" : "runtime" },
    ...(row?.python && row.owner
      ? { python: { version: row.python, owner: row.owner } }
      : { otherPython: true }),
    environment: new Map(),
    provides,
    ...(row?.published ? { published: row.published } : {}),
  };
}

/** What CUDA's `devel` images come with: nvcc, and the host compiler that its package depends on. */
export const compilers: readonly string[] = ["nvcc", "build-essential", "gcc", "g++", "make"];

// NVIDIA's framework containers (nvcr.io/nvidia/pytorch, tensorflow) share one base a month.
// - OS and CUDA: docs.nvidia.com/deeplearning/frameworks, release notes 19.03 to 21.10; the environment of 23.10 (driver
//   535.104.05, CUDA 12.2) and the history of 25.10 as public bug reports quote them. Months at a change of OS left out.
// - Environment: the history of 25.10. PIP_BREAK_SYSTEM_PACKAGES came with Ubuntu 24.04, PIP_CONSTRAINT with 25.03.
const monthlyCuda: ReadonlyMap<string, string> = new Map([
  ["19.03", "10.1"],
  ["19.05", "10.1"],
  ["19.10", "10.1"],
  ["20.10", "11.1"],
  ["21.05", "11.3"],
  ["21.10", "11.4"],
  ["23.10", "12.2"],
  ["25.10", "13.0"],
]);

function monthlyOs(month: string): OsRelease | undefined {
  const within = (first: string, last: string) => month >= first && month <= last;
  if (within("21.05", "22.11")) return { id: "ubuntu", version: "20.04" };
  if (within("23.10", "24.09")) return { id: "ubuntu", version: "22.04" };
  if (within("25.01", "25.12")) return { id: "ubuntu", version: "24.04" };
  return undefined;
}

/** What `nvcr.io/nvidia/pytorch:25.10-py3` provides; `framework` is the package that it is for. */
export function monthlyFacts(tag: string, framework: string): Omit<BaseFacts, "source"> | undefined {
  const month = /^(\d\d\.(?:0[1-9]|1[0-2]))(?:-[\w.-]+)?$/.exec(tag)?.[1];
  if (month === undefined) return undefined;
  const os = monthlyOs(month);
  const cuda = monthlyCuda.get(month);
  const environment = new Map<string, string>();
  if (framework === "torch" && os?.version === "24.04") environment.set("PIP_BREAK_SYSTEM_PACKAGES", "1");
  if (framework === "torch" && month >= "25.03" && month <= "25.12")
    environment.set("PIP_CONSTRAINT", "/etc/pip/constraint.txt");
  if (framework === "torch" && month === "25.10")
    environment.set("TORCH_CUDA_ARCH_LIST", "8.0 8.6 9.0 10.0 11.0 12.0+PTX");
  const python =
    os &&
    new Map([
      ["20.04", "3.8"],
      ["22.04", "3.10"],
      ["24.04", "3.12"],
    ]).get(os.version);
  return {
    ...(os ? { os } : {}),
    packageManager: "apt",
    ...(cuda ? { cuda: { version: cuda, flavour: "devel" } } : {}),
    // Not the system's to manage: the image tells pip to install there.
    ...(python ? { python: { version: python, owner: "image" } } : { otherPython: true }),
    environment,
    provides: new Set([framework, "git", ...compilers]),
    published: `20${month.replace(".", "-")}`,
  };
}
