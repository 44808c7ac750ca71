import type { Dockerfile } from "./dockerfile.ts";
import type { Instruction } from "./instruction.ts";

/** The instruction whose text holds `offset`; undefined between instructions. */
export function instructionAt({ instructions }: Dockerfile, offset: number): Instruction | undefined {
  let low = 0;
  let high = instructions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (instructions[middle]!.span.end >= offset) high = middle;
    else low = middle + 1;
  }
  const found = instructions[low];
  return found && found.span.start <= offset ? found : undefined;
}
