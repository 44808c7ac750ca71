import type { Lab } from "./lab.ts";

/** Where an image has no Dockerfile, as the middle of a sentence: `in the folder base, only Dockerfile.cpu, Dockerfile.gpu`. */
export function placeWithoutDockerfile(lab: Lab, name: string): string {
  const others = lab.dockerfilesBeside(name);
  return `in the folder ${name}${others.length > 0 ? `, only ${others.join(", ")}` : ""}`;
}
