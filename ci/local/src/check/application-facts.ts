import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { z } from "zod";
import { ask, differs, type Application } from "./application-requests.ts";
import { until } from "./until.ts";

/** One thing that must hold; `check` throws when it does not. */
export interface Fact {
  readonly name: string;
  readonly check: (application: Application) => Promise<void>;
}

const startTimeoutMs = 90_000;
const changeTimeoutMs = 30_000;

const noteSchema = z.object({ id: z.string(), title: z.string(), pinned: z.boolean() });
const listSchema = z.object({ items: z.array(noteSchema), total: z.number() });

/** No other note has it, so that the search finds exactly one. */
const title = `Check ${randomUUID()}`;

export const readyFact: Fact = {
  name: "/ready becomes 200",
  check: async (application) => {
    await until(async () => {
      const stopped = await application.containers.stopped();
      assert.ok(stopped.length === 0, `The container of the ${stopped.join(", ")} stopped by itself.`);
      return differs(application, "/ready", 200);
    }, { timeoutMs: startTimeoutMs, signal: application.signal });
  },
};

/** In this order: the later ones use the note of the earlier ones, and the last one takes the database away. */
export const applicationFacts: readonly Fact[] = [
  { name: "/ is the page, and its scripts are there", check: pageIsThere },
  {
    name: "POST /api/notes creates a note",
    check: async (application) => {
      const { status, text } = await ask(application, "POST", "/api/notes", { title });
      assert.equal(status, 201, text);
      assert.equal(noteSchema.parse(JSON.parse(text)).title, title);
    },
  },
  { name: "the search finds it", check: async (application) => { await theNote(application); } },
  {
    name: "PUT /api/notes/:id/pin pins it",
    check: async (application) => {
      const { id } = await theNote(application);
      const { status, text } = await ask(application, "PUT", `/api/notes/${id}/pin`, { pinned: true });
      assert.equal(status, 200, text);
      assert.equal((await theNote(application)).pinned, true, "It is not pinned when it is read again.");
    },
  },
  {
    name: "DELETE /api/notes/:id removes it",
    check: async (application) => {
      const { id } = await theNote(application);
      const { status, text } = await ask(application, "DELETE", `/api/notes/${id}`);
      assert.equal(status, 204, text);
      assert.equal((await ask(application, "GET", `/api/notes/${id}`)).status, 404, "It can still be read.");
    },
  },
  {
    name: "an unknown note is 404",
    check: async (application) => {
      const { status, text } = await ask(application, "GET", `/api/notes/${randomUUID()}`);
      assert.equal(status, 404, text);
      assert.match(text, /"code"/, "The answer is not the API's.");
    },
  },
  {
    name: "/metrics is not for the outside world",
    check: async (application) => {
      const { status, text, type } = await ask(application, "GET", "/metrics");
      assert.ok(status === 404 || type.startsWith("text/html"), `It is ${status} ${type}.`);
      assert.doesNotMatch(text, /^# (?:HELP|TYPE) /m);
    },
  },
  {
    name: "without the database, /ready becomes 503",
    check: async (application) => {
      await application.containers.stop("database");
      await until(async () => differs(application, "/ready", 503), { timeoutMs: changeTimeoutMs, signal: application.signal });
    },
  },
];

async function pageIsThere(application: Application): Promise<void> {
  const page = await ask(application, "GET", "/");
  assert.equal(page.status, 200, page.text);
  assert.match(page.type, /^text\/html/);
  assert.match(page.text, /<title>Notes<\/title>/);
  const scripts = [...page.text.matchAll(/<script[^>]* src="(\/[^"]+)"/g)].map(([, path = ""]) => path);
  assert.notEqual(scripts.length, 0, "The page names no script.");
  for (const path of scripts) assert.equal((await ask(application, "GET", path)).status, 200, `${path} is not there.`);
}

async function theNote(application: Application): Promise<z.infer<typeof noteSchema>> {
  const { status, text } = await ask(application, "GET", `/api/notes?search=${encodeURIComponent(title)}`);
  assert.equal(status, 200, text);
  const [note, ...others] = listSchema.parse(JSON.parse(text)).items;
  assert.ok(note !== undefined && note.title === title && others.length === 0, `The search for ${title} gave ${text}.`);
  return note;
}
