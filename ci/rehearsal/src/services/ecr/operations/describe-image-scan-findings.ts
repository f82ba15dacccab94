import { DescribeImageScanFindings$, type DescribeImageScanFindingsRequest, type DescribeImageScanFindingsResponse } from "@aws-sdk/client-ecr";
import { AwsError } from "../../../protocol/aws-error.ts";
import { operation } from "../../service.ts";
import { imageOf, named } from "../image-ids.ts";
import { repositoryArn, repositoryOf } from "../state.ts";

/** There is no scanner here, whatever scanOnPush says; an empty list of findings would be taken for a clean image. */
export const describeImageScanFindings = operation<DescribeImageScanFindingsRequest, DescribeImageScanFindingsResponse>({
  schema: DescribeImageScanFindings$,
  access: ({ repositoryName = "" }, parts) => [{ action: "ecr:DescribeImageScanFindings", resource: repositoryArn(parts, repositoryName) }],
  run: (input, { parts }) => {
    const repository = repositoryOf(parts, input);
    const imageId = input.imageId ?? {};
    imageOf(parts, repository, imageId);
    throw new AwsError("ScanNotFoundException", `Image scan does not exist for the image with '${named(imageId)}' in the repository with name '${repository.name}' in the registry with id '${parts.world.account}' (the rehearsal has no scanner)`);
  },
});
