import { expect, test } from "vitest";
import { useServedFolder } from "./served-folder.ts";

const served = useServedFolder();

test("a rename says where it begins, changes every place, and is refused with the reason", async () => {
  const uri = served.uriOf("Dockerfile");
  await served.client.open(
    uri,
    "FROM x AS build\nFROM Build\nARG N\nRUN N=1; echo $N\nRUN cat <<EOF > /a\nb\nEOF\n",
  );
  const ask = (method: string, line: number, character: number) =>
    served.client.connection.sendRequest(`textDocument/${method}`, {
      textDocument: { uri },
      position: { line, character },
      newName: "new",
    });
  const range = (line: number, start: number, end: number) => ({
    start: { line, character: start },
    end: { line, character: end },
  });
  expect(await ask("prepareRename", 1, 7)).toEqual(range(1, 5, 10));
  expect(await ask("rename", 1, 7)).toEqual({
    changes: {
      [uri]: [
        { range: range(0, 10, 15), newText: "new" },
        { range: range(1, 5, 10), newText: "new" },
      ],
    },
  });
  await expect(ask("prepareRename", 2, 4)).rejects.toThrow("The command in line 4 sets N itself");
  // A here-document's name.
  expect(await ask("prepareRename", 4, 11)).toEqual(range(4, 10, 13));
});
