import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";

const corpus = "test/fixtures/corpus";
const files = readdirSync(corpus)
  .sort()
  .map((name): Buffer => readFileSync(`${corpus}/${name}`));

/** Bytes that mean something to one of the languages in a Dockerfile, or to none. */
const fragments = [
  "\0",
  "\r",
  "\r\n",
  "\n",
  "\\\n",
  "\\",
  "`",
  '"',
  "'",
  "$(",
  "${",
  "${a:-",
  "$((",
  "(",
  "{",
  "[[",
  "<<EOF\n",
  "<<-'E O F'\n",
  "EOF\n",
  "&&",
  "||",
  ";;",
  "|",
  "!",
  "# escape=`\n",
  "# lab-images ignore=apt/clean-lists,\n",
  "ONBUILD ",
  "FROM x AS x\n",
  "FROM ${A}\n",
  "ARG A=${A}${A}\n",
  'RUN ["sh","-c","',
  'SHELL ["pwsh"]\n',
  "RUN --mount=type=cache,target=",
  "bash -c '",
  "sudo env A=1 ",
  "case x in ",
  "do ",
  "fi ",
  "*[!",
  "\uFEFF",
  "😀",
  "\u2028",
].map((text) => Buffer.from(text));

const place = fc.double({ min: 0, max: 1, noNaN: true });

const fragment = fc.oneof(
  fc.constantFrom(...fragments),
  fc.uint8Array({ minLength: 1, maxLength: 8 }).map((bytes) => Buffer.from(bytes)),
  fc
    .tuple(fc.constantFrom(...fragments), fc.integer({ min: 2, max: 300 }))
    .map(([each, count]) => Buffer.concat(Array(count).fill(each))),
);

type Mutation = (bytes: Buffer) => Buffer;

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(place, fragment).map(([at, inserted]) => (bytes: Buffer) => {
    const offset = Math.floor(at * bytes.length);
    return Buffer.concat([bytes.subarray(0, offset), inserted, bytes.subarray(offset)]);
  }),
  fc.tuple(place, fc.integer({ min: 1, max: 60 })).map(([at, length]) => (bytes: Buffer) => {
    const offset = Math.floor(at * bytes.length);
    return Buffer.concat([bytes.subarray(0, offset), bytes.subarray(offset + length)]);
  }),
  fc.tuple(place, place, place).map(([at, from, to]) => (bytes: Buffer) => {
    const [offset, start, end] = [at, Math.min(from, to), Math.max(from, to)].map((each) =>
      Math.floor(each * bytes.length),
    );
    return Buffer.concat([bytes.subarray(0, offset), bytes.subarray(start, end), bytes.subarray(offset)]);
  }),
  fc.tuple(place, fc.constantFrom(...files), place).map(([at, other, from]) => (bytes: Buffer) => {
    return Buffer.concat([
      bytes.subarray(0, Math.floor(at * bytes.length)),
      other.subarray(Math.floor(from * other.length)),
    ]);
  }),
);

/** Dockerfiles of the corpus with bytes cut, doubled, put in and mixed up, as bytes. */
export const mutatedFiles = fc
  .tuple(fc.constantFrom(...files), fc.array(mutation, { minLength: 1, maxLength: 6 }))
  .map(([file, mutations]) => mutations.reduce<Buffer>((bytes, mutate) => mutate(bytes), file));

/** Only what the languages are made of, in any order: deep and unfinished nesting. */
export const tokenSoup = fc
  .array(
    fc.constantFrom(
      ...fragments,
      ...["RUN ", "apt-get install ", "pip install ", "x ", "if ", "COPY . /\n"].map((each) =>
        Buffer.from(each),
      ),
    ),
    { maxLength: 60 },
  )
  .map((parts) => Buffer.concat(parts));
