import { type JsonObject, type ManifestReader, withoutUnset } from "../manifest-reader.ts";
import type { JobCli, JobKind, LabJob } from "./job.ts";
import { jobFields, jobPatterns } from "./job-fields.ts";

const clis: readonly JobCli[] = ["runai-v1", "runai-v2"];
const kinds: readonly JobKind[] = ["training", "workspace"];

/** Reads `job` of a manifest; a part of the wrong kind is left out, and told. */
export function readJob(reader: ManifestReader, value: unknown): LabJob | undefined {
  const job = reader.object(value, ["job"]);
  if (!job) return undefined;
  reader.onlyFields(job, ["job"], jobFields);
  return withoutUnset<LabJob>({
    cli: oneOf(reader, job, "cli", clis),
    kind: oneOf(reader, job, "kind", kinds),
    project: reader.template(job.project, ["job", "project"]),
    gpu: amount(reader, job, "gpu"),
    cpu: amount(reader, job, "cpu"),
    memory: matching(reader, job, "memory", jobPatterns.memory, 'such as "32G"'),
    nodePools: reader.texts(job.nodePools, ["job", "nodePools"], '["default"]'),
    mounts: mounts(reader, job.mounts),
    environment: environment(reader, job.environment),
    runAsUser: reader.flag(job.runAsUser, ["job", "runAsUser"]),
    runAsUid: id(reader, job, "runAsUid"),
    runAsGid: id(reader, job, "runAsGid"),
    largeShm: reader.flag(job.largeShm, ["job", "largeShm"]),
    workingDir: reader.template(job.workingDir, ["job", "workingDir"]),
    setup: reader.template(job.setup, ["job", "setup"]),
    // What else stands there in braces is bash's.
    command: reader.text(job.command, ["job", "command"]),
  });
}

function oneOf<Word extends string>(
  reader: ManifestReader,
  job: JsonObject,
  field: string,
  words: readonly Word[],
): Word | undefined {
  const value = job[field];
  const found = words.find((word) => word === value);
  if (value !== undefined && found === undefined)
    reader.report(["job", field], `must be ${words.map((word) => `"${word}"`).join(" or ")}`);
  return found;
}

function amount(reader: ManifestReader, job: JsonObject, field: "gpu" | "cpu"): number | undefined {
  const value = job[field];
  if (value === undefined) return undefined;
  const isAmount =
    typeof value === "number" && value >= 0 && (field === "cpu" || value < 1 || Number.isInteger(value));
  if (isAmount) return value;
  const what =
    field === "gpu" ? "a whole number, or a fraction of one GPU such as 0.5" : "a number, such as 4";
  reader.report(["job", field], `must be ${what}`);
  return undefined;
}

function matching(
  reader: ManifestReader,
  job: JsonObject,
  field: string,
  pattern: RegExp,
  example: string,
): string | undefined {
  const text = reader.text(job[field], ["job", field]);
  if (text === undefined || pattern.test(text)) return text;
  reader.report(["job", field], `must be ${example}`);
  return undefined;
}

function id(reader: ManifestReader, job: JsonObject, field: string): string | undefined {
  const value = job[field];
  if (typeof value === "number" && Number.isInteger(value) && value >= 0) return String(value);
  const text = reader.template(value, ["job", field]);
  if (text === undefined || jobPatterns.id.test(text)) return text;
  reader.report(["job", field], 'must be a number, or a variable such as "${env:LAB_UID}"');
  return undefined;
}

function mounts(reader: ManifestReader, value: unknown): Map<string, string> | undefined {
  if (value === undefined) return undefined;
  const found = new Map<string, string>();
  for (const [path, source] of reader.strings(value, ["job", "mounts"])) {
    const place = ["job", "mounts", path];
    reader.template(source, place);
    if (!jobPatterns.mountPath.test(path))
      reader.reportName(place, "must be a path in the job, such as /data, with no comma or colon");
    else if (!jobPatterns.mountSource.test(source))
      reader.report(
        place,
        "must be a folder of the nodes, such as /mnt/data or /mnt/data:ro, or pvc:NAME, with no comma",
      );
    else found.set(path, source);
  }
  return found;
}

function environment(reader: ManifestReader, value: unknown): Map<string, string> | undefined {
  if (value === undefined) return undefined;
  const found = new Map<string, string>();
  for (const [name, text] of reader.strings(value, ["job", "environment"])) {
    const place = ["job", "environment", name];
    // What else stands there in braces may be the program's own.
    reader.template(text, place, true);
    if (jobPatterns.variable.test(name)) found.set(name, text);
    else reader.reportName(place, "must be the name of a variable: letters, digits and _");
  }
  return found;
}
