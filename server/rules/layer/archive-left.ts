import { posix } from "node:path";
import { isArchiveName, isRepositoryPackage } from "../../../core/commands/archive.ts";
import type { Dockerfile } from "../../../core/dockerfile/dockerfile.ts";
import { builtOnText } from "../built-on.ts";
import type { Edit, ImageUnderCheck, Rule, RuleReport } from "../rule.ts";
import type { BroughtFile } from "./brought-files.ts";
import { deleteArchive } from "./delete-archive.ts";
import { type FileHistory, type FileLife, fileHistory } from "./file-history.ts";

/** layer/archive-left: an archive that is fetched and unpacked, and stays in its layer. */
export const archiveLeft: Rule = {
  code: "layer/archive-left",
  severity: "warning",
  summary: "An archive that is fetched and unpacked stays in its layer.",
  why: `What an archive holds is in the image once it is unpacked; the archive next to it is a second, packed copy that
nobody reads. A layer keeps what is there when its \`RUN\` ends, so the archive has to be deleted in the \`RUN\` that
fetches it. \`curl … | tar -xz\` does not write it at all. The same goes for \`.deb\` files that are installed.`,
  examples: [
    {
      title: "fetched, unpacked and forgotten",
      bad: `FROM ubuntu:22.04
RUN mkdir -p /root/.mujoco && \\
    wget -q https://mujoco.org/download/mujoco210-linux-x86_64.tar.gz -O mujoco.tar.gz && \\
    tar -xf mujoco.tar.gz -C /root/.mujoco
`,
      good: `FROM ubuntu:22.04
RUN mkdir -p /root/.mujoco && \\
    wget -q https://mujoco.org/download/mujoco210-linux-x86_64.tar.gz -O mujoco.tar.gz && \\
    tar -xf mujoco.tar.gz -C /root/.mujoco && \\
    rm mujoco.tar.gz
`,
      at: ["mujoco.tar.gz"],
    },
    {
      title: "left outside the build folder",
      bad: `FROM nvidia/cuda:12.2.2-devel-ubuntu22.04
ARG FFTW_VERSION=3.3.10
RUN curl -fsSLO http://www.fftw.org/fftw-\${FFTW_VERSION}.tar.gz \\
	&& tar xzf fftw-\${FFTW_VERSION}.tar.gz \\
	&& cd fftw-\${FFTW_VERSION} \\
	&& ./configure && make -j8 install
`,
      good: `FROM nvidia/cuda:12.2.2-devel-ubuntu22.04
ARG FFTW_VERSION=3.3.10
RUN curl -fsSLO http://www.fftw.org/fftw-\${FFTW_VERSION}.tar.gz \\
	&& tar xzf fftw-\${FFTW_VERSION}.tar.gz \\
	&& cd fftw-\${FFTW_VERSION} \\
	&& ./configure && make -j8 install && rm ../fftw-\${FFTW_VERSION}.tar.gz
`,
      at: ["http://www.fftw.org/fftw-${FFTW_VERSION}.tar.gz"],
    },
    {
      title: "a package file",
      bad: `FROM ubuntu:22.04
RUN curl -fsSL https://github.com/rclone/rclone/releases/download/v1.66.0/rclone-v1.66.0-linux-amd64.deb -o /tmp/rclone.deb && dpkg -i /tmp/rclone.deb
`,
      good: `FROM ubuntu:22.04
RUN curl -fsSL https://github.com/rclone/rclone/releases/download/v1.66.0/rclone-v1.66.0-linux-amd64.deb -o /tmp/rclone.deb && dpkg -i /tmp/rclone.deb && rm /tmp/rclone.deb
`,
      at: ["/tmp/rclone.deb"],
    },
    {
      title: "unpacked in another layer",
      bad: `FROM ubuntu:22.04
ADD https://example.org/mirror/kenlm.tar.gz /tmp/kenlm.tar.gz
RUN tar -xf /tmp/kenlm.tar.gz -C /opt
`,
      at: ["https://example.org/mirror/kenlm.tar.gz"],
    },
  ],
  fine: [
    `FROM ubuntu:22.04
RUN curl -fsSL https://github.com/openucx/ucx/releases/download/v1.15.0/ucx-1.15.0.tar.gz | tar -xz -C /opt
`,
    `FROM ubuntu:22.04
RUN wget -q https://example.org/tool.zip && unzip -q tool.zip && rm -f *.zip
`,
    `FROM ubuntu:22.04
RUN mkdir /tmp/build && cd /tmp/build && wget -q https://example.org/tool.tgz && tar xf tool.tgz && make -C tool install \\
    && cd / && rm -rf /tmp/build
`,
    `# Nothing unpacks it: the archive itself is wanted.
FROM ubuntu:22.04
RUN wget -q -P /weights https://example.org/resnet50.tar
`,
    `FROM ubuntu:22.04
RUN --mount=type=tmpfs,target=/tmp wget -qO /tmp/a.zip https://example.org/a.zip && unzip /tmp/a.zip -d /opt
`,
    `FROM ubuntu:22.04 AS build
RUN wget -q https://example.org/tool.zip && unzip -q tool.zip
FROM ubuntu:22.04
COPY --from=build /tool /opt/tool
`,
  ],
  *check({ dockerfile, facts }: ImageUnderCheck): Iterable<RuleReport> {
    const history = facts.get(fileHistory);
    const left = history.files.filter(isLeft);
    left.sort((a, b) => a.file.span.start - b.file.span.start);
    for (const life of left) yield report(dockerfile, history, life, facts.get(builtOnText));
  },
};

