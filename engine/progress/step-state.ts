import type { BuildStep, StepState } from "../build/build-event.ts";
import { printable } from "./cells.ts";
import { oneLine } from "./one-line.ts";
import { secondsText } from "./quantities.ts";

/** Whether a step in this state has come to its end. */
export function isFinal(state: StepState): boolean {
  return state !== "waiting" && state !== "running";
}

/** How a step ended, in the words of docker's own output; what a daemon or a registry said in it is fit for a terminal. */
export function stateText({ state, worked, error }: BuildStep): string {
  switch (state) {
    case "cached":
      return "CACHED";
    case "cancelled":
      return "CANCELED";
    case "failed":
      return `ERROR: ${printable(oneLine(error ?? "failed"))}`;
    default:
      return `DONE ${secondsText(worked)}`;
  }
}
