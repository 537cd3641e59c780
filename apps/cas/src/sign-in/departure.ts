import { originOf, type ServiceUrl } from '@latchkey/cas-protocol';
import { formPostPage, type HiddenFields } from '@latchkey/pages';
import { redirect, sendPage } from '@latchkey/runtime';
import type { FastifyReply } from 'fastify';

/** How somebody is sent on, with what they take along. @see CAS Protocol 3.0 §2.1.1 method */
export type Departure =
  | { readonly kind: 'redirect'; readonly to: string }
  | { readonly kind: 'post'; readonly to: ServiceUrl; readonly name: string; readonly fields: HiddenFields }
  | { readonly kind: 'header'; readonly service: ServiceUrl; readonly ticket: string };

export async function depart(reply: FastifyReply, departure: Departure): Promise<void> {
  switch (departure.kind) {
    case 'redirect':
      return void (await redirect(reply, departure.to));
    case 'post': {
      const { to, name, fields } = departure;
      return void (await sendPage(reply, 200, (context) => formPostPage({ action: to, fields, applicationName: name }, context), { formAction: [originOf(to)] }));
    }
    case 'header':
      // A service URL is printable ASCII without white space, so it stands in a header as it is.
      return void (await reply.status(200).header('service', departure.service).header('ticket', departure.ticket).send(''));
  }
}
