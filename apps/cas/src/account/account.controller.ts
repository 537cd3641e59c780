import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import { sessionStorePeer } from '@latchkey/contracts';
import { accountPage, formTokenField, type AccountProps } from '@latchkey/pages';
import { type Peers } from '@latchkey/peers';
import { Cookies, FormGuard, parametersOf, redirect, sendPage } from '@latchkey/runtime';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Receipts } from '../logout/receipts.ts';
import { formExpired } from '../pages/refusals.ts';
import { Endings } from '../people/endings.ts';
import { PEERS, TENANT } from '../tokens.ts';
import { AccountView } from './account-view.ts';
import { SignedInPeople, type SignedInPerson } from './signed-in-person.ts';

const PURPOSE = 'account';
const SIGN_IN_FIRST = '/cas/login?then=account';
const SID = /^[A-Za-z0-9_-]{16,64}$/;
const NOTICES = ['session-ended', 'signed-out-everywhere', 'password-changed'] as const;

/** What a person sees and ends of their own sign-ins. */
@Controller('account')
export class AccountController {
  constructor(
    @Inject(SignedInPeople) private readonly signedIn: SignedInPeople,
    @Inject(Endings) private readonly endings: Endings,
    @Inject(AccountView) private readonly view: AccountView,
    @Inject(Receipts) private readonly receipts: Receipts,
    @Inject(PEERS) private readonly peers: Peers,
    @Inject(TENANT) private readonly tenant: string,
    @Inject(Cookies) private readonly cookies: Cookies,
    @Inject(FormGuard) private readonly guard: FormGuard,
  ) {}

  @Get()
  async show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const who = await this.signedIn.of(request);
    if (who === null) return void (await redirect(reply, SIGN_IN_FIRST));
    const { person, session } = who;
    const [sessions, deliveries] = await Promise.all([
      this.view.sessions(person.subject, session.sid),
      this.view.deliveries(person.subject),
    ]);
    const flow = this.cookies.ensureFlow(request, reply);
    const props: AccountProps = {
      name: person.name,
      username: person.username,
      sessions,
      deliveries,
      endAction: '/account/sessions/end',
      endAllAction: '/account/sessions/end-all',
      formToken: this.guard.token(flow, PURPOSE),
      connectedApplicationsUrl: '/consent/applications',
      passwordUrl: '/account/password',
      signOutUrl: '/cas/logout',
      notice: NOTICES.find((notice) => notice === parametersOf(request).one('notice')),
    };
    await sendPage(reply, 200, (context) => accountPage(props, context));
  }

  /** Only a session of one's own; the sid of another person's is as good as an unknown one. */
  @Post('sessions/end')
  async end(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const who = await this.accepted(request);
    if (who === null) return void (await redirect(reply, SIGN_IN_FIRST));
    const sid = parametersOf(request).one('sid') ?? '';
    const store = this.peers.to(sessionStorePeer);
    const { session } = SID.test(sid) ? await store.get({ tenant: this.tenant, sid }) : { session: null };
    if (session?.subject === who.person.subject) await store.end({ tenant: this.tenant, sid, reason: 'sign-out' });
    if (sid === who.session.sid) await this.leave(reply, sid);
    else await redirect(reply, '/account?notice=session-ended');
  }

  @Post('sessions/end-all')
  async endAll(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const who = await this.accepted(request);
    if (who === null) return void (await redirect(reply, SIGN_IN_FIRST));
    const { subject } = who.person;
    await this.endings.endEverything(subject, 'sign-out-everywhere');
    await this.leave(reply, who.session.sid);
  }

  private async accepted(request: FastifyRequest): Promise<SignedInPerson | null> {
    if (!this.guard.accepts(request, parametersOf(request).one(formTokenField), PURPOSE)) throw formExpired();
    return this.signedIn.of(request);
  }

  private async leave(reply: FastifyReply, sid: string): Promise<void> {
    this.cookies.clearSession(reply);
    await redirect(reply, `/cas/signed-out?receipt=${this.receipts.seal(sid)}`);
  }
}
