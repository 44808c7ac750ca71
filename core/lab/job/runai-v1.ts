import type { Job } from "./job.ts";
import { containerCommand, flag, mountSource, option } from "./job-words.ts";

/**
 * `runai submit NAME …`, the first command line of Run:ai (github.com/run-ai/docs,
 * docs/Researcher/cli-reference/runai-submit.md): `--gpu` takes fractions too, `--volume` is SOURCE:TARGET[:ro],
 * `--node-pools` one text with blanks between names, `--command` puts what stands behind `--` in the place of the image's
 * entry point.
 */
export function runaiV1(job: Job): readonly string[] {
  const { name, image, kind, project, gpu, cpu, memory, nodePools, mounts, environment } = job;
  return [
    ...["runai", "submit", name, "--image", image],
    ...flag("--interactive", kind === "workspace"),
    ...option("--project", project),
    ...option("--gpu", gpu),
    ...option("--cpu", cpu),
    ...option("--memory", memory),
    ...flag("--large-shm", job.largeShm),
    ...option("--node-pools", nodePools && nodePools.length > 0 ? nodePools.join(" ") : undefined),
    ...[...(mounts ?? [])].flatMap(([path, source]) => mountOf(path, source)),
    ...[...(environment ?? [])].flatMap(([key, value]) => ["--environment", `${key}=${value}`]),
    ...flag("--run-as-user", job.runAsUser),
    ...option("--run-as-uid", job.runAsUid),
    ...option("--run-as-gid", job.runAsGid),
    ...option("--working-dir", job.workingDir),
    ...containerCommand(job),
  ];
}

function mountOf(path: string, text: string): string[] {
  const source = mountSource(text);
  if ("claim" in source) return ["--existing-pvc", `claimname=${source.claim},path=${path}`];
  return ["--volume", `${source.folder}:${path}${source.readOnly ? ":ro" : ""}`];
}
