import { expect, test } from "vitest";
import { EngineFailure } from "../../../engine/failure.ts";
import { driverNeed, gpuRefusal } from "../../../engine/images/gpu-request.ts";

const oldDriver =
  "failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: error running prestart hook #0: exit status 1, stdout: , stderr: Auto-detected mode as 'legacy'\nnvidia-container-cli: requirement error: unsatisfied condition: cuda>=12.4, please update your driver to a newer version, or use an earlier cuda container: unknown";

test.each([
  ['could not select device driver "" with capabilities: [[gpu]]', "no-gpu"],
  ["failed to discover GPU vendor from CDI: no known GPU vendor found", "no-gpu"],
  [
    "OCI runtime create failed: nvidia-container-cli: initialization error: load library failed: libnvidia-ml.so.1: cannot open shared object file: no such file or directory: unknown",
    "no-gpu",
  ],
  ["nvidia-container-cli: initialization error: nvml error: driver not loaded: unknown", "no-gpu"],
  [oldDriver, "old-driver"],
  ['exec: "sh": executable file not found in $PATH: unknown', undefined],
  ["driver failed programming external connectivity on endpoint", undefined],
])("what a start that fails says of GPUs: %#", (said, refusal) => {
  const failure = new EngineFailure({ cause: "fault", what: "cannot run sh", said });
  expect(gpuRefusal(failure)).toBe(refusal);
});

test("what the image asks of the driver", () => {
  expect(driverNeed(oldDriver)).toBe("cuda>=12.4");
  expect(driverNeed("nvml error: driver not loaded")).toBeUndefined();
  expect(gpuRefusal(new Error("could not select device driver"))).toBeUndefined();
});
