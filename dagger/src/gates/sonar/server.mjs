/** The web API of a SonarQube server; every answer is written down as it came. */

/** The run cannot go on: the last answer of this name, or what the scanner left, says why. */
export class Stopped extends Error {
  constructor(at) {
    super(at);
    this.at = at;
  }
}

/** An answer larger than this is not read on. Bytes. */
const largestAnswer = 64 * 1024 * 1024;
const largestPage = 500;
/** The server lists no more than this many of anything. */
const mostListed = 10_000;

export class Server {
  constructor({ host, requestMs }, answers, deadline) {
    this.host = host.replace(/\/+$/, "");
    this.requestMs = requestMs;
    this.answers = answers;
    this.deadline = deadline;
  }

  leftMs() {
    return Math.max(1, this.deadline - Date.now());
  }

  mustHaveTime(what) {
    if (Date.now() >= this.deadline) throw new Stopped(what);
  }

  /**
   * The parsed body of a good answer. Undefined for any other where it `mayFail`,
   * and for a refusal where that `mayBeForbidden`. `silent` keeps only that it was asked.
   */
  async ask(what, method, path, parameters, { auth, mayFail = false, mayBeForbidden = false, silent = false } = {}) {
    const answer = { what, request: `${method} ${path}`, ...(await this.#send(method, path, parameters, auth)) };
    // What only changes something may have nothing to say.
    const isAnswer = answer.body !== undefined || (method === "POST" && answer.text === undefined);
    const isGood = answer.status >= 200 && answer.status < 300 && isAnswer;
    this.keep(silent && isGood ? { what, request: answer.request, status: answer.status } : answer);
    if (isGood) return answer.body ?? {};
    if (mayFail || (mayBeForbidden && answer.status === 403)) return undefined;
    throw new Stopped(what);
  }

  /** All pages of a list, as far as the server gives them. */
  async askPages(what, path, parameters, key, options) {
    for (let page = 1, seen = 0; ; page += 1) {
      const body = await this.ask(`${what} ${String(page)}`, "GET", path, { ...parameters, p: page, ps: largestPage }, options);
      seen += body?.[key]?.length ?? 0;
      const total = Math.min(body?.paging?.total ?? 0, mostListed);
      if (seen >= total || (body?.[key]?.length ?? 0) === 0) return;
    }
  }

  /** So that its log shows that it is in use. */
  async touch() {
    await fetch(`${this.host}/api/system/status`, { signal: AbortSignal.timeout(this.requestMs) }).then((response) => response.text(), () => undefined);
  }

  /** One answer of each name: of a question that is asked again and again the last. */
  keep(answer) {
    const index = this.answers.findIndex((other) => other.what === answer.what);
    if (index >= 0) this.answers.splice(index, 1);
    this.answers.push(answer);
  }

  async #send(method, path, parameters, auth) {
    const query = new URLSearchParams(Object.entries(parameters).map(([name, value]) => [name, String(value)])).toString();
    const timeout = Math.min(this.requestMs, this.leftMs());
    try {
      const response = await fetch(`${this.host}/${path}${method === "GET" && query !== "" ? `?${query}` : ""}`, {
        method,
        // A redirect would leave the authorization behind, or hand it to somebody else.
        redirect: "manual",
        headers: { Accept: "application/json", ...(auth === undefined ? {} : { Authorization: auth }), ...(method === "GET" ? {} : { "Content-Type": "application/x-www-form-urlencoded" }) },
        ...(method === "GET" ? {} : { body: query }),
        signal: AbortSignal.timeout(timeout),
      });
      const text = await readLimited(response);
      const location = response.headers.get("location");
      return { status: response.status, ...(location === null ? {} : { location }), ...parsed(text) };
    } catch (error) {
      if (error.name === "TimeoutError") return { error: `no answer within ${String(Math.round(timeout / 1000))} s` };
      const { code = "UND_ERR", message = error.message } = error.cause ?? {};
      // Node's own codes say less than its words.
      return { error: code.startsWith("UND_ERR") ? message : code };
    }
  }
}

async function readLimited(response) {
  const chunks = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > largestAnswer) throw new Error(`an answer of more than ${String(largestAnswer / 1024 / 1024)} MB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** JSON as such, anything else by its beginning. */
function parsed(text) {
  try {
    return { body: JSON.parse(text) };
  } catch {
    return text === "" ? {} : { text: text.slice(0, 500) };
  }
}
