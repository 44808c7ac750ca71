import { catalogueDate } from "../cuda/catalogue.ts";
import { cudnnMajor } from "../cuda/releases.ts";
import { isCudaRepository, parseCudaTag } from "../cuda/tags.ts";
import type { BaseFacts, OsRelease } from "./base-facts.ts";
import { compilers, monthlyFacts, pytorchFacts } from "./framework-images.ts";
import { osFromTagPart, osRelease, packageManagerOf, systemPythonOf } from "./os-releases.ts";
import { parseImageReference } from "./reference.ts";

/** Facts of an image without the name that they are told by. */
type Facts = Omit<BaseFacts, "source">;

/** Reads the facts of a repository's images off a tag; `path` is the repository without its registry. */
type TagReader = (tag: string, path: string) => Facts | undefined;

/**
 * What is known of the image that a reference names: official images, NVIDIA's, PyTorch's, conda's, uv's and ROS's.
 * Undefined for any other repository. A tag that is not understood gives what holds for all tags.
 */
export function knownBase(reference: string): BaseFacts | undefined {
  const parsed = parseImageReference(reference);
  if (!parsed) return undefined;
  const { repository, tag, digest } = parsed;
  const slash = repository.indexOf("/");
  const registry = repository.slice(0, slash).replace(/^(?:registry-1|index)\./, "");
  const path = repository.slice(slash + 1);
  // Without a tag, a digest may be any release's.
  const readable = tag ?? (digest === undefined ? "latest" : "");
  for (const [registries, paths, read] of readers) {
    if (!registries.includes(registry) || !paths.test(path)) continue;
    const facts = read(readable, path);
    if (!facts) return undefined;
    const name = `${parsed.name}${tag ? `:${tag}` : ""}`;
    return { ...facts, source: facts.cuda && isCudaRepository(repository) ? catalogued(name) : name };
  }
  return undefined;
}

/** The environment of a known base, as far as rules care; undefined for any other image. */
export function knownEnvironment(reference: string): ReadonlyMap<string, string> | undefined {
  return knownBase(reference)?.environment;
}

function catalogued(name: string): string {
  return `${name} (its tag; catalogue of ${catalogueDate})`;
}

const hub = ["docker.io"];
const quay = ["docker.io", "quay.io"];

const readers: readonly (readonly [readonly string[], RegExp, TagReader])[] = [
  [["docker.io", "nvcr.io"], /^nvidia\/cuda(?:gl)?$/, cuda],
  [["nvcr.io"], /^nvidia\/cuda-dl-base$/, cudaBase],
  [["docker.io", "nvcr.io"], /^nvidia\/opengl$/, plain()],
  [["nvcr.io"], /^nvidia\/pytorch$/, (tag) => monthlyFacts(tag, "torch")],
  [["nvcr.io"], /^nvidia\/tensorflow$/, (tag) => monthlyFacts(tag, "tensorflow")],
  [hub, /^pytorch\/pytorch$/, (tag) => pytorchFacts(tag) ?? { ...withApt([]), otherPython: true }],
  [hub, /^library\/(?:ubuntu|debian)$/, distribution],
  [hub, /^library\/(?:alpine|fedora|centos|almalinux|rockylinux|amazonlinux|oraclelinux)$/, distribution],
  [hub, /^(?:rockylinux\/rockylinux|almalinux\/\d+-(?:base|minimal))$/, distribution],
  [
    ["registry.access.redhat.com", "docker.io"],
    /^(?:redhat\/)?ubi\d+(?:\/(?:ubi|ubi-minimal|ubi-init))?(?:-minimal|-init)?$/,
    redHat,
  ],
  [hub, /^library\/python$/, python],
  [hub, /^library\/(?:node|golang|rust|julia|gcc|openjdk|eclipse-temurin|buildpack-deps)$/, plain()],
  [hub, /^(?:library\/ros|osrf\/ros)$/, ros],
  [["ghcr.io"], /^astral-sh\/uv$/, uv],
  [hub, /^astral\/uv$/, uv],
  [hub, /^continuumio\/(?:miniconda3|anaconda3)$/, withConda],
  // conda-forge/miniforge-images: Dockerfile on Ubuntu, `mamba` in every variant but old Miniforge ones.
  [quay, /^condaforge\/(?:miniforge3|mambaforge|miniforge-pypy3|mambaforge-pypy3)$/, withConda],
  [hub, /^mambaorg\/micromamba$/, micromamba],
  // jupyter/docker-stacks: docker-stacks-foundation/Dockerfile.
  [quay, /^jupyter\/[\w-]+$/, jupyter],
];

