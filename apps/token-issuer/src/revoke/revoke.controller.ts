import { Controller, Inject, Options, Post, Req, Res } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Clients } from '../clients/clients.ts';
import { answerPreflight, openToClient } from '../http/cors.ts';
import { clientRequest } from '../http/oauth-request.ts';
import { Web } from '../http/web.ts';
import { RevokeEndpoint } from './revoke.ts';

@Controller('/oauth2/revoke')
export class RevokeController {
  constructor(
    @Inject(RevokeEndpoint) private readonly endpoint: RevokeEndpoint,
    @Inject(Clients) private readonly clients: Clients,
    @Inject(Web) private readonly web: Web,
  ) {}

  @Post()
  async post(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    openToClient(request, reply, this.clients);
    await this.endpoint.answer(clientRequest(request, this.web.http), (client) => openToClient(request, reply, this.clients, client));
    await reply.status(200).header('pragma', 'no-cache').send();
  }

  @Options()
  preflight(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    answerPreflight(request, reply, this.clients);
  }
}
