import type { HaveImage, HaveImageScan } from "../have.ts";
import { ok, warning, type Check } from "./check.ts";

/** Basic scans end as COMPLETE; enhanced ones go on, as ACTIVE. */
const finished = new Set(["COMPLETE", "ACTIVE"]);
const severities = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNDEFINED", "UNTRIAGED"];

/** What ECR itself has found in what is to be deployed. It stops nothing: the gate image-scan has judged the image. */
export const imageScans: Check = {
  needs: [],
  look: ({ images: wanted, tag }, { images }) =>
    Object.keys(wanted).flatMap((service) => {
      const image = images[service];
      return image?.scan === undefined ? [] : [finding(image, image.scan, tag)];
    }),
};

function finding({ repository }: HaveImage, { counts, status }: HaveImageScan, tag: string): ReturnType<typeof ok> {
  const image = `${repository}:${tag}`;
  if (status === "none") return ok("image-not-scanned", `ECR has no scan of ${image}, although its repository scans on push.`);
  if (status === "IN_PROGRESS" || status === "PENDING") return ok("image-scan-runs", `ECR is still scanning ${image}.`);
  if (!finished.has(status)) return warning("image-scan-failed", `ECR could not scan ${image} (${status}).`, "Look at the image in ECR; the gate image-scan has looked at it all the same.");
  const told = severities.flatMap((severity) => ((counts[severity] ?? 0) > 0 ? [`${String(counts[severity])} ${severity.toLowerCase()}`] : [])).join(", ");
  const said = `ECR's own scan of ${image} has found ${told === "" ? "nothing" : told}.`;
  return (counts["CRITICAL"] ?? 0) > 0 ? warning("image-scan-critical", said, "Look at the findings in ECR: the gate image-scan has passed the image, with another database or by the allow list.") : ok("image-scanned", said);
}
