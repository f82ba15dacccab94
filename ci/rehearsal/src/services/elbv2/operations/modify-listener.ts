import { ModifyListener$, type ModifyListenerInput, type ModifyListenerOutput } from "@aws-sdk/client-elastic-load-balancing-v2";
import { AwsError } from "../../../protocol/aws-error.ts";
import { operation } from "../../service.ts";
import { onElb } from "../access.ts";
import { readAction } from "../actions.ts";
import { listenerOf } from "../find.ts";
import { setAction } from "../forwards.ts";
import { showListener } from "../show.ts";

/** The list of actions is replaced as a whole. A listener keeps its port and protocol here. */
export const modifyListener = operation<ModifyListenerInput, ModifyListenerOutput>({
  schema: ModifyListener$,
  access: ({ ListenerArn, Protocol }, parts) => [onElb(parts, "ModifyListener", ListenerArn, Protocol === undefined ? {} : { "elasticloadbalancing:ListenerProtocol": Protocol })],
  run({ ListenerArn, DefaultActions, Port, Protocol, Certificates, SslPolicy }, { parts }) {
    const listener = listenerOf(parts, ListenerArn ?? "");
    if ((Port !== undefined && Port !== listener.port) || (Protocol !== undefined && Protocol !== listener.protocol)) throw new AwsError("InvalidConfigurationRequestException", "The rehearsal's listeners keep their port and protocol: create another one.");
    if (DefaultActions !== undefined && DefaultActions.length > 0) setAction(parts, listener.arn, readAction(DefaultActions));
    if (Certificates !== undefined) listener.certificates = Certificates.map(({ CertificateArn }) => CertificateArn ?? "");
    if (SslPolicy !== undefined) listener.sslPolicy = SslPolicy;
    return { Listeners: [showListener(listener)] };
  },
});
