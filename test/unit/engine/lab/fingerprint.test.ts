import { describe, expect, test } from "vitest";
import {
  baseId,
  changedParts,
  type Fingerprint,
  fingerprintText,
  readFingerprint,
} from "../../../../engine/lab/fingerprint.ts";

const built: Fingerprint = {
  image: "my images/base",
  dockerfile: "0123456789abcdef",
  files: "1123456789abcdef",
  arguments: "2123456789abcdef",
  bases: [baseId(`sha256:${"ab".repeat(32)}`), baseId(undefined)],
};

describe("a fingerprint", () => {
  test("is one short line, and is read as it was written", () => {
    const text = fingerprintText(built);
    expect(text).toBe(
      "1 my%20images%2Fbase dockerfile=0123456789abcdef files=1123456789abcdef arguments=2123456789abcdef bases=abababababab,-",
    );
    expect(readFingerprint(text)).toEqual(built);
    const alone = { ...built, image: "base", bases: [] };
    expect(readFingerprint(fingerprintText(alone))).toEqual(alone);
  });

  test.each([undefined, "", "2 base dockerfile=a files=b arguments=c bases=", "1 base", "\u0000"])(
    "%j is none",
    (text) => expect(readFingerprint(text)).toBeUndefined(),
  );

  test("a name that is no URL's part is taken as it stands", () => {
    expect(readFingerprint("1 50% dockerfile=a files=b arguments=c bases=")?.image).toBe("50%");
  });

  test.each<[Partial<Fingerprint>, string[]]>([
    [{}, []],
    [{ dockerfile: "f" }, ["dockerfile"]],
    [{ files: "f" }, ["files"]],
    [{ arguments: "f" }, ["arguments"]],
    [{ bases: ["cdcdcdcdcdcd", "-"] }, ["base"]],
    [{ dockerfile: "f", files: "f", bases: ["cdcdcdcdcdcd", "-"] }, ["dockerfile", "files", "base"]],
    // One that is not on the host, now or then, tells nothing.
    [{ bases: ["-", "-"] }, []],
    [{ bases: ["abababababab", "efefefefefef"] }, []],
    // The Dockerfile names others now, which is said already.
    [{ dockerfile: "f", bases: ["cdcdcdcdcdcd"] }, ["dockerfile"]],
  ])("of %j other parts", (change, reasons) => {
    expect(changedParts(built, { ...built, ...change })).toEqual(reasons);
  });
});
