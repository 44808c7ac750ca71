import { type DockerWord, resolveDockerWord, type VariableLookup } from "./docker-word.ts";
import type { Assignment, FromInstruction, Instruction, Stage } from "./instruction.ts";
import type { ProgramBudget } from "./limits.ts";
import type { SyntaxTrees } from "./shell/syntax-trees.ts";
import type { DockerfileSurroundings } from "./surroundings.ts";
import { platformArguments, VariableScope } from "./variables.ts";

/** How RUN's text is interpreted at some point of a stage. */
export type ShellKind = "posix" | "foreign";

/** Stages that build on each other deeper than this are taken for unrelated; nobody writes them. */
const deepestChain = 64;

interface GrowingStage extends Stage {
  readonly instructions: Instruction[];
  readonly shells: Instruction[];
}

/** Follows a file from top to bottom: the stage, its variables and its shell at each instruction. */
export class StageBuilder {
  readonly stages: GrowingStage[] = [];
  readonly programs: ProgramBudget;
  readonly trees: SyntaxTrees;
  readonly #escape: string;
  readonly #buildArguments: ReadonlyMap<string, string | null>;
  readonly #baseEnvironment: (reference: string) => ReadonlyMap<string, string> | undefined;
  /** Arguments declared before the first FROM: seen by FROM lines, and by `ARG NAME` in a stage. */
  readonly #globals = new VariableScope(undefined);
  readonly #byName = new Map<string, GrowingStage>();
  /** How many stages each builds on. */
  readonly #depths = new Map<Stage, number>();
  /** The shell at the end of each stage: a child stage starts with it. */
  readonly #shells = new Map<Stage, ShellKind>();

  constructor(
    escape: string,
    programs: ProgramBudget,
    surroundings: DockerfileSurroundings,
    trees: SyntaxTrees,
  ) {
    this.#escape = escape;
    this.programs = programs;
    this.trees = trees;
    this.#buildArguments = surroundings.buildArguments ?? new Map();
    this.#baseEnvironment = surroundings.baseEnvironment ?? (() => undefined);
  }

  get current(): GrowingStage | undefined {
    return this.stages.at(-1);
  }

  get shell(): ShellKind {
    const stage = this.current;
    return (stage && this.#shells.get(stage)) ?? "posix";
  }

  setShell(kind: ShellKind): void {
    const stage = this.current;
    if (stage) this.#shells.set(stage, kind);
  }

  /** What variables are worth for the instruction at `index`, in an ONBUILD or not. */
  lookupBefore(index: number, onbuild: boolean): VariableLookup {
    const scope = this.current?.variables ?? this.#globals;
    return (name) => (onbuild ? scope.lookupOnBuild(name, index) : scope.lookup(name, index));
  }

  /** Puts the values that variables have before the instruction at `index` into its words; `null`: not known. */
  resolverBefore(index: number, onbuild: boolean): (raw: string) => string | null {
    const lookup = this.lookupBefore(index, onbuild);
    return (raw) =>
      resolveDockerWord(raw, this.#escape, (name) => {
        const value = lookup(name);
        return value === undefined && this.#maySet(name) ? null : value;
      });
  }

  /** Whether a variable that nothing in the file sets may have a value: from the base image, or from the builder. */
  #maySet(name: string): boolean {
    if (!this.current) return platformArguments.has(name);
    let first: Stage = this.current;
    while (first.parent) first = first.parent;
    return first.resolvedBase !== "scratch";
  }

  /** Declares an `ARG`: the build's value, the default, what a global ARG of that name has, or what it had before. */
  declareArgument(assignment: Assignment, index: number): void {
    const { name } = assignment;
    const given = this.#buildArguments.get(name);
    const inherited = platformArguments.has(name) ? undefined : this.#undefaulted(name, index);
    const fallback = assignment.value ?? (assignment.raw === undefined ? inherited : null) ?? null;
    const value = given === undefined ? fallback : given;
    (this.current?.variables ?? this.#globals).define(name, { source: "ARG", value, at: index });
  }

  /** What an `ARG NAME` in a stage has where the build gives it nothing. */
  #undefaulted(name: string, index: number): string | null | undefined {
    return this.current && (this.#globals.lookup(name) ?? this.current.variables.lookup(name, index));
  }

  setEnvironment({ name, value = null }: Assignment, index: number, onbuild: boolean): void {
    const source = onbuild ? "ONBUILD ENV" : "ENV";
    this.current?.variables.define(name, { source, value, at: index });
  }

  /** The value of FROM's image with global arguments substituted; `null` when one has no known value. */
  resolveBase(image: DockerWord): string | null {
    const value = resolveDockerWord(image.raw, this.#escape, (name) => this.#globals.lookup(name) ?? null);
    return value === "" ? null : value;
  }

  /** Begins a stage; without a FROM for the instructions of a piece of a Dockerfile, which are checked all the same. */
  startStage(from: FromInstruction | undefined): Stage {
    const image = from?.image;
    const resolvedBase = image && this.resolveBase(image);
    const named = typeof resolvedBase === "string" ? this.#byName.get(resolvedBase.toLowerCase()) : undefined;
    const depth = named ? (this.#depths.get(named) ?? 0) + 1 : 0;
    const parent = depth < deepestChain ? named : undefined;
    const inherited = !parent && resolvedBase ? this.#baseEnvironment(resolvedBase) : undefined;
    const stage: GrowingStage = {
      index: this.stages.length,
      name: from?.alias?.raw.toLowerCase(),
      from,
      instructions: [],
      shells: [],
      parent,
      base: image,
      resolvedBase,
      variables: new VariableScope(parent?.variables, inherited),
    };
    this.stages.push(stage);
    this.#depths.set(stage, depth);
    if (stage.name) this.#byName.set(stage.name, stage);
    const shell = parent && this.#shells.get(parent);
    if (shell) this.#shells.set(stage, shell);
    return stage;
  }
}
