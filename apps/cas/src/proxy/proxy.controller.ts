import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import { CasError, formatOf, parseProxyParameters, renderProxyJson, renderProxyXml, type ProxyAnswer } from '@latchkey/cas-protocol';
import { parametersOf, type Logger, type Metrics, type SecurityLog } from '@latchkey/runtime';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { LOGGER, METRICS, PROXY_DESK, SECURITY } from '../tokens.ts';
import { issueProxyTicket, type ProxyDesk } from './issue-proxy-ticket.ts';

/** A refusal is an answer (200), as CAS clients expect. @see CAS Protocol 3.0 §2.7 */
@Controller('cas/proxy')
export class ProxyController {
  constructor(
    @Inject(PROXY_DESK) private readonly desk: ProxyDesk,
    @Inject(METRICS) private readonly metrics: Metrics,
    @Inject(SECURITY) private readonly security: SecurityLog,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Get()
  asked(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.answer(request, reply);
  }

  @Post()
  posted(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.answer(request, reply);
  }

  private async answer(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const pairs = parametersOf(request).entries();
    const answer = await this.attempt(pairs);
    const refused = answer instanceof CasError;
    this.metrics.count('latchkey_proxy_tickets_total', { outcome: refused ? answer.code : 'issued' });
    if (refused) this.security.record('proxy.refused', { failure: answer.code });
    const { contentType, body } = (formatOf(pairs) === 'JSON' ? renderProxyJson : renderProxyXml)(answer);
    await reply.status(200).header('content-type', contentType).send(body);
  }

  private async attempt(pairs: [string, string][]): Promise<ProxyAnswer | CasError> {
    try {
      return await issueProxyTicket(this.desk, parseProxyParameters(pairs));
    } catch (error) {
      if (error instanceof CasError) return error;
      this.logger.error({ err: error }, 'a proxy ticket could not be issued');
      return new CasError('INTERNAL_ERROR', 'The proxy ticket could not be issued; try again');
    }
  }
}
