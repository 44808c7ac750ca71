import { describe, expect, test } from "vitest";
import { readSshAddress } from "../../../../client/hosts/ssh-address.ts";

describe("the address of an SSH host", () => {
  test.each([
    ["node", "ssh://node"],
    [" ann@node.example.org ", "ssh://ann@node.example.org"],
    ["ann@node:2222", "ssh://ann@node:2222"],
    ["ann@[::1]:22", "ssh://ann@[::1]:22"],
    ["ssh://ann@node/run/docker.sock", "ssh://ann@node/run/docker.sock"],
  ])("%j is %s", (typed, url) => {
    expect(readSshAddress(typed)).toEqual({ url });
  });

  test.each([
    ["-oProxyCommand=touch x", /^The host's name begins with "-", as an option does\. Write ssh:/],
    ["ann@-oProxyCommand=x", /^The host's name begins with "-"/],
    ["-l@node", /^The user's name begins with "-"/],
    ["a b", /^The host's name has a character that no name has/],
    ["ann@node;reboot", /has a character that no name has/],
    ["ann@$(id)", /has a character that no name has/],
    ["ann:secret@node", /^A password does not belong there\. Leave it out/],
    ["ann@node:99999", /^"99999" is no port/],
    ["ann@", /^The host's name is missing/],
    ["tcp://node:2376", /^This is no SSH host/],
    ["unix:///run/docker.sock", /^This is no SSH host/],
    ["ftp://node", /^There are no "ftp" hosts/],
  ])("%j is none, and why is said", (typed, fault) => {
    expect(readSshAddress(typed)).toEqual({ fault: expect.stringMatching(fault) });
    expect(JSON.stringify(readSshAddress(typed))).not.toContain("secret");
  });
});
