import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import { formTokenField, passwordPage, type PasswordProps } from '@latchkey/pages';
import { Cookies, FormGuard, NetworkLimits, PageError, clientNetwork, parametersOf, redirect, sendPage, type HttpSettings } from '@latchkey/runtime';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type CasConfig } from '../config.ts';
import { formExpired } from '../pages/refusals.ts';
import { CONFIG, HTTP } from '../tokens.ts';
import { ChangePassword, type ChangeResult } from './change-password.ts';
import { SignedInPeople, type SignedInPerson } from './signed-in-person.ts';

const PURPOSE = 'password';
const SIGN_IN_FIRST = '/cas/login?then=password';

type Shown = Pick<PasswordProps, 'problems' | 'lockedMinutes'> & { readonly status: number };

@Controller('account/password')
export class PasswordController {
  constructor(
    @Inject(SignedInPeople) private readonly signedIn: SignedInPeople,
    @Inject(ChangePassword) private readonly password: ChangePassword,
    @Inject(NetworkLimits) private readonly limits: NetworkLimits,
    @Inject(Cookies) private readonly cookies: Cookies,
    @Inject(FormGuard) private readonly guard: FormGuard,
    @Inject(HTTP) private readonly http: HttpSettings,
    @Inject(CONFIG) private readonly config: CasConfig,
  ) {}

  @Get()
  async form(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const who = await this.signedIn.of(request);
    if (who === null) await redirect(reply, SIGN_IN_FIRST);
    else await this.show(request, reply, who, { status: 200 });
  }

  @Post()
  async change(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const posted = parametersOf(request);
    if (!this.guard.accepts(request, posted.one(formTokenField), PURPOSE)) throw formExpired();
    const who = await this.signedIn.of(request);
    if (who === null) return void (await redirect(reply, SIGN_IN_FIRST));
    const current = posted.one('current') ?? '';
    const password = posted.one('password') ?? '';
    if (current === '' || password === '') {
      const problems = { current: current === '' ? ('missing' as const) : null, password: password === '' ? ('missing' as const) : null };
      return this.show(request, reply, who, { status: 400, problems });
    }
    const result = await this.attempt(request, who, current, password);
    if (result.outcome === 'changed') await redirect(reply, '/account?notice=password-changed');
    else await this.show(request, reply, who, shownFor(result));
  }

  private async attempt(request: FastifyRequest, who: SignedInPerson, current: string, password: string): Promise<ChangeResult> {
    const limit = { limit: this.config.LATCHKEY_SIGN_IN_NETWORK_LIMIT, windowMs: 60_000 };
    const hit = await this.limits.hit('sign-in', clientNetwork(request, this.http), limit);
    return hit.allowed ? this.password.change(who, current, password) : { outcome: 'wait', waitMs: hit.retryAfterMs };
  }

  private async show(request: FastifyRequest, reply: FastifyReply, who: SignedInPerson, shown: Shown): Promise<void> {
    const { status, ...rest } = shown;
    const props: PasswordProps = {
      ...rest,
      action: '/account/password',
      formToken: this.guard.token(this.cookies.ensureFlow(request, reply), PURPOSE),
      username: who.person.username,
      minLength: this.config.LATCHKEY_PASSWORD_MIN_LENGTH,
      cancelUrl: '/account',
    };
    await sendPage(reply, status, (context) => passwordPage(props, context));
  }
}

function shownFor(result: Exclude<ChangeResult, { outcome: 'changed' }>): Shown {
  switch (result.outcome) {
    case 'wrong-current':
      return { status: 403, problems: { current: 'wrong' } };
    case 'wait':
      return { status: 429, lockedMinutes: Math.min(1440, Math.ceil(result.waitMs / 60_000)) };
    case 'fault':
      return { status: 400, problems: { password: result.fault } };
    case 'busy':
      throw new PageError(503, 'unavailable', 'Passwords cannot be changed at this moment', 'Nothing was changed. Please try again in a minute.');
  }
}
