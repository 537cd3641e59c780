import { randomBytes } from 'node:crypto';
import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import { CasError, parseSamlValidate, renderSaml } from '@latchkey/cas-protocol';
import { queryOf, type Clock, type HttpSettings } from '@latchkey/runtime';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { CLOCK, HTTP } from '../tokens.ts';
import { Validations } from './validations.ts';

/** Validation as SAML 1.1 clients ask for it. @see CAS Protocol 3.0 §4.2 /samlValidate */
@Controller('cas/samlValidate')
export class SamlValidateController {
  constructor(
    @Inject(Validations) private readonly validations: Validations,
    @Inject(HTTP) private readonly http: HttpSettings,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Post()
  async validate(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const pairs = queryOf(request).entries();
    const body = typeof request.body === 'string' ? request.body : '';
    let asked = { service: '', requestId: null as string | null };
    const validation = await this.validations.attempt(() => {
      const { service, ticket, requestId } = parseSamlValidate(pairs, body);
      asked = { service, requestId };
      return { service, ticket, renew: false, pgtUrl: null, takesProxyTickets: false };
    });
    const rendered = renderSaml(validation, {
      issuer: this.http.publicUrl,
      ids: [xmlId(), xmlId()],
      now: new Date(this.clock.now()),
      // What was asked for is repeated only when it was found to be a service of ours.
      service: validation instanceof CasError ? '' : asked.service,
      requestId: asked.requestId,
    });
    await reply.status(200).header('content-type', rendered.contentType).send(rendered.body);
  }
}

function xmlId(): string {
  return `_${randomBytes(16).toString('hex')}`;
}
