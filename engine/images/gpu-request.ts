import type Docker from "dockerode";
import { EngineFailure } from "../failure.ts";

/** All of the host's GPUs, as `docker run --gpus all` asks for them. */
export const allGpus: Docker.DeviceRequest = { Driver: "", Count: -1, Capabilities: [["gpu"]] };

/**
 * Why a container gets no GPU: the host has none that Docker can give, or its driver is older than what the image asks for
 * (`NVIDIA_REQUIRE_CUDA`).
 */
export type GpuRefusal = "no-gpu" | "old-driver";

/**
 * What a container's failed start says about GPUs; undefined where it says nothing of them. The words are moby's
 * (`daemon/devices.go`, `daemon/nvidia_linux.go`, CDI's) and libnvidia-container's (`src/cli/main.c`, `src/requires.c`).
 */
export function gpuRefusal(error: unknown): GpuRefusal | undefined {
  const said = error instanceof EngineFailure ? (error.details.said ?? "") : "";
  if (/requirement error: unsatisfied condition/.test(said)) return "old-driver";
  const none =
    /could not select device driver|GPU vendor|nvidia-container-(?:cli|runtime)|unresolvable CDI devices|nvml error/i;
  return none.test(said) ? "no-gpu" : undefined;
}

/** What an image asks of the host's driver, out of a refusal's words: `cuda>=12.4`. */
export function driverNeed(said: string): string | undefined {
  return /unsatisfied condition: ([^,\s]+)/.exec(said)?.[1];
}
