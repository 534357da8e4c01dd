// The Inspector's command line: one run a call. It looks at the tools strictly, and exits with 5 for a tool's error.

import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import { brief, makeAll } from "./calls.mjs";

const TOOL_IS_ERROR = 5;

const description = createRequire(import.meta.url).resolve("@modelcontextprotocol/inspector/package.json");
const program = join(dirname(description), createRequire(import.meta.url)(description).bin.inspector);
const headers = Object.entries(brief.headers).flatMap(([name, value]) => ["--header", `${name}: ${value}`]);
const variables = Object.entries(brief.environment).flatMap(([name, value]) => ["-e", `${name}=${value}`]);
const server =
  brief.transport === "stdio"
    ? [...variables, "--", ...brief.command]
    : ["--transport", brief.transport, "--server-url", brief.url, ...headers];
const era = brief.protocol === "handshake" ? "legacy" : "modern";

function inspect(...options) {
  const all = [program, "--cli", "--format", "json", "--protocol-era", era, ...options, ...server];
  const { status, stdout, stderr } = spawnSync(process.execPath, all, { encoding: "utf-8", timeout: 60_000 });
  if (status !== 0 && status !== TOOL_IS_ERROR) throw new Error(`the Inspector ended with ${status}: ${stderr}`);
  return { status, result: JSON.parse(stdout).result, stderr };
}

const listed = inspect("--method", "tools/list", "--strict");
await makeAll(
  async (tool, given) => {
    const call = ["--method", "tools/call", "--tool-name", tool, "--tool-args-json", JSON.stringify(given)];
    const { status, result } = inspect(...call);
    return { error: status === TOOL_IS_ERROR && result.isError === true, text: result.content[0].text };
  },
  { tools: listed.result.tools.map(({ name }) => name), protocol: null, strict: listed.stderr.trim() },
);
