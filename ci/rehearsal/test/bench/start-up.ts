import { AwsRehearsal } from "../../src/aws-rehearsal.ts";
import { operatorKey } from "../../src/iam/access-keys.ts";

/** Milliseconds from the start of the process to the answer of GetCallerIdentity. */
const rehearsal = await new AwsRehearsal().start();
await fetch(rehearsal.url, {
  method: "POST",
  headers: { "content-type": "application/x-www-form-urlencoded", authorization: `AWS4-HMAC-SHA256 Credential=${operatorKey.accessKeyId}/20260115/eu-west-1/sts/aws4_request, SignedHeaders=host, Signature=0` },
  body: "Action=GetCallerIdentity&Version=2011-06-15",
}).then(async (response) => {
  if (!response.ok) throw new Error(await response.text());
});
console.log(performance.now());
await rehearsal.stop();
process.exit(0);
