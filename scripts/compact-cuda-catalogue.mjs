// Checks the collected facts about nvidia/cuda tags and writes core/cuda/catalogue.ts.
// Usage: node scripts/compact-cuda-catalogue.mjs <cuda-catalogue.json> [--check]
// Exit code: 0 written (disagreements among the sources are listed, and do not stop it), 1 the facts do not
// fit the compact form. --check writes nothing.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const tagPattern = /^(\d+(?:\.\d+)+)-(?:(cudnn\d*|tensorrt)-)?(base|runtime|devel)(?:-(.+))?$/;
const grammar = /^\d+\.\d+(?:\.\d+)?-(?:(?:cudnn\d*)-(?:runtime|devel)|base|runtime|devel)-[a-z]+\d[\d.]*$/;
const freshDays = 60;

/** What the sources say against each other, grouped by kind so that 18 tags make one line. */
class Disagreements {
  #groups = new Map();

  add(kind, item) {
    this.#groups.set(kind, [...(this.#groups.get(kind) ?? []), item]);
  }

  lines() {
    return [...this.#groups].map(([kind, items]) => `${kind} (${items.length}): ${items.join(" ")}`);
  }
}

function readVersions(catalogue, report) {
  const releases = new Map();
  for (const [cuda, version] of Object.entries(catalogue.versions)) {
    const images = new Map();
    for (const [os, { variants }] of Object.entries(version.os)) {
      if (os === "rc")
        report.add("versions lists a suffix as an OS; its tags come from tags.*", `${cuda}/rc`);
      else images.set(os, new Set(variants));
    }
    releases.set(cuda, images);
  }
  return releases;
}

/** Adds what only the tag lists have (old tags without an OS, release candidates), and compares the rest. */
function mergeTagLists(catalogue, releases, report) {
  const listed = new Set(Object.values(catalogue.tags).flat());
  for (const [list, tags] of Object.entries(catalogue.tags)) {
    for (const tag of tags) {
      if (tag === "latest") continue;
      const match = tagPattern.exec(tag);
      const images = match && releases.get(match[1]);
      if (!images) {
        report.add(`tags.${list}: fits no release`, tag);
        continue;
      }
      if (!grammar.test(tag)) report.add(`tags.${list}: published, outside the grammar`, tag);
      const os = match[4] ?? "";
      const variant = match[2] ? `${match[2]}-${match[3]}` : match[3];
      if (grammar.test(tag) && !images.get(os)?.has(variant))
        report.add(`tags.${list}: not in versions`, tag);
      images.set(os, (images.get(os) ?? new Set()).add(variant));
    }
  }
  for (const [cuda, images] of releases) {
    for (const [os, variants] of images) {
      const missing = [...variants].filter(
        (variant) => !listed.has([cuda, variant, os].filter(Boolean).join("-")),
      );
      if (missing.length > 0) report.add("versions: in no tag list", `${cuda}/${os}(${missing.length})`);
    }
  }
}

/** A supported release's OS whose tags NVIDIA lists as historical only. */
function droppedOs(cuda, version, images, tags, report) {
  if (version.status_upstream_2025_12_15 !== "supported") return [];
  const supported = new Set(tags.supported_upstream_2025_12_15);
  const historical = new Set(tags.historical_documented);
  const dropped = [];
  for (const [os, variants] of images) {
    const names = [...variants].map((variant) => `${cuda}-${variant}-${os}`);
    const marked = version.os[os]?.os_status !== undefined;
    if (names.every((name) => historical.has(name) && !supported.has(name))) dropped.push(os);
    else if (marked)
      report.add("OS end-of-life in dist/, but its tags are in the supported list", `${cuda}/${os}`);
  }
  return dropped;
}

function layoutOf(images, cuda) {
  const groups = new Map();
  for (const [os, variants] of images) {
    const flavours = ["base", "devel", "runtime"].filter((flavour) => variants.has(flavour));
    const extras = new Set(
      [...variants].filter((variant) => variant.includes("-")).map((v) => v.split("-")[0]),
    );
    for (const extra of extras) {
      if (!variants.has(`${extra}-devel`) || !variants.has(`${extra}-runtime`)) {
        throw new Error(`${cuda}/${os}: ${extra} does not come as both devel and runtime`);
      }
    }
    const key = [flavours.map((flavour) => flavour[0]).join(""), ...[...extras].sort()].join("+");
    groups.set(key, [...(groups.get(key) ?? []), os === "" ? "." : os]);
  }
  const order = new Intl.Collator("en", { numeric: true });
  return [...groups]
    .map(([key, names]) => `${key}:${names.sort(order.compare).join(" ")}`)
    .sort()
    .join(";");
}

function stateOf(cuda, version, report) {
  const hub = version.docker_hub;
  const month = (text) => text?.slice(0, 7);
  const reported = month(/reported (\d{4}-\d\d-\d\d)/.exec(hub.evidence ?? "")?.[1]);
  const said = month(/(?:commit \w+ \(|upstream )(\d{4}-\d\d-\d\d)/.exec(hub.evidence ?? "")?.[1]);
  const fromNote = /\((\w+) (\d{4})\)/.exec(hub.note ?? "");
  if (fromNote && hub.estimated_deletion_chart_2024_12) {
    report.add(
      "deletion date: note against chart",
      `${cuda}: ${fromNote[1]} ${fromNote[2]} / ${hub.estimated_deletion_chart_2024_12}`,
    );
  }
  if (hub.state === "removed") return { state: "removed", since: said, reported };
  if (hub.state.startsWith("presumed removed")) return { state: "presumed-removed", since: said };
  if (version.status_upstream_2025_12_15 === "supported") return { state: "supported" };
  return {
    state: "end-of-life",
    since: month(hub.marked_eol),
    deletion: month(hub.estimated_deletion_chart_2024_12),
  };
}

function releaseRow(catalogue, cuda, images, layouts, report) {
  const version = catalogue.versions[cuda];
  const layout = layoutOf(images, cuda);
  if (!layouts.includes(layout)) layouts.push(layout);
  const state = stateOf(cuda, version, report);
  const age =
    (Date.parse(catalogue.catalogue_head_date) - Date.parse(version.first_seen_upstream)) / 86_400_000;
  const require = version.nvidia_require_cuda;
  if (require && require.cuda_at_least !== cuda.split(".").slice(0, 2).join(".")) {
    report.add("NVIDIA_REQUIRE_CUDA asks for another CUDA", `${cuda}: ${require.cuda_at_least}`);
  }
  const dropped = droppedOs(cuda, version, images, catalogue.tags, report);
  const tokens = new Set(
    [...images.values()]
      .flatMap((v) => [...v])
      .filter((v) => v.startsWith("cudnn"))
      .map((v) => v.split("-")[0]),
  );
  if ([...tokens].sort().join() !== [...version.cudnn_tag_tokens].sort().join())
    report.add("cudnn_tag_tokens", cuda);
  return {
    cuda,
    ...state,
    fresh: state.state === "supported" && age <= freshDays ? true : undefined,
    layout: layouts.indexOf(layout),
    droppedOs: dropped.join(" ") || undefined,
    driver: version.toolkit_driver_linux_x86_64_min,
    branches: require?.or_driver_branches.join(" ") || undefined,
  };
}

function observedTags(catalogue, report) {
  return Object.values(catalogue.observed_after_mirror)
    .flat()
    .map((entry) => {
      const tag = entry.split(" ")[0];
      if (!grammar.test(tag)) report.add("observed_after_mirror: outside the grammar", tag);
      return tag;
    });
}

/** The prose of ubuntu_by_cuda against the versions. */
function checkUbuntu(catalogue, releases, report) {
  for (const [ubuntu, range] of Object.entries(catalogue.ubuntu_by_cuda)) {
    const having = [...releases].filter(([, images]) => images.has(`ubuntu${ubuntu}`)).map(([cuda]) => cuda);
    if (having.length === 0) continue;
    const [first, last] = [having.at(-1), having[0]];
    const says = `${first} .. ${last}`;
    if (range !== says && range !== `${first} and later`)
      report.add("ubuntu_by_cuda", `${ubuntu}: "${range}", versions say ${says}`);
  }
}

function torchRows(pytorch) {
  return Object.entries(pytorch).map(([torch, row]) => ({
    torch,
    wheels: row.wheels.join(" "),
    experimental: row.experimental?.join(" "),
    python: row.python,
    pypi: /^cu\d+$/.exec(row.pypi_default ?? "")?.[0],
  }));
}

const literal = (row) =>
  `{ ${Object.entries(row)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}`)
    .join(", ")} }`;
const list = (items) => `[\n${items.map((item) => `  ${item},\n`).join("")}]`;

function moduleText(catalogue, report) {
  const releases = readVersions(catalogue, report);
  mergeTagLists(catalogue, releases, report);
  checkUbuntu(catalogue, releases, report);
  const layouts = [];
  const rows = [...releases].map(([cuda, images]) => releaseRow(catalogue, cuda, images, layouts, report));
  const drivers = catalogue.driver.toolkit_driver_linux_x86_64;
  for (const row of rows) {
    if (drivers[row.cuda] !== row.driver)
      report.add("driver minimum", `${row.cuda}: ${row.driver} / ${drivers[row.cuda]}`);
  }
  const bareDrivers = Object.entries(drivers).filter(([cuda]) => !releases.has(cuda));
  const withdrawn = /\(([\d. and]+) two-part tags were withdrawn\)/.exec(
    catalogue.tag_grammar.notes.join("\n"),
  )?.[1];
  if (!withdrawn) throw new Error("tag_grammar.notes no longer names the withdrawn two-part releases");
  const noTags = withdrawn.split(" and ").filter((cuda) => !releases.has(cuda));
  const source = (id) => catalogue.sources.find((entry) => entry.id === id);
  const {
    minor_version_compatibility_linux: minors,
    branches_eol: ends,
    toolkit_driver_branch: branches,
  } = catalogue.driver;
  return `// Generated by scripts/compact-cuda-catalogue.mjs from facts collected on ${catalogue.generated}. Do not edit.
