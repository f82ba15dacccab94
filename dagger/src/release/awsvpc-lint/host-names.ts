/** A name that would be looked up, with the port that stands beside it. */
export interface HostName {
  readonly name: string;
  readonly port: number | undefined;
  readonly scheme: string | undefined;
  /** Where in the text. */
  readonly at: number;
}

/** What kind of text it is: each has forms of its own in which a bare name is a host. */
export type TextKind = "value" | "shell" | "config";

export interface Text {
  readonly kind: TextKind;
  readonly text: string;
  /** Of a value: its variable, which says whether a bare name is a host. */
  readonly variable?: string;
}

/** Every one of `names` that the text would look up. A name in a path, an image, a label, an e-mail address or inside a word is none. */
export function hostNamesIn({ kind, text, variable = "" }: Text, names: readonly string[]): HostName[] {
  if (names.length === 0 || allowedOrigins.test(variable)) return [];
  const wanted = new Map(names.map((name) => [name.toLowerCase(), name]));
  // gRPC's dns:///backend:50051 has its host where others have a path.
  const readable = (kind === "config" ? withoutComments(text) : kind === "shell" ? withoutHostHeaders(text) : text).replaceAll("dns:///", "dns:// ");
  const upstreams = new Set(kind === "config" ? [...readable.matchAll(/\bupstream\s+([\w.-]+)\s*\{/g)].map(([, name = ""]) => name.toLowerCase()) : []);
  const { found, rest } = inUrls(readable);
  const isCompared = notLookedUp.test(variable);
  const withPort = isCompared ? [] : inRest(withoutLabels(rest));
  const inPairs = isCompared ? [] : inDsn(withoutLabels(rest));
  const bare = isCompared ? [] : kind === "value" ? inVariable(rest, variable) : kind === "shell" ? inShell(rest) : inConfig(rest);
  const hits = [...found, ...withPort, ...inPairs, ...bare, ...(kind === "config" ? inSet(readable) : [])].flatMap((host) => {
    const name = wanted.get(host.name.toLowerCase().replace(/\.$/, ""));
    return name === undefined || (upstreams.has(name.toLowerCase()) && host.isServer !== true) ? [] : [{ name, port: host.port, scheme: host.scheme, at: host.at }];
  });
  // The same place may be found in two ways; the one with the port says more.
  const places = Map.groupBy(hits, ({ at }) => at);
  return [...places.values()].flatMap((same) => same.find(({ port }) => port !== undefined) ?? same[0] ?? []).toSorted((one, other) => one.at - other.at);
}

interface Found extends HostName {
  /** A server in an upstream block, which is looked up whatever the block is called. */
  readonly isServer?: boolean;
}

/** Where browsers may come from: compared, never looked up. */
const allowedOrigins = /(?:^|_)(?:CORS|CSRF|ALLOW|ALLOWED|TRUSTED)(?:_\w+)?_ORIGINS?$|(?:^|_)ORIGINS$|^ORIGIN$|^corsOrigins?$|allowedOrigins?$/i;

/** Variables whose value is compared, or shown, but not looked up, unless it has a scheme. */
const notLookedUp = /(?:^|_)(?:NO_PROXY|ALLOWED_HOSTS?|IMAGE|IMAGES|TAGS?|LABELS?|LOG_GROUP|SERVER_NAMES?|SERVICE_NAME|COMPOSE_PROJECT_NAME|DESCRIPTION|ATTRIBUTES|EMAIL|MAIL_FROM|USER|USERNAME|PATH|ARN)$/i;

const host = "[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?\\.?";

/** `scheme://user:password@a:1,b:2/path`; also JDBC's. What was read is blanked out, so that a password or a path is no host. */
function inUrls(text: string): { readonly found: Found[]; readonly rest: string } {
  const found: Found[] = [];
  const rest = text.replaceAll(/((?:[a-z][a-z0-9+.-]*:)*[a-z][a-z0-9+.-]*):\/\/((?:(?!,[a-z][a-z0-9+.-]*:\/\/)[^\s/?#"'<>;\\`])*)/gi, (whole, scheme: string, authority: string, at: number) => {
    const hosts = authority.slice(authority.lastIndexOf("@") + 1);
    let from = at + whole.length - hosts.length;
    for (const one of hosts.split(",")) {
      const [, name, port] = new RegExp(`^\\(?(${host})(?::(\\d{1,5}))?(?![\\w:.-])`).exec(one) ?? [];
      if (name !== undefined) found.push({ name, port: port === undefined ? undefined : Number(port), scheme: scheme.toLowerCase(), at: from + (one.startsWith("(") ? 1 : 0) });
      from += one.length + 1;
    }
    // A slash remains, so that what follows still looks like the path that it is.
    return "/".padStart(whole.length, " ");
  });
  return { found, rest };
}

/** `database:5432`, not as a part of a path, an image or an ARN; `user:password@tcp(database:3306)` too; `/dev/tcp/database/5432`. */
function inRest(text: string): Found[] {
  return [
    `(?<![\\w./:$-])(?:(?i:tcp|udp|ssl|openssl)[46]?:)?(?<name>${host}):(?<port>\\d{1,5})(?![\\w@-]|\\.\\w|:\\d)`,
    `:[^\\s/@:]+@(?<name>${host})(?::(?<port>\\d{1,5}))?(?![\\w@.-])`,
    `@(?://)?(?<name>${host}):(?<port>\\d{1,5})(?![\\w@-])`,
    `/dev/(?:tcp|udp)/(?<name>${host})/(?<port>\\d{1,5})`,
  ].flatMap((pattern) => findAll(text, pattern));
}

/** `host=database`, `Server=database,1433`, `"host": "database"`, `hostaddr: database`. */
const inDsn = (text: string): Found[] =>
  findAll(text, `(?<=^|[\\s?&;"'{,(])(?:host|hostname|hostaddr|server|data source|address|addr|endpoint)["']?\\s*[=:]\\s*["']?(?:tcp:)?(?<name>${host}(?:\\s*,\\s*${host})*)(?![\\w/@-]|:\\D)`, "i");

/** A bare name, or a list of them, in a variable that is called after a host. */
const inVariable = (text: string, variable: string): Found[] =>
  !text.includes("{") && /(?:HOST|HOSTS|HOST_?NAMES?|HOSTADDR|ADDR|ADDRESS|ADDRESSES|SERVER|SERVERS|ENDPOINT|ENDPOINTS|UPSTREAM|UPSTREAMS|BROKER|BROKERS|NODES|PEERS|SEEDS|URL|URLS|URI|URIS|DSN|BOOTSTRAP)$|(?:^|_)PROXY$/i.test(variable) ? findAll(text, `(?<=^|[\\s,;|\\["'])(?<name>${host})(?=$|[\\s,;|\\]"'/])`) : [];

/** `-h database`, `--host=database`, `nc -z database 5432`, `ping database`, `curl backend/health`, `connect(5432, 'database')`. */
function inShell(text: string): Found[] {
  return [
    `(?<=^|\\s)(?:-h\\s*|--?(?:host|hostname|server|bootstrap-server|address)(?:\\s+|=))["']?(?<name>${host})(?![\\w/@=.-])`,
    `(?<=^|\\s)[A-Z0-9_]*(?:HOST|HOSTNAME|HOSTADDR|ADDR|ADDRESS|SERVER)=["']?(?<name>${host})(?![\\w/@=.-])`,
    `(?<=\\b(?:nc|ncat|netcat|telnet|wait-for|wait-for-it|check-tcp)\\b[^;|&\\n]*\\s)(?<name>${host})\\s+(?<port>\\d{1,5})(?![\\w.-])`,
    `\\b(?:ping6?|nslookup|dig|getent\\s+a?hosts\\w*|host|curl|wget|http|ssh|traceroute)(?:\\s+-{1,2}[\\w-]+(?:[= ]\\d+)?)*\\s+["']?(?<name>${host})(?=$|[\\s/"';|&)])`,
    `\\b(?:connect|createConnection|create_connection|lookup|resolve\\w*|gethostbyname|Socket)\\(\\(?\\s*(?:\\d+\\s*,\\s*)?["'](?<name>${host})["']`,
  ].flatMap((pattern) => findAll(text, pattern));
}

/** nginx and the like: directives that take a server without a scheme. */
function inConfig(text: string): Found[] {
  const servers = findAll(text, `(?<=[\\s{;])server\\s+(?<name>${host})(?::(?<port>\\d{1,5}))?(?=\\s*;|\\s+(?:weight|max_fails|fail_timeout|backup|down|resolve|max_conns)\\b)`);
  return [...findAll(text, `(?<=^|[\\s{;])(?:fastcgi_pass|uwsgi_pass|scgi_pass|memcached_pass|resolver)\\s+(?<name>${host})(?=[\\s;])`, "m"), ...servers.map((found) => ({ ...found, isServer: true }))];
}

/** nginx's `set $b backend;` is looked up where `proxy_pass http://$b:3001` uses it. */
function inSet(text: string): Found[] {
  return [...text.matchAll(new RegExp(`(?<=^|[\\s{;])set\\s+\\$(?<variable>\\w+)\\s+["']?(?<name>${host})["']?\\s*;`, "dgm"))].flatMap((match) => {
    const { variable = "", name = "" } = match.groups ?? {};
    const [use, scheme, port] = new RegExp(`_pass\\s+["']?(?:([a-z]+)://)?\\$(?:${variable}(?!\\w)|\\{${variable}\\})(?::(\\d{1,5}))?`, "i").exec(text) ?? [];
    return use === undefined ? [] : [{ name, port: port === undefined ? undefined : Number(port), scheme: scheme?.toLowerCase(), at: match.indices?.groups?.["name"]?.[0] ?? match.index }];
  });
}

/** Each `name`, a list of them too, with its `port`. */
function findAll(text: string, pattern: string, flags = ""): Found[] {
  return [...text.matchAll(new RegExp(pattern, `dg${flags}`))].flatMap((match) => {
    const { name = "", port } = match.groups ?? {};
    const from = match.indices?.groups?.["name"]?.[0] ?? match.index;
    return [...name.matchAll(/[^\s,]+/g)].map((one) => ({ name: one[0], port: port === undefined ? undefined : Number(port), scheme: undefined, at: from + one.index }));
  });
}

/** `requests_total{host="backend:3001"}`: blanked out, in place. */
const withoutLabels = (text: string): string => text.replaceAll(/\w*\{\s*\w+\s*(?:=~?|!=|!~)\s*"[^"]*"[^{}]*\}/g, (labels) => " ".repeat(labels.length));

/** Blanked out, in place: lines and columns stay what they are. */
const withoutComments = (text: string): string => text.replaceAll(/(?<=^|[\s;{}])#.*$/gm, (comment) => " ".repeat(comment.length));

/** `-H "Host: backend"` says which site is meant, and looks nothing up. */
const withoutHostHeaders = (text: string): string => text.replaceAll(/-(?:H|-header)[\s=]*["']?host:\s*[^\s"']+/gi, (header) => " ".repeat(header.length));
