import type { Connection } from "../connection/connection.ts";
import { EngineFailure } from "../failure.ts";
import { type CudaReport, cudaReportScript, readCudaReport } from "./cuda-report.ts";
import { driverNeed, type GpuRefusal, gpuRefusal } from "./gpu-request.ts";
import { runInContainer } from "./run-in-container.ts";

/** Whether programs in an image can use a host's GPUs. */
export interface CudaCheck extends CudaReport {
  readonly image: string;
  /** Why the container was given no GPU; undefined where it was given the host's. */
  readonly refused: RefusedGpus | undefined;
}

/** That a container was given no GPU. */
export interface RefusedGpus {
  readonly why: GpuRefusal;
  /** What the daemon said. */
  readonly said: string;
  /** What the image asks of the driver, where that is why: `cuda>=12.4`. */
  readonly needs: string | undefined;
}

/** As much is enough for a report; a program that prints without end is cut. */
const maxOutput = 256 * 1024;

/**
 * Runs `nvidia-smi` and PyTorch in a throw-away container with all of the host's GPUs; where it is given none, without
 * them, for what the image itself says.
 *
 * @throws {EngineFailure} `request` where there is no such image, or no shell in it, `cancelled`, `connection-lost`
 */
export async function checkCuda(
  connection: Connection,
  image: string,
  signal?: AbortSignal,
): Promise<CudaCheck> {
  const report = async (gpus: boolean) => {
    const command = ["sh", "-c", cudaReportScript];
    const run = await runInContainer(connection, {
      image,
      command,
      gpus,
      maxOutput,
      ...(signal ? { signal } : {}),
    });
    return { image, ...readCudaReport(run.stdout) };
  };
  try {
    return { ...(await report(true)), refused: undefined };
  } catch (error) {
    const why = gpuRefusal(error);
    if (why === undefined || !(error instanceof EngineFailure)) throw error;
    const { said = "" } = error.details;
    return { ...(await report(false)), refused: { why, said, needs: driverNeed(said) } };
  }
}
