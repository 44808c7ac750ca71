import * as vscode from "vscode";

/** The socket of the daemon that the tests share; undefined where there is none. */
export const socket = process.env.LAB_IMAGES_ENGINE_SOCKET;

/** Has the tests of a suite build on the bed's daemon, by the setting; without one they are skipped. */
export function buildOnBedDaemon(): void {
  const setHost = (host: string | undefined) =>
    vscode.workspace.getConfiguration("labImages").update("host", host, vscode.ConfigurationTarget.Global);
  suiteSetup(async function () {
    if (!socket) this.skip();
    await setHost(`unix://${socket}`);
  });
  suiteTeardown(() => setHost(undefined));
}
