// The official TypeScript SDK, second generation, with the protocol of the brief.

import { Client, SSEClientTransport, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";

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

const mode = brief.protocol === "handshake" ? "legacy" : { pin: brief.protocol };
const client = new Client({ name: "interop", version: "1" }, { versionNegotiation: { mode } });
await client.connect(transport());
const tools = (await client.listTools()).tools.map(({ name }) => name);
await makeAll(
  async (name, given) => {
    const result = await client.callTool({ name, arguments: given });
    return { error: result.isError === true, text: result.content[0].text };
  },
  { tools, protocol: client.getNegotiatedProtocolVersion() },
);
await client.close();
