import { Controller, Get, Inject, Options, Post, Req, Res } from '@nestjs/common';
import { readBearer, readParameters } from '@latchkey/oauth';
import { parametersOf } from '@latchkey/runtime';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Clients } from '../clients/clients.ts';
import { answerPreflight, openToClient } from '../http/cors.ts';
import { sendJson } from '../http/error-rendering.ts';
import { UserinfoEndpoint } from './userinfo.ts';

@Controller('/oauth2/userinfo')
export class UserinfoController {
  constructor(
    @Inject(UserinfoEndpoint) private readonly endpoint: UserinfoEndpoint,
    @Inject(Clients) private readonly clients: Clients,
  ) {}

  @Get()
  get(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.answer(request, reply, false);
  }

  @Post()
  post(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.answer(request, reply, true);
  }

  @Options()
  preflight(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    answerPreflight(request, reply, this.clients);
  }

  private async answer(request: FastifyRequest, reply: FastifyReply, posted: boolean): Promise<void> {
    openToClient(request, reply, this.clients);
    const token = readBearerOf(request, posted);
    if (token === null) {
      // "If the request lacks any authentication information … SHOULD NOT include an error code" (RFC 6750 §3.1)
      await reply.status(401).header('www-authenticate', 'Bearer realm="latchkey"').send();
      return;
    }
    sendJson(reply, 200, await this.endpoint.answer(token, (client) => openToClient(request, reply, this.clients, client)));
  }
}

function readBearerOf(request: FastifyRequest, posted: boolean): string | null {
  return readBearer(request.headers.authorization, posted ? readParameters(parametersOf(request).entries()) : null);
}
