import { BatchCheckLayerAvailability$, type BatchCheckLayerAvailabilityRequest, type BatchCheckLayerAvailabilityResponse, type Layer, type LayerFailure } from "@aws-sdk/client-ecr";
import { blobStore, isDigest } from "../../../registry/blob-store.ts";
import { operation } from "../../service.ts";
import { repositoryArn, repositoryOf } from "../state.ts";

export const batchCheckLayerAvailability = operation<BatchCheckLayerAvailabilityRequest, BatchCheckLayerAvailabilityResponse>({
  schema: BatchCheckLayerAvailability$,
  access: ({ repositoryName = "" }, parts) => [{ action: "ecr:BatchCheckLayerAvailability", resource: repositoryArn(parts, repositoryName) }],
  run: async (input, { parts }) => {
    const repository = repositoryOf(parts, input);
    const layers: Layer[] = [];
    const failures: LayerFailure[] = [];
    for (const layerDigest of input.layerDigests ?? []) {
      if (!isDigest(layerDigest)) {
        failures.push({ layerDigest, failureCode: "InvalidLayerDigest", failureReason: "Invalid request parameters: layer digest should satisfy the regex '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'" });
        continue;
      }
      const layerSize = repository.blobs.includes(layerDigest) ? await parts.get(blobStore).size(layerDigest) : undefined;
      layers.push(layerSize === undefined ? { layerDigest, layerAvailability: "UNAVAILABLE" } : { layerDigest, layerAvailability: "AVAILABLE", layerSize });
    }
    return { layers, failures };
  },
});
