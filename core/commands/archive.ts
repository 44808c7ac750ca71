import type { Invocation } from "../dockerfile/shell/invocation.ts";
import type { ShellWord } from "../dockerfile/shell/shell-word.ts";

/** Whether a file's name is that of an archive or a package file. */
export function isArchiveName(name: string): boolean {
  return /\.(tar(\.(gz|bz2|xz|zst|lz4?|lzma|Z))?|t[gbx]z2?|tzst|zip|7z|rar|deb|rpm)$/i.test(name);
}

/**
 * The archives that a command unpacks or installs, as it is given them; none for one that reads its standard input,
 * lists, or makes an archive.
 */
export function unpackedBy(invocation: Invocation): readonly ShellWord[] {
  const { name, args } = invocation;
  switch (name) {
    case "tar":
    case "bsdtar":
    case "gtar":
      return tarArchive(args);
    case "unzip":
      return args.some(({ value }) => value !== null && /^-[a-zA-Z]*[lptvzZ]/.test(value))
        ? []
        : plain(args).slice(0, 1);
    case "7z":
    case "7za":
    case "7zr":
    case "unrar":
    case "unar":
      return /^[xe]$/.test(args[0]?.value ?? "") || name === "unar"
        ? plain(args).slice(name === "unar" ? 0 : 1, 2)
        : [];
    case "dpkg":
      return args.some(
        ({ value }) => value !== null && /^(-[a-zA-Z]*[iRx]|--install|--unpack|--extract)$/.test(value),
      )
        ? plain(args)
        : [];
    case "gdebi":
      return plain(args);
    case "apt-get":
    case "apt":
      return plain(args).filter(
        ({ value, suffix }) => /\/|\.deb$/.test(value ?? suffix) && /\.deb$/.test(value ?? suffix),
      );
    case "rpm":
      return args.some(
        ({ value }) => value !== null && /^(-[a-zA-Z]*[iU][a-zA-Z]*|--install|--upgrade)$/.test(value),
      )
        ? plain(args)
        : [];
    case "dnf":
    case "yum":
    case "zypper":
      return plain(args).filter(({ value, suffix }) => /\.rpm$/.test(value ?? suffix));
    default:
      return /^python[\d.]*$/.test(name) ? pythonArchive(args) : [];
  }
}

/** `python3 -m zipfile -e a.zip dir`. */
function pythonArchive(args: readonly ShellWord[]): readonly ShellWord[] {
  const [flag, module, option, archive] = args.map(({ value }) => value ?? "");
  const extracts =
    flag === "-m" && /^(zip|tar)file$/.test(module ?? "") && /^(-e|--extract)$/.test(option ?? "");
  return extracts && archive ? args.slice(3, 4) : [];
}

function plain(args: readonly ShellWord[]): ShellWord[] {
  return args.filter(({ value, prefix }) => !(value ?? prefix).startsWith("-"));
}

const tarWithValue =
  /^(-C|--directory|-I|--use-compress-program|-X|--exclude-from|-T|--files-from|--owner|--group|--mode)$/;

/** The archive of `tar xf a.tar`, `tar -C / -xzf a.tar`, `tar --extract --file=a.tar` (its word holds the option). */
function tarArchive(args: readonly ShellWord[]): readonly ShellWord[] {
  let extracts = false;
  let archive: ShellWord | undefined;
  for (let at = 0; at < args.length; at++) {
    const word = args[at]!;
    const text = word.value ?? word.prefix;
    if (/^--(extract|get)$/.test(text)) extracts = true;
    else if (text === "--file") archive = args[++at];
    else if (text.startsWith("--file=")) archive = withoutOption(word, "--file=");
    else if (tarWithValue.test(text)) at++;
    else if (/^-[A-Za-z]/.test(text) || (at === 0 && /^[A-Za-z]+$/.test(text))) {
      const letters = text.replace(/^-/, "");
      const file = letters.indexOf("f");
      if (/x/.test(file >= 0 ? letters.slice(0, file + 1) : letters) || (at === 0 && /x/.test(letters)))
        extracts = true;
      if (file < 0) {
        // `-xC dir`: the last letter takes the next word.
        if (text.startsWith("-") && letters.endsWith("C")) at++;
        continue;
      }
      const attached = text.startsWith("-") ? letters.slice(file + 1) : "";
      archive =
        attached === "" || /^[vzjJpx]+$/.test(attached)
          ? args[++at]
          : withoutOption(word, text.slice(0, -attached.length));
    }
  }
  return extracts && archive && archive.value !== "-" ? [archive] : [];
}

/** The word as if the option in front of its value were not there. */
function withoutOption(word: ShellWord, option: string): ShellWord {
  const cut = (text: string) => (text.startsWith(option) ? text.slice(option.length) : text);
  return {
    ...word,
    value: word.value === null ? null : cut(word.value),
    prefix: cut(word.prefix),
    suffix: cut(word.suffix),
  };
}

/** Whether a package holds a repository's key and address alone, by its name: a few kilobytes. */
export function isRepositoryPackage(name: string): boolean {
  return (
    /keyring|[-_]release\b|apt-source|(?:^|[-_])repo(?:[-_]|\b)/.test(name) &&
    !/[-_]local(?:[-_]|\b)/.test(name)
  );
}
