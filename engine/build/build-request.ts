/** What is to be built. Paths are absolute, on the machine where this runs. */
export interface BuildRequest {
  /** The build context's folder. */
  readonly context: string;
  /** The Dockerfile; may lie outside the context. */
  readonly dockerfile: string;
  /** The Dockerfile's text where it is not what is on disk (an unsaved document). */
  readonly dockerfileText?: string;
  /** Names that the image gets, with their tags. */
  readonly tags: readonly string[];
  /** More names, which it gets on the host that builds it and is not pushed under. */
  readonly localTags?: readonly string[];
  readonly args?: ReadonlyMap<string, string>;
  readonly labels?: ReadonlyMap<string, string>;
  /** The stage to stop at; the last one without it. */
  readonly target?: string;
  /** `linux/amd64`; the daemon's own without it. */
  readonly platform?: string;
  /** Of RUN: `host`, `none`, `default`. */
  readonly network?: string;
  /** Lines for /etc/hosts: `name:address`. */
  readonly extraHosts?: readonly string[];
  /** Look for newer bases at their registry. */
  readonly pull?: boolean;
  readonly noCache?: boolean;
  /** Writes cache metadata into the image (BUILDKIT_INLINE_CACHE), so that others can use it with `cacheFrom`. */
  readonly inlineCache?: boolean;
  readonly cacheFrom?: readonly string[];
  /** For `RUN --mount=type=secret`, by id. Read when the build asks, never before. */
  readonly secrets?: ReadonlyMap<string, SecretSource>;
  /** Agent sockets for `RUN --mount=type=ssh`, by id (`default`). */
  readonly sshAgents?: ReadonlyMap<string, string>;
  /**
   * Other folders (absolute paths), images (`docker-image://…`) or URLs that the Dockerfile may name by these names
   * (`--build-context`); needs Docker 23 or later. The names are those of `contextName`.
   */
  readonly namedContexts?: ReadonlyMap<string, string>;
}

export type SecretSource =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "environment"; readonly variable: string };

/** Every name that the image gets. */
export function allTags({ tags, localTags = [] }: BuildRequest): readonly string[] {
  return [...tags, ...localTags];
}