// Sources: ${source("mirror").what}, commit ${source("mirror").commit};
// CUDA Toolkit release notes (toolkit and driver versions); ${source("minor-compat").url};
// ${source("driver-branches").url};
// pytorch/pytorch RELEASE.md. Docker Hub itself was not asked.
import type { MinorCompatibility, ReleaseRow, TorchRow } from "./catalogue-format.ts";

/** Date of NVIDIA's last commit that the catalogue has seen; releases after it are not judged. */
export const catalogueDate = ${JSON.stringify(catalogue.catalogue_head_date)};

/**
 * Images of a release: \`<flavours>[+<library>]*:<os> <os>;…\`. Flavours by first letter (base, devel, runtime);
 * each library adds a devel and a runtime variant. The OS \`.\` stands for tags without an OS part.
 */
export const layouts: readonly string[] = ${list(layouts.map((layout) => JSON.stringify(layout)))};

/** Every CUDA release with images, newest first. */
export const releaseRows: readonly ReleaseRow[] = ${list(rows.map(literal))};

/** Two-part releases whose tags NVIDIA withdrew and of which no list was kept. */
export const withdrawnReleases: readonly string[] = ${JSON.stringify(noTags)};

/** Tags newer than the catalogue that were seen in public files; not all that exist. */
export const observedTags = ${JSON.stringify(observedTags(catalogue, report).join(" "))}.split(" ");

