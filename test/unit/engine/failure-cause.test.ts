import { describe, expect, test } from "vitest";
import { causeOf, exitCodeIn, parseErrorLine, readable } from "../../../engine/build/failure-cause.ts";
import type { FailureCause } from "../../../engine/failure.ts";

/** As daemons say them: Docker 20.10 and 26 and 28, containerd, the registries. */
const errors: readonly [FailureCause, string][] = [
  ["dockerfile", "executor failed running [/bin/sh -c make]: exit code: 2"],
  ["dockerfile", 'process "/bin/sh -c make" did not complete successfully: exit code: 2'],
  ["dockerfile", 'failed to compute cache key: "/missing" not found: not found'],
  [
    "dockerfile",
    "failed to calculate checksum of ref 3b2::x1: failed to walk /var/lib/docker/tmp/a: lstat /var/lib/docker/tmp/a/missing: no such file or directory",
  ],
  [
    "dockerfile",
    'failed to compute cache key: failed to calculate checksum of ref a::b: "/missing": not found',
  ],
  ["dockerfile", "dockerfile parse error line 2: unknown instruction: RUNN"],
  ["dockerfile", "dockerfile parse error on line 2: unknown instruction: RUNN (did you mean RUN?)"],
  ["dockerfile", "base name ($B) should not be blank"],
  ["dockerfile", "ENV must have two arguments"],
  ["dockerfile", `Syntax error - can't find = in "b". Must be of the form: name=value`],
  ["dockerfile", "Invalid containerPort: abc"],
  ["request", "target stage zz could not be found"],
  ["request", 'target stage "zz" could not be found'],
  [
    "registry-auth",
    "pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed",
  ],
  ["registry-auth", "unexpected status code [manifests latest]: 401 Unauthorized"],
  ["registry", "docker.io/library/debian:nosuchtag: not found"],
  ["registry", "failed to resolve source metadata for localhost:5000/a:1: localhost:5000/a:1: not found"],
  [
    "registry",
    "429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit",
  ],
  [
    "network",
    'failed to do request: Head "https://nothere.example/v2/x/manifests/latest": dial tcp: lookup nothere.example: no such host',
  ],
  ["network", 'failed to do request: Head "https://10.0.0.1/v2/": dial tcp 10.0.0.1:443: i/o timeout'],
  ["disk-full", "failed to copy: write /var/lib/docker/tmp/x: no space left on device"],
  ["connection-lost", "no active session for 1a2b: context deadline exceeded"],
  ["fault", "something that nobody has ever said"],
];

describe("the cause of a failure, by the daemon's words", () => {
  test.each(errors)("%s: %s", (cause, said) => {
    expect(causeOf(said, exitCodeIn(said), []).cause).toBe(cause);
  });
});

describe("the cause of a command's failure, by what it printed last", () => {
  const said = "executor failed running [/bin/sh -c x]: exit code: 1";
  test.each<[FailureCause, string]>([
    ["disk-full", "cp: error writing '/data/x': No space left on device"],
    ["network", "W: Failed to fetch http://x  Temporary failure resolving 'deb.debian.org'"],
    ["network", "curl: (6) Could not resolve host: example.org"],
    ["dockerfile", "make: *** No rule to make target 'x'."],
  ])("%s: %s", (cause, line) => {
    expect(causeOf(said, 1, ["before", line]).cause).toBe(cause);
  });

  test("not by what it printed long before", () => {
    const later = Array.from({ length: 12 }, (_, index) => `line ${index}`);
    expect(causeOf(said, 1, ["No space left on device", ...later]).cause).toBe("dockerfile");
  });

  test("a killed one points at the memory", () => {
    expect(causeOf(said, 137, []).next).toContain("memory");
  });
});

test("line, exit code and the readable part", () => {
  const parse =
    "failed to solve with frontend dockerfile.v0: failed to create LLB definition: dockerfile parse error line 7: unknown instruction: RUNN";
  expect(parseErrorLine(parse)).toBe(7);
  expect(readable(parse)).toBe("dockerfile parse error line 7: unknown instruction: RUNN");
  expect(readable("failed to solve: rpc error: code = Unknown desc = no such host")).toBe("no such host");
  expect(exitCodeIn('process "/bin/sh -c exit 3" did not complete successfully: exit code: 3')).toBe(3);
  expect(exitCodeIn("no such host")).toBeUndefined();
});
