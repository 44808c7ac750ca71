// A process of its own that connects and stays, for tests that kill it: node kept-connection.ts CONFIG URL [SECONDS]
import { createConnections } from "../../../engine/connection/create-connections.ts";

const [sshConfigFile = "", url = "", keepSeconds = "0"] = process.argv.slice(2);
const connections = createConnections({ sshConfigFile, keepSeconds: Number(keepSeconds) });
const connection = await connections.connect(
  { url, name: "kept", source: "option" },
  {
    ask: () => {
      console.log("asked");
      return new Promise(() => {});
    },
  },
);
connection.docker.getEvents(() => console.log(connection.transport));
