import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { crc32 } from "node:zlib";

/** So many bytes that no compression saves any, the same ones for the same name. */
const PAYLOAD = 1_000_000;

/** A Python package index on the loopback, with pure wheels made on the fly, that pip keeps in its cache. */
export async function servePythonIndex(
  versions: Readonly<Record<string, string>>,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const wheels = new Map<string, Buffer>();
  const pages = new Map<string, string>();
  for (const [name, version] of Object.entries(versions)) {
    const file = `${name.replaceAll("-", "_")}-${version}-py3-none-any.whl`;
    wheels.set(`/wheels/${file}`, makeWheel(name, version));
    pages.set(`/simple/${name}/`, `<!DOCTYPE html><a href="/wheels/${file}">${file}</a>`);
  }
  const server = createServer(({ url = "" }, response) => {
    const [wheel, page] = [wheels.get(url), pages.get(url)];
    if (wheel) {
      response.writeHead(200, {
        "Content-Type": "application/octet-stream",
        "Content-Length": wheel.length,
        "Cache-Control": "max-age=31536000",
      });
      response.end(wheel);
    } else {
      response.writeHead(page ? 200 : 404, { "Content-Type": "text/html" });
      response.end(page ?? "not here");
    }
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/simple`, close: () => closed(server) };
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((done) => server.close(() => done()));
}

function makeWheel(name: string, version: string): Buffer {
  const module = name.replaceAll("-", "_");
  const info = `${module}-${version}.dist-info`;
  const files: Record<string, Buffer> = {
    [`${module}/__init__.py`]: Buffer.from(`__version__ = "${version}"\n`),
    [`${module}/weights.bin`]: noise(name),
    [`${info}/METADATA`]: Buffer.from(`Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`),
    [`${info}/WHEEL`]: Buffer.from(
      "Wheel-Version: 1.0\nGenerator: lab\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    ),
  };
  const record = [...Object.keys(files), `${info}/RECORD`].map((path) => `${path},,\n`).join("");
  return makeZip({ ...files, [`${info}/RECORD`]: Buffer.from(record) });
}

function noise(seed: string): Buffer {
  const bytes = Buffer.alloc(PAYLOAD);
  let state = crc32(seed) | 1;
  for (let at = 0; at < bytes.length; at++) {
    // xorshift
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[at] = state;
  }
  return bytes;
}

const FIRST_OF_1980 = 0x21;

/** A zip archive without compression. */
function makeZip(files: Readonly<Record<string, Buffer>>): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [path, content] of Object.entries(files)) {
    const name = Buffer.from(path);
    // From "version needed" to "extra field length": the same in both headers.
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(FIRST_OF_1980, 8);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(content.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(name.length, 22);
    const madeBy = Buffer.from([20, 3]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(0o100644 * 0x10000, 6);
    tail.writeUInt32LE(offset, 10);
    local.push(Buffer.from("PK\x03\x04"), common, name, content);
    central.push(Buffer.from("PK\x01\x02"), madeBy, common, tail, name);
    offset += 30 + name.length + content.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06");
  end.writeUInt16LE(Object.keys(files).length, 8);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...local, directory, end]);
}
