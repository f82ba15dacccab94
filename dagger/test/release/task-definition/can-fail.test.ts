import { expect, it } from "vitest";
import { canFail } from "../../../src/release/task-definition/can-fail.ts";

const shell = (text: string): string[] => ["CMD-SHELL", text];

it.each([
  [shell("curl -f http://localhost || true")],
  [shell("curl -f http://localhost || exit 0")],
  [shell("curl -f http://localhost || :")],
  [shell("curl -f http://localhost || echo unhealthy")],
  [shell("curl -f http://localhost; exit 0")],
  [shell("curl -f http://localhost; true")],
  [shell("curl -f http://localhost\nexit 0")],
  [shell("exit 0; curl -f http://localhost")],
  [shell("true")],
  [shell("exit 0")],
  [shell("exit 0;")],
  [shell("echo ok")],
  [shell("echo 'a || b; false'")],
  [shell("/bin/true")],
  [shell("curl -f http://localhost | echo done")],
  [shell("curl -f http://localhost &")],
  [shell("(curl -f http://localhost || true)")],
  [shell("{ curl -f http://localhost || true; }")],
  [shell("curl -f http://localhost && echo up || echo down")],
  [shell("echo a && true")],
  [shell("sh -c 'curl -f http://localhost || true'")],
  [["CMD", "true"]],
  [["CMD", "/usr/bin/true"]],
  [["CMD", "echo", "ok"]],
  [["CMD", "sh", "-c", "exit 0"]],
  [["CMD", "/bin/bash", "-lc", "curl -f http://localhost || true"]],
  [["NONE"]],
  [shell("")],
])("%j cannot fail", (command) => {
  expect(canFail(command)).toBe(false);
});

it.each([
  [shell("curl -f http://localhost || exit 1")],
  [shell("curl -f http://localhost")],
  [shell("curl -f http://localhost || (echo down; exit 1)")],
  [shell("curl -f http://localhost || { echo down; exit 1; }")],
  [shell("curl -f http://localhost || true && pg_isready")],
  [shell("true; pg_isready")],
  [shell("true && pg_isready")],
  [shell("echo checking; pg_isready -q")],
  [shell("curl http://localhost | grep -q ok")],
  [shell("echo '|| true' | grep x")],
  [shell('[ "$(curl -s http://localhost || true)" = ok ]')],
  [shell("test -f /tmp/ready")],
  [shell("curl -f http://localhost >/dev/null 2>&1")],
  [shell("curl -f http://localhost >/dev/null 2>&1 || exit 1")],
  [shell("! pgrep stuck")],
  [shell("false || exit")],
  [shell("if curl -f http://localhost; then exit 0; else exit 1; fi")],
  [shell("exit 1")],
  [["CMD", "pg_isready", "-q"]],
  [["CMD", "check-http", "8080", "/ready"]],
  [["CMD", "node", "-e", "fetch('http://127.0.0.1:3000/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]],
  [["CMD", "sh", "-c", "curl -f http://localhost || exit 1"]],
  [["CMD", "trueish"]],
])("%j can fail", (command) => {
  expect(canFail(command)).toBe(true);
});
