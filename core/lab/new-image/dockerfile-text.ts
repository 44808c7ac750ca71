import { torchRows } from "../../cuda/catalogue.ts";
import { compareVersions, versionNumbers } from "../../cuda/releases.ts";
import { isCudaRepository, judgeCudaTag } from "../../cuda/tags.ts";
import { indexCuda, nearestIndex } from "../../cuda/torch-wheels.ts";
import type { BaseFacts } from "../../image/base-facts.ts";
import { type AptSources, isExternallyManaged, systemPythonOf } from "../../image/os-releases.ts";
import { parseImageReference } from "../../image/reference.ts";
import type { LabValues } from "../lab-image.ts";
import type { Framework, NewImage } from "./new-image.ts";

/** The Dockerfile of a new image, with the reasons as comments; it keeps the lab's conventions. */
export function dockerfileText(
  image: NewImage,
  values: LabValues,
  facts: BaseFacts | undefined,
  sources: AptSources | undefined,
): string {
  const venv = facts?.os !== undefined && isExternallyManaged(facts.os);
  const mirror = values.aptMirror && sources ? mirrorLine(values.aptMirror, sources) : undefined;
  const parts = [
    `# ${image.name}: ${titles[image.framework]}.${image.labBase ? ` Builds on the lab's ${image.labBase}.` : ""}`,
    `ARG BASE_IMG=${image.base}`,
    ...(image.compiles ? builderStage(image, values, mirror) : ["FROM ${BASE_IMG}"]),
    "",
    "# Lists, packages and clean-up in one RUN: what a later RUN deletes would stay in the image.",
    aptRun(
      ["ca-certificates", "git", "python3", "python3-pip", "sudo", ...(venv ? ["python3-venv"] : [])],
      mirror,
    ),
    ...(venv
      ? [
          "",
          "# The system's own Python refuses pip here (PEP 668); this one is the image's.",
          "RUN python3 -m venv /opt/venv",
          "ENV PATH=/opt/venv/bin:$PATH",
        ]
      : []),
    ...frameworkPart(image.framework, facts),
    ...(image.compiles
      ? ["", "COPY --from=builder /opt/tool /opt/tool", "ENV PATH=/opt/tool/bin:$PATH"]
      : []),
    "",
    "# Makes the user of the job, with the numbers that its files on the storage have, then runs the command as that user.",
    "COPY --chmod=755 lab/ /opt/lab/",
    'ENTRYPOINT ["/opt/lab/enter"]',
    'CMD ["/bin/bash"]',
    "",
  ];
  return parts.join("\n");
}

const titles: Readonly<Record<Framework, string>> = {
  pytorch: "PyTorch on CUDA",
  jax: "JAX on CUDA",
  tensorflow: "TensorFlow on CUDA",
  none: "CUDA and Python",
};

function aptRun(packages: readonly string[], mirror: string | undefined): string {
  const steps = [
    ...(mirror ? [mirror] : []),
    "apt-get update",
    `apt-get install -y --no-install-recommends \\\n        ${packages.join(" ")}`,
    "apt-get clean",
    "rm -rf /var/lib/apt/lists/*",
  ];
  return `RUN ${steps.join(" \\\n    && ")}`;
}

function mirrorLine(mirror: string, { path, hosts }: AptSources): string {
  return `sed 's@${hosts[0]}@${mirror}@' -i ${path}`;
}

/** A stage that compiles; what it installs under /opt/tool is all that the image gets of it. */
function builderStage({ base }: NewImage, values: LabValues, mirror: string | undefined): string[] {
  const withCompiler = withCompilerOf(base);
  const architectures = (values.gpuArch ?? []).map((each) => each.replace(/\D/g, "")).join(";");
  return [
    "",
    "# Compiles; nothing of this stage is in the image but what is copied from it below.",
    `FROM ${withCompiler ?? "${BASE_IMG}"} AS builder`,
    aptRun(["build-essential", "ca-certificates", "cmake", "git", "ninja-build"], mirror),
    "WORKDIR /build",
    "COPY tool src",
    ...(architectures ? ["# No GPU is seen during a build: these are the lab's."] : []),
    `RUN cmake -S src -B out -G Ninja -DCMAKE_INSTALL_PREFIX=/opt/tool${architectures ? ` -DCMAKE_CUDA_ARCHITECTURES='${architectures}'` : ""} \\`,
    "    && cmake --build out --parallel 8 \\",
    "    && cmake --install out",
    "",
    "FROM ${BASE_IMG}",
  ];
}

/** The `-devel` image that belongs to a `-runtime` or `-base` one of nvidia/cuda; undefined for any other image. */
function withCompilerOf(base: string): string | undefined {
  const reference = parseImageReference(base);
  if (!reference?.tag || !isCudaRepository(reference.repository)) return undefined;
  const tag = reference.tag.replace(/-(?:runtime|base)-/, "-devel-");
  return judgeCudaTag(tag).kind === "published" ? `${reference.name}:${tag}` : undefined;
}

function frameworkPart(framework: Framework, facts: BaseFacts | undefined): string[] {
  if (framework === "none" || facts?.provides.has("torch")) return [];
  return ["", ...frameworkLines(framework, facts)];
}

function frameworkLines(framework: Exclude<Framework, "none">, facts: BaseFacts | undefined): string[] {
  const cuda = facts?.cuda?.version;
  switch (framework) {
    case "pytorch": {
      const index = cuda === undefined ? undefined : nearestIndex(cuda, undefined);
      const python = facts?.python?.version ?? (facts?.os && systemPythonOf(facts.os));
      const torch = torchRelease(index, python);
      const release = torch ? `'torch==${torch}.*'` : "torch";
      const source = index ? ` \\\n        --index-url https://download.pytorch.org/whl/${index}` : "";
      const why = index
        ? `the wheels for CUDA ${indexCuda(index)}, which run on the base's CUDA`
        : "PyPI's own build";
      return [
        `# PyTorch: ${why}. Torchvision follows torch's release.`,
        `RUN pip3 install --no-cache-dir ${release} torchvision${source}`,
      ];
    }
    case "jax":
      // docs.jax.dev, installation: the wheels bring their CUDA with them, of this major.
      return [
        "# JAX's wheels bring their own CUDA libraries, of this major.",
        `RUN pip3 install --no-cache-dir 'jax[cuda${jaxMajor(cuda)}]'`,
      ];
    case "tensorflow":
      // tensorflow.org/install/pip: likewise.
      return [
        "# TensorFlow's extra brings its own CUDA libraries.",
        "RUN pip3 install --no-cache-dir 'tensorflow[and-cuda]'",
      ];
  }
}

/** The newest release of torch with wheels of the index for the Python. */
function torchRelease(index: string | undefined, python: string | undefined): string | undefined {
  return torchRows.find(
    ({ wheels, experimental, python: range }) =>
      index !== undefined &&
      wheels.split(" ").includes(index) &&
      !experimental?.split(" ").includes(index) &&
      isWithin(python, range),
  )?.torch;
}

function isWithin(version: string | undefined, range: string | undefined): boolean {
  const [first, last] = range?.split("-") ?? [];
  if (version === undefined || !first || !last) return true;
  return compareVersions(version, first) >= 0 && compareVersions(version, last) <= 0;
}

/** JAX has wheels for CUDA 12 and 13; on an older base they run all the same where the driver knows CUDA 12. */
function jaxMajor(cuda: string | undefined): number {
  return versionNumbers(cuda ?? "12")[0] === 13 ? 13 : 12;
}
