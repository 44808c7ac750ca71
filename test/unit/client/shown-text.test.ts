import { describe, expect, test } from "vitest";
import { withoutIcons, withoutLinks } from "../../../client/shown-text.ts";

/** As VS Code finds links in a message: `src/vs/base/common/linkedText.ts`. */
const link = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/i;
/** As VS Code finds icons: `src/vs/base/common/iconLabels.ts`. */
const icon = /\$\([A-Za-z0-9-]+(?:~[A-Za-z]+)?\)/;

describe("text of others", () => {
  test.each([
    "denied: [Log in again](command:workbench.action.terminal.new)",
    "[a][b](https://evil.example)",
    "[two\nlines](file:///etc/passwd)",
  ])("is no link in a message: %j", (said) => {
    expect(said).toMatch(link);
    expect(withoutLinks(said)).not.toMatch(link);
  });

  test("stays as it is where it could be no link", () => {
    expect(withoutLinks("RUN test [ -f a ] && f() (b)")).toBe("RUN test [ -f a ] && f() (b)");
  });

  test.each(["make -j$(nproc)", "echo \\$(date)", "$(a)$(b)"])("is no icon in a list: %s", (command) => {
    expect(command).toMatch(icon);
    const shown = withoutIcons(command);
    expect(shown).not.toMatch(icon);
    expect(shown.replaceAll("\u200b", "")).toBe(command);
  });
});
