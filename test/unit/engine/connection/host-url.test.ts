import { describe, expect, test } from "vitest";
import { destinationName, parseHostUrl } from "../../../../engine/connection/host-url.ts";

const ssh = (user: string | undefined, host: string, port?: number, socket?: string) => ({
  kind: "ssh",
  destination: { user, host, port },
  socket,
});

describe("a host URL is read", () => {
  test.each([
    ["unix:///var/run/docker.sock", { kind: "socket", path: "/var/run/docker.sock" }],
    ["npipe:////./pipe/docker_engine", { kind: "socket", path: "//./pipe/docker_engine" }],
    ["tcp://node:2376", { kind: "tcp", hostname: "node", port: 2376 }],
    ["tcp://[::1]:2375", { kind: "tcp", hostname: "::1", port: 2375 }],
    ["TCP://10.0.0.1", { kind: "tcp", hostname: "10.0.0.1", port: undefined }],
    ["ssh://node", ssh(undefined, "node")],
    ["ssh://ann@node.lab.example:2222", ssh("ann", "node.lab.example", 2222)],
    ["ssh://ann@node/", ssh("ann", "node")],
    ["ssh://node/run/user/1000/docker.sock", ssh(undefined, "node", undefined, "/run/user/1000/docker.sock")],
    ["ssh://ann%40lab@[2001:db8::1]:22", ssh("ann@lab", "2001:db8::1", 22)],
    ["ssh://gpu_1", ssh(undefined, "gpu_1")],
    ["ssh://EPFL%5Cann@node", ssh("EPFL\\ann", "node")],
  ])("%s", (url, endpoint) => {
    expect(parseHostUrl(url, "--host")).toEqual(endpoint);
  });
});

describe("a host URL is refused, with what to write", () => {
  test.each([
    ["", "the kind of host is missing"],
    [
      "node",
      "the kind of host is missing. Write it with unix://, ssh://, tcp:// or npipe://, for example ssh://node",
    ],
    ["ftp://node", 'there are no "ftp" hosts'],
    ["unix://docker.sock", "the socket's path is not absolute"],
    ["npipe://docker", "this is not the name of a pipe"],
    ["tcp://", "host and port cannot be read"],
    ["tcp://node:0", "host and port cannot be read"],
    ["tcp://node:65536", "host and port cannot be read"],
    ["tcp://node/path", "host and port cannot be read"],
    ["ssh://", "the host's name is missing"],
    ["ssh://@node", "the user's name is empty"],
    ["ssh://node:ssh", '"ssh" is no port'],
    ["ssh://node?socket=x", "nothing may follow the path"],
    ["ssh://-oProxyCommand=touch%20x", 'the host\'s name begins with "-"'],
    ["ssh://-oProxyCommand=id@node", 'the user\'s name begins with "-"'],
    ["ssh://%2doProxyCommand=id@node", 'the user\'s name begins with "-"'],
    ["ssh://ann%5C@node", "the user's name has a character that no name has"],
    ["ssh://node;id", "the host's name has a character that no name has"],
    ["ssh://$(id)@node", "the user's name has a character that no name has"],
    ["ssh://ann%0a@node", "the user's name has a character that no name has"],
    ["ssh://node/run:x/docker.sock", "the socket's path has a colon"],
  ])("%s", (url, why) => {
    expect(() => parseHostUrl(url, "--host")).toThrow(`--host is "${url}": ${why}`);
  });
});

test("a password in it is refused and not repeated", () => {
  expect(() => parseHostUrl("ssh://ann:secret@node", "--host")).toThrow(
    '--host is "ssh://ann:…@node": a password does not belong there',
  );
});

test("a destination is named as it is written", () => {
  expect(destinationName({ user: "ann", host: "::1", port: 22 })).toBe("ann@[::1]:22");
  expect(destinationName({ user: undefined, host: "node", port: undefined })).toBe("node");
});
