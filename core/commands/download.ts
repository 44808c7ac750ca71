import { posix } from "node:path";
import type { Invocation } from "../dockerfile/shell/invocation.ts";
import { mayHideOptions, type ShellWord } from "../dockerfile/shell/shell-word.ts";

/** The programs that fetch a file. */
export type DownloadTool = "wget" | "curl" | "gdown" | "aria2c";

/** A file that a call of one of them writes. */
export interface Download {
  readonly tool: DownloadTool;
  /** The word that names the file: the option's value or the URL. */
  readonly word: ShellWord;
  /** The file's path as the program takes it: `/tmp/a.zip`, `a.zip`; `null` when a part of it is not known. */
  readonly path: string | null;
  /** What is certain of the path's end. */
  readonly suffix: string;
  /** Whether {@link path} is what {@link word} says, so that `~` and `$HOME` in it count. */
  readonly literal: boolean;
}

/** wget(1): options that take the next word. */
const wgetWithValue: ReadonlySet<string> = new Set(
  (
    "-a -A -B -D -e -i -I -l -o -O -P -Q -R -t -T -U -w -X --append-output --output-file --output-document " +
    "--directory-prefix --tries --timeout --wait --user-agent --header --user --password --input-file --base " +
    "--execute --limit-rate --post-data --post-file --referer --load-cookies --save-cookies --level --accept --reject"
  ).split(" "),
);

/** curl(1): options that take the next word. */
const curlWithValue: ReadonlySet<string> = new Set(
  (
    "-A -b -c -C -d -D -e -E -F -H -K -m -o -P -Q -r -t -T -u -U -w -x -X -y -Y -z --output --output-dir --header " +
    "--user --user-agent --data --data-raw --data-binary --retry --retry-delay --retry-max-time --max-time " +
    "--connect-timeout --request --proxy --cacert --cert --key --cookie --cookie-jar --form --referer --write-out " +
    "--max-redirs --limit-rate --range --resolve --tlsv1 --ciphers --url --config --netrc-file --max-filesize"
  ).split(" "),
);

/** gdown's own help: options that take the next word. */
const gdownWithValue: ReadonlySet<string> = new Set(
  "-O --output --proxy --speed --format --user-agent".split(" "),
);

/** aria2c(1): options that take the next word. */
const aria2WithValue: ReadonlySet<string> = new Set(
  (
    "-d -i -j -k -l -m -M -o -s -t -U -x --checksum --connect-timeout --console-log-level --dir --file-allocation " +
    "--header --http-passwd --http-user --input-file --load-cookies --log --max-concurrent-downloads " +
    "--max-connection-per-server --max-tries --min-split-size --out --referer --retry-wait --split " +
    "--summary-interval --timeout --user-agent"
  ).split(" "),
);

const optionsWithValue: ReadonlyMap<string, ReadonlySet<string>> = new Map<DownloadTool, ReadonlySet<string>>(
  [
    ["wget", wgetWithValue],
    ["curl", curlWithValue],
    ["gdown", gdownWithValue],
    ["aria2c", aria2WithValue],
  ],
);

/** Whether a program is one whose files {@link downloads} knows. */
export function isDownloadTool(name: string): name is DownloadTool {
  return optionsWithValue.has(name);
}

/** The files that an invocation fetches; none for any other program, and none where that is not clear. */
export function downloads(invocation: Invocation): Download[] {
  const tool = invocation.name;
  if (!isDownloadTool(tool)) return [];
  if (invocation.through.includes("xargs") || invocation.args.some(hidesWords)) return [];
  const call = sorted(invocation, tool);
  switch (tool) {
    case "wget":
      return wgetFiles(call);
    case "curl":
      return curlFiles(call);
    case "gdown":
      return gdownFiles(call);
    case "aria2c":
      return aria2Files(call);
  }
}

interface Option {
  readonly name: string;
  /** The value, undefined for an option without one. */
  readonly value: ShellWord | undefined;
  /** The value's text where it stands in the option's own word. */
  readonly attached: string | undefined;
}

interface Sorted {
  readonly options: readonly Option[];
  readonly urls: readonly ShellWord[];
}

function hidesWords(word: ShellWord): boolean {
  return mayHideOptions(word) && word.suffix === "";
}

