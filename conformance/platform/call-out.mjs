// Calls one address as deliveries do, in a process of its own: NODE_EXTRA_CA_CERTS is read when a process begins.
import { guardedOutbound } from '@latchkey/outbound';

const [, , url, allow] = process.argv;
const outbound = guardedOutbound({ allow: [allow] });
process.stdout.write(
  await outbound.send({ method: 'GET', url }).then(
    ({ status }) => String(status),
    (error) => `${error.name}: ${error.reason}`,
  ),
);