function withApt(provides: readonly string[]): Facts {
  return { packageManager: "apt", environment: new Map(), provides: new Set(provides) };
}

/** Images whose Python comes with conda, in a version that is not known here. */
function withConda(): Facts {
  return { ...withApt(["conda"]), otherPython: true };
}

function onSystem(os: OsRelease | undefined): Facts {
  const packageManager = os && packageManagerOf(os);
  return {
    ...(os ? { os } : {}),
    ...(packageManager ? { packageManager } : {}),
    environment: new Map(),
    provides: new Set(),
  };
}

/** The release that a part of a tag names, wherever it stands. */
function osIn(tag: string): OsRelease | undefined {
  for (const part of tag.split("-")) {
    const os = osFromTagPart(part);
    if (os) return os;
  }
  return undefined;
}

/** Images of which nothing but the system is of interest. */
function plain(): TagReader {
  return (tag) => onSystem(osIn(tag));
}

function cuda(tag: string): Facts {
  const parsed = parseCudaTag(tag);
  const cudnn = parsed.cudnn && cudnnMajor(parsed.cudnn);
  return {
    ...onSystem(parsed.os ? osFromTagPart(parsed.os) : undefined),
    ...(parsed.cuda
      ? {
          cuda: {
            version: parsed.cuda,
            ...(parsed.flavour ? { flavour: parsed.flavour } : {}),
            ...(cudnn ? { cudnn } : {}),
          },
        }
      : {}),
    provides: new Set(parsed.flavour === "devel" ? compilers : []),
  };
}

/** `25.01-cuda12.8-devel-ubuntu24.04` */
function cudaBase(tag: string): Facts {
  const match = /-cuda(\d+\.\d+(?:\.\d+)?)-(devel|runtime)-/.exec(tag);
  return {
    ...onSystem(osIn(tag)),
    ...(match?.[1]
      ? { cuda: { version: match[1], flavour: match[2] === "devel" ? "devel" : "runtime" } }
      : {}),
    provides: new Set(match?.[2] === "devel" ? compilers : []),
  };
}

const releaseIds: ReadonlyMap<string, string> = new Map([
  ["ubuntu", "ubuntu"],
  ["debian", "debian"],
  ["alpine", "alpine"],
  ["fedora", "fedora"],
  ["centos", "centos"],
  ["almalinux", "almalinux"],
  ["rockylinux", "rocky"],
  ["amazonlinux", "amzn"],
  ["oraclelinux", "ol"],
]);

/** `ubuntu:22.04`, `ubuntu:jammy-20240808`, `debian:12-slim`, `rockylinux:9.3-minimal`, `centos:centos7`. */
function distribution(tag: string, path: string): Facts {
  const [family = "", image = ""] = path.split("/");
  const id = releaseIds.get(image) ?? releaseIds.get(family) ?? "";
  const first = tag.split("-")[0] ?? "";
  const os = /^\d+(\.\d+)*$/.test(first) ? osRelease(id, first) : osFromTagPart(first);
  const facts = onSystem(os);
  const minimal = /minimal/.test(`${image} ${tag}`);
  if (os && minimal) return { ...facts, packageManager: "microdnf" };
  if (os) return facts;
  if (id === "ubuntu" || id === "debian") return withApt([]);
  return id === "alpine" ? { ...facts, packageManager: "apk" } : facts;
}

/** `ubi9/ubi`, `ubi8-minimal`. */
function redHat(_tag: string, path: string): Facts {
  const facts = onSystem(osFromTagPart(/ubi\d+/.exec(path)?.[0] ?? ""));
  return /minimal/.test(path) ? { ...facts, packageManager: "microdnf" } : facts;
}

// docker-library/official-images, library/python: since August 2025 the tags of a Python release without a Debian name
// are on Debian 13. A tag with three numbers was last built when its successor came: not known here.
const pythonsOnTrixie = new Set(["3.10", "3.11", "3.12", "3.13", "3.14"]);

