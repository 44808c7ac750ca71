import { type ParseArgsOptionsConfig, parseArgs } from "node:util";

/** A command's arguments in their order. Not strict: Node's own messages name no nearest option. */
export function optionTokens(args: readonly string[], options: ParseArgsOptionsConfig) {
  return parseArgs({ args: [...args], options, allowPositionals: true, strict: false, tokens: true }).tokens;
}
