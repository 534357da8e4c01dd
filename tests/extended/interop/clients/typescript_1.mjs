// The official TypeScript SDK, first generation.

import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { SSEClientTransport } from "@modelcontextprotocol/sdk/client/sse.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

import { brief, makeAll } from "./calls.mjs";

function transport() {
  const [command, ...args] = brief.command;
  const url = brief.url && new URL(brief.url);
  const requestInit = { headers: brief.headers };
  return {
    stdio: () => new StdioClientTransport({ command, args, env: brief.environment }),
    http: () => new StreamableHTTPClientTransport(url, { requestInit }),
    sse: () => new SSEClientTransport(url, { requestInit }),
  }[brief.transport]();
}

const client = new Client({ name: "interop", version: "1" });
const connection = transport();
let protocol = null;
// The client sets the negotiated version on its transport.
const setVersion = connection.setProtocolVersion?.bind(connection);
connection.setProtocolVersion = (version) => {
  protocol = version;
  setVersion?.(version);
};
await client.connect(connection);
const tools = (await client.listTools()).tools.map(({ name }) => name);
await makeAll(
  async (name, given) => {
    const result = await client.callTool({ name, arguments: given });
    return { error: result.isError === true, text: result.content[0].text };
  },
  { tools, protocol },
);
await client.close();
