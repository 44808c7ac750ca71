import type { Command } from "unbash";
import type { Span } from "../span.ts";
import type { ShellScript } from "./shell-script.ts";
import type { ShellWord } from "./shell-word.ts";

/** What stands around a command and decides whether, and how often, it runs. */
export interface InvocationContext {
  /** In an `if`, a loop, a `case`, or behind `||`: it may not run. */
  readonly conditional: boolean;
  /** The function whose body it stands in. */
  readonly inFunction: boolean;
  /** The commands of its pipeline that feed it, by name, nearest last. */
  readonly fedBy: readonly string[];
  /** In `( … )`, `$( … )` or a pipeline: what it sets is gone afterwards. */
  readonly subshell: boolean;
}

/** One program that a RUN starts, seen through `sudo`, `env VAR=x`, `bash -c "…"` and their like. */
export interface Invocation {
  /** The program's file name: `apt-get` for `/usr/bin/apt-get`; empty when not known. */
  readonly name: string;
  /** The word that names it. */
  readonly word: ShellWord;
  readonly args: readonly ShellWord[];
  /** `VAR=x` in front of it, by itself or behind `env`; `null` for a value that is not known. */
  readonly environment: ReadonlyMap<string, string | null>;
  /** What it was called through, outermost first: `["sudo", "env"]`. */
  readonly through: readonly string[];
  /** The program and its arguments, without what it was called through; in the document. */
  readonly span: Span;
  readonly script: ShellScript;
  /** The simple command it stands in; undefined for a program that exec form starts without a shell. */
  readonly node: Command | undefined;
  readonly context: InvocationContext;
}