function python(tag: string): Facts {
  return pythonFacts(/^(\d+\.\d+)(?:\.\d+)?(?=$|-)/.exec(tag)?.[1], tag);
}

function pythonFacts(version: string | undefined, tag: string): Facts {
  const plainTag = /^(\d+\.\d+)(?:-slim)?$/.exec(tag)?.[1];
  const os =
    osIn(tag) ?? (plainTag && pythonsOnTrixie.has(plainTag) ? { id: "debian", version: "13" } : undefined);
  const facts = onSystem(os);
  const slim = /slim|alpine/.test(tag);
  return {
    ...facts,
    ...(/alpine/.test(tag)
      ? { packageManager: "apk" }
      : /windows|nanoserver/.test(tag)
        ? {}
        : { packageManager: "apt" }),
    ...(version ? { python: { version, owner: "image" } } : {}),
    // The full images build on buildpack-deps.
    provides: new Set(
      slim || !facts.packageManager ? [] : ["build-essential", "gcc", "g++", "make", "git", "curl", "wget"],
    ),
  };
}

/** `python3.12-bookworm-slim`, `0.8.11-python3.12-alpine`, `bookworm-slim`; `latest` and `0.8` hold the two programs alone. */
function uv(tag: string): Facts {
  const match = /(?:^|-)python(\d+\.\d+)(?:-(.+))?$/.exec(tag);
  const facts = match
    ? pythonFacts(match[1], `${match[1]}-${match[2] ?? ""}`)
    : onSystem(osIn(tag.replace(/^\d+(\.\d+)*-/, "")));
  return { ...facts, provides: new Set([...facts.provides, "uv"]) };
}

// REP 2000 (ros.org/reps): the Ubuntu release of each ROS distribution.
const rosSystems: ReadonlyMap<string, string> = new Map([
  ["kinetic", "16.04"],
  ["melodic", "18.04"],
  ["noetic", "20.04"],
  ["dashing", "18.04"],
  ["eloquent", "18.04"],
  ["foxy", "20.04"],
  ["galactic", "20.04"],
  ["humble", "22.04"],
  ["iron", "22.04"],
  ["jazzy", "24.04"],
  ["kilted", "24.04"],
]);

function ros(tag: string): Facts {
  const version = rosSystems.get(tag.split("-")[0] ?? "");
  const os = osIn(tag) ?? (version ? { id: "ubuntu", version } : undefined);
  const interpreter = os && systemPythonOf(os);
  return {
    ...onSystem(os),
    packageManager: "apt",
    ...(interpreter && Number(os.version) >= 20.04 ? { python: { version: interpreter, owner: "os" } } : {}),
    provides: new Set(["ros"]),
  };
}

/** mamba-org/micromamba-docker: `1.5.10-jammy-cuda-12.1.1`, `2.1.0-cuda12.6.3-ubuntu22.04`, `2.0.5-debian12-slim`. */
function micromamba(tag: string): Facts {
  const os = osIn(tag);
  const version = /-cuda-?(\d+\.\d+(?:\.\d+)?)/.exec(tag)?.[1];
  return {
    ...onSystem(os),
    ...(os || /alpine|amazon|fedora/.test(tag) ? {} : { packageManager: "apt" }),
    ...(version ? { cuda: { version, flavour: "base" } } : {}),
    otherPython: true,
    provides: new Set(["micromamba"]),
  };
}

/** `quay.io/jupyter/minimal-notebook:python-3.11`, `…:ubuntu-22.04`, `…:2024-10-14`. */
function jupyter(tag: string): Facts {
  const release = /^ubuntu-(\d\d\.\d\d)$/.exec(tag)?.[1];
  const version = /^python-(\d+\.\d+)/.exec(tag)?.[1];
  return {
    ...(release ? { os: { id: "ubuntu", version: release } } : {}),
    packageManager: "apt",
    ...(version ? { python: { version, owner: "conda" } } : {}),
    environment: new Map([
      ["DEBIAN_FRONTEND", "noninteractive"],
      ["CONDA_DIR", "/opt/conda"],
    ]),
    otherPython: true,
    provides: new Set(["conda", "mamba"]),
  };
}
