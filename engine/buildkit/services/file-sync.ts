import { isText, textOf } from "../files/byte-path.ts";
import { type FileToSend, sendFiles } from "../files/send-files.ts";
import type { SyncedFolder } from "../files/synced-folder.ts";
import type { GrpcMethod } from "../grpc/grpc-server.ts";
import { GrpcError, grpcCode } from "../grpc/grpc-status.ts";

/**
 * `moby.filesync.v1.FileSync/DiffCopy` for the folders that the build may see, by the names that it knows them by.
 *
 * @param onOddName called with each path that is no UTF-8
 */
export function fileSync(
  folders: ReadonlyMap<string, SyncedFolder>,
  onOddName: (path: string) => void,
): GrpcMethod {
  return async (call) => {
    const name = metadataValues(call.metadata, "dir-name")[0] ?? "";
    const folder = folders.get(name);
    if (!folder) throw new GrpcError(grpcCode.notFound, `this build has no folder ${JSON.stringify(name)}`);
    const files = folder.files({
      includes: metadataValues(call.metadata, "include-patterns"),
      excludes: metadataValues(call.metadata, "exclude-patterns"),
      followed: metadataValues(call.metadata, "followpaths"),
    });
    await sendFiles(call, noticingNames(files, onOddName));
  };
}

async function* noticingNames(
  files: AsyncIterable<FileToSend>,
  onOddName: (path: string) => void,
): AsyncGenerator<FileToSend> {
  for await (const file of files) {
    if (!isText(file.stat.path)) onOddName(textOf(file.stat.path));
    yield file;
  }
}

/**
 * Values that are not ASCII come as bytes from older daemons; newer ones escape them as in a URL's query and say so in a
 * header of their own (moby/buildkit `filesync.go`).
 */
function metadataValues(metadata: ReadonlyMap<string, readonly string[]>, name: string): readonly string[] {
  const encoded = metadata.get(`${name}-encoded`)?.[0];
  const isEncoded = encoded === "1" || encoded === "true";
  return (metadata.get(name) ?? []).map((value) =>
    Buffer.from(isEncoded ? unescape(value) : value, "latin1").toString(),
  );
}

/** The bytes of an escaped value, one in each character. Not `decodeURIComponent`, which throws on what is no UTF-8. */
function unescape(value: string): string {
  return value
    .replaceAll("+", " ")
    .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
