/**
 * Text as a message, a notification's progress and an input's prompt show it. VS Code makes links of `[words](address)`
 * there, also of commands, which a click runs; and what registries, daemons, ssh servers and images say is in our messages.
 */
export function withoutLinks(text: string): string {
  return text.replaceAll("](", "] (");
}

/** Text as a list to choose from shows it: VS Code makes icons of `$(name)` there, which in a shell is a command. */
export function withoutIcons(text: string): string {
  // A backslash, VS Code's own way, would take one of the shell's with it.
  return text.replaceAll("$(", "$\u200b(");
}
