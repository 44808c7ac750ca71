import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

interface Step {
  readonly id: string;
  readonly description: string;
  readonly media: { readonly markdown: string };
  readonly completionEvents: readonly string[];
}

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
    readonly walkthroughs: readonly { readonly steps: readonly Step[] }[];
  };
}

const { commands, views, walkthroughs } = (JSON.parse(readFileSync("package.json", "utf8")) as Manifest)
  .contributes;
const words = JSON.parse(readFileSync("package.nls.json", "utf8")) as Readonly<Record<string, string>>;
const steps = walkthroughs.flatMap((each) => each.steps);
const viewIds = Object.values(views).flatMap((each) => each.map(({ id }) => id));
const ofVsCode = ["workbench.action.quickOpen"];
const commandIds = [
  ...commands.map(({ command }) => command),
  ...viewIds.map((id) => `${id}.focus`),
  ...ofVsCode,
];

test("a walkthrough has at most six steps", () => {
  expect(walkthroughs.map((each) => each.steps.length)).toEqual([6]);
});

test.each(steps)("the step $id has one button, a picture or text, and an end", (step) => {
  const description = words[step.description.replaceAll("%", "")] ?? "";
  const buttons = [...description.matchAll(/\(command:([\w.]+)(?:\?[^)]*)?\)/g)].map(
    ([, command = ""]) => command,
  );
  expect(buttons).toHaveLength(1);
  expect(commandIds).toContain(buttons[0]);
  expect(existsSync(step.media.markdown)).toBe(true);
  expect(step.completionEvents.length).toBeGreaterThan(0);
  const known = [...commandIds.map((id) => `onCommand:${id}`), ...viewIds.map((id) => `onView:${id}`)];
  for (const event of step.completionEvents) expect(known).toContain(event);
});
