import { describe, expect, it } from "vitest";
import { hostNamesIn } from "../../../src/release/awsvpc-lint/host-names.ts";

const names = ["database", "backend", "frontend", "proxy", "cache"];
const show = (hosts: ReturnType<typeof hostNamesIn>): string[] => hosts.map(({ name, port }) => (port === undefined ? name : `${name}:${String(port)}`));

describe("a variable", () => {
  it.each([
    ["DATABASE_HOST", "database", "database"],
    ["PGHOST", "database", "database"],
    ["databaseHost", "database", "database"],
    ["DATABASE_HOST", "Database", "database"],
    ["DATABASE_HOST", "database.", "database"],
    ["HOSTNAME", "frontend", "frontend"],
    ["REDIS_HOSTS", "cache, backend", "cache backend"],
    ["UPSTREAMS", '["backend","frontend"]', "backend frontend"],
    ["UPSTREAM", "backend:3001", "backend:3001"],
    ["API_URL", "http://backend:3001", "backend:3001"],
    ["API_URL", "http://backend", "backend"],
    ["API_URL", "http://backend/api?next=/frontend", "backend"],
    ["API_URL", "HTTP://BACKEND:3001/", "backend:3001"],
    ["API_URL", "backend/v1", "backend"],
    ["SETTINGS", "http://backend:3001", "backend:3001"],
    ["DATABASE_URL", "postgres://notes@database:5432/notes", "database:5432"],
    ["DATABASE_URL", "postgres://database:1234@localhost:5432/backend", ""],
    ["DATABASE_URL", "postgres://notes:p%40ss@database/notes", "database"],
    ["DATABASE_URL", "postgresql:///notes?host=database", "database"],
    ["DATABASE_URL", "postgresql://localhost,database:5433/notes", "database:5433"],
    ["DATABASE_URL", "mongodb://a:b@database:27017,cache:27018/notes", "database:27017 cache:27018"],
    ["DATABASE_URL", "jdbc:postgresql://database:5432/notes?user=backend", "database:5432"],
    ["DATABASE_URL", "jdbc:sqlserver://database:1433;databaseName=notes", "database:1433"],
    ["DATABASE_URL", "jdbc:mysql://localhost:3306/database", ""],
    ["DATABASE_URL", "jdbc:oracle:thin:@database:1521:xe", "database:1521"],
    ["DATABASE_URL", "jdbc:oracle:thin:@//database:1521/xe", "database:1521"],
    ["DATABASE_URL", "notes:word@tcp(database:3306)/notes", "database:3306"],
    ["DATABASE_URL", "notes:word@database/notes", "database"],
    ["DATABASE_URL", "notes@database:5432/notes", "database:5432"],
    ["DSN", "host=database port=5432 user=backend", "database"],
    ["DSN", "user=notes host = 'database'", "database"],
    ["DSN", "host=localhost,database", "database"],
    ["DSN", "hostaddr=database;port=1", "database"],
    ["DSN", "Server=database,1433;Database=backend", "database"],
    ["DSN", "Server=tcp:database,1433", "database"],
    ["DSN", "Data Source=database;Initial Catalog=notes", "database"],
    ["DSN", '{"host":"database","port":5432,"name":"backend"}', "database"],
    ["REDIS_URL", "redis://:word@cache:6379/0", "cache:6379"],
    ["REDIS_URL", "rediss://cache", "cache"],
    ["KAFKA_BROKERS", "kafka:9092,backend:9092", "backend:9092"],
    ["KAFKA_BOOTSTRAP", "PLAINTEXT://backend:9092,PLAINTEXT://frontend:9092", "backend:9092 frontend:9092"],
    ["ADDRESSES", '["http://backend:3001", "tcp://cache:6379"]', "backend:3001 cache:6379"],
    ["GRPC_TARGET", "dns:///backend:50051", "backend:50051"],
    ["AMQP_URL", "amqp://notes:word@backend/%2f", "backend"],
    ["MEMCACHED_SERVERS", "cache:11211 localhost:11211", "cache:11211"],
    ["HTTP_PROXY", "proxy:3128", "proxy:3128"],
    ["API_ORIGIN", "http://backend:3001", "backend:3001"],
    ["API_ORIGIN", "backend:3001", "backend:3001"],
    ["UPSTREAM_PATH", "http://backend:3001/api", "backend:3001"],
    ["PROXY_USER", "http://backend:3001", "backend:3001"],
    ["DB_HOST_NAME", "database", "database"],
    ["MESSAGE", "ask backend:3001, then frontend:3000.", "backend:3001 frontend:3000"],
  ])("%s=%s looks up %s", (variable, text, expected) => {
    expect(show(hostNamesIn({ kind: "value", text, variable }, names)).join(" ")).toBe(expected);
  });

  it.each([
    ["DATABASE_NAME", "database"],
    ["ROLE", "backend"],
    ["SERVICE_NAME", "backend"],
    ["PGUSER", "backend"],
    ["DATABASE_HOST", "localhost"],
    ["DATABASE_HOST", "my-database"],
    ["DATABASE_HOST", "database.internal"],
    ["DATABASE_HOST", "database.abc.eu-west-1.rds.amazonaws.com"],
    ["DATABASE_URL", "postgres://localhost:5432/database"],
    ["API_URL", "http://localhost:3001/backend/notes"],
    ["API_URL", "http://localhost:3001/backend:3001"],
    ["API_URL", "https://backend.example.com/frontend"],
    ["API_URL", "/backend/notes"],
    ["API_URL", "http://localhost:3001/?from=backend#proxy"],
    ["BACKEND_IMAGE", "backend:3001"],
    ["SETTINGS", "registry.example/notes/backend:3001"],
    ["SETTINGS", "registry.example:5000/backend:1234567"],
    ["SETTINGS", "backend:latest"],
    ["SETTINGS", `backend@sha256:${"0".repeat(64)}`],
    ["SETTINGS", "backend:1.29"],
    ["SETTINGS", "/ecs/notes/backend"],
    ["SETTINGS", "arn:aws:ecs:eu-west-1:123456789012:task-definition/backend:12"],
    ["SETTINGS", "arn:aws:lambda:eu-west-1:123456789012:function:backend:42"],
    ["SETTINGS", "arn:aws:logs:eu-west-1:123456789012:log-group:backend:*"],
    ["CONTACT", "database@example.com"],
    ["CONTACT", "ops@backend"],
    ["CONTACT", "mailto:backend@example.com"],
    ["SETTINGS", 'requests_total{service="backend",host="backend:3001"}'],
    ["OTEL_RESOURCE_ATTRIBUTES", "service.name=backend,host=backend"],
    ["NO_PROXY", "localhost,backend,database:5432"],
    ["ALLOWED_HOSTS", "backend,frontend"],
    ["CORS_ORIGIN", "http://frontend:3000"],
    ["CORS_ALLOWED_ORIGINS", "http://frontend:3000,http://proxy"],
    ["ALLOWED_ORIGIN", "http://frontend:3000"],
    ["ORIGINS", "http://frontend:3000"],
    ["DATABASE_USER", "backend:3001"],
    ["DATA_PATH", "backend/data"],
    ["LOG_GROUP", "backend"],
    ["SETTINGS", "the database is empty; the backend waits"],
    ["SETTINGS", "databases:5432 mydatabase:5432 database_1:5432 database-1:5432"],
    ["SETTINGS", "backend:30:45"],
    ["SETTINGS", "localhost:5432"],
  ])("%s=%s looks up nothing", (variable, text) => {
    expect(show(hostNamesIn({ kind: "value", text, variable }, names))).toEqual([]);
  });
});

