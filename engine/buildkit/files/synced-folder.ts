import type { GrpcCall } from "../grpc/grpc-server.ts";
import type { FileStat } from "../messages/file-packet.ts";
import { type BytePath, below, bytePath } from "./byte-path.ts";
import { followPaths } from "./follow-paths.ts";
import { FileLooks } from "./look-at-files.ts";
import { readContent, sendContent, sendText } from "./send-content.ts";
import type { FileToSend } from "./send-files.ts";
import { SyncFilter } from "./sync-filter.ts";
import { type FileOnDisk, walkFolder } from "./walk-folder.ts";

/** What of a folder the daemon asks for. */
export interface SyncRequest {
  /** Patterns of which one must hold a path; empty for everything. */
  readonly includes: readonly string[];
  /** As the lines of an ignore file. */
  readonly excludes: readonly string[];
  /** Paths that are needed with whatever their symbolic links lead to. */
  readonly followed: readonly string[];
}

/** A folder that a build may ask files of. */
export interface SyncedFolder {
  files(request: SyncRequest): AsyncIterable<FileToSend>;
}

/** A file of a folder on disk. */
export interface DiskFile extends FileToSend {
  readonly stat: FileOnDisk;
}

/** A folder on disk. */
export function diskFolder(path: string): { files(request: SyncRequest): AsyncIterable<DiskFile> } {
  const root = bytePath(path);
  return {
    async *files({ includes, excludes, followed }) {
      const looks = new FileLooks();
      const targets = followed.length > 0 ? await followPaths(root, followed, looks) : [];
      const wanted = targets && [...includes, ...targets];
      const filter = new SyncFilter(wanted && wanted.length > 0 ? wanted : undefined, excludes);
      for await (const stat of walkFolder(root, filter, looks)) yield new FileBelow(root, stat);
    },
  };
}

/** There may be very many: no closures. */
class FileBelow implements DiskFile {
  readonly stat: FileOnDisk;
  readonly #root: BytePath;

  constructor(root: BytePath, stat: FileOnDisk) {
    this.#root = root;
    this.stat = stat;
  }

  send(id: number, call: GrpcCall): Promise<void> {
    return sendContent(below(this.#root, this.stat.path), this.stat.size, id, call);
  }

  read(): AsyncIterable<Uint8Array> {
    return readContent(below(this.#root, this.stat.path), this.stat.size);
  }
}

/** A folder of texts, by name, that need not be on disk: all of it is sent, whatever is asked for. */
export function textFolder(texts: ReadonlyMap<string, string>): SyncedFolder {
  const files = [...texts].map(([name, text]) => {
    const content = Buffer.from(text);
    const stat: FileStat = {
      path: bytePath(name),
      mode: 0o644,
      size: content.length,
      // Never the time of another text of the same length: the daemon would keep that one.
      modified: BigInt(Date.now()) * 1_000_000n + (process.hrtime.bigint() % 1_000_000n),
      link: "",
      major: 0,
      minor: 0,
    };
    return {
      stat,
      send: sendText.bind(undefined, content),
      async *read() {
        yield content;
      },
    };
  });
  files.sort((a, b) => (a.stat.path < b.stat.path ? -1 : 1));
  return {
    async *files() {
      yield* files;
    },
  };
}
