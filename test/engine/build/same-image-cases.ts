import type { BuildRequest } from "../../../engine/build/build-request.ts";
import { BUSYBOX_BASE } from "../../bed/debian-base.mjs";
import type { ContextMaker } from "./context-maker.ts";

/** A build of which both clients must make the same image. */
export interface SameImageCase {
  readonly name: string;
  /** Behind `FROM` of the tiny base; with `whole`, all of it. */
  readonly dockerfile: string;
  readonly whole?: true;
  readonly context: (make: ContextMaker) => void | Promise<void>;
  /** What is asked for besides, and the same for docker's command line. */
  readonly request?: Partial<BuildRequest>;
  readonly args?: readonly string[];
  /** Why it cannot be compared on a newer Debian's daemon, with this Debian's client. */
  readonly notNewer?: string;
  /** What this Debian's daemon does not have. */
  readonly onlyNewer?: true;
  /** Why the classic builder cannot be compared. */
  readonly notClassic?: string;
  /** The Dockerfile's place, relative to the context. */
  readonly dockerfileAt?: string;
}

const someFiles = (make: ContextMaker) =>
  make
    .file("a.txt")
    .file("b.txt")
    .file("c.md")
    .file("src/main.py", "print(1)\n")
    .file("src/deep/er/x.py")
    .file("src/deep/er/x.pyc")
    .file("data/big.bin", Buffer.alloc(100_000, "data "))
    .file("data/keep/this.csv")
    .file(".git/config")
    .file(".env");

/** The same files under an ignore file. */
const ignoring = (name: string, ...lines: readonly string[]): SameImageCase => ({
  name: `.dockerignore: ${name}`,
  dockerfile: "COPY . /ctx/",
  context: (make) => void someFiles(make).file(".dockerignore", `${lines.join("\n")}\n`),
});

