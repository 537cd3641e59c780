import { Controller, Inject, Options, Post, Req, Res } from '@nestjs/common';
import { type ClientEntry } from '@latchkey/contracts';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Clients } from '../clients/clients.ts';
import { answerPreflight, openToClient } from '../http/cors.ts';
import { sendJson } from '../http/error-rendering.ts';
import { clientRequest } from '../http/oauth-request.ts';
import { Web } from '../http/web.ts';
import { TokenEndpoint } from './token.ts';

@Controller('/oauth2/token')
export class TokenController {
  constructor(
    @Inject(TokenEndpoint) private readonly endpoint: TokenEndpoint,
    @Inject(Clients) private readonly clients: Clients,
    @Inject(Web) private readonly web: Web,
  ) {}

  @Post()
  async post(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    openToClient(request, reply, this.clients);
    const known = (client: ClientEntry): void => openToClient(request, reply, this.clients, client);
    sendJson(reply, 200, await this.endpoint.answer(clientRequest(request, this.web.http), known));
  }

  @Options()
  preflight(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    answerPreflight(request, reply, this.clients);
  }
}