function sorted({ args }: Invocation, tool: Download["tool"]): Sorted {
  const withValue = optionsWithValue.get(tool)!;
  const options: Option[] = [];
  const urls: ShellWord[] = [];
  for (let at = 0; at < args.length; at++) {
    const word = args[at]!;
    const text = word.value ?? word.prefix;
    if (!text.startsWith("-") || text === "-") urls.push(word);
    else if (text.startsWith("--")) {
      const [name, attached] = split(text, text.indexOf("="));
      const value = attached !== undefined ? word : withValue.has(name) ? args[++at] : undefined;
      if (name === "--url" && value && attached === undefined) urls.push(value);
      options.push({ name, value, attached });
    } else {
      for (let letter = 1; letter < text.length; letter++) {
        const name = `-${text[letter]}`;
        // wget's -nc, -nv, -nH: two letters that are one option.
        if (tool === "wget" && name === "-n") {
          options.push({ name: text.slice(letter - 1, letter + 2), value: undefined, attached: undefined });
          letter++;
          continue;
        }
        const rest = text.slice(letter + 1);
        if (!withValue.has(name)) {
          options.push({ name, value: undefined, attached: undefined });
          continue;
        }
        options.push({ name, value: rest ? word : args[++at], attached: rest || undefined });
        break;
      }
    }
  }
  return { options, urls };
}

function split(text: string, at: number): [string, string | undefined] {
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function wgetFiles({ options, urls }: Sorted): Download[] {
  if (has(options, "--spider", "-i", "--input-file", "-r", "--recursive", "-m", "--mirror")) return [];
  const output = last(options, "-O", "--output-document");
  if (output) {
    const file = named("wget", output);
    return file && file.path !== "-" ? [file] : [];
  }
  const folder = last(options, "-P", "--directory-prefix");
  return urls.map((url) => inFolder("wget", url, folder));
}

/** What it is told to name; Google Drive's own name of a file is not known. */
function gdownFiles({ options }: Sorted): Download[] {
  const output = has(options, "--folder") ? undefined : last(options, "-O", "--output");
  const file = output && named("gdown", output);
  // A folder is given with a slash at its end.
  return file && file.path !== "-" && !file.suffix.endsWith("/") ? [file] : [];
}

/** What it is told to name; the server may give another name than the URL has. */
function aria2Files({ options, urls }: Sorted): Download[] {
  if (has(options, "-i", "--input-file") || urls.length !== 1) return [];
  const output = last(options, "-o", "--out");
  const file = output && named("aria2c", output);
  return file ? [inFolderOf(file, last(options, "-d", "--dir"))] : [];
}

function inFolderOf(file: Download, folder: Option | undefined): Download {
  if (!folder) return file;
  const below = folderText(folder);
  return { ...file, path: below && file.path ? posix.join(below, file.path) : null, literal: false };
}

function curlFiles({ options, urls }: Sorted): Download[] {
  const files: Download[] = [];
  const folder = last(options, "--output-dir");
  for (const option of options) {
    if (option.name !== "-o" && option.name !== "--output") continue;
    const file = named("curl", option);
    if (file && file.path !== "-") files.push(inFolderOf(file, folder));
  }
  if (files.length === 0 && has(options, "-O", "--remote-name", "--remote-name-all")) {
    // The server may name the file otherwise.
    if (has(options, "-J", "--remote-header-name")) return [];
    return urls.map((url) => inFolder("curl", url, folder));
  }
  return files;
}

function named(tool: Download["tool"], { value, attached }: Option): Download | undefined {
  if (!value) return undefined;
  if (attached === undefined)
    return { tool, word: value, path: value.value, suffix: value.suffix, literal: true };
  const path = value.value === null ? null : attached;
  return { tool, word: value, path, suffix: path ?? value.suffix, literal: false };
}

/** The file that a URL is saved as: its last part, query and all but escapes; `index.html` where it names none. */
function inFolder(tool: Download["tool"], url: ShellWord, folder: Option | undefined): Download {
  const tail = url.suffix.slice(url.suffix.lastIndexOf("/") + 1);
  const certain = url.suffix.includes("/") && tail !== "" && !/[?#]/.test(url.suffix);
  const name = url.value === null ? (certain ? tail : null) : fileNameOf(url.value);
  const below = folder ? folderText(folder) : "";
  const path = name === null || below === null ? null : posix.join(below, name);
  const suffix = name ?? tail;
  return { tool, word: url, path, suffix, literal: false };
}

function folderText({ value, attached }: Option): string | null {
  return attached ?? value?.value ?? null;
}

function fileNameOf(url: string): string | null {
  const name = /^(?:[a-z+]+:\/\/)?[^/]+\/(?:[^#?]*\/)?([^/#?]+)$/i.exec(url.replace(/#.*$/s, ""))?.[1];
  return name ?? null;
}

function last(options: readonly Option[], ...names: readonly string[]): Option | undefined {
  return options.findLast(({ name }) => names.includes(name));
}

function has(options: readonly Option[], ...names: readonly string[]): boolean {
  return options.some(({ name }) => names.includes(name));
}