export const sameImageCases: readonly SameImageCase[] = [
  { name: "everything", dockerfile: "COPY . /", context: (make) => void someFiles(make) },
  {
    name: "globs",
    dockerfile: "COPY *.txt src/*.p[y] /out/\nCOPY [a-b].??? /other/",
    context: (make) => void someFiles(make),
  },
  {
    name: "a folder's content and a file",
    dockerfile: "COPY src /app\nCOPY a.txt /app/deep/renamed.txt",
    context: (make) => void someFiles(make),
  },
  {
    name: "a variable that BuildKit takes of ARG and the classic builder of ENV",
    dockerfile: "ENV D=src\nARG D=data\nCOPY $D /out",
    context: (make) => void someFiles(make),
  },
  {
    name: "owner and mode",
    dockerfile: "COPY --chown=1000:1001 src /app\nCOPY --chown=7 a.txt /a",
    context: (make) => void someFiles(make),
  },
  {
    name: "several stages",
    whole: true,
    dockerfile: `FROM ${BUSYBOX_BASE} AS build\nCOPY src /src\nRUN cat /src/main.py > /made && touch -d @0 /made\nFROM scratch AS unused\nCOPY data /\nFROM ${BUSYBOX_BASE}\nCOPY --from=build /made /made\nCOPY --from=0 /src/deep /deep\nENV A=b C="d e"\nWORKDIR /made-dir\nCMD ["cat", "/made"]`,
    context: (make) => void someFiles(make),
  },
  {
    name: "a stage in the middle",
    whole: true,
    dockerfile: `FROM ${BUSYBOX_BASE} AS one\nCOPY a.txt /\nFROM one AS two\nCOPY b.txt /\nFROM two\nCOPY c.md /`,
    context: (make) => void someFiles(make),
    request: { target: "two" },
    args: ["--target", "two"],
  },
  {
    name: "arguments and labels",
    dockerfile: 'ARG WHO=nobody\nARG EMPTY\nRUN echo "$WHO$EMPTY" > /who && touch -d @0 /who\nLABEL own=1',
    context: () => {},
    request: {
      args: new Map([
        ["WHO", "a b=c&d"],
        ["EMPTY", ""],
      ]),
      labels: new Map([["org.lab", 'x="y"']]),
    },
    args: ["--build-arg", "WHO=a b=c&d", "--build-arg", "EMPTY=", "--label", 'org.lab=x="y"'],
  },
  {
    name: "network, hosts",
    dockerfile: "RUN grep -v localhost /etc/hosts | grep lab > /hosts; touch -d @0 /hosts",
    context: () => {},
    request: { network: "none", extraHosts: ["lab:10.1.2.3", "other.lab:10.1.2.4"] },
    args: ["--network", "none", "--add-host", "lab:10.1.2.3", "--add-host", "other.lab:10.1.2.4"],
  },
  {
    name: "a platform",
    whole: true,
    dockerfile: "FROM scratch\nCOPY a.txt /",
    context: (make) => void someFiles(make),
    request: { platform: "linux/arm64" },
    args: ["--platform", "linux/arm64"],
  },
  {
    name: "metadata of every kind",
    dockerfile:
      'USER 12:13\nEXPOSE 80/tcp 81\nVOLUME /v\nENTRYPOINT ["/x"]\nSTOPSIGNAL SIGINT\nHEALTHCHECK --interval=7s CMD true\nSHELL ["/bin/sh", "-e", "-c"]\nONBUILD COPY . /x',
    context: () => {},
  },
  {
    name: "ADD of an archive and a file",
    dockerfile: "ADD a.txt src /x/",
    context: (make) => void someFiles(make),
  },
  {
    name: "a bind mount",
    notClassic: "it has no mounts",
    dockerfile: "RUN --mount=type=bind,target=/ctx cp -a /ctx/src /copied && touch -d @0 /copied",
    context: (make) => void someFiles(make),
  },

  ignoring("names", "data", ".git", ".env"),
  ignoring("trailing slash, leading slash, dots", "data/", "/src/deep/", "./a.txt", "src/../b.txt"),
  ignoring("exceptions", "*", "!src", "src/deep", "!src/deep/er/x.py"),
  ignoring("order counts", "!a.txt", "*.txt", "!b.txt", "b.*"),
  ignoring("two stars", "**/*.pyc", "**/er/*.py", "data/**", "!data/keep/**"),
  ignoring("a star for each depth", "*/*.bin", "*/*/*.csv", "???.md"),
  ignoring("comments, blanks, odd lines", "# data", " data ", "", "\t", "a.txt\r", "[a-b].txt"),
  ignoring("the Dockerfile and itself", "Dockerfile", ".dockerignore"),
  ignoring("everything but a file deep below", "**", "!src/deep/er/x.py"),
  ignoring("nothing is left", "**"),
  {
    name: "the Dockerfile's own ignore file comes first",
    notClassic: "docker's client knows it for BuildKit alone",
    dockerfile: "COPY . /ctx",
    dockerfileAt: "docker/train.Dockerfile",
    context: (make) =>
      void someFiles(make)
        .file(".dockerignore", "src\n")
        .file("docker/train.Dockerfile.dockerignore", "data\n"),
  },
  {
    name: "a Dockerfile outside of the context",
    dockerfile: "COPY . /ctx",
    dockerfileAt: "../elsewhere/Dockerfile",
    context: (make) => void someFiles(make),
  },

  {
    name: "symbolic links",
    dockerfile:
      "COPY . /ctx\nCOPY current/app /current\nCOPY links/* /links/\nCOPY absolute/x /absolute\nCOPY up /up",
    context: (make) =>
      void make
        .file("versions/2/app/main.py")
        .file("versions/2/other.py")
        .link("current", "versions/2")
        .file("targets/one")
        .file("targets/two")
        .link("links/one", "../targets/one")
        .link("links/three", "two")
        .link("links/two", "../targets/two")
        .link("absolute", "/targets-dir")
        .file("targets-dir/x")
        .link("up", "../../versions/2/other.py")
        .link("dangling", "no/such/file")
        .link("circle-a", "circle-b")
        .link("circle-b", "circle-a"),
  },
  {
    name: "only what a link leads to is needed",
    dockerfile: "COPY current/app /app",
    context: (make) =>
      void make
        .file("versions/2/app/main.py")
        .file("versions/1/app/main.py")
        .link("current", "latest")
        .link("latest", "versions/2"),
  },
  {
    name: "hard links",
    dockerfile: "COPY . /ctx",
    context: (make) =>
      void make
        .file("a/first", "the same")
        .hardLink("b", "a/first")
        .hardLink("a/second", "a/first")
        .file("c")
        .hardLink("0", "c"),
  },
  {
    name: "a hard link whose first name is left out",
    dockerfile: "COPY . /ctx",
    context: (make) =>
      void make.file("a", "the same").hardLink("b", "a").hardLink("c", "a").file(".dockerignore", "a\n"),
  },
  {
    name: "modes",
    dockerfile: "COPY . /ctx",
    context: (make) =>
      void make
        .file("run.sh", "#!/bin/sh\n", 0o755)
        .file("secret", "s", 0o600)
        .file("none", "n", 0o000)
        .file("suid", "u", 0o4755)
        .file("sgid", "g", 0o2711)
        .folderOnly("sticky", 0o1777)
        .folderOnly("closed", 0o700)
        .file("group", "w", 0o664),
  },
  {
    name: "empty folders and files",
    dockerfile: "COPY . /ctx\nCOPY empty /only/",
    context: (make) => void make.folderOnly("empty").folderOnly("a/b/c").file("none", ""),
  },
  {
    name: "odd names",
    dockerfile: 'COPY . /ctx\nCOPY ["with space", "a,b", "%41", "/out/"]\nCOPY caf?.txt größe /utf/',
    context: (make) =>
      void make
        .file("with space")
        .file("a,b")
        .file("%41")
        .file("a+b")
        .file("café.txt")
        .file("größe")
        .file("日本/😀")
        .file("\u{ffee}")
        .file("#hash")
        .file("!bang")
        .file("back\\slash")
        .file("quote\"'")
        .file("new\nline")
        .file("-dash")
        .file("foo/a")
        .file("foo-bar")
        .file("foo.txt")
        .file("*star[x]?")
        .file("long/".repeat(40) + "x".repeat(200)),
  },
  {
    name: "ignored by names that are not ASCII",
    notNewer: "docker's client of Debian 12 does not know the escaped patterns of newer daemons",
    dockerfile: "COPY . /ctx",
    context: (make) =>
      void make
        .file("café.txt")
        .file("cafe.txt")
        .file("größe/a, b")
        .file("größe/c")
        .file("日本/😀")
        .file(".dockerignore", "caf?.txt\n**/a, b\n!cafe.txt\n日*/?\n"),
  },
  {
    name: "a name that is no UTF-8",
    notNewer: "Docker 28 refuses it",
    dockerfile: "COPY . /ctx",
    context: (make) => void make.file("a").fileOfBytes(Buffer.from("caf\xe9", "latin1"), "latin 1"),
  },
  {
    name: "large files",
    dockerfile: "COPY . /ctx",
    context: (make) =>
      void make
        .file("large", Buffer.alloc(9_999_999, "0123456789abcdef-"))
        .file("chunk", Buffer.alloc(256 << 10, "c"))
        .file("more", Buffer.alloc((256 << 10) + 1, "m")),
  },
  {
    name: "a sparse file",
    dockerfile: "COPY . /ctx",
    context: (make) => void make.sparse("sparse", 50_000_000).file("a"),
  },
  {
    name: "here-documents",
    onlyNewer: true,
    dockerfile:
      "COPY <<one <<'two' a.txt /out/\n$PATH\none\n$PATH\ntwo\nRUN <<EOT\necho x > /x\ntouch -d @0 /x\nEOT",
    context: (make) => void someFiles(make),
  },
  {
    name: "COPY --chmod and --link",
    onlyNewer: true,
    dockerfile: "COPY --chmod=751 src /app\nCOPY --link --chown=3:4 data /linked",
    context: (make) => void someFiles(make),
  },
  { name: "a named pipe", dockerfile: "COPY . /ctx", context: (make) => void make.file("a").pipe("fifo") },
  {
    name: "a socket",
    notClassic: "docker's client leaves it out there; here it is an empty file, as for BuildKit",
    dockerfile: "COPY . /ctx",
    context: (make) => make.file("a").socket("agent.sock"),
  },
];
