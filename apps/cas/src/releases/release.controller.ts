import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import type { ServiceEntry } from '@latchkey/contracts';
import { connectedApplicationsPage, consentPage, decisionField, formTokenField } from '@latchkey/pages';
import { Cookies, FormGuard, parametersOf, redirect, sendPage } from '@latchkey/runtime';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { SignedInPeople, type SignedInPerson } from '../account/signed-in-person.ts';
import { formExpired } from '../pages/refusals.ts';
import { Services } from '../services/services.ts';
import { addressOf, hiddenFields, purposeOf } from '../sign-in/purpose.ts';
import { tellable } from '../validate/release.ts';
import { Releases, askedOf } from './releases.ts';

const LISTED = 'releases';
const LIST = '/account/releases';

/** Asks before attributes go to a service for the first time, and shows and withdraws what was agreed to. */
@Controller()
export class ReleaseController {
  constructor(
    @Inject(Releases) private readonly releases: Releases,
    @Inject(Services) private readonly services: Services,
    @Inject(SignedInPeople) private readonly signedIn: SignedInPeople,
    @Inject(Cookies) private readonly cookies: Cookies,
    @Inject(FormGuard) private readonly guard: FormGuard,
  ) {}

  @Get('cas/release')
  async ask(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const purpose = purposeOf(parametersOf(request).entries(), this.services);
    const who = await this.signedIn.of(request);
    if (who === null || purpose.kind !== 'service' || !(await this.releases.isOwed(purpose.matched.service, who.person.subject))) {
      return void (await redirect(reply, addressOf('/cas/login', purpose)));
    }
    const { service, url } = purpose.matched;
    const flow = this.cookies.ensureFlow(request, reply);
    const props = {
      action: '/cas/release',
      formToken: this.guard.token(flow, question(service, who)),
      hidden: hiddenFields(purpose),
      applicationName: service.name,
      host: new URL(url).host,
      owner: service.owner,
      permissions: linesOf(service, who).map((description) => ({ description })),
      person: { name: who.person.name, username: who.person.username },
      notYouUrl: addressOf('/cas/login', { ...purpose, renew: true }),
      connectedApplicationsUrl: LIST,
    };
    await sendPage(reply, 200, (context) => consentPage(props, context));
  }

  /** Whoever agrees goes on to the service as if nobody had asked. */
  @Post('cas/release')
  async decide(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const posted = parametersOf(request);
    const purpose = purposeOf(posted.entries(), this.services);
    const who = await this.signedIn.of(request);
    if (who !== null && purpose.kind === 'service') {
      const { service } = purpose.matched;
      if (!this.guard.accepts(request, posted.one(formTokenField), question(service, who))) throw formExpired();
      if (posted.one(decisionField) !== 'allow') return void (await redirect(reply, '/cas/login'));
      await this.releases.agree(service, who.person.subject, linesOf(service, who));
    }
    await redirect(reply, addressOf('/cas/login', purpose));
  }

  @Get('account/releases')
  async list(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const who = await this.signedIn.of(request);
    if (who === null) return void (await redirect(reply, '/cas/login?then=releases'));
    const flow = this.cookies.ensureFlow(request, reply);
    const releases = await this.releases.list(who.person.subject);
    const withdrawn = parametersOf(request).one('withdrawn');
    const props = {
      applications: releases.map(({ service, shown, at }) => ({
        client: service,
        name: this.services.byId(service)?.name ?? service,
        owner: this.services.byId(service)?.owner,
        permissions: shown,
        grantedAt: at.toISOString(),
      })),
      withdrawAction: '/account/releases/withdraw',
      formToken: this.guard.token(flow, LISTED),
      accountUrl: '/account',
      withdrawn: withdrawn === undefined ? null : (this.services.byId(withdrawn)?.name ?? null),
    };
    await sendPage(reply, 200, (context) => connectedApplicationsPage(props, context));
  }

  @Post('account/releases/withdraw')
  async withdraw(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const posted = parametersOf(request);
    if (!this.guard.accepts(request, posted.one(formTokenField), LISTED)) throw formExpired();
    const who = await this.signedIn.of(request);
    const service = posted.one('client') ?? '';
    const withdrawn = who !== null && (await this.releases.withdraw(service, who.person.subject));
    await redirect(reply, withdrawn ? `${LIST}?withdrawn=${encodeURIComponent(service)}` : LIST);
  }
}

/** Purpose of the form: an answer counts for whom and for what stood on the page, and for nothing that it was changed to since. */
function question(service: ServiceEntry, { person }: SignedInPerson): string {
  return JSON.stringify(['release', person.subject, service.id, ...askedOf(service)]);
}

/** One line an attribute, with what would be told of this person now. */
function linesOf(service: ServiceEntry, { person }: SignedInPerson): string[] {
  return tellable(service, person).map(([name, values]) => `See your ${name}${values.length === 0 ? ', of which there is none now' : `: ${values.join(', ')}`}`);
}
