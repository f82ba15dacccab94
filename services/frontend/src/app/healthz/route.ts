export const dynamic = 'force-dynamic';

/** Answers for this process alone: a broken backend must not get the frontend restarted. */
export function GET(): Response {
  return Response.json({ status: 'ok' }, { headers: { 'cache-control': 'no-store' } });
}
