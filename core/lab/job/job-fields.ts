import type { FieldSchema, FieldSchemas } from "../field-schema.ts";

/** What the texts of a job must look like, once variables have values; without flags, so that the schema can say the same. */
export const jobPatterns = {
  /** Where something is mounted: no comma and no colon, which the clusters' commands read as their own. */
  mountPath: /^\/[^,:]*$/,
  /** A folder of the nodes, to be read only with `:ro`, or the name of a claim; `${…}` may be any part of it. */
  mountSource: /^(?:(?:\/|\$\{[^}]*\})(?:[^,:$]|\$\{[^}]*\}|\$(?!\{))*(?::ro)?|pvc:(?:[\w.-]|\$\{[^}]*\})+)$/,
  /** `NAME`, as shells have it. */
  variable: /^[A-Za-z_]\w*$/,
  /** An id, or a variable. */
  id: /^(?:\d+|\$\{[^}]*\})$/,
  /** As Kubernetes writes it: `32G`, `500Mi`. */
  memory: /^\d+(?:\.\d+)?(?:[KMGT]i?)?$/,
} as const;

/** What the manifest may say of jobs. */
export const jobFields: FieldSchemas = {
  cli: {
    title: "Command line",
    description:
      "The cluster's command: runai-v1 is runai submit, runai-v2 is runai training submit and runai workspace submit.",
    enum: ["runai-v1", "runai-v2"],
    default: "runai-v1",
    examples: ["runai-v2"],
  },
  kind: {
    title: "Kind",
    description: "A training job runs to its end; a workspace is interactive, and there until it is deleted.",
    enum: ["training", "workspace"],
    default: "training",
    examples: ["workspace"],
  },
  project: {
    title: "Project",
    description: "The cluster's project that jobs belong to; ${user} stands for the name of whoever submits.",
    type: "string",
    examples: ["lab-${user}"],
  },
  gpu: {
    title: "GPUs",
    description: "How many GPUs a job gets: a whole number, or a fraction of one such as 0.5.",
    anyOf: [
      { type: "integer", minimum: 0 },
      { type: "number", minimum: 0, exclusiveMaximum: 1 },
    ],
    examples: [1, 0.5],
  },
  cpu: {
    title: "CPUs",
    description: "How many CPU cores a job asks for.",
    type: "number",
    minimum: 0,
    examples: [4],
  },
  memory: {
    title: "Memory",
    description: "How much memory a job asks for.",
    type: "string",
    pattern: jobPatterns.memory.source,
    examples: ["32G"],
  },
  nodePools: {
    title: "Node pools",
    description: "The node pools that a job may run in, in the order in which they are tried.",
    type: "array",
    items: { type: "string" },
    examples: [["default"]],
  },
  mounts: {
    title: "Mounts",
    description:
      "What a job finds at which path: a folder of the nodes, with :ro behind it to read only, or pvc:NAME for a persistent volume claim.",
    type: "object",
    propertyNames: { pattern: jobPatterns.mountPath.source },
    additionalProperties: { type: "string", pattern: jobPatterns.mountSource.source },
    examples: [{ "/data": "pvc:lab-data" }, { "/scratch": "/mnt/scratch/${user}" }],
  },
  environment: {
    title: "Environment",
    description:
      "Environment variables of the job; ${user} and ${env:NAME} stand for the user's name and a variable of whoever submits. The lab's set-up reads the job's user from here.",
    type: "object",
    propertyNames: { pattern: jobPatterns.variable.source },
    additionalProperties: { type: ["string", "number", "boolean"] },
    examples: [{ CLUSTER_USER: "${user}" }],
  },
  runAsUser: {
    title: "Run as user",
    description:
      "Whether a job runs as the user who submits it, as the cluster knows them, and not as the image's.",
    type: "boolean",
    examples: [true],
  },
  runAsUid: idField("User id", "The id of the user that a job runs as.", "${env:LAB_UID}"),
  runAsGid: idField("Group id", "The id of the group that a job runs as.", "${env:LAB_GID}"),
  largeShm: {
    title: "Large shared memory",
    description: "Whether a job gets a large /dev/shm, which data loaders with several workers need.",
    type: "boolean",
    examples: [true],
  },
  workingDir: {
    title: "Working folder",
    description: "The folder that a job's command starts in.",
    type: "string",
    examples: ["/scratch/${user}"],
  },
  setup: {
    title: "Set-up script",
    description:
      "A program in the image that is started in the place of its entry point, makes the job's user and runs the command.",
    type: "string",
    examples: ["/opt/lab/enter"],
  },
  command: {
    title: "Command",
    description:
      "What a job does, as bash reads it once ${user} and ${env:NAME} are replaced. Where there is a requirements.txt, its packages are installed first. Without a command the image's own runs.",
    type: "string",
    examples: ["python train.py", "python train.py --out /scratch/${user}"],
  },
};

function idField(title: string, description: string, example: string): FieldSchema {
  const anyOf = [
    { type: "integer", minimum: 0 },
    { type: "string", pattern: jobPatterns.id.source },
  ];
  return { title, description, anyOf, examples: [example] };
}
