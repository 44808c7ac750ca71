import { expect, test } from "vitest";
import { isCalledFromWindow } from "../../../../client/commands/called-from-window.ts";

const host = "file:///opt/code/out/vs/workbench/api/node/extensionHostProcess.js";

/** As the extension host of VS Code writes a stack. */
function stack(...frames: readonly (readonly [name: string, file?: string])[]): string {
  const lines = frames.map(([name, file = host]) => `\n\tat ${name} (${file}:12:345)`);
  return [
    "Error",
    ...lines,
    "\n\tat process.processTicksAndRejections (node:internal/process/task_queues:104:5)",
  ].join("");
}

const ours = ["Object.<anonymous>", "/home/ada/extensions/lab-images/dist/extension.js"] as const;
const others = ["build", "/home/ada/extensions/other/main.js"] as const;
const handler = [ours, ["Zx._executeContributedCommand"]] as const;
const window = [["Zx.$executeContributedCommand"], ["Rq._doInvokeHandler"]] as const;
const local = [["Zx._doExecuteCommand"], ["Zx.executeCommand"]] as const;

test.each([
  ["the palette, a menu or a key", stack(...handler, ...window), true],
  [
    "a row or a code lens with arguments",
    stack(...handler, ...local, ["Qp._executeConverted"], ...window),
    true,
  ],
  ["an extension", stack(...handler, ...local, ["Object.executeCommand"], others), false],
  [
    "an extension that the window has called",
    stack(
      ...handler,
      ...local,
      ["Object.executeCommand"],
      others,
      ["Zx._executeContributedCommand"],
      ...window,
    ),
    false,
  ],
  ["nobody knows", undefined, false],
])("%s", (_, text, expected) => {
  expect(isCalledFromWindow(text)).toBe(expected);
});
