import type { dockerClient } from "../bed/docker-api.mjs";

export type Docker = ReturnType<typeof dockerClient>;

/** What an image holds, without what differs from one build to the next. */
export interface Snapshot {
  /** Each with its version. */
  readonly packages: readonly string[];
  /** By path: kind, mode, owner, what a link points to, and the content's hash. */
  readonly files: ReadonlyMap<string, string>;
  readonly environment: readonly string[];
  /** All layers. */
  readonly bytes: number;
}

/** Caches and logs, also those of a folder that jobs mount over: the fixes are about them. */
const caches = /^\/(?:var\/(?:cache|log|lib\/apt\/lists)|root\/\.cache|cvlabdata2)(?:\/|$)/;

/** Docker puts them into the container that looks into the image. */
const ofContainer = /^\/etc\/(?:hostname|hosts|resolv\.conf)$/;

/** Files whose content differs from build to build; that they are there is compared. */
const timed = [
  /^\/app\/Dockerfile$/, // the one that is compared, in the context of COPY
  /\.pyc$/,
];

const script = `
find / -xdev \\( -path /proc -o -path /sys -o -path /dev -o -path /.dockerenv \\) -prune -o \\
  -printf 'file\\t%p\\t%y %m %U:%G %l\\n'
find / -xdev \\( -path /proc -o -path /sys -o -path /dev \\) -prune -o -type f -print0 | xargs -0 md5sum \\
  | sed 's/^\\([0-9a-f]*\\)  \\(.*\\)$/hash\\t\\2\\t\\1/'
dpkg-query -W -f 'package\\t\${Package}\\t\${Version} \${db:Status-Status}\\n'
`;

/** Reads an image by running `find` in a container of it. */
export async function snapshot(docker: Docker, image: string): Promise<Snapshot> {
  const [{ code, stdout, stderr }, { Config }, history] = await Promise.all([
    docker.run(image, ["/bin/sh", "-c", script]),
    docker.image(image),
    docker.history(image),
  ]);
  if (code !== 0) throw new Error(`the image cannot be read: ${stderr}`);
  const packages: string[] = [];
  const files = new Map<string, string>();
  for (const line of stdout.split("\n")) {
    const [kind, name, value] = line.split("\t");
    if (name === undefined || value === undefined) continue;
    if (kind === "package") packages.push(`${name} ${value}`);
    else if (caches.test(name) || ofContainer.test(name)) continue;
    else if (kind === "file") files.set(name, value);
    else if (!timed.some((each) => each.test(name))) files.set(name, `${files.get(name)} ${value}`);
  }
  if (packages.length === 0 || files.size === 0) throw new Error(`the image cannot be read: ${stdout}`);
  const bytes = history.reduce((sum, { Size }) => sum + Size, 0);
  return { packages, files, environment: Config.Env ?? [], bytes };
}

/** The lines in which two images differ: `-` only before, `+` only after, `~` another. */
export function differences(before: Snapshot, after: Snapshot): string[] {
  const lines: string[] = [];
  for (const [path, value] of before.files) {
    const other = after.files.get(path);
    if (other === undefined) lines.push(`- ${path}`);
    else if (other !== value) lines.push(`~ ${path}: ${value} → ${other}`);
  }
  for (const path of after.files.keys()) if (!before.files.has(path)) lines.push(`+ ${path}`);
  return lines;
}
