import type { OsRelease } from "./base-facts.ts";

/** `YYYY-MM` of the data: what had ended by then is past its support. */
export const supportDataMonth = "2026-11";

// End of free security updates (`YYYY-MM`), per release:
// - Ubuntu (standard support) and Debian (long-term support): Debian's distro-info-data 0.58+deb12u6.
// - Alpine, Fedora: alpinelinux.org/releases and docs.fedoraproject.org, as endoflife.date had them in 2026.
// - CentOS Linux 7, 8 and RHEL 7 (ubi7): notices of the CentOS project and of Red Hat.
const ends: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map([
  [
    "ubuntu",
    table(`14.04 2019-04, 16.04 2021-04, 18.04 2023-05, 20.04 2025-05, 20.10 2021-07, 21.04 2022-01, 21.10 2022-07,
      22.10 2023-07, 23.04 2024-01, 23.10 2024-07, 24.10 2025-07, 25.04 2026-01, 25.10 2026-07, 22.04 2027-06,
      24.04 2029-05, 26.04 2031-05`),
  ],
  ["debian", table("8 2020-06, 9 2022-06, 10 2024-06, 11 2026-08, 12 2028-06, 13 2030-06")],
  ["centos", table("6 2020-11, 7 2024-06, 8 2021-12")],
  ["rhel", table("7 2024-06")],
  [
    "alpine",
    table(`3.8 2020-05, 3.9 2020-11, 3.10 2021-05, 3.11 2021-11, 3.12 2022-05, 3.13 2022-11, 3.14 2023-05,
      3.15 2023-11, 3.16 2024-05, 3.17 2024-11, 3.18 2025-05, 3.19 2025-11, 3.20 2026-04, 3.22 2027-05, 3.23 2027-11`),
  ],
  ["fedora", table("36 2023-05, 37 2023-12, 38 2024-05, 39 2024-11, 40 2025-05, 41 2025-12")],
]);

function table(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split(",").map((row) => {
      const [version = "", month = ""] = row.trim().split(" ");
      return [version, month];
    }),
  );
}

/** The month (`YYYY-MM`) in which an OS release's free security updates ended; undefined while they come, or where it is not known. */
export function supportEnded({ id, version }: OsRelease): string | undefined {
  const end = ends.get(id)?.get(version);
  return end !== undefined && end < supportDataMonth ? end : undefined;
}

/** Releases of the same system that are supported well beyond the data's month, oldest first. */
export function supportedReleases(id: string): readonly string[] {
  const versions = [...(ends.get(id) ?? [])].filter(([, end]) => end >= supportDataMonth);
  return versions.sort(([, a], [, b]) => (a < b ? -1 : 1)).map(([version]) => version);
}

const names: ReadonlyMap<string, string> = new Map([
  ["ubuntu", "Ubuntu"],
  ["debian", "Debian"],
  ["centos", "CentOS Linux"],
  ["rhel", "Red Hat Enterprise Linux"],
  ["alpine", "Alpine"],
  ["fedora", "Fedora"],
]);

/** As people write it: `Ubuntu 18.04`. */
export function osTitle({ id, version }: OsRelease): string {
  return `${names.get(id) ?? id} ${version}`;
}
