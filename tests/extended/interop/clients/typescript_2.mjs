// The official TypeScript SDK, second generation, in the protocol era that the brief names.

import { Client, SSEClientTransport, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";

import { brief, tell } from "./story.mjs";

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

const mode = brief.era === "handshake" ? "legacy" : { pin: brief.era };
const client = new Client({ name: "interop", version: "1" }, { versionNegotiation: { mode } });
await client.connect(transport());
const tools = (await client.listTools()).tools.map(({ name }) => name);
await tell(
  async (name, given) => {
    const answer = await client.callTool({ name, arguments: given });
    return { error: answer.isError === true, text: answer.content[0].text };
  },
  { tools, protocol: client.getNegotiatedProtocolVersion() },
);
await client.close();
