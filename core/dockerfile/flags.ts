/** A flag of an instruction, `--name` or `--name=value`, as the Dockerfile reference has it. */
export interface FlagSyntax {
  readonly name: string;
  /** What it does, one line. */
  readonly does: string;
  /** The values that it takes, where they can be listed; the first is the usual one. Undefined for a free value. */
  readonly values?: readonly string[];
  /** Whether it stands alone: `--link`. */
  readonly bare?: boolean;
}

/** An option of `--mount`, `name=value` or `name` alone. */
export interface MountOption {
  readonly name: string;
  readonly does: string;
  readonly values?: readonly string[];
  readonly bare?: boolean;
}

const from = { name: "from", does: "copies from a stage, an image or a named context" };
const chown = { name: "chown", does: "owner and group of what is copied: user:group, or numbers" };
const chmod = { name: "chmod", does: "permissions of what is copied: 755, or u=rwX,go=rX" };
const link = { name: "link", does: "a layer of its own, which a new base leaves valid", bare: true };
const exclude = { name: "exclude", does: "leaves out what fits the pattern" };

// docs.docker.com/reference/dockerfile, syntax 1.20.
const flags: ReadonlyMap<string, readonly FlagSyntax[]> = new Map([
  [
    "FROM",
    [
      {
        name: "platform",
        does: "the platform of the base",
        values: ["linux/amd64", "linux/arm64", "$BUILDPLATFORM"],
      },
    ],
  ],
  [
    "RUN",
    [
      {
        name: "mount",
        does: "a cache, a secret, an ssh agent or files of the context, during this command only",
      },
      { name: "network", does: "the network that the command sees", values: ["default", "none", "host"] },
      { name: "security", does: "insecure runs with all privileges", values: ["sandbox", "insecure"] },
    ],
  ],
  [
    "COPY",
    [
      from,
      chown,
      chmod,
      link,
      { name: "parents", does: "keeps the folders that the files lie in", bare: true },
      exclude,
    ],
  ],
  [
    "ADD",
    [
      chown,
      chmod,
      link,
      { name: "checksum", does: "refuses a download with another digest: sha256:…" },
      { name: "keep-git-dir", does: "keeps .git of a repository", values: ["true", "false"] },
      { name: "unpack", does: "whether an archive is unpacked", values: ["true", "false"] },
      exclude,
    ],
  ],
  [
    "HEALTHCHECK",
    [
      { name: "interval", does: "the time between two checks: 30s" },
      { name: "timeout", does: "how long a check may take: 30s" },
      { name: "start-period", does: "how long failures do not count after the start: 0s" },
      { name: "start-interval", does: "the time between two checks during the start: 5s" },
      { name: "retries", does: "failures in a row that make it unhealthy: 3" },
    ],
  ],
]);

/** The flags of an instruction, by its keyword in upper case; empty where it takes none. */
export function flagsOf(keyword: string): readonly FlagSyntax[] {
  return flags.get(keyword) ?? [];
}

const target = { name: "target", does: "where it is mounted" };
const required = { name: "required", does: "fails where it is not given", values: ["true", "false"] };
const mode = { name: "mode", does: "permissions, in octal" };
const uid = { name: "uid", does: "owner, a number" };
const gid = { name: "gid", does: "group, a number" };
const source = { name: "source", does: "path in `from`, or in the build context" };

const mounts: ReadonlyMap<string, { readonly does: string; readonly options: readonly MountOption[] }> =
  new Map([
    [
      "cache",
      {
        does: "a folder that stays on the build host between builds, and never comes into the image",
        options: [
          target,
          {
            name: "sharing",
            does: "what two builds at once do with it",
            values: ["locked", "shared", "private"],
          },
          { name: "id", does: "tells caches apart; the target without it" },
          { name: "from", does: "what it is filled from at first" },
          source,
          mode,
          uid,
          gid,
          { name: "readonly", does: "cannot be written to", bare: true },
        ],
      },
    ],
    [
      "bind",
      {
        does: "files of the build context, a stage or an image, without copying them",
        options: [
          target,
          source,
          { name: "from", does: "a stage, an image or a named context" },
          { name: "rw", does: "may be written to; what is written is lost", bare: true },
        ],
      },
    ],
    [
      "secret",
      {
        does: "a password or token that is there during this command only",
        options: [
          { name: "id", does: "the name that the build gives it: --secret id=…" },
          target,
          { name: "env", does: "the variable that holds it, in place of a file" },
          required,
          mode,
          uid,
          gid,
        ],
      },
    ],
    [
      "ssh",
      {
        does: "the ssh agent of whoever builds",
        options: [{ name: "id", does: "which agent: default" }, target, required, mode, uid, gid],
      },
    ],
    [
      "tmpfs",
      { does: "a folder in memory", options: [target, { name: "size", does: "how large it may grow: 1g" }] },
    ],
  ]);

/** The types of `--mount`, and what each is for. */
export const mountTypes: readonly { readonly type: string; readonly does: string }[] = [...mounts].map(
  ([type, { does }]) => ({ type, does }),
);

/** The options of a mount of this type; without a type it is `bind`. */
export function mountOptions(type: string | undefined): readonly MountOption[] {
  return mounts.get(type ?? "bind")?.options ?? [];
}
