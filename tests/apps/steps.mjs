/** A list of steps as somebody else follows it: each is told on a line of its own, in JSON, and one
 * that fails does not end the list. What an app cannot do alone it asks for, and reads the answer. */

import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";

const answers = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
let status = 0;

function tell(what) {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}

export async function step(name, does) {
  try {
    await does();
    tell({ step: name });
  } catch (error) {
    status = 1;
    const said = error.response ? ` ${JSON.stringify(error.response.data)}` : "";
    tell({ step: name, failed: `${error.stack ?? error}${said}` });
  }
}

/** What whoever follows the list does or knows, by its name. */
export async function ask(name, details = {}) {
  tell({ asks: name, ...details });
  const { value } = await answers.next();
  return JSON.parse(value);
}

/** Libraries keep sockets and timers open, which is no reason to stay. */
export function finish() {
  process.stdout.write("", () => process.exit(status));
}

/** What a look shows once it shows something: the place does some things a moment later. */
export async function soon(look) {
  for (const end = Date.now() + SECONDS * 1000; ; await setTimeout(100)) {
    const seen = await look();
    if (seen) return seen;
    if (Date.now() > end) throw new Error(`not there after ${SECONDS} s: ${look}`);
  }
}

/** What comes once something has been done, which is done again until then: whoever has only just
 * begun to listen may have missed the first. */
export async function heard(coming, does) {
  const end = Date.now() + SECONDS * 1000;
  for (;;) {
    await does();
    const found = await Promise.race([coming, setTimeout(1000)]);
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`nothing came within ${SECONDS} s of ${does}`);
  }
}

const SECONDS = 60;

/** The smallest PNG there is: one red dot. */
export const DOT = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC",
  "base64",
);
