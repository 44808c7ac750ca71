/**
 * Whether VS Code's own window calls a command (palette, menu, key, row), and not an extension. The window shows whatever a
 * command throws, from the palette in a dialog that has to be closed. It hands over nothing that says so: only its method
 * on the stack does, which the protocol between window and extensions names.
 *
 * @param stack of an error that is made before the command awaits anything
 */
export function isCalledFromWindow(stack: string | undefined): boolean {
  const [, caller] = /\.(\$executeContributedCommand|executeCommand)\b/.exec(stack ?? "") ?? [];
  return caller === "$executeContributedCommand";
}