/** Toolkit drivers (Linux x86_64) of CUDA releases that have no row above. */
export const otherToolkitDrivers: Readonly<Record<string, string>> = ${JSON.stringify(Object.fromEntries(bareDrivers))};

/** Driver branch that a CUDA minor release came with, where the release notes name it. */
export const toolkitBranches: Readonly<Record<string, string>> = ${JSON.stringify(branches)};

/** \`YYYY-MM\` in which NVIDIA ends a data-centre driver branch. */
export const branchEnds: Readonly<Record<string, string>> = ${JSON.stringify(ends)};

/** Lowest driver of each CUDA major under minor-version compatibility. */
export const minorCompatibility: readonly MinorCompatibility[] = ${list(
    minors.map((row) =>
      literal({
        major: Number.parseInt(row.cuda, 10),
        driverMin: /\(([\d.]+)\)/.exec(row.driver_min)?.[1] ?? row.driver_min,
      }),
    ),
  )};

/** PyTorch's CUDA wheels, newest release first. */
export const torchRows: readonly TorchRow[] = ${list(torchRows(catalogue.pytorch).map(literal))};
`;
}

const [file, flag] = process.argv.slice(2);
if (!file) {
  console.error("usage: node scripts/compact-cuda-catalogue.mjs <cuda-catalogue.json> [--check]");
  process.exit(1);
}
const report = new Disagreements();
const text = moduleText(JSON.parse(readFileSync(file, "utf8")), report);
for (const line of report.lines()) console.log(line);
if (flag === "--check") console.log(`${text.length} characters, not written`);
else {
  const target = fileURLToPath(new URL("../core/cuda/catalogue.ts", import.meta.url));
  writeFileSync(target, text);
  console.log(`${target}: ${text.length} characters`);
}
