/** Tags to write for a moving one. */
export interface FixedTags {
  /** The moving tags (`latest` where none is written). */
  readonly moving: RegExp;
  /** The same image, or the nearest, first; `$1` is the part of the moving tag that stays. */
  readonly tags: readonly string[];
  /** Month in which the moving tag stood for the first of `tags`; undefined where the author has to choose. */
  readonly month?: string;
}

/** A repository whose tags are known. */
export interface KnownRepository {
  readonly repositories: readonly string[];
  /** Its moving tags besides those that move everywhere (`latest`, `nightly`, …). */
  readonly moving?: RegExp;
  readonly fixed: readonly FixedTags[];
}

// Facts, and where they are from:
// - Official images: docker-library/official-images, library/*, commit 37079fb336f5 of 2026-08-21.
// - micromamba: mamba-org/micromamba-docker, commit a815800 of 2026-05-13, whose push_latest.yml gives `latest` to the
//   newest version. miniforge3: conda-forge/miniforge-images, commit 841e405 of 2026-07-01, docker-build.yml, which
//   pushes `latest` with the version. miniconda3: anaconda/docker-images, commit a32b8c1 of 2026-07-08; its README says
//   that images end after 26.7.
// - pytorch/pytorch: tags seen in public Dockerfiles on 2026-11-22. Which one `latest` stood for is not on record.
// - jupyter/scipy-notebook: README of jupyter/docker-stacks: Docker Hub got its last images on 2023-10-20.
const official = "August 2026";

const debianLike = "(?:trixie|bookworm|bullseye|buster|stretch)";
const osPart = `(?:slim|alpine|windowsservercore|nanoserver|${debianLike})[\\w.-]*`;

/** The tags of a language image: `3`, `slim`, `3-slim-bookworm` name no release of the language. */
function language(
  name: string,
  major: number,
  releases: readonly string[],
  variants: string,
): KnownRepository {
  return {
    repositories: [`docker.io/library/${name}`],
    moving: new RegExp(`^(?:${major}|rc|(?:(?:${major}|rc)-)?${osPart})$`),
    fixed: [
      { moving: new RegExp(`^(?:latest|${major})$`), tags: releases, month: official },
      {
        moving: new RegExp(`^(?:${major}-)?(${variants})$`),
        tags: releases.map((release) => `${release}-$1`),
        month: official,
      },
    ],
  };
}

const slimFirst = "slim|alpine|(?:slim-)?(?:trixie|bookworm)";
const nodeVariants = "(?:-(?:alpine|slim|(?:trixie|bookworm|bullseye)(?:-slim)?))?";

/** The repositories for whose moving tags fixed ones are known. */
export const knownRepositories: readonly KnownRepository[] = [
  {
    repositories: ["docker.io/library/ubuntu"],
    fixed: [
      { moving: /^(?:latest|rolling)$/, tags: ["26.04", "24.04", "22.04"], month: official },
      { moving: /^devel$/, tags: ["26.10", "26.04", "24.04"], month: official },
    ],
  },
  {
    repositories: ["docker.io/library/debian"],
    moving: /^(?:stable|testing|unstable|sid|(?:old)+stable|experimental|rc-buggy)(?:-slim|-backports)?$/,
    fixed: [
      { moving: /^latest$/, tags: ["trixie", "bookworm"], month: official },
      { moving: /^stable(-slim|-backports)?$/, tags: ["trixie$1", "bookworm$1"], month: official },
      { moving: /^oldstable(-slim|-backports)?$/, tags: ["bookworm$1", "trixie$1"], month: official },
      { moving: /^testing(-slim|-backports)?$/, tags: ["forky$1", "trixie$1"], month: official },
      { moving: /^(?:unstable|sid)(-slim)?$/, tags: ["trixie$1"] },
    ],
  },
  {
    repositories: ["docker.io/library/alpine"],
    moving: /^3$/,
    fixed: [
      { moving: /^(?:latest|3)$/, tags: ["3.24", "3.23"], month: official },
      { moving: /^edge$/, tags: ["3.24"] },
    ],
  },
  {
    repositories: ["docker.io/library/fedora"],
    moving: /^rawhide$/,
    fixed: [
      { moving: /^latest$/, tags: ["44", "43"], month: official },
      { moving: /^rawhide$/, tags: ["44"] },
    ],
  },
  {
    repositories: ["docker.io/library/rockylinux"],
    // There is no `latest` any more.
    fixed: [{ moving: /^latest$/, tags: ["9", "8"] }],
  },
  {
    repositories: ["docker.io/library/almalinux"],
    moving: /^minimal$/,
    fixed: [
      { moving: /^latest$/, tags: ["10", "9"], month: official },
      { moving: /^minimal$/, tags: ["10-minimal", "9-minimal"], month: official },
    ],
  },
  {
    repositories: ["docker.io/library/amazonlinux"],
    fixed: [{ moving: /^latest$/, tags: ["2023"], month: official }],
  },
  language("python", 3, ["3.14", "3.13", "3.12"], slimFirst),
  language("golang", 1, ["1.27", "1.26"], "trixie|bookworm|alpine"),
  language("rust", 1, ["1.98"], slimFirst),
  language("julia", 1, ["1.12", "1.10"], "trixie|bookworm"),
  {
    repositories: ["docker.io/library/node"],
    moving: new RegExp(`^(?:(?:lts|current)(?:-${osPart})?|${osPart})$`),
    fixed: [
      { moving: new RegExp(`^lts(${nodeVariants})$`), tags: ["24$1", "22$1"], month: official },
      {
        moving: new RegExp(`^(?:latest|current)(${nodeVariants})$`),
        tags: ["26$1", "24$1"],
        month: official,
      },
      {
        moving: /^(alpine|slim|(?:trixie|bookworm|bullseye)(?:-slim)?)$/,
        tags: ["26-$1", "24-$1"],
        month: official,
      },
    ],
  },
  {
    repositories: ["docker.io/pytorch/pytorch"],
    fixed: [
      {
        moving: /^latest$/,
        tags: [
          "2.13.0-cuda12.6-cudnn9-runtime",
          "2.12.1-cuda12.6-cudnn9-devel",
          "2.9.1-cuda12.8-cudnn9-runtime",
        ],
      },
    ],
  },
  {
    repositories: ["docker.io/mambaorg/micromamba"],
    fixed: [{ moving: /^latest$/, tags: ["2.6.1", "1.5.10"], month: "May 2026" }],
  },
  {
    repositories: ["docker.io/condaforge/miniforge3", "quay.io/condaforge/miniforge3"],
    fixed: [{ moving: /^latest$/, tags: ["26.3.2-3", "24.11.3-2"], month: "July 2026" }],
  },
  {
    repositories: ["docker.io/continuumio/miniconda3"],
    fixed: [{ moving: /^latest$/, tags: ["26.5.3-1", "24.7.1-0"], month: "July 2026" }],
  },
  {
    repositories: ["docker.io/jupyter/scipy-notebook"],
    fixed: [{ moving: /^latest$/, tags: ["2023-10-20"], month: "October 2023" }],
  },
];
