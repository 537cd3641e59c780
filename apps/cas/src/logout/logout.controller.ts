import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import { withoutServletSession } from '@latchkey/cas-protocol';
import { sessionStorePeer } from '@latchkey/contracts';
import { signedOutPage } from '@latchkey/pages';
import { type Peers, type SessionReader } from '@latchkey/peers';
import { Cookies, parametersOf, redirect, sendPage } from '@latchkey/runtime';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Services } from '../services/services.ts';
import { PEERS, SESSIONS, TENANT } from '../tokens.ts';
import { FrontChannel } from './front-channel.ts';
import { Receipts } from './receipts.ts';
import { SignedOutApplications } from './signed-out-applications.ts';

const REFRESH_SECONDS = 3;

/** @see CAS Protocol 3.0 §2.3 */
@Controller('cas')
export class LogoutController {
  constructor(
    @Inject(SESSIONS) private readonly sessions: SessionReader,
    @Inject(PEERS) private readonly peers: Peers,
    @Inject(TENANT) private readonly tenant: string,
    @Inject(Services) private readonly services: Services,
    @Inject(Receipts) private readonly receipts: Receipts,
    @Inject(SignedOutApplications) private readonly applications: SignedOutApplications,
    @Inject(FrontChannel) private readonly frontChannel: FrontChannel,
    @Inject(Cookies) private readonly cookies: Cookies,
  ) {}

  @Get('logout')
  asked(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.logout(request, reply);
  }

  /** Posted by an application, it comes without our SameSite cookie: nobody could be signed out, so it comes again as a GET. */
  @Post('logout')
  async posted(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if (this.cookies.session(request) !== undefined) return this.logout(request, reply);
    const service = parametersOf(request).one('service');
    await redirect(reply, service === undefined ? '/cas/logout' : `/cas/logout?service=${encodeURIComponent(service)}`);
  }

  /** A receipt that is none shows the page without applications: it says that the person is signed out, which is so. */
  @Get('signed-out')
  async signedOut(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const receipt = this.receipts.open(parametersOf(request).one('receipt') ?? '');
    const sealed = parametersOf(request).one('receipt') ?? '';
    const bring = (delivery: string): string => `/cas/front-channel?receipt=${sealed}&delivery=${delivery}`;
    const applications = receipt === null ? [] : await this.applications.of(receipt, bring);
    const trying = applications.some((application) => application.state === 'trying');
    const matched = receipt?.service === undefined ? null : this.services.find(receipt.service);
    const continueTo = matched === null ? null : { href: matched.url, label: matched.service.name };
    const props = { applications, refreshSeconds: trying ? REFRESH_SECONDS : null, signInUrl: '/cas/login', continueTo };
    const frameSource = [...new Set(applications.flatMap(({ bringsTo }) => bringsTo))];
    await sendPage(reply, 200, (context) => signedOutPage(props, context), { frameSource });
  }

  /** A frame or a link of the signed-out page: the browser brings the logout to a service. */
  @Get('front-channel')
  async bring(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const parameters = parametersOf(request);
    const receipt = this.receipts.open(parameters.one('receipt') ?? '');
    const address = receipt === null ? null : await this.frontChannel.goOn(receipt.sid, parameters.one('delivery') ?? '');
    if (address === null) return void (await reply.status(204).send());
    await redirect(reply, address);
  }

  /** The session is ended before the cookie goes and before anything is answered. Only a registered service is gone to. */
  private async logout(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const service = parametersOf(request).one('service');
    const session = await this.sessions.byCookie(this.cookies.session(request));
    if (session !== null) await this.peers.to(sessionStorePeer).end({ tenant: this.tenant, sid: session.sid, reason: 'sign-out' });
    this.cookies.clearSession(reply);
    const matched = service === undefined ? null : this.services.find(withoutServletSession(service));
    const byBrowser = session !== null && (await this.applications.anyByBrowser(session.sid));
    if (matched !== null && byBrowser) await redirect(reply, `/cas/signed-out?receipt=${this.receipts.seal(session.sid, matched.url)}`);
    else if (matched !== null) await redirect(reply, matched.url);
    else await redirect(reply, session === null ? '/cas/signed-out' : `/cas/signed-out?receipt=${this.receipts.seal(session.sid)}`);
  }
}
