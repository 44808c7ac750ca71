import type { BuildEvent, BuildStep, StepState } from "../../../../engine/build/build-event.ts";

/** A step that began at `started` ms. */
export function step(
  id: string,
  name: string,
  state: StepState,
  more: Partial<BuildStep> = {},
): Extract<BuildEvent, { kind: "step" }> {
  return {
    kind: "step",
    step: {
      id,
      name,
      lines: undefined,
      stage: undefined,
      state,
      started: state === "waiting" ? undefined : 0,
      ended: undefined,
      worked: 0,
      error: undefined,
      ...more,
    },
  };
}

/** What a step printed at `time` ms. */
export function output(id: string, text: string, time = 0): BuildEvent {
  return { kind: "output", step: id, stream: "stdout", time, text };
}

/** Bytes that a step moved. */
export function progress(
  id: string,
  item: string,
  current: number,
  total: number | undefined,
  time: number,
  done = false,
): BuildEvent {
  return { kind: "progress", step: id, item, current, total, started: 0, time, done };
}
