import { expect, test } from "vitest";
import { parseChallenges } from "../../../../engine/registry/distribution/challenges.ts";

const read = (header: string) =>
  parseChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);

test.each([
  [
    'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:nvidia/cuda:pull"',
    [
      [
        "bearer",
        {
          realm: "https://auth.docker.io/token",
          service: "registry.docker.io",
          scope: "repository:nvidia/cuda:pull",
        },
      ],
    ],
  ],
  ["Basic realm=harbor", [["basic", { realm: "harbor" }]]],
  [
    'BEARER Realm = "a, b=\\"c\\"" , scope="repository:x:pull,push", Basic realm="d"',
    [
      ["bearer", { realm: 'a, b="c"', scope: "repository:x:pull,push" }],
      ["basic", { realm: "d" }],
    ],
  ],
  [
    "Negotiate, Basic realm=x",
    [
      ["negotiate", {}],
      ["basic", { realm: "x" }],
    ],
  ],
  ["", []],
  ['realm="of nobody"', []],
  ['Basic realm="without an end', [["basic", {}]]],
])("%s", (header, expected) => {
  expect(read(header)).toEqual(expected);
});
