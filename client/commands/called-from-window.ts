/**
 * Whether VS Code's own window calls a command (palette, menu, key, row), and not an extension. The window shows whatever a
 * command throws, from the palette in a dialog that has to be closed. It hands over nothing that says so: only its method
 * on the stack does, which the protocol between window and extensions names.
 *
 * @param stack of an error that is made before the command awaits anything
 */
export function isCalledFromWindow(stack: string | undefined): boolean {
  const frames = (stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  const call = frames.findIndex((frame) => frame.includes(".$executeContributedCommand "));
  const host = fileOf(frames[call]);
  if (host === undefined) return false;
  const between = frames.slice(0, call);
  // Behind our own frames: an extension's would be among the host's where one calls.
  return between
    .slice(between.findIndex((frame) => fileOf(frame) === host))
    .every((frame) => fileOf(frame) === host);
}

function fileOf(frame: string | undefined): string | undefined {
  return /([^\s(]+):\d+:\d+\)?$/.exec(frame ?? "")?.[1];
}
