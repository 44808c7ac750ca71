import { expect, test } from "vitest";
import { EngineFailure, type FailureCause } from "../../../../engine/failure.ts";
import { isAskedFromHere } from "../../../../engine/registry/asked-from-here.ts";

const failed = (cause: FailureCause) => new EngineFailure({ cause, what: "not reached" });
const at = (url: string) => ({ url, name: "it", source: "choice" }) as const;

test("a password goes out from this machine only where its own daemon does not answer", () => {
  const local = at("unix:///var/run/docker.sock");
  expect(isAskedFromHere(local, failed("no-daemon"))).toBe(true);
  expect(isAskedFromHere(local, failed("permission"))).toBe(true);
  expect(isAskedFromHere(local, failed("cancelled"))).toBe(false);
  expect(isAskedFromHere(local, new Error("a fault"))).toBe(false);
  for (const cause of ["ssh-unreachable", "ssh-auth", "no-daemon", "cancelled"] as const)
    expect(isAskedFromHere(at("ssh://node"), failed(cause))).toBe(false);
  expect(isAskedFromHere(at("tcp://node:2376"), failed("no-daemon"))).toBe(false);
});
