import { render } from "lit-html";
import type { Entry } from "./model/detail.ts";
import { LiveSource } from "./source/live.ts";
import { ReplaySource } from "./source/replay.ts";
import { Page } from "./view/page.ts";

/** How often a page at rest is drawn, for its clock; and how often a busy one at most. In milliseconds. */
const atRestMs = 500;
const busyMs = 100;

const root = document.querySelector<HTMLElement>("#page");
if (root === null) throw new Error("the page has no place to be drawn in");

interface Status {
  /** The name of what is played, where it is over. */
  readonly replay?: string;
}

const json = async <Answer>(path: string): Promise<Answer> => (await (await fetch(`/_rehearsal/${path}`, { cache: "no-store" })).json()) as Answer;
const { replay: name } = await json<Status>("status").catch((): Status => ({}));
let isDue = false;
const draw = (): void => {
  isDue = false;
  replay?.tick();
  const frame = source.frame();
  render(page.view(frame), root);
  page.drawn(frame);
};
const changed = (): void => {
  if (isDue) return;
  isDue = true;
  setTimeout(draw, busyMs);
};

const replay = name === undefined ? undefined : new ReplaySource(await json<readonly Entry[]>("timeline"), name, changed);
const source = replay ?? new LiveSource(changed);
const page = new Page(changed, replay);

if (source instanceof LiveSource) source.start();
draw();
setInterval(draw, atRestMs);
