import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabase } from '../../src/database/connect.ts';
import { seedDevelopmentData } from '../../src/database/seed-development-data.ts';
import { startApp, type TestApp } from '../support/start-app.ts';

let app: TestApp;
beforeAll(async () => { app = await startApp(); });
afterAll(() => app[Symbol.asyncDispose]());

test('fills an empty database, and leaves one with notes alone', async () => {
  const db = createDatabase(app.database.as(app.database.backendRole));
  const origin = { newId: randomUUID, now: () => app.clock.now() };
  const seeded = await seedDevelopmentData(db, origin);
  expect(seeded).toBeGreaterThan(0);
  expect(await seedDevelopmentData(db, origin)).toBe(0);
  expect((await app.send('GET', '/api/notes')).json.total).toBe(seeded);
});
