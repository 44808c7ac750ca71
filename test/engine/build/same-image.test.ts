import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, test } from "vitest";
import { daemonRelease, daemonSocket, socketConnection } from "../daemon.ts";
import { hasDockerCli } from "./docker-cli.ts";
import { expectSameImage } from "./same-image.ts";
import { sameImageCases } from "./same-image-cases.ts";

describe.skipIf(!daemonSocket || !hasDockerCli)("the same image as docker build makes", () => {
  const socket = daemonSocket ?? "";
  let scratch = "";

  beforeAll(() => {
    scratch = mkdtempSync(join(tmpdir(), "lab-same-image-"));
  });
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  const cases = sameImageCases.filter(({ notNewer, onlyNewer }) => !(daemonRelease ? notNewer : onlyNewer));
  test.for(cases)("$name", (each) =>
    expectSameImage(socketConnection(socket), socket, mkdtempSync(join(scratch, "case-")), each, "BuildKit"),
  );
});
