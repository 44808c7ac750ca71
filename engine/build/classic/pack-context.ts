import { randomUUID } from "node:crypto";
import { relative, sep } from "node:path";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { createTarPacker, type TarHeader } from "modern-tar";
import { textOf } from "../../buildkit/files/byte-path.ts";
import { fileKind } from "../../buildkit/files/file-mode.ts";
import type { FileToSend } from "../../buildkit/files/send-files.ts";
import type { FileStat } from "../../buildkit/messages/file-packet.ts";
import type { BuildRequest } from "../build-request.ts";
import { contextFiles, ignoreFiles } from "../context-files.ts";
import { copiedPaths } from "../copied-paths.ts";

/** A context as one archive. */
export interface PackedContext {
  readonly tar: Readable;
  /** The Dockerfile's name in it. */
  readonly dockerfile: string;
}

/**
 * Packs of a context what the Dockerfile copies and the ignore file lets through, for a daemon that cannot ask.
 *
 * A Dockerfile that is not in the context as it is built goes under a name of its own, and a line in the ignore file
 * keeps it out of the image: the daemon takes out of the context what that file names.
 *
 * @param text the Dockerfile's
 */
export async function packContext(request: BuildRequest, text: string): Promise<PackedContext> {
  const { ownIgnore, contextIgnore } = await ignoreFiles(request);
  const inside = relative(request.context, request.dockerfile).split(sep).join("/");
  const isInside = !inside.startsWith("..") && request.dockerfileText === undefined;
  const dockerfile = isInside ? inside : `.${randomUUID()}.dockerfile`;
  const texts = new Map<string, string>();
  if (!isInside) {
    texts.set(dockerfile, text);
    texts.set(".dockerignore", `${contextIgnore ?? ".dockerignore"}\n${dockerfile}\n`);
  }
  const { paths } = copiedPaths(text, request.args);
  const always = isInside ? [dockerfile, ".dockerignore"] : [];
  const files = contextFiles(request.context, paths, { ignore: ownIgnore ?? contextIgnore, always });
  const { readable, controller } = createTarPacker();
  void pack(files, texts, controller).catch((error: unknown) => controller.error(error));
  return { tar: Readable.fromWeb(readable as ReadableStream), dockerfile };
}

type Controller = ReturnType<typeof createTarPacker>["controller"];

async function pack(
  files: AsyncIterable<FileToSend>,
  texts: ReadonlyMap<string, string>,
  controller: Controller,
): Promise<void> {
  for (const [name, text] of texts) {
    const content = Buffer.from(text);
    await add(controller, { name, size: content.length, mode: 0o644, mtime: new Date(0) }, [content]);
  }
  for await (const file of files) {
    const header = headerOf(file.stat);
    if (!texts.has(header.name)) await add(controller, header, header.size > 0 ? file.read() : []);
  }
  controller.finalize();
}

async function add(
  controller: Controller,
  header: TarHeader,
  content: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<void> {
  const writer = controller.add({ uid: 0, gid: 0, ...header }).getWriter();
  for await (const chunk of content) {
    await writer.ready;
    await writer.write(chunk);
  }
  await writer.close();
}

function headerOf(stat: FileStat): TarHeader {
  const { type, mode } = fileKind(stat.mode);
  const isHardLink = type === "file" && stat.link !== "";
  return {
    name: textOf(type === "directory" ? `${stat.path}/` : stat.path),
    type: isHardLink ? "link" : type,
    mode,
    size: type === "file" && !isHardLink ? stat.size : 0,
    mtime: new Date(Number(stat.modified / 1_000_000n)),
    ...(stat.link === "" ? {} : { linkname: textOf(stat.link) }),
  };
}
