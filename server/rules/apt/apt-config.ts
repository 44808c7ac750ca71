import type { AptCall } from "../../../core/commands/apt.ts";
import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import {
  type CopyInstruction,
  type Instruction,
  lookupAt,
  type RunInstruction,
  type Stage,
} from "../../../core/dockerfile/instruction.ts";
import type { Invocation } from "../../../core/dockerfile/shell/invocation.ts";
import type { LabImage } from "../../../core/lab/lab-image.ts";
import type { FactSource } from "../facts.ts";
import { baseImages, firstStage, holdsStage } from "../lineage.ts";

/** What apt's own configuration says; `unknown` when a file was put there whose text is not in the Dockerfile. */
export interface AptConfig {
  /** Whether recommended packages are decided there, either way. */
  readonly recommends: boolean;
  readonly assumesYes: boolean;
  readonly unknown: boolean;
}

/** A place in the file that says something of apt's configuration. */
interface ConfigEvent extends AptConfig {
  readonly instruction: Instruction;
  readonly at: number;
}

const configPath = "/etc/apt/apt.conf";
/** Not what an option on a command line says: that is for one call. */
const setting = (name: string, values: string) =>
  new RegExp(`(?<!-o ?["']?(?:APT::|APT::Get::)?)${name}[\\s"'\\\\=]+(?:${values})\\b`, "gi");
const recommendsSetting = setting(
  "Install-Recommends",
  "true|yes|on|with|enable|1|false|no|off|without|disable|0",
);
const yesSetting = setting("(?:Assume-Yes|force-yes)", "true|yes|on|with|enable|1");
const quietSetting = setting("\\bquiet", "2");

/** What a file says of apt's configuration: the fact. */
export function aptConfigs({ dockerfile, lab }: FactSource): AptConfigs {
  return new AptConfigs(dockerfile, lab);
}

/** Reads what a file's instructions put into `/etc/apt/apt.conf` and `/etc/apt/apt.conf.d`, once. */
export class AptConfigs {
  readonly #lab: LabImage;
  readonly #events: readonly ConfigEvent[];
  /** What the lab's images say that a stage builds on; by the stage that is built on them itself. */
  readonly #ofBases = new Map<Stage, readonly ConfigEvent[]>();

  constructor(dockerfile: Dockerfile, lab: LabImage) {
    this.#lab = lab;
    this.#events = eventsIn(dockerfile);
  }

  /** What is in force where a call is made, along its stage and the stages and images of the lab that one builds on. */
  for({ invocation }: AptCall, run: RunInstruction): AptConfig {
    let [recommends, assumesYes] = [false, false];
    let unknown = lookupAt(run)("APT_CONFIG") !== undefined || invocation.environment.has("APT_CONFIG");
    const inFile = this.#events.filter((event) => reaches(event, run, invocation.span.start));
    for (const event of run.stage ? [...this.#eventsBelow(run.stage), ...inFile] : inFile) {
      recommends ||= event.recommends;
      assumesYes ||= event.assumesYes;
      unknown ||= event.unknown;
    }
    return { recommends, assumesYes, unknown };
  }

  #eventsBelow(stage: Stage): readonly ConfigEvent[] {
    const first = firstStage(stage);
    let events = this.#ofBases.get(first);
    if (!events) {
      events = [...baseImages(first, this.#lab)].flatMap((base) =>
        eventsIn(base.dockerfile).filter(({ instruction }) => holdsStage(base.stage, instruction.stage)),
      );
      this.#ofBases.set(first, events);
    }
    return events;
  }
}

function eventsIn({ instructions, text }: Dockerfile): ConfigEvent[] {
  return instructions.flatMap((instruction) => eventsOf(instruction, text));
}

function reaches({ instruction, at }: ConfigEvent, run: RunInstruction, before: number): boolean {
  if (instruction.onbuild && !run.onbuild) return false;
  if (instruction.stage === run.stage) return run.onbuild && !instruction.onbuild ? true : at < before;
  for (let stage = run.stage?.parent; stage; stage = stage.parent)
    if (stage === instruction.stage) return true;
  return false;
}

function eventsOf(instruction: Instruction, text: string): ConfigEvent[] {
  const { span } = instruction;
  const written = text.slice(span.start, span.end);
  if (instruction.kind === "COPY" || instruction.kind === "ADD") {
    const kind = copiesConfig(instruction);
    if (kind === "no") return [];
    if (kind === "unknown") return [event(instruction, span.start, { unknown: true })];
    return settingsIn(written, instruction);
  }
  if (instruction.kind !== "RUN" || !written.includes(configPath)) return [];
  const unknown = instruction.shell.invocations.filter(writesUnknownConfig);
  const foreign = instruction.shell.invocations.length === 0;
  return [
    ...settingsIn(written, instruction),
    ...unknown.map((invocation) => event(instruction, invocation.span.start, { unknown: true })),
    ...(foreign ? [event(instruction, span.start, { unknown: true })] : []),
  ];
}

function settingsIn(written: string, instruction: Instruction): ConfigEvent[] {
  const { start } = instruction.span;
  const of = (pattern: RegExp, what: Partial<AptConfig>) =>
    [...written.matchAll(pattern)].map((match) => event(instruction, start + match.index, what));
  return [
    ...of(recommendsSetting, { recommends: true }),
    ...of(yesSetting, { assumesYes: true }),
    ...of(quietSetting, { assumesYes: true }),
  ];
}

function event(instruction: Instruction, at: number, what: Partial<AptConfig>): ConfigEvent {
  return { instruction, at, recommends: false, assumesYes: false, unknown: false, ...what };
}

/** Whether a COPY brings apt's configuration: `text` for a here-document, whose text is there to read. */
function copiesConfig({ destination, sources, heredocs }: CopyInstruction): "no" | "text" | "unknown" {
  const path = destination?.value ?? null;
  if (path === null) return "no";
  const named = path.startsWith(configPath);
  if (sources.length === 0) return named && heredocs.length > 0 ? "text" : "no";
  if (named) return "unknown";
  if (!/^(\/etc\/apt|\/etc|)\/?$/.test(path)) return "no";
  // A folder's content is not known; a file keeps its name.
  const mayBeFolder = ({ raw }: { raw: string }) => /(^|\/)(\.|[^./]*|apt\.conf(\.d)?)\/?$/.test(raw);
  return sources.some(mayBeFolder) ? "unknown" : "no";
}

/** Whether a command writes there what is not in the Dockerfile. */
function writesUnknownConfig(invocation: Invocation): boolean {
  const { name, args, node, context } = invocation;
  const named = args.some(({ value, prefix }) => (value ?? prefix).includes(configPath));
  if (["cp", "mv", "install", "ln", "rsync"].includes(name))
    return (args.at(-1)?.value ?? "").includes(configPath);
  if (["curl", "wget", "tar", "unzip", "dd", "git"].includes(name) && named) return true;
  const texts = ["echo", "printf"];
  if (name === "tee" && named)
    return (
      !context.fedBy.every((each) => texts.includes(each)) ||
      (context.fedBy.length === 0 && !readsHere(invocation))
    );
  const target = node?.redirects.find(
    (redirect) =>
      redirect.type === "Redirect" &&
      />/.test(redirect.operator) &&
      redirect.target?.value.startsWith(configPath),
  );
  if (!target) return false;
  if (texts.includes(name)) return args.some(({ value }) => value === null);
  return !(name === "cat" && readsHere(invocation)) && name !== ":" && name !== "true";
}

function readsHere({ node }: Invocation): boolean {
  return node?.redirects.some(({ type }) => type === "HereDoc" || type === "HereString") ?? false;
}
