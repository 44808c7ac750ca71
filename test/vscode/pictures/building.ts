import { strict as assert } from "node:assert";
import * as vscode from "vscode";
import type { BuildOutcome } from "../../../engine/build/build-event.ts";
import { useKeyboard } from "../../bed/page-requests.mjs";
import { labFile } from "../editor.ts";
import { takePicture } from "./take-picture.ts";

// The guide's two images, on a base that the bed has without a network.
const dockerfiles = {
  base: `ARG BASE_IMG=busybox:test
FROM \${BASE_IMG}

RUN mkdir -p /opt/lab \\
    && echo "umask 002" > /opt/lab/profile

COPY tools /opt/lab/tools
`,
  pytorch: `ARG BASE_IMG=base
FROM \${BASE_IMG}

ENV PIP_CACHE_DIR=/cvlabdata2/home/ada/pip_cache_dir

RUN test -f /opt/lab/profile

COPY requirements.txt /opt/lab/

RUN for package in $(cat /opt/lab/requirements.txt); do \\
        echo "Installing $package"; sleep 3; \\
    done

CMD ["sh"]
`,
};

const run = <T>(command: string, ...args: readonly unknown[]) =>
  vscode.commands.executeCommand<T>(`labImages.${command}`, ...args);

async function write(path: string, text: string): Promise<vscode.Uri> {
  const uri = labFile(path);
  await vscode.workspace.fs.writeFile(uri, Buffer.from(text));
  return uri;
}

suite("a build", () => {
  let base: vscode.Uri;
  let pytorch: vscode.Uri;

  suiteSetup(async () => {
    assert.ok(process.env.LAB_IMAGES_ENGINE_SOCKET, "a daemon builds");
    const images = {
      base: { tag: "ssh", args: { BASE_IMG: "busybox:test" } },
      pytorch: { tag: "torch210", args: { BASE_IMG: "${image:base}" } },
    };
    await vscode.workspace.fs.delete(labFile("first"), { recursive: true });
    await write(
      "lab-images.json",
      JSON.stringify({ registry: `${process.env.LAB_IMAGES_REGISTRY}/cvlab/ada`, images }),
    );
    await write("base/tools/hello", "hello\n");
    await write("pytorch/requirements.txt", "torch==2.1.0\ntorchvision==0.16.0\ntqdm\nwandb\n");
    base = await write("base/Dockerfile", dockerfiles.base);
    pytorch = await write("pytorch/Dockerfile", dockerfiles.pytorch);
    await run("host.use", `ssh://${process.env.LAB_IMAGES_SSH_HOST}`);
    await vscode.commands.executeCommand("workbench.action.closePanel");
    await run("images.focus");
  });

  test("watched at its lines, in the tree and in its terminal", async () => {
    assert.ok((await run<BuildOutcome>("image.buildAndPush", base)).ok);
    await vscode.commands.executeCommand("notifications.clearAll");
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await vscode.window.showTextDocument(pytorch);
    const built = run<BuildOutcome>("image.buildAndPush", pytorch);
    await useKeyboard([
      { see: '.monaco-list-row[aria-label*="Installing"], .monaco-list-row[aria-label*="RUN for"]' },
    ]);
    const watched = run("build.show");
    await useKeyboard([{ see: ".quick-input-widget .monaco-list-row.focused" }, { press: "Enter" }]);
    await watched;
    await useKeyboard([{ see: ".terminal-wrapper.active .xterm" }]);
    await takePicture("building");
    assert.ok((await built).ok);
  });
});
