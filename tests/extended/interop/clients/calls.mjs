// The calls that each JavaScript client makes, and the report that it prints. See calls.py.

import { readFileSync } from "node:fs";

/** What the runner wrote to the standard input: the transport and the calls. */
export const brief = JSON.parse(readFileSync(0, "utf-8"));

/**
 * Make all calls and print the report.
 *
 * `call` makes one and returns whether the client shows an error, and its text;
 * `more` has the tools and the protocol version.
 */
export async function makeAll(call, more) {
  const answers = [];
  let session = "";
  for (const { step, tool, arguments: given } of brief.steps) {
    const entries = Object.entries(given).map(([name, value]) => [name, value === "SESSION" ? session : value]);
    const { error, text } = await call(tool, Object.fromEntries(entries));
    session ||= JSON.parse(text).id;
    answers.push({ step, error, text });
  }
  console.log(JSON.stringify({ ...more, answers }));
}