describe("a command", () => {
  it.each([
    ["pg_isready -q -h database", "database"],
    ["pg_isready -hdatabase", "database"],
    ["psql --host=database -U notes", "database"],
    ["psql --host database", "database"],
    ["kafka-topics --bootstrap-server backend:9092", "backend:9092"],
    ["nc -z database 5432", "database:5432"],
    ["wait-for-it database:5432 -- node server.js", "database:5432"],
    ["wait-for database 5432", "database:5432"],
    ["curl -f http://backend:3001/ready || exit 1", "backend:3001"],
    ["curl -f backend/ready", "backend"],
    ["curl -s --max-time 5 backend", "backend"],
    ["wget -q backend:3001/ready", "backend:3001"],
    ["ping -c 1 database", "database"],
    ["getent hosts database && nslookup backend", "database backend"],
    ["node -e fetch('http://backend:3001/ready').then((r) => process.exit(r.ok ? 0 : 1))", "backend:3001"],
    ["node -e require('net').connect(5432, 'database')", "database"],
    ['python -c socket.create_connection(("database", 5432))', "database"],
    ["sh -c until (echo > /dev/tcp/database/5432); do sleep 1; done", "database:5432"],
    ["sh -c DATABASE_HOST=database exec node server.js", "database"],
    ["socat TCP-LISTEN:1 TCP:database:5432", "database:5432"],
    ["redis-cli -u redis://cache:6379 ping", "cache:6379"],
  ])("%s looks up %s", (text, expected) => {
    expect(show(hostNamesIn({ kind: "shell", text }, names)).join(" ")).toBe(expected);
  });

  it.each([
    "node backend/server.js",
    "/usr/local/bin/backend --database notes",
    "psql -h localhost -d database -U backend",
    "npm run start --workspace backend",
    'curl -H "Host: backend" http://localhost:3001/ready',
    "curl http://localhost:3001/backend",
    "tar -cf backend frontend",
    "echo starting the backend",
    "nginx -c /etc/proxy/nginx.conf",
    "check-http 8080 /ready",
  ])("%s looks up nothing", (text) => {
    expect(show(hostNamesIn({ kind: "shell", text }, names))).toEqual([]);
  });
});

