import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import { sessionStorePeer } from '@latchkey/contracts';
import { signedOutPage } from '@latchkey/pages';
import { type Peers, type SessionReader } from '@latchkey/peers';
import { Cookies, parametersOf, redirect, sendPage } from '@latchkey/runtime';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Services } from '../services/services.ts';
import { PEERS, SESSIONS, TENANT } from '../tokens.ts';
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
    const applications = receipt === null ? [] : await this.applications.of(receipt);
    const trying = applications.some((application) => application.state === 'trying');
    const props = { applications, refreshSeconds: trying ? REFRESH_SECONDS : null, signInUrl: '/cas/login' };
    await sendPage(reply, 200, (context) => signedOutPage(props, context));
  }

  /** The session is ended before the cookie goes and before anything is answered. Only a registered service is gone to. */
  private async logout(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const service = parametersOf(request).one('service');
    const session = await this.sessions.byCookie(this.cookies.session(request));
    if (session !== null) await this.peers.to(sessionStorePeer).end({ tenant: this.tenant, sid: session.sid, reason: 'sign-out' });
    this.cookies.clearSession(reply);
    const matched = service === undefined ? null : this.services.find(service);
    if (matched !== null) await redirect(reply, matched.url);
    else await redirect(reply, session === null ? '/cas/signed-out' : `/cas/signed-out?receipt=${this.receipts.seal(session.sid)}`);
  }
}
