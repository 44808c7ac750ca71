import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { cudaReportScript, readCudaReport } from "../../../engine/images/cuda-report.ts";

const hasPython = spawnSync("python3", ["--version"]).status === 0;

/** Runs the script here, with programs in place of those that need a GPU. */
function report({
  fakeSmi,
  fakeTorch,
  env = {},
}: {
  fakeSmi?: string;
  fakeTorch?: string;
  env?: Record<string, string>;
}) {
  const folder = mkdtempSync(join(tmpdir(), "lab-images-cuda-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  if (fakeSmi !== undefined) {
    writeFileSync(join(folder, "nvidia-smi"), `#!/bin/sh\n${fakeSmi}\n`);
    chmodSync(join(folder, "nvidia-smi"), 0o755);
  }
  if (fakeTorch !== undefined) {
    mkdirSync(join(folder, "torch"));
    writeFileSync(join(folder, "torch", "__init__.py"), fakeTorch);
  }
  const PATH = `${folder}:${process.env.PATH}`;
  const options = { env: { PATH, PYTHONPATH: folder, ...env }, encoding: "utf8" } as const;
  return readCudaReport(execFileSync("sh", ["-c", cudaReportScript], options));
}

/** A module in torch's place. */
function fakeTorch(available: boolean, ones = "return Ones()"): string {
  return `
import warnings
__version__ = "2.1.0+cu121"
class Ones:
    def sum(self): return self
    def item(self): return 8.0
def ones(count, device):
    ${ones}
class version:
    cuda = "12.1"
class cuda:
    def is_available():
        ${available ? "" : 'warnings.warn("CUDA initialization: The NVIDIA driver on your system is too old")'}
        return ${available ? "True" : "False"}
    def device_count(): return 2
`;
}

const a100 = "NVIDIA A100-SXM4-80GB, 81920 MiB, 535.104.05";

describe.skipIf(!hasPython)("what the programs in an image say of CUDA", () => {
  test("two GPUs, and a PyTorch that uses them", () => {
    const found = report({
      fakeSmi: `echo "${a100}"; echo "${a100}"`,
      fakeTorch: fakeTorch(true),
      env: { CUDA_VERSION: "12.1.1" },
    });
    const gpu = { name: "NVIDIA A100-SXM4-80GB", memory: "81920 MiB", driver: "535.104.05" };
    expect(found).toEqual({
      gpus: [gpu, gpu],
      smiFault: undefined,
      cuda: "12.1.1",
      torch: { version: "2.1.0+cu121", cuda: "12.1", available: true, devices: 2, fault: null },
    });
  });

  test("a driver that PyTorch finds too old", () => {
    expect(report({ fakeTorch: fakeTorch(false) }).torch).toMatchObject({
      available: false,
      devices: 0,
      fault: "CUDA initialization: The NVIDIA driver on your system is too old",
    });
  });

  test("a PyTorch without kernels for the GPU", () => {
    const ones = 'raise RuntimeError("CUDA error: no kernel image is available for execution on the device")';
    expect(report({ fakeTorch: fakeTorch(true, ones) }).torch).toMatchObject({
      available: true,
      fault: "CUDA error: no kernel image is available for execution on the device",
    });
  });

  test("a PyTorch that does not load", () => {
    expect(report({ fakeTorch: 'raise OSError("libcudart.so.12: no such file")' }).torch).toBe(
      "OSError: libcudart.so.12: no such file",
    );
  });

  test("nvidia-smi that finds no driver", () => {
    const said = "NVIDIA-SMI has failed because it could not communicate with the NVIDIA driver.";
    expect(report({ fakeSmi: `echo "${said}"; exit 9` })).toMatchObject({ gpus: [], smiFault: said });
  });

  test("nothing of it", () => {
    expect(report({})).toEqual({ gpus: [], smiFault: undefined, cuda: undefined, torch: undefined });
  });
});

test("output that is no report", () => {
  for (const text of ["", "[torch]\nnot json", "[smi]\n[torch]\n", "Segmentation fault"])
    expect(readCudaReport(text)).toEqual({
      gpus: [],
      smiFault: undefined,
      cuda: undefined,
      torch: undefined,
    });
});
