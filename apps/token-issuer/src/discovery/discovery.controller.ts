import { Controller, Get, Inject, Res } from '@nestjs/common';
import { discoveryDocument } from '@latchkey/oauth';
import { type FastifyReply } from 'fastify';
import { Clients } from '../clients/clients.ts';
import { openToAll } from '../http/cors.ts';
import { Web } from '../http/web.ts';
import { SigningKeys } from '../keys/signing-keys.ts';

/** Short, so that a key published in an emergency is seen soon; a next key is published an hour before it signs. */
const JWKS_SECONDS = 60;
const DOCUMENT_SECONDS = 300;

@Controller()
export class DiscoveryController {
  constructor(
    @Inject(SigningKeys) private readonly keys: SigningKeys,
    @Inject(Clients) private readonly clients: Clients,
    @Inject(Web) private readonly web: Web,
  ) {}

  @Get(['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server'])
  document(@Res() reply: FastifyReply): void {
    send(reply, DOCUMENT_SECONDS, discoveryDocument(this.web.issuer, this.clients.resourceScopes()));
  }

  @Get('/oauth2/jwks')
  jwks(@Res() reply: FastifyReply): void {
    send(reply, JWKS_SECONDS, this.keys.jwks());
  }
}

function send(reply: FastifyReply, seconds: number, body: unknown): void {
  void openToAll(reply, seconds).header('content-type', 'application/json').send(JSON.stringify(body));
}
