import { execFileSync } from "node:child_process";
import {
  chmodSync,
  closeSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";

/** Everything in a context is as old as this, so that no file's time is by chance the build's. */
const age = "2021-02-03T04:05:06.789012345Z";

/** Fills a folder for a build; paths are relative to it. */
export class ContextMaker {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  file(path: string, content: string | Buffer = path, mode = 0o644): this {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), content);
    chmodSync(join(this.folder, path), mode);
    return this;
  }

  /** A file whose name is these bytes. */
  fileOfBytes(name: Buffer, content: string): this {
    writeFileSync(Buffer.concat([Buffer.from(`${this.folder}/`), name]), content);
    return this;
  }

  /** A file of zeros that takes no room on disk, but for a few bytes in its middle. */
  sparse(path: string, size: number): this {
    const place = join(this.folder, path);
    writeFileSync(place, "");
    truncateSync(place, size);
    const file = openSync(place, "r+");
    writeSync(file, "in the middle", size / 2);
    closeSync(file);
    return this;
  }

  folderOnly(path: string, mode = 0o755): this {
    mkdirSync(join(this.folder, path), { recursive: true });
    chmodSync(join(this.folder, path), mode);
    return this;
  }

  link(path: string, target: string): this {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    symlinkSync(target, join(this.folder, path));
    return this;
  }

  hardLink(path: string, first: string): this {
    linkSync(join(this.folder, first), join(this.folder, path));
    return this;
  }

  pipe(path: string): this {
    execFileSync("mkfifo", [join(this.folder, path)]);
    return this;
  }

  /** What a program that listens leaves in a folder; nobody listens any more. */
  async socket(path: string): Promise<void> {
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(join(this.folder, path), resolve);
    });
    const place = join(this.folder, path);
    // Closing deletes the socket by its name.
    renameSync(place, `${place}.kept`);
    await new Promise((resolve) => server.close(resolve));
    renameSync(`${place}.kept`, place);
  }

  /** Makes everything old. */
  finish(): void {
    execFileSync("find", [this.folder, "-mindepth", "1", "-exec", "touch", "-h", "-d", age, "{}", "+"]);
  }
}
