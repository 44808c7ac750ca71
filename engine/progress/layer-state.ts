import type { PushEvent } from "../registry/push-event.ts";
import { progressAmount } from "./quantities.ts";

export type PushLayer = Extract<PushEvent, { kind: "layer" }>;

/** The registry has a layer in this state. */
export function isThere(state: PushLayer["state"]): boolean {
  return state === "pushed" || state === "exists" || state === "mounted";
}

/** What happens with a layer, in a few words. */
export function layerText(layer: PushLayer): string {
  switch (layer.state) {
    case "exists":
      return "is there already";
    case "mounted":
      return `taken over from ${layer.from ?? "another repository"}`;
    case "retrying":
      return "waits, and is sent again";
    case "pushing": {
      const amount = progressAmount({ current: layer.current ?? 0, total: layer.total });
      return `pushing${amount && ` ${amount}`}`;
    }
    default:
      return layer.state;
  }
}