function isLeft({ file, goneInRun, goneLater, unpacked }: FileLife): boolean {
  // What a later layer deletes is told there.
  if (!unpacked || goneInRun || goneLater || file.clone || (!file.fetched && file.tree)) return false;
  const name = posix.basename(file.path ?? file.suffix);
  if (/[*?]/.test(name)) return false;
  return isArchiveName(name) && !isRepositoryPackage(name);
}

/** `builtOn`: what the images say that build on this one, which may unpack it too. */
function report(dockerfile: Dockerfile, history: FileHistory, life: FileLife, builtOn: string): RuleReport {
  const { file, unpacked } = life;
  const name = posix.basename(file.path ?? file.suffix);
  const installs = /\.(deb|rpm)$/i.test(name);
  const done = installs ? "installed" : "unpacked";
  const shown = /^[.-]/.test(name) || name === "" ? "The archive" : name;
  const where =
    unpacked && unpacked.run !== file.instruction ? lineOfRun(dockerfile, unpacked.run.span.start) : "";
  // curl cannot take their place.
  const byOther = file.by === "gdown" || file.by === "aria2c";
  const unpack = byOther ? undefined : tarOptionsFor(name);
  const pipe = unpack ? `, or pipe it: curl … | tar ${unpack}` : "";
  const copied = !file.fetched;
  const advice = copied
    ? copyAdvice(file, unpack !== undefined)
    : file.by === "ADD"
      ? `Fetch, ${installs ? "install" : "unpack"} and delete it in one RUN${pipe}.`
      : where
        ? `${installs ? "Install" : "Unpack"} and delete it in this RUN${pipe}.`
        : `Delete it in the same RUN${pipe}.`;
  const layer = copied ? `the layer of this ${file.by}` : "this layer";
  const message = `${shown} stays in ${layer} after it is ${done}${where}: whoever pulls the image loads it too. ${advice}`;
  const edit: Edit | undefined = deleteArchive(dockerfile, history, life);
  const automatic = !(name !== "" && builtOn.includes(name));
  const fixes = edit && [{ title: "Delete the archive in the same RUN", automatic, edits: [edit] }];
  return { span: file.span, message, ...(fixes && { fixes }) };
}

/** What to write for an archive that COPY brings: what ADD unpacks it does without a layer of its own. */
function copyAdvice({ instruction }: BroughtFile, tar: boolean): string {
  const mount = "Mount it into that RUN: RUN --mount=type=bind,source=…,target=….";
  const fromStage = instruction.kind !== "RUN" && instruction.from !== undefined;
  return tar && !fromStage ? "Write ADD, which unpacks it by itself." : mount;
}

/** What tar is told to unpack an archive from a pipe, in which it does not see how that is packed. */
function tarOptionsFor(name: string): string | undefined {
  const end = /\.(?:tar(?:\.(\w+))?|t([gbx])z2?)$/i.exec(name);
  if (!end) return undefined;
  const options: Readonly<Record<string, string>> = {
    ...{ gz: "-xz", g: "-xz", bz2: "-xj", b: "-xj", xz: "-xJ", x: "-xJ", zst: "--zstd -x" },
    lzma: "--lzma -x",
  };
  return options[(end[1] ?? end[2] ?? "").toLowerCase()] ?? "-x";
}

function lineOfRun(dockerfile: Dockerfile, start: number): string {
  return ` (line ${dockerfile.lines.lineAt(start) + 1})`;
}
