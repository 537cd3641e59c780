import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import { formTokenField, signedInPage } from '@latchkey/pages';
import { type SessionReader } from '@latchkey/peers';
import { Cookies, FormGuard, clientNetwork, parametersOf, redirect, sendPage, type HttpSettings, type Parameters } from '@latchkey/runtime';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import type { CasConfig } from '../config.ts';
import { People } from '../people/people.ts';
import { Services } from '../services/services.ts';
import { CONFIG, HTTP, SESSIONS } from '../tokens.ts';
import { BasicDoor } from './basic-door.ts';
import { depart } from './departure.ts';
import { Destinations } from './destination.ts';
import { deviceOf } from './device.ts';
import { PasswordSignIn, type SignInResult } from './password-sign-in.ts';
import { addressOf, purposeOf, type Purpose } from './purpose.ts';
import { SIGN_IN, SignInForm, type FormState } from './sign-in-form.ts';
import { Warning } from './warning.ts';

const DAY_SECONDS = 86_400;

/** /cas/login, as credential requestor (GET) and as credential acceptor (POST). @see CAS Protocol 3.0 §2.1, §2.2 */
@Controller('cas')
export class LoginController {
  constructor(
    @Inject(Services) private readonly services: Services,
    @Inject(SESSIONS) private readonly sessions: SessionReader,
    @Inject(Destinations) private readonly destinations: Destinations,
    @Inject(SignInForm) private readonly form: SignInForm,
    @Inject(PasswordSignIn) private readonly password: PasswordSignIn,
    @Inject(People) private readonly people: People,
    @Inject(Cookies) private readonly cookies: Cookies,
    @Inject(FormGuard) private readonly guard: FormGuard,
    @Inject(Warning) private readonly warning: Warning,
    @Inject(BasicDoor) private readonly basic: BasicDoor,
    @Inject(HTTP) private readonly http: HttpSettings,
    @Inject(CONFIG) private readonly config: CasConfig,
  ) {}

  @Get()
  async home(@Res() reply: FastifyReply): Promise<void> {
    await redirect(reply, '/cas/login');
  }

  @Get('login')
  async requestor(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const purpose = purposeOf(parametersOf(request).entries(), this.services);
    const session = await this.sessions.byCookie(this.cookies.session(request));
    const description = await this.form.describe(purpose, request);
    const mustSignIn = purpose.renew || description?.mustSignIn === true;

    if (await this.basic.answer(request, reply, purpose, session !== null && !mustSignIn)) return;
    if (session !== null && !mustSignIn) {
      if (purpose.kind === 'nothing') return this.signedIn(reply, session);
      if (this.warning.isDue(request, purpose)) return this.warning.show(request, reply, purpose);
      await depart(reply, await this.destinations.of(purpose, session, false));
    } else if (purpose.kind === 'service' && purpose.gateway) {
      // §2.1.1: without a session CAS must redirect to the service with no ticket.
      await redirect(reply, purpose.matched.url);
    } else {
      await this.form.show(request, reply, purpose, { status: 200, session, description });
    }
  }

  @Post('login')
  async acceptor(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const posted = parametersOf(request);
    const purpose = purposeOf(posted.entries(), this.services);
    if (posted.has('continue')) return this.goOn(request, reply, purpose);
    // A service may send people here by a form. Across sites that comes without our cookies, so it comes again as a GET.
    if (!['login', 'username', 'password', formTokenField].some((name) => posted.has(name))) {
      return void (await redirect(reply, addressOf('/cas/login', purpose)));
    }
    const username = nameIn(posted);
    const password = posted.one('password') ?? '';
    const token = posted.one(formTokenField);
    const ticked = ['rememberMe', 'warn'].filter((box) => isTicked(posted.one(box)));
    const again = (state: FormState): Promise<void> => this.form.show(request, reply, purpose, { username, ticked, ...state });

    if (!this.guard.accepts(request, token, SIGN_IN)) return again({ status: 403, problem: { code: 'form_expired' } });
    if (username === '' || password === '') {
      return again({ status: 400, problem: { code: 'missing', login: username === '', password: password === '' } });
    }
    const held = await this.sessions.byCookie(this.cookies.session(request));
    const rememberDays = ticked.includes('rememberMe') ? this.config.LATCHKEY_REMEMBER_DAYS : 0;
    const longTermSeconds = rememberDays === 0 ? null : rememberDays * DAY_SECONDS;
    const result = await this.password.signIn({
      username,
      password,
      device: deviceOf(request.headers['user-agent'], clientNetwork(request, this.http)),
      replaces: held?.sid ?? null,
      interaction: purpose.kind === 'pending' ? purpose.interaction : null,
      longTermSeconds,
    });
    if (result.outcome !== 'signed-in') return again(refused(reply, result));
    this.cookies.setSession(reply, result.cookie, longTermSeconds ?? undefined);
    if (ticked.includes('warn') || this.cookies.warns(request)) this.cookies.setWarns(reply, ticked.includes('warn'), longTermSeconds ?? undefined);
    await depart(reply, await this.destinations.of(purpose, result.session, true));
  }

  /** From the page that asks before an application is entered. What is not that page's own post begins again. */
  private async goOn(request: FastifyRequest, reply: FastifyReply, purpose: Purpose): Promise<void> {
    const session = await this.sessions.byCookie(this.cookies.session(request));
    const answered = this.warning.isAnswered(request, parametersOf(request).one(formTokenField));
    if (session === null || purpose.renew || !answered) return void (await redirect(reply, addressOf('/cas/login', purpose)));
    await depart(reply, await this.destinations.of(purpose, session, false));
  }

  private async signedIn(reply: FastifyReply, session: { subject: string; username: string; startedAt: number }): Promise<void> {
    const person = await this.people.bySubject(session.subject);
    const props = {
      name: person?.name ?? session.username,
      username: session.username,
      since: new Date(session.startedAt * 1000).toISOString(),
      accountUrl: '/account',
      signOutUrl: '/cas/logout',
    };
    await sendPage(reply, 200, (context) => signedInPage(props, context));
  }
}

/** `username` as the protocol calls it, `login` as forms for authorization requests do: whoever sends that means it. @see CAS Protocol 3.0 §2.2.2 */
function nameIn(posted: Parameters): string {
  return (posted.one('login') ?? posted.one('username') ?? '').trim();
}

/** A box that is not ticked is not sent; some clients send `false` in its place. */
function isTicked(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value.toLowerCase() !== 'false';
}

/** The same words for a wrong password, an unknown name and a disabled person. */
function refused(reply: FastifyReply, result: Exclude<SignInResult, { outcome: 'signed-in' }>): FormState {
  switch (result.outcome) {
    case 'no-match':
      return { status: 403, problem: { code: 'no_match' } };
    case 'wait':
      reply.header('retry-after', String(Math.ceil(result.waitMs / 1000)));
      return { status: 429, problem: { code: 'locked', minutes: Math.min(1440, Math.ceil(result.waitMs / 60_000)) } };
    case 'busy':
      reply.header('retry-after', '2');
      return { status: 503, problem: { code: 'unavailable' } };
  }
}
