/** A value that ENV, ARG or ONBUILD ENV gave a name; `null` when it was set to something that cannot be known here. */
export interface VariableDefinition {
  readonly source: "ENV" | "ARG" | "ONBUILD ENV";
  readonly value: string | null;
  /** The index of the instruction that set it. */
  readonly at: number;
}

/** Set by the builder in every stage that declares them (docs.docker.com, "predefined ARGs"): never known here. */
export const platformArguments: ReadonlySet<string> = new Set([
  "BUILDARCH",
  "BUILDOS",
  "BUILDPLATFORM",
  "BUILDVARIANT",
  "TARGETARCH",
  "TARGETOS",
  "TARGETPLATFORM",
  "TARGETVARIANT",
  "TARGETSTAGE",
]);

/**
 * Names and values along a stage, which inherits the ENV and the ARG of the one it builds on (docs.docker.com,
 * "Build variables", "Scoping").
 */
export class VariableScope {
  readonly #parent: VariableScope | undefined;
  readonly #inherited: ReadonlyMap<string, string>;
  readonly #env = new Map<string, VariableDefinition[]>();
  readonly #arg = new Map<string, VariableDefinition[]>();
  /** What ONBUILD ENV sets in an image that builds on the stage: only other ONBUILD instructions see it. */
  readonly #later = new Map<string, VariableDefinition[]>();

  /** `inherited` is the environment that the base image is known to have. */
  constructor(parent: VariableScope | undefined, inherited: ReadonlyMap<string, string> = new Map()) {
    this.#parent = parent;
    this.#inherited = inherited;
  }

  define(name: string, definition: VariableDefinition): void {
    const { source } = definition;
    const table = source === "ENV" ? this.#env : source === "ARG" ? this.#arg : this.#later;
    const known = table.get(name);
    if (known) known.push(definition);
    else table.set(name, [definition]);
  }

  /**
   * The value for the instruction at index `before`: `undefined` not set, `null` set but not known. ENV wins over an ARG
   * above it. Of an ARG behind an ENV, the base's too, BuildKit takes the ARG (`dispatchArg` in
   * frontend/dockerfile/dockerfile2llb/convert.go) and the classic builder the ENV: not known where they differ.
   */
  lookup(name: string, before = Number.POSITIVE_INFINITY): string | null | undefined {
    const environment = this.environment(name, before);
    const argument = latest(this.#arg.get(name), before);
    if (environment === undefined) return this.#argument(name, before);
    if (!argument || argument.value === environment) return environment;
    const own = latest(this.#env.get(name), before);
    return own && own.at > argument.at ? environment : null;
  }

  /** As {@link lookup}, for an ONBUILD instruction. */
  lookupOnBuild(name: string, before: number): string | null | undefined {
    const later = latest(this.#later.get(name), before);
    return later ? later.value : this.lookup(name, before);
  }

  /** As {@link lookup}, but only what ENV set: what outlives the build. */
  environment(name: string, before = Number.POSITIVE_INFINITY): string | null | undefined {
    const own = latest(this.#env.get(name), before);
    if (own) return own.value;
    return this.#parent ? this.#parent.environment(name) : this.#inherited.get(name);
  }

  #argument(name: string, before = Number.POSITIVE_INFINITY): string | null | undefined {
    const own = latest(this.#arg.get(name), before);
    if (own) return own.value;
    return this.#parent ? this.#parent.#argument(name) : undefined;
  }

  /** Everything that ENV set by the end of the stage, parents included; for images that build on it. */
  finalEnvironment(): Map<string, string | null> {
    const all = this.#parent?.finalEnvironment() ?? new Map<string, string | null>(this.#inherited);
    for (const [name, definitions] of this.#env) all.set(name, definitions.at(-1)!.value);
    return all;
  }
}

function latest(
  definitions: VariableDefinition[] | undefined,
  before: number,
): VariableDefinition | undefined {
  if (!definitions) return undefined;
  let low = 0;
  let high = definitions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (definitions[middle]!.at < before) low = middle + 1;
    else high = middle;
  }
  return definitions[low - 1];
}
