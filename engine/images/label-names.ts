/** The labels with which builds say where an image comes from (opencontainers/image-spec `annotations.md`). */
export const labelNames = {
  source: "org.opencontainers.image.source",
  revision: "org.opencontainers.image.revision",
  created: "org.opencontainers.image.created",
  baseName: "org.opencontainers.image.base.name",
  baseDigest: "org.opencontainers.image.base.digest",
  /** The release of CUDA in it, where it is known: `12.2.2`. Ours: there is no common name for it. */
  cuda: "lab-images.cuda",
} as const;
