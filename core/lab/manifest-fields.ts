import type { FieldSchemas } from "./field-schema.ts";
import { jobFields } from "./job/job-fields.ts";
import { presets } from "./presets.ts";

/** What texts of the manifest must look like; without flags, so that the schema can say the same. */
export const patterns = {
  /** A host, with or without a port: `ubuntu.ethz.ch`. */
  host: /^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d+)?$/,
  /** A driver's version: `535.104`. */
  driver: /^\d{3,}(?:\.\d+)*$/,
  /** A compute capability as TORCH_CUDA_ARCH_LIST has it: `8.0`, `9.0a`, `8.6+PTX`. */
  capability: /^\d+\.\d[a-z]?(?:\+PTX)?$/,
  /** A machine to build on: `ssh://ann@node:22`, `tcp://node:2376`; the engine reads it with more care. */
  buildHost:
    /^(?:ssh|tcp):\/\/(?:(?:\$\{user\}|[\w.][\w.-]*)@)?(?:\w[\w.-]*|\[[0-9a-fA-F:.]+\])(?::\d{1,5})?(?:\/[^\s:?#]*)?$/,
  /** What `extends` takes as a file; a preset's name never looks so. */
  file: /\/|\.jsonc?$/,
} as const;

/** Numbers from here are compute capabilities without their point; the last one in 2026 is 12.1. */
export const endOfCapabilities = 20;

/** What the manifest may say of one image. */
export const imageFields: FieldSchemas = {
  tag: {
    title: "Tag",
    description:
      "The tag that the image is built and pushed with. Without it docker takes latest. ${user} and ${env:NAME} stand for what they do in the registry.",
    type: "string",
    examples: ["latest", "${env:TAG}"],
  },
  args: {
    title: "Build arguments",
    description:
      "The build arguments of its Dockerfile. ${image:NAME} stands for the name that the image NAME of this lab gets, and makes it one of the bases; ${user} for the name of whoever builds; ${env:NAME} for what the variable NAME is in the environment of the build, which is not done without it.",
    type: "object",
    additionalProperties: { type: ["string", "number", "boolean"] },
    examples: [{ BASE_IMG: "${image:base}" }],
  },
};

/** What the manifest may say of all builds. */
export const buildFields: FieldSchemas = {
  network: {
    title: "Network of RUN",
    description: "The network that RUN has: host is that of the machine that builds, none is no network.",
    type: "string",
    examples: ["host", "none", "default"],
  },
  platform: {
    title: "Platform",
    description: "The platform that images are built for.",
    type: "string",
    examples: ["linux/amd64"],
  },
  labels: {
    title: "Labels",
    description:
      "Whether images get labels that say where they come from: repository, commit, time, base and its digest, CUDA, and a fingerprint of what they were built of. Without the fingerprint nobody can tell which images are stale, and each is built again.",
    type: "boolean",
    default: true,
    examples: [false],
  },
};

/**
 * Every field that a manifest may have. `ManifestReader` takes the names and the patterns from here, and so does the
 * schema in `schemas/`, to which the server adds the codes of the rules.
 */
export const manifestFields: FieldSchemas = {
  $schema: {
    title: "Schema",
    description: "The schema of this file, for editors that do not know it by its name.",
    type: "string",
  },
  extends: {
    title: "Preset",
    description:
      "A preset that ships with Lab Images, or a file (its path from here) whose values hold where this one has none.",
    anyOf: [{ enum: [...presets.keys()] }, { type: "string", pattern: patterns.file.source }],
    examples: ["./lab.json"],
  },
  registry: {
    title: "Registry",
    description:
      "Registry and path that images are pushed under, in lower case, without https://. ${user} stands for the name of whoever builds, ${env:NAME} for what the variable NAME is in the environment of whoever builds.",
    type: "string",
    examples: ["ghcr.io/our-lab", "ghcr.io/our-lab/${user}"],
  },
  allowedRegistries: {
    title: "Allowed registries",
    description:
      "The registries, with or without a path, that base images may come from. Without it any will do.",
    type: "array",
    items: { type: "string" },
    examples: [["docker.io/nvidia", "nvcr.io"]],
  },
  hosts: {
    title: "Hosts",
    description:
      "Machines with Docker that the lab builds on. They are offered to whoever trusts this folder, and none is chosen by itself. ${user} stands for the name of whoever builds.",
    type: "array",
    items: { type: "string", pattern: patterns.buildHost.source },
    examples: [["ssh://node.example.org"], ["ssh://${user}@node.example.org"]],
  },
  aptMirror: {
    title: "Mirror for apt",
    description: "The host of the mirror that apt fetches from.",
    type: "string",
    pattern: patterns.host.source,
    examples: ["ubuntu.ethz.ch"],
  },
  storage: {
    title: "Storage",
    description:
      "The user's folder on the lab's storage, where pip's cache lies in a job. ${user} stands for the name of whoever builds, ${env:NAME} for a variable of their environment.",
    type: "string",
    examples: ["/home/${user}"],
  },
  gpuDriver: {
    title: "GPU driver",
    description: "The version of the driver of the lab's GPU nodes, which says what CUDA they can run.",
    type: "string",
    pattern: patterns.driver.source,
    examples: ["535.104"],
  },
  gpuArch: {
    title: "GPU architectures",
    description: "The compute capabilities of the lab's GPUs, which CUDA extensions are compiled for.",
    type: "array",
    items: {
      anyOf: [
        { type: "number", minimum: 1, exclusiveMaximum: endOfCapabilities },
        { type: "string", pattern: patterns.capability.source },
      ],
    },
    examples: [["7.0", "8.0"]],
  },
  timezone: {
    title: "Time zone",
    description: "The time zone of images that have one.",
    type: "string",
    examples: ["Europe/Zurich", "UTC"],
  },
  build: {
    title: "Builds",
    description: "What all builds are given.",
    type: "object",
    properties: buildFields,
    additionalProperties: false,
    examples: [{ network: "host" }],
  },
  images: {
    title: "Images",
    description:
      "The images of this folder, each by the name of the folder that holds its Dockerfile. A folder that is not named here is an image all the same.",
    type: "object",
    additionalProperties: {
      title: "Image",
      description: "An image: its name is the name of the folder that holds its Dockerfile.",
      type: "object",
      properties: imageFields,
      additionalProperties: false,
    },
    examples: [{ base: { tag: "latest" } }],
  },
  job: {
    title: "Jobs",
    description: "What all jobs of the lab are given on the cluster.",
    type: "object",
    properties: jobFields,
    additionalProperties: false,
    examples: [{ cli: "runai-v1", gpu: 1 }],
  },
  rules: {
    title: "Conventions",
    description: "How severe it is to break a convention, by its code; off leaves it out.",
    type: "object",
    examples: [{ "base/floating-tag": "error" }],
  },
};
