import * as vscode from "vscode";
import { problemText } from "../../core/lab/manifest-text.ts";
import type { BuildOutcome } from "../../engine/build/build-event.ts";
import { checkPush } from "../../engine/build/check-push.ts";
import { labRequest, labTags } from "../../engine/build/lab-request.ts";
import type { Host } from "../../engine/connection/host.ts";
import { resolveHost } from "../../engine/connection/resolve-host.ts";
import type { FailureDetails } from "../../engine/failure.ts";
import type { ImageOutcome } from "../../engine/lab/lab-build-event.ts";
import { dockerfilesOf } from "../labs/lab-dockerfiles.ts";
import { labLabel } from "../labs/lab-label.ts";
import { readLabAt, readLabOf } from "../labs/read-lab.ts";
import type { BuildDesk } from "./build-desk.ts";
import { buildFile, buildImages } from "./build-images.ts";
import type { BuildWish, RunAgain, RunRequest, RunSource } from "./build-run.ts";
import { outcomeOfImage } from "./outcome-of-image.ts";
import { pushImage } from "./push-image.ts";
import { notifyOfProgress } from "./run-notification.ts";
import type { RunTerminal } from "./run-terminal.ts";
import { tellRun } from "./tell-outcome.ts";
import { unsavedTexts } from "./unsaved-texts.ts";

/** What came of an image of a whole lab: `blocked` cannot be built as the lab is. */
export type StaleOutcome = ImageOutcome | { readonly kind: "blocked"; readonly failure: FailureDetails };

/** How a build is asked for, and who shows it. */
export interface ShownWish extends BuildWish {
  /** A task's, which shows the run; then there are no messages but of a failure. */
  readonly terminal?: RunTerminal;
}

/**
 * Builds the image of a Dockerfile, and the images of its lab that it builds on where they are stale. It is shown in a
 * terminal and a notification.
 *
 * @throws {EngineFailure} where the build cannot begin
 */
export async function runBuild(
  dockerfile: vscode.Uri,
  wish: ShownWish,
  desk: BuildDesk,
): Promise<BuildOutcome> {
  const path = dockerfile.fsPath;
  const unsaved = unsavedTexts();
  const lab = readLabOf(dockerfile, unsaved);
  const build = lab.buildOf(path);
  const dockerfileText = unsaved.get(path);
  const asked = {
    ...(dockerfileText === undefined ? {} : { dockerfileText }),
    ...(wish.noCache ? { noCache: true } : {}),
  };
  const request = labRequest(path, build, asked);
  if (wish.pushes) checkPush(request.tags, lab.values.registry);
  const title = request.tags[0] ?? vscode.workspace.asRelativePath(dockerfile);
  const isOfLab = build.name !== undefined && lab.dockerfileOfImage(build.name) === path;
  const name = isOfLab ? build.name : title;
  const host = await hostOf(wish, dockerfile, desk);
  const surroundings = { host, hosts: desk.hosts, logins: desk.logins, pushes: wish.pushes };
  const source: RunSource = (signal) =>
    isOfLab
      ? buildImages({ ...surroundings, lab, names: [name], force: true, unsaved, asked }, signal)
      : buildFile({ ...surroundings, lab, name, request }, signal);
  const again = againOf("image", path, wish);
  const { pushes } = wish;
  const { outcomes } = await follow(
    { title, host, pushes, asked: [path], unsaved, lost: build.lost.map(problemText), again },
    source,
    wish,
    desk,
  );
  const outcome = outcomeOfImage(name, outcomes);
  if (!outcome) throw new Error(`${name} has no outcome`);
  return outcome;
}

/**
 * Pushes the image of a Dockerfile as it is on the host; gives what came of it.
 *
 * @throws {EngineFailure} where the push cannot begin
 */
export async function runPush(dockerfile: vscode.Uri, desk: BuildDesk): Promise<ImageOutcome | undefined> {
  const path = dockerfile.fsPath;
  const unsaved = unsavedTexts();
  const lab = readLabOf(dockerfile, unsaved);
  const build = lab.buildOf(path);
  const { tags } = labTags(build);
  checkPush(tags, lab.values.registry);
  const [title = vscode.workspace.asRelativePath(dockerfile)] = tags;
  const name = build.name ?? title;
  const host = await desk.hosts.current(dockerfile);
  const surroundings = { host, hosts: desk.hosts, logins: desk.logins, pushes: true };
  const source: RunSource = (signal) => pushImage({ ...surroundings, name, dockerfile: path, tags }, signal);
  const wish = { pushes: true };
  const again = againOf("push", path, wish);
  const request = { title, host, pushes: true, pushesOnly: true, asked: [path], unsaved, again };
  return (await follow(request, source, wish, desk)).outcomes.get(name);
}

/**
 * Builds the images of a lab that are stale or not built, each behind its bases, as far as they can be built; gives what came
 * of each.
 *
 * @throws {EngineFailure} where the build cannot begin
 */
export async function runStale(
  root: vscode.Uri,
  wish: ShownWish,
  desk: BuildDesk,
): Promise<ReadonlyMap<string, StaleOutcome>> {
  const unsaved = unsavedTexts();
  const lab = readLabAt(root, unsaved);
  const host = await hostOf(wish, root, desk);
  const title = vscode.l10n.t("the stale images of {0}", labLabel(root.fsPath));
  const { pushes } = wish;
  const surroundings = { host, hosts: desk.hosts, logins: desk.logins, pushes };
  const images = { lab, names: "all", force: false, unsaved, asked: {} } as const;
  const source: RunSource = (signal) => buildImages({ ...surroundings, ...images }, signal);
  const asked = dockerfilesOf(lab);
  const again = againOf("stale", root.fsPath, wish);
  const request = { title, host, pushes, asked, unsaved, lost: lab.lost.map(problemText), again };
  const { outcomes, blocked } = await follow(request, source, wish, desk);
  const failed = [...blocked].map(([name, failure]) => [name, { kind: "blocked", failure }] as const);
  return new Map<string, StaleOutcome>([...outcomes, ...failed]);
}

/** The wish without a terminal, which has shown its run. */
function againOf(kind: RunAgain["kind"], path: string, { pushes, noCache, host }: BuildWish): RunAgain {
  return { kind, path, wish: { pushes, noCache, host } };
}

/** @throws {EngineFailure} of cause `request`, where there is no such host */
function hostOf({ host }: BuildWish, scope: vscode.Uri, { hosts }: BuildDesk): Host | Promise<Host> {
  return host === undefined ? hosts.current(scope) : resolveHost({ option: host });
}

async function follow(
  request: RunRequest,
  source: RunSource,
  { terminal }: ShownWish,
  desk: BuildDesk,
): Promise<{
  readonly outcomes: ReadonlyMap<string, ImageOutcome>;
  readonly blocked: ReadonlyMap<string, FailureDetails>;
}> {
  const run = desk.runs.start(request, source);
  run.onDidChange((image) => {
    if (image?.isWorking && image.isBuilt && image.steps.length === 0)
      desk.failures.clear(image.image.dockerfile);
  });
  if (terminal) terminal.show(run);
  else {
    desk.terminals.add(run);
    void notifyOfProgress(run);
  }
  const outcomes = await run.result;
  tellRun(run, terminal !== undefined, desk);
  return { outcomes, blocked: run.blocked };
}
