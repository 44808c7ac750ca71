import type { Job } from "./job.ts";
import { containerCommand, flag, mountSource, option } from "./job-words.ts";

/**
 * `runai training submit NAME …` and `runai workspace submit NAME …`, the second command line of Run:ai
 * (docs.nvidia.com/run-ai, "runai training submit", "runai workspace submit"; github.com/run-ai/docs,
 * docs/Researcher/cli-reference/new-cli/): whole GPUs are `--gpu-devices-request`, a fraction is a portion of one;
 * `--host-path` is read-only unless it says `readwrite`. The variables' option has had two long names (`--environment`,
 * `--environment-variable`) and is `-e` in all versions.
 */
export function runaiV2(job: Job): readonly string[] {
  const { name, image, kind = "training", project, gpu, cpu, memory, nodePools, mounts, environment } = job;
  return [
    ...["runai", kind, "submit", name, "--image", image],
    ...option("--project", project),
    ...gpuOf(gpu),
    ...option("--cpu-core-request", cpu),
    ...option("--cpu-memory-request", memory),
    ...flag("--large-shm", job.largeShm),
    ...(nodePools ?? []).flatMap((pool) => ["--node-pools", pool]),
    ...[...(mounts ?? [])].flatMap(([path, source]) => mountOf(path, source)),
    ...[...(environment ?? [])].flatMap(([key, value]) => ["-e", `${key}=${value}`]),
    ...flag("--run-as-user", job.runAsUser),
    ...option("--run-as-uid", job.runAsUid),
    ...option("--run-as-gid", job.runAsGid),
    ...option("--working-dir", job.workingDir),
    ...containerCommand(job),
  ];
}

function gpuOf(gpu: number | undefined): string[] {
  if (gpu === undefined || gpu === 0) return [];
  if (gpu >= 1) return ["--gpu-devices-request", String(gpu)];
  const portion = ["--gpu-request-type", "portion", "--gpu-portion-request", String(gpu)];
  return ["--gpu-devices-request", "1", ...portion];
}

function mountOf(path: string, text: string): string[] {
  const source = mountSource(text);
  if ("claim" in source) return ["--existing-pvc", `claimname=${source.claim},path=${path}`];
  return ["--host-path", `path=${source.folder},mount=${path}${source.readOnly ? "" : ",readwrite"}`];
}
