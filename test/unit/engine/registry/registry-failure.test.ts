import { expect, test } from "vitest";
import { registryFailure } from "../../../../engine/registry/registry-failure.ts";

test.each([
  [
    "docker's own store",
    "manifest for registry.lab/ada/never:v1 not found: manifest unknown: manifest unknown",
  ],
  [
    "containerd's store (Docker 28.5.2)",
    'failed to resolve reference "registry.lab/ada/never:v1": registry.lab/ada/never:v1: not found',
  ],
])("what the registry does not have, as %s says it", (_, said) => {
  const reference = "registry.lab/ada/never:v1";
  const nobody = { user: undefined, noCredentials: undefined };
  const work = { action: "pull", reference, registry: "registry.lab", ...nobody } as const;
  expect(registryFailure(said, work)).toMatchObject({
    cause: "registry",
    next: "Check the image's name and tag, and that the registry has it",
  });
});
