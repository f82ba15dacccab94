import { DeleteListener$, type DeleteListenerInput, type DeleteListenerOutput } from "@aws-sdk/client-elastic-load-balancing-v2";
import { operation } from "../../service.ts";
import { onElb } from "../access.ts";
import { deleteListener } from "../delete.ts";

export const deleteListenerOperation = operation<DeleteListenerInput, DeleteListenerOutput>({
  schema: DeleteListener$,
  access: ({ ListenerArn }, parts) => [onElb(parts, "DeleteListener", ListenerArn)],
  run({ ListenerArn = "" }, { parts }) {
    deleteListener(parts, ListenerArn);
    return {};
  },
});
