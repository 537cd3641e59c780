import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { sendJson } from '../http/error-rendering.ts';
import { clientRequest } from '../http/oauth-request.ts';
import { Web } from '../http/web.ts';
import { IntrospectEndpoint } from './introspect.ts';

@Controller('/oauth2/introspect')
export class IntrospectController {
  constructor(
    @Inject(IntrospectEndpoint) private readonly endpoint: IntrospectEndpoint,
    @Inject(Web) private readonly web: Web,
  ) {}

  @Post()
  async post(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    sendJson(reply, 200, await this.endpoint.answer(clientRequest(request, this.web.http)));
  }
}
