import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { LanguageServer } from "./language-server.mjs";
import { typing } from "./typing.mjs";

/** @typedef {import("./documents.mjs").Document} Document */

/**
 * An edit: milliseconds until its diagnostics were there, and how many they were.
 * @typedef {{ ms: number, found: number }} Sample
 */

/** Language servers that are given the same edits in turn, each in a workspace of its own. */
export class EditRace {
  #folder = mkdtempSync(join(tmpdir(), "lab-images-bench-"));
  /** @type {{ server: LanguageServer, workspace: string }[]} */
  #entrants = [];

  /**
   * @param {readonly import("./contenders.mjs").Contender[]} contenders
   * @param {readonly Document[]} documents on disk in every workspace, as the open ones are in an editor
   */
  static async start(contenders, documents) {
    const race = new EditRace();
    for (const [i, contender] of contenders.entries()) {
      const workspace = join(race.#folder, String(i));
      mkdirSync(workspace);
      for (const { name, text } of documents) writeFileSync(join(workspace, name), text);
      for (const [name, text] of Object.entries(contender.files)) writeFileSync(join(workspace, name), text);
      const server = new LanguageServer(contender);
      race.#entrants.push({ server, workspace });
      await server.initialize(pathToFileURL(workspace).href);
    }
    return race;
  }

  get servers() {
    return this.#entrants.map(({ server }) => server);
  }

  /**
   * Opens each document in one server after the other, and types in it. The first server changes from document
   * to document, so that none always follows the same one.
   * @param {readonly Document[]} documents
   * @param {{ edits: number, seed: number }} options
   * @returns {Promise<Map<LanguageServer, Sample[]>>} of the edits that were answered
   */
  async run(documents, { edits, seed }) {
    /** @type {Map<LanguageServer, Sample[]>} */
    const samples = new Map(this.servers.map((server) => [server, []]));
    for (const [nth, document] of documents.entries()) {
      const keystrokes = typing(document.text, edits, seed);
      for (let i = 0; i < this.#entrants.length; i++) {
        const { server, workspace } = this.#entrants[(i + nth + seed) % this.#entrants.length];
        const uri = pathToFileURL(join(workspace, document.name)).href;
        samples.get(server)?.push(...(await samplesOf(server, uri, document.text, keystrokes)));
      }
    }
    return samples;
  }

  async stop() {
    for (const server of this.servers) await server.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function samplesOf(server, uri, text, keystrokes) {
  const samples = [];
  if (server.failure === undefined) await server.open(uri, text);
  for (const keystroke of keystrokes) {
    if (server.failure !== undefined) break;
    const ms = await server.edit(uri, keystroke);
    if (server.failure === undefined) samples.push({ ms, found: server.found });
  }
  if (server.failure === undefined) await server.close(uri);
  return samples;
}
