import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { useFolders, useProgram } from "./program.ts";
import { isSarif, validRun } from "./sarif-schema.ts";

const fixtureProgram = useProgram("fixture");
const folder = useFolders();

test("the schema is in force", () => {
  expect(isSarif({ version: "2.1.0", runs: [{ results: [] }] })).toBe(false);
});

test("findings are valid SARIF 2.1.0 with places from 1, rules and fixes", async () => {
  const lab = folder({
    "a b/Dockerfile": "FROM scratch\nRUN sudo apt install x # TODO perhaps\nRUN BEGIN \\\n END\nARG X\n",
  });
  const outcome = await fixtureProgram.run(lab.path, ["lint", "--format=sarif"]);
  expect(outcome.code).toBe(1);
  const run = validRun(outcome);
  expect(run.originalUriBaseIds).toEqual({ START: { uri: pathToFileURL(`${lab.path}/`).href } });
  const artifactLocation = { uri: "a%20b/Dockerfile", uriBaseId: "START" };
  const region = { startLine: 2, startColumn: 10, endLine: 2, endColumn: 13 };
  expect(run.results[1]).toEqual({
    ruleId: "demo/warning",
    ruleIndex: 1,
    level: "warning",
    message: { text: "Calls apt; call apt-get." },
    locations: [{ physicalLocation: { artifactLocation, region } }],
    fixes: [
      {
        description: { text: "Call apt-get" },
        artifactChanges: [
          {
            artifactLocation,
            replacements: [{ deletedRegion: region, insertedContent: { text: "apt-get" } }],
          },
        ],
      },
    ],
  });
  expect(run.results.map(({ level }: { level: string }) => level)).toEqual([
    "error",
    "warning",
    "note",
    "note",
    "warning",
    "warning",
  ]);
  expect(run.results[4].locations[0].physicalLocation.region).toEqual({
    startLine: 3,
    startColumn: 5,
    endLine: 4,
    endColumn: 5,
  });
  for (const { ruleId, ruleIndex } of run.results) expect(run.tool.driver.rules[ruleIndex].id).toBe(ruleId);
  expect(run.tool.driver.rules[0]).toMatchObject({
    id: "demo/error",
    shortDescription: { text: "Finds demo/error." },
    fullDescription: { text: "Because of demo/error." },
    defaultConfiguration: { level: "error" },
  });
  expect(run.results[5].fixes[0].artifactChanges).toEqual([
    {
      artifactLocation: { uri: "lab-images.json", uriBaseId: "START" },
      replacements: [
        {
          deletedRegion: { charOffset: 0, charLength: 0 },
          insertedContent: { text: expect.stringContaining('"X"') },
        },
      ],
    },
  ]);
});

test("nothing found is valid too", async () => {
  const outcome = await fixtureProgram.run(folder({ Dockerfile: "FROM scratch\n" }).path, [
    "lint",
    "--format=sarif",
  ]);
  expect(outcome.code).toBe(0);
  expect(validRun(outcome)).toMatchObject({ results: [], invocations: [{ executionSuccessful: true }] });
});

test("a file that was not checked is a notification", async () => {
  const lab = folder({ Dockerfile: "FROM\0\n", "z.Dockerfile": "RUN sudo\n" });
  const outcome = await fixtureProgram.run(lab.path, ["lint", "--format=sarif"]);
  expect(outcome.code).toBe(2);
  const run = validRun(outcome);
  expect(run.invocations[0].executionSuccessful).toBe(false);
  expect(run.invocations[0].toolExecutionNotifications).toEqual([
    {
      level: "error",
      message: { text: expect.stringContaining("Dockerfile was not checked: it is binary") },
      locations: [{ physicalLocation: { artifactLocation: { uri: "Dockerfile", uriBaseId: "START" } } }],
    },
  ]);
  expect(run.results).toHaveLength(1);
});

test("a run whose lab could not be read was not successful", async () => {
  const lab = folder({ "base/Dockerfile": "RUN true\n", "lab-images.json": '{ "registry": 5 }' });
  const outcome = await fixtureProgram.run(lab.path, ["lint", "--format=sarif", "base"]);
  expect(outcome.code).toBe(2);
  expect(validRun(outcome).invocations).toEqual([
    {
      executionSuccessful: false,
      toolExecutionNotifications: [
        {
          level: "error",
          message: { text: expect.stringContaining("registry must be a text in quotes") },
        },
      ],
    },
  ]);
});

test("a file outside the current folder has its whole address", async () => {
  const lab = folder({ Dockerfile: "RUN sudo\n" });
  const run = validRun(await fixtureProgram.run(folder().path, ["lint", "--format=sarif", lab.path]));
  expect(run.results[0].locations[0].physicalLocation.artifactLocation).toEqual({
    uri: pathToFileURL(lab.at("Dockerfile")).href,
  });
});
