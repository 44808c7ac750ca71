import type { ImageState } from "../../../../engine/lab/image-states.ts";

/** How an image stands on a host: up to date and not pushed, but for what is given. */
export function imageState(name: string, more: Partial<ImageState> = {}): ImageState {
  return {
    name,
    reference: name,
    dockerfile: `/lab/${name}/Dockerfile`,
    bases: [],
    state: "current",
    reasons: [],
    failure: undefined,
    image: { id: `sha256:${name}`, names: [name], digests: [], created: 1, size: 1, labels: {} },
    pushed: undefined,
    ...more,
  };
}
