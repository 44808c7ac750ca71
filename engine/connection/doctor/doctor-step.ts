import type { FailureCause, FailureDetails } from "../../failure.ts";

/** What is looked at, in the order of the way to a build; a host has those that its kind of connection has. */
export const stepTitles = {
  name: "Name",
  port: "Port",
  "host-key": "Host key",
  login: "Login",
  docker: "Docker",
  permission: "Permission",
  api: "API",
  buildkit: "BuildKit",
  disk: "Disk",
  gpus: "GPUs",
  clock: "Clock",
} as const;

export type StepName = keyof typeof stepTitles;

/** What was found at one step. */
export interface DoctorStep {
  readonly name: StepName;
  readonly title: string;
  /** `warn`: it works, with a drawback. `skipped`: it could not be looked at. */
  readonly state: "ok" | "warn" | "fail" | "skipped";
  /** One sentence without the full stop. */
  readonly what: string;
  /** What the other side said. */
  readonly said?: string;
  /** What to do about it, a sentence that begins with a verb. */
  readonly next?: string;
  /** Of a step that failed. */
  readonly cause?: FailureCause;
}

/** A step of that name; `next` where there is something to do. */
export function step(name: StepName, state: DoctorStep["state"], what: string, next?: string): DoctorStep {
  return { name, title: stepTitles[name], state, what, ...(next === undefined ? {} : { next }) };
}

/** The step that an attempt ended at. */
export function failedStep(name: StepName, { cause, what, said, next }: FailureDetails): DoctorStep {
  return { ...step(name, "fail", what, next), cause, ...(said === undefined ? {} : { said }) };
}
