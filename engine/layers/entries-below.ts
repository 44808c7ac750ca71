import type { Instruction } from "../../core/dockerfile/instruction.ts";
import type { LayerSource } from "./layer-source.ts";
import { isStep, madeBy, recordedOf, squeezed } from "./made-by.ts";
import { instructionText, type RecordedInstruction } from "./recorded-instructions.ts";

/** How much of an instruction that was edited since is as it was. */
const like = 0.5;

/**
 * How many entries of a history are a base's that is not on the host: those ahead of what the Dockerfile's first
 * instruction made. Undefined where too much of the Dockerfile has changed since to tell.
 */
export function entriesBelow(
  history: readonly (RecordedInstruction | undefined)[],
  source: LayerSource,
): number | undefined {
  const instructions = recordedOf(source);
  if (instructions.length === 0) return history.length;
  const makers = madeBy(history, source);
  const entry = makers.findIndex((maker) => maker !== undefined);
  if (entry < 0) return undefined;
  const place = instructions.indexOf(makers[entry]!);
  const below = entry - place;
  if (below < 0 || !(isTheOnly(history, entry) || isAsFar(makers, instructions, entry))) return undefined;
  // Those above the first one that is as it was have to be edited ones, not new ones.
  const areEdited = instructions
    .slice(0, place)
    .every((instruction, index) => isLike(instruction, history[below + index]));
  return areEdited ? below : undefined;
}

/** Whether it is of a step whose words no other has: a base has none that are the same. */
function isTheOnly(history: readonly (RecordedInstruction | undefined)[], entry: number): boolean {
  const { keyword, words } = history[entry]!;
  return (
    isStep(history[entry]) &&
    history.filter((each) => each?.keyword === keyword && each?.words === words).length === 1
  );
}

/**
 * Whether the next one that is as it was comes as many entries later as it stands below: of what only changes the
 * configuration a base may have the same words.
 */
function isAsFar(
  makers: readonly (Instruction | undefined)[],
  instructions: readonly Instruction[],
  entry: number,
): boolean {
  const next = makers.findIndex((maker, index) => maker !== undefined && index > entry);
  const entries = (next < 0 ? makers.length : next) - entry;
  const last = next < 0 ? instructions.length : instructions.indexOf(makers[next]!);
  return last - instructions.indexOf(makers[entry]!) === entries;
}

/** Whether one may be the other as it was before somebody edited it: same beginning and same end. */
function isLike({ keyword, body }: Instruction, recorded: RecordedInstruction | undefined): boolean {
  if (recorded?.keyword !== keyword) return false;
  const [now, then] = [`${keyword} ${body.text}`, instructionText(recorded)].map(squeezed) as [
    string,
    string,
  ];
  const shorter = Math.min(now.length, then.length);
  let start = 0;
  while (start < shorter && now[start] === then[start]) start++;
  let end = 0;
  while (end < shorter - start && now.at(-1 - end) === then.at(-1 - end)) end++;
  return start + end >= Math.max(now.length, then.length) * like;
}
