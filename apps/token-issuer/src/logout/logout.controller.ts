import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import { formTokenField, logoutConfirmPage } from '@latchkey/pages';
import { Cookies, FormGuard, parametersOf, redirect, sendPage } from '@latchkey/runtime';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { refusePage } from '../authorize/results.ts';
import { Clients } from '../clients/clients.ts';
import { sameSiteGet } from '../http/address.ts';
import { Web } from '../http/web.ts';
import { SigningKeys } from '../keys/signing-keys.ts';
import { readLogoutRequest } from './logout-request.ts';
import { LogoutEndpoint, type LogoutResult } from './logout.ts';
import { LogoutSeals } from './receipts.ts';

const PURPOSE = 'oauth2-logout';
const PATH = '/oauth2/logout';

@Controller(PATH)
export class LogoutController {
  private readonly cookies: Cookies;
  private readonly forms: FormGuard;

  constructor(
    @Inject(LogoutEndpoint) private readonly endpoint: LogoutEndpoint,
    @Inject(LogoutSeals) private readonly seals: LogoutSeals,
    @Inject(Clients) private readonly clients: Clients,
    @Inject(SigningKeys) private readonly keys: SigningKeys,
    @Inject(Web) private readonly web: Web,
  ) {
    this.cookies = new Cookies(web.http);
    this.forms = new FormGuard(web.http);
  }

  @Get()
  async get(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const rules = { clients: this.clients, issuer: this.web.issuer, findKey: this.keys.find };
    const asked = await readLogoutRequest(parametersOf(request).entries(), rules);
    this.render(request, reply, await this.endpoint.answer(asked, this.cookies.session(request)));
  }

  /** "OPs MUST support the use of the HTTP GET and POST methods" (§2); a cross-site POST comes without our cookies. */
  @Post()
  post(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    const address = sameSiteGet(PATH, parametersOf(request).entries());
    if (address !== null) {
      redirect(reply, address);
      return;
    }
    refusePage({ status: 413, code: 'too_large', title: 'The application asked for too much at once', message: 'You are still signed in.' });
  }

  @Post('confirm')
  async confirm(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const form = parametersOf(request);
    const confirmation = this.seals.openConfirmation(form.one('request'), this.cookies.flow(request));
    if (!this.forms.accepts(request, form.one(formTokenField), PURPOSE) || confirmation === null) {
      refusePage({
        status: 400,
        code: 'form_not_ours',
        title: 'This form was not shown to this browser',
        message: 'Nothing has changed. To sign out, start again.',
        back: { href: PATH, label: 'Sign out' },
      });
    }
    this.render(request, reply, await this.endpoint.confirmed(confirmation, this.cookies.session(request)));
  }

  private render(request: FastifyRequest, reply: FastifyReply, result: LogoutResult): void {
    if (result.kind === 'ask') this.ask(request, reply, result);
    else {
      this.cookies.clearSession(reply);
      redirect(reply, result.location);
    }
  }

  private ask(request: FastifyRequest, reply: FastifyReply, { session, request: asked }: Extract<LogoutResult, { kind: 'ask' }>): void {
    const flow = this.cookies.ensureFlow(request, reply);
    const page = {
      action: `${PATH}/confirm`,
      formToken: this.forms.token(flow, PURPOSE),
      hidden: [['request', this.seals.confirmation({ sid: session.sid, returnTo: asked.returnTo }, flow)] as const],
      name: session.username,
      applicationName: asked.client?.name,
      stayUrl: '/account',
    };
    const formAction = asked.returnTo === null ? [] : [new URL(asked.returnTo).origin];
    sendPage(reply, 200, (context) => logoutConfirmPage(page, context), { formAction });
  }
}