describe("a configuration", () => {
  it.each([
    ["location / { proxy_pass http://backend:3001; }", "backend:3001"],
    ["location / { proxy_pass http://frontend/; }", "frontend"],
    ["upstream app { server backend:3001 max_fails=3; server frontend; }", "backend:3001 frontend"],
    ["upstream backend { server backend:3001; }\nlocation / { proxy_pass http://backend; }", "backend:3001"],
    ["set $backend http://backend:3001;", "backend:3001"],
    ["set $b backend; proxy_pass http://$b:3001;", "backend:3001"],
    ['set $b "backend";\nlocation / { proxy_pass http://${b}; }', "backend"],
    ["fastcgi_pass backend;", "backend"],
    ["uwsgi_pass backend:9000;", "backend:9000"],
    ["auth_request_set $x 1; grpc_pass grpc://backend:50051;", "backend:50051"],
    ["  backend_servers:\n  - targets: ['backend:3001', 'localhost:1']", "backend:3001"],
    ["server web1 backend:3001 check", "backend:3001"],
    ["clusters:\n  - address: backend\n    port_value: 3001", "backend"],
  ])("%s looks up %s", (text, expected) => {
    expect(show(hostNamesIn({ kind: "config", text }, names)).join(" ")).toBe(expected);
  });

  it.each([
    "upstream backend { server localhost:3001; }\nlocation / { proxy_pass http://backend; }",
    "server_name backend;",
    "# proxy_pass http://backend:3001;\nlocation / { proxy_pass http://localhost:3001; }",
    "location /backend/ { proxy_pass http://127.0.0.1:3001; }",
    "proxy_pass $backend/ready;",
    "set $b backend; proxy_set_header X-From $b; proxy_pass http://$bb:3001;",
    "upstream backend { server localhost:3001; } set $b backend; proxy_pass http://$b;",
    "proxy_pass http://${BACKEND_HOST}:${BACKEND_PORT};",
    "access_log /var/log/backend/access.log;",
    "proxy_set_header Host backend;",
    `return 503 '{"status":"not ready","failed":"backend","path":"/ready"}\\n';`,
    "location @backend-not-ready { internal; }",
  ])("%s looks up nothing", (text) => {
    expect(show(hostNamesIn({ kind: "config", text }, names))).toEqual([]);
  });
});

it("tells where in the text each name stands", () => {
  const text = "a=http://backend:3001/ b=database:5432";
  expect(hostNamesIn({ kind: "value", text }, names).map(({ at, name }) => text.slice(at, at + name.length))).toEqual(["backend", "database"]);
});

it("takes no longer than a blink for a long text", () => {
  const text = "a.b-c:1@".repeat(20_000);
  const before = performance.now();
  for (const kind of ["value", "shell", "config"] as const) hostNamesIn({ kind, text, variable: "SOME_HOST" }, names);
  expect(performance.now() - before).toBeLessThan(5000);
});
