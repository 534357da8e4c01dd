// The story that each JavaScript client tells: what to call, and what came back. See story.py.

import { readFileSync } from "node:fs";

/** What the runner wrote to the standard input: how to reach the server, and which calls to make. */
export const brief = JSON.parse(readFileSync(0, "utf-8"));

/**
 * Make all the calls, and print what was seen.
 *
 * `call` makes one, and returns whether the client shows it as an error, and as what text;
 * `more` is what is known beside the calls: the tools, the version of the protocol.
 */
export async function tell(call, more) {
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
