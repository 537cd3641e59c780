import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import { responseLocation } from '@latchkey/oauth';
import { formPostPage } from '@latchkey/pages';
import { Cookies, clientNetwork, parametersOf, redirect, sendPage } from '@latchkey/runtime';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { sameSiteGet } from '../http/address.ts';
import { sendErrorPage } from '../http/error-rendering.ts';
import { Web } from '../http/web.ts';
import { AuthorizeEndpoint } from './authorize.ts';
import { type AuthorizeResult, type Redirect, refusePage } from './results.ts';

@Controller('/oauth2/authorize')
export class AuthorizeController {
  private readonly cookies: Cookies;

  constructor(
    @Inject(AuthorizeEndpoint) private readonly endpoint: AuthorizeEndpoint,
    @Inject(Web) private readonly web: Web,
  ) {
    this.cookies = new Cookies(web.http);
  }

  @Get()
  async get(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const result = await this.endpoint.answer(
      { parameters: parametersOf(request).entries(), flow: this.cookies.flow(request), session: this.cookies.session(request) },
      { network: clientNetwork(request, this.web.http), ensureFlow: () => this.cookies.ensureFlow(request, reply) },
    );
    this.render(reply, result);
  }

  /** A cross-site POST comes without our cookies, so it comes again as a GET (OpenID Connect Core 1.0 §3.1.2.1: both methods). */
  @Post()
  post(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    const address = sameSiteGet('/oauth2/authorize', parametersOf(request).entries());
    if (address !== null) {
      redirect(reply, address);
      return;
    }
    refusePage({
      status: 413,
      code: 'too_large',
      title: 'The application asked for too much at once',
      message: 'Its request is larger than we read. Tell the people who run the application.',
    });
  }

  private render(reply: FastifyReply, result: AuthorizeResult): void {
    switch (result.kind) {
      case 'error-page':
        sendErrorPage(reply, result);
        return;
      case 'sign-in':
        redirect(reply, `/cas/login?pending=${result.pending}`);
        return;
      case 'consent':
        redirect(reply, `/consent?pending=${result.pending}`);
        return;
      case 'redirect':
        this.sendBack(reply, result);
    }
  }

  private sendBack(reply: FastifyReply, { response, applicationName }: Redirect): void {
    if (response.mode !== 'form_post') {
      redirect(reply, responseLocation(response));
      return;
    }
    const page = { action: response.redirectUri, fields: response.parameters, applicationName };
    sendPage(reply, 200, (context) => formPostPage(page, context), { formAction: [new URL(response.redirectUri).origin] });
  }
}
