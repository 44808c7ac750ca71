import { expect, test } from "vitest";
import { parseDockerfile } from "../../../core/dockerfile/dockerfile.ts";
import { noLab } from "../../../core/lab/lab-image.ts";
import { lint } from "../../../server/lint/lint.ts";
import { lateRemoval } from "../../../server/rules/layer/late-removal.ts";
import { rewrite } from "../../../server/rules/layer/rewrite.ts";

// Each took at least a minute where every RUN looked at all of the file for each of its other instructions.

test("a chmod of what no COPY brought, behind many COPYs and RUNs", () => {
  const copies = "COPY d /app\n".repeat(1_240);
  const run = `RUN ${["a", "b", "c"].map((name) => `chmod -R 755 /app/${name}`).join(" && ")}\n`;
  const text = `FROM a\n${copies}RUN mkdir -p /app/a /app/b /app/c\n${run.repeat(1_240)}`;
  expect(lint({ dockerfile: parseDockerfile(text), lab: noLab }, [rewrite])).toEqual([]);
});

test("many patterns of packages to remove, behind many packages", () => {
  const install = (run: number) =>
    `RUN apt-get install -y${Array.from({ length: 12_000 }, (_, at) => `${at % 6_000 ? "" : " \\\n"} p${run}x${at}`).join("")}\n`;
  const installs = Array.from({ length: 5 }, (_, run) => install(run)).join("");
  const removals = Array.from({ length: 2_400 }, (_, at) => `RUN apt-get remove -y q${at}*\n`).join("");
  const dockerfile = parseDockerfile(`FROM a\n${installs}${removals}`);
  expect(dockerfile.instructions.filter(({ kind }) => kind === "OTHER")).toEqual([]);
  expect(lint({ dockerfile, lab: noLab }, [lateRemoval])).toEqual([]);
});
