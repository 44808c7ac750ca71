import { expect, test } from "vitest";
import { unpackedBy } from "../../../../core/commands/archive.ts";
import { downloads } from "../../../../core/commands/download.ts";
import { gitClone } from "../../../../core/commands/git.ts";
import { parseDockerfile } from "../../../../core/dockerfile/dockerfile.ts";
import type { Invocation } from "../../../../core/dockerfile/shell/invocation.ts";

function first(command: string): Invocation {
  const run = parseDockerfile(`FROM a\nARG V=1.2\nRUN ${command}\n`).instructions.find(
    ({ kind }) => kind === "RUN",
  );
  if (run?.kind !== "RUN") throw new Error("no RUN");
  return run.shell.invocations[0]!;
}

test.each([
  ["wget http://x.org/d/a.zip", ["a.zip"]],
  ["wget -q 'http://x.org/a.zip?raw=1'", [null]],
  ["wget -qnc -P /tmp http://x.org/a.zip http://x.org/b.zip", ["/tmp/a.zip", "/tmp/b.zip"]],
  ["wget --output-document=/tmp/a http://x.org/b", ["/tmp/a"]],
  ["wget -nv -t 3 -O /tmp/a http://x.org/b", ["/tmp/a"]],
  ["wget -qO- http://x.org/b", []],
  ["wget http://x.org/v$V/a-$V.zip", ["a-1.2.zip"]],
  ["wget http://x.org/$U/a-$V.zip", ["a-1.2.zip"]],
  ["wget http://x.org/$U", [null]],
  ["wget -i list.txt", []],
  ["wget $ARGS", []],
  ["curl http://x.org/a.zip", []],
  ["curl -fsSLO http://x.org/a.zip", ["a.zip"]],
  ["curl -fsSLo /tmp/a http://x.org/b", ["/tmp/a"]],
  ["curl -o/tmp/a http://x.org/b", ["/tmp/a"]],
  ["curl --retry 3 -L --output a --output-dir /tmp http://x.org/b", ["/tmp/a"]],
  ["curl -OJ http://x.org/a.zip", []],
  ["echo wget http://x.org/a.zip", []],
])("%s writes %j", (command, paths) => {
  expect(downloads(first(command)).map(({ path }) => path)).toEqual(paths);
});

test.each([
  ["tar xzf a.tgz", ["a.tgz"]],
  ["tar -C /opt -xf a.tgz b c", ["a.tgz"]],
  ["tar --extract --file=a.tgz", ["a.tgz"]],
  ["tar -x -C /opt", []],
  ["tar czf a.tgz b", []],
  ["tar tf a.tgz", []],
  ["tar xf -", []],
  ["unzip -q a.zip -d /opt", ["a.zip"]],
  ["unzip -l a.zip", []],
  ["7z x a.7z", ["a.7z"]],
  ["dpkg -i a.deb b.deb", ["a.deb", "b.deb"]],
  ["apt-get install -y ./a.deb git", ["./a.deb"]],
  ["rpm -Uvh a.rpm", ["a.rpm"]],
  ["python3 -m zipfile -e a.zip .", ["a.zip"]],
])("%s unpacks %j", (command, archives) => {
  expect(unpackedBy(first(command)).map(({ value }) => value)).toEqual(archives);
});

test.each([
  ["git clone https://x.org/a/b.git", "b"],
  ["git clone https://x.org/a/b/", "b"],
  ["git clone git@x.org:b.git", "b"],
  ["git clone -b v1 --depth 1 https://x.org/b /opt/c", "/opt/c"],
  ["git -C /opt clone https://x.org/b", "b"],
  ["git clone https://x.org/b /opt/$C", null],
  ["git clone $OPTIONS https://x.org/b", undefined],
  ["git clone https://x.org/b $C", undefined],
  ["git pull", undefined],
])("%s clones to %s", (command, path) => {
  expect(gitClone(first(command))?.path).toBe(path);
});
